"""The handwritten digits that come with scikit-learn."""

import functools

import numpy as np

from everystep.core.bundled import read_table

N_DIGITS = 1797


@functools.cache
def read_digits() -> np.ndarray:
    """Return what scikit-learn's ``load_digits`` reads: shape ``(1797, 65)``, the label last.

    Pixels are whole numbers from 0 to 16.

    Raises:
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    return read_table("digits.csv.gz")


def images_and_labels() -> tuple[np.ndarray, np.ndarray]:
    """Return the images, shape ``(1797, 64)``, as float32 from 0 to 1, and the labels, as int64.

    Raises:
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    table = read_digits()
    return (table[:, :-1] / 16).astype(np.float32), table[:, -1].astype(np.int64)
