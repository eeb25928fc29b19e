"""Real data sets that come with scikit-learn, so that nothing is downloaded."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import torch

from everystep.core.seeds import base_seed
from everystep.core.validation import require_whole

N_DIGITS = 1797


@dataclass(frozen=True, eq=False)
class Data:
    """A classification data set, split into a training and a validation part.

    Attributes:
        x_train: shape ``(n_train, features)``, float32.
        y_train: shape ``(n_train,)``, int64 labels from 0 to ``n_classes - 1``.
        x_val: shape ``(n_val, features)``, float32.
        y_val: shape ``(n_val,)``, int64 labels.
        n_classes: number of classes.
    """

    x_train: torch.Tensor
    y_train: torch.Tensor
    x_val: torch.Tensor
    y_val: torch.Tensor
    n_classes: int

    @property
    def n_train(self) -> int:
        """Number of training samples."""
        return len(self.x_train)

    @property
    def n_val(self) -> int:
        """Number of validation samples."""
        return len(self.x_val)


def digits(n_train: int = 1437, n_val: int = 360, *, split_seed: int | None = None) -> Data:
    """Return scikit-learn's handwritten digits: 8×8 gray images, 10 classes, 1,797 samples.

    Pixels are divided by 16, their largest value, so that features lie between 0 and 1. Which
    samples go into which part depends on ``split_seed``.

    Args:
        n_train: number of training samples.
        n_val: number of validation samples.
        split_seed: seed of the split; the course's base seed if not given.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or both together exceed 1,797.
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    for name, size in (("n_train", n_train), ("n_val", n_val)):
        require_whole(name, size, minimum=1)
    if n_train + n_val > N_DIGITS:
        raise ValueError(
            f"n_train + n_val must be at most {N_DIGITS}, the size of the data set, "
            f"got {n_train + n_val}"
        )
    rows = _read_digits()
    x = torch.tensor(rows[:, :-1] / 16, dtype=torch.float32)
    y = torch.tensor(rows[:, -1], dtype=torch.int64)
    generator = torch.Generator().manual_seed(base_seed() if split_seed is None else split_seed)
    order = torch.randperm(N_DIGITS, generator=generator)
    train, val = order[:n_train], order[n_train : n_train + n_val]
    return Data(x[train], y[train], x[val], y[val], n_classes=10)


def _read_digits() -> np.ndarray:
    """Return what scikit-learn's ``load_digits`` reads: shape ``(1797, 65)``, the label last.

    The file is read without the library, whose import would take a second of every notebook.
    """
    found = find_spec("sklearn")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("digits come with scikit-learn, which is not installed")
    folder = found.submodule_search_locations[0]
    return np.loadtxt(Path(folder, "datasets", "data", "digits.csv.gz"), delimiter=",")
