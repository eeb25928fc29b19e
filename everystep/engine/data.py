"""Data that a model is trained and validated on, and data sets of which each seed draws its own."""

import dataclasses
import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from everystep.core.validation import require_whole


@dataclass(frozen=True, eq=False)
class Data:
    """A classification data set, split into a training and a validation part.

    As an argument of ``train`` it is a split that all seeds share.

    Attributes:
        x_train: shape ``(n_train, features)``, float32.
        y_train: int64 labels from 0 to ``n_classes - 1``: shape ``(n_train,)``, or
            ``(n_train, positions)`` where a sample has several, as each next character of a text.
        x_val: shape ``(n_val, features)``, float32.
        y_val: shape ``(n_val,)`` or ``(n_val, positions)``, int64 labels.
        n_classes: number of classes.
    """

    x_train: torch.Tensor
    y_train: torch.Tensor
    x_val: torch.Tensor
    y_val: torch.Tensor
    n_classes: int

    def __reduce__(self) -> tuple:
        # Another process gets arrays: PyTorch would share each tensor's memory with it, through a
        # file that ends with the process which made it.
        parts = (self.x_train, self.y_train, self.x_val, self.y_val)
        return _from_arrays, ([part.numpy() for part in parts], self.n_classes)

    @property
    def n_train(self) -> int:
        """Number of training samples."""
        return len(self.x_train)

    @property
    def n_val(self) -> int:
        """Number of validation samples."""
        return len(self.x_val)

    def split(self, seed: int) -> "Data":
        """Return the data themselves, whatever the seed."""
        return self


def _from_arrays(arrays: list[np.ndarray], n_classes: int) -> Data:
    x_train, y_train, x_val, y_val = map(torch.tensor, arrays)
    return Data(x_train, y_train, x_val, y_val, n_classes)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Samples of which every seed draws a training and a validation part of its own.

    So what is measured over seeds varies with the choice of the samples too, as it would in a
    repetition by somebody else (Bouthillier et al. 2021, arXiv 2103.03098).

    Attributes:
        draw: returns a seed's split; the same sizes for every seed, and for a seed always the same.
    """

    draw: Callable[[int], Data]

    def split(self, seed: int) -> Data:
        """Return the split that a seed draws.

        Raises:
            ValueError: if ``seed`` is not a whole number of at least 0.
        """
        return self.draw(require_whole("seed", seed, minimum=0))

    @functools.cached_property
    def _first(self) -> Data:
        return self.draw(0)

    @property
    def n_train(self) -> int:
        """Number of training samples of each split."""
        return self._first.n_train

    @property
    def n_val(self) -> int:
        """Number of validation samples of each split."""
        return self._first.n_val

    @property
    def n_classes(self) -> int:
        """Number of classes."""
        return self._first.n_classes

    def first(self, n_train: int) -> "Dataset":
        """Return the data set in which each split keeps only its first training samples.

        The validation samples stay what they are.

        Args:
            n_train: how many training samples to keep.

        Raises:
            ValueError: if ``n_train`` is not a whole number from 1 to the number there are.
        """
        n = require_whole("n_train", n_train, minimum=1, maximum=self.n_train)

        def shorten(data: Data) -> Data:
            return dataclasses.replace(data, x_train=data.x_train[:n], y_train=data.y_train[:n])

        return Dataset(lambda seed: shorten(self.draw(seed)))

    def halves(self) -> tuple["Dataset", "Dataset"]:
        """Return two data sets of the same training samples, with half the validation samples each.

        Choose a setting by the first and measure it by the second: a score that was the best of
        several on the same samples is too good. With an odd number the second has one more.

        Raises:
            ValueError: if there are fewer than 2 validation samples.
        """
        middle = require_whole("n_val", self.n_val, minimum=2) // 2

        def half(rows: slice) -> Dataset:
            def cut(data: Data) -> Data:
                return dataclasses.replace(data, x_val=data.x_val[rows], y_val=data.y_val[rows])

            return Dataset(lambda seed: cut(self.draw(seed)))

        return half(slice(None, middle)), half(slice(middle, None))


def stack_splits(data: Data | Dataset, seeds: Sequence[int]) -> Data:
    """Return the splits of many seeds as one, with the seed as first dimension of every tensor.

    A split that all seeds share is expanded, which takes no memory.

    Args:
        data: what the seeds draw their splits from.
        seeds: R seeds.

    Returns:
        Data whose ``x_train`` has shape ``(R, n_train, features)``, and so on.
    """
    splits = [data.split(seed) for seed in seeds]
    shared = all(split is splits[0] for split in splits)

    def stack(name: str) -> torch.Tensor:
        parts = [getattr(split, name) for split in splits]
        return parts[0].expand(len(parts), *parts[0].shape) if shared else torch.stack(parts)

    return Data(
        stack("x_train"), stack("y_train"), stack("x_val"), stack("y_val"), splits[0].n_classes
    )
