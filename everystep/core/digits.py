"""The handwritten digits that come with scikit-learn, read from its file."""

import functools
from importlib.util import find_spec
from pathlib import Path

import numpy as np

N_DIGITS = 1797


@functools.cache
def read_digits() -> np.ndarray:
    """Return what scikit-learn's ``load_digits`` reads: shape ``(1797, 65)``, the label last.

    Pixels are whole numbers from 0 to 16. The file is read without the library, whose import would
    take a second of every notebook.

    Raises:
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    found = find_spec("sklearn")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("digits come with scikit-learn, which is not installed")
    folder = found.submodule_search_locations[0]
    return np.loadtxt(Path(folder, "datasets", "data", "digits.csv.gz"), delimiter=",")


def images_and_labels() -> tuple[np.ndarray, np.ndarray]:
    """Return the images, shape ``(1797, 64)``, as float32 from 0 to 1, and the labels, as int64.

    Raises:
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    table = read_digits()
    return (table[:, :-1] / 16).astype(np.float32), table[:, -1].astype(np.int64)
