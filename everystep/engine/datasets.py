"""The data sets of the course. Each comes with a package or with this one: none is downloaded."""

import functools
from dataclasses import replace
from pathlib import Path

import torch

from everystep.core.bundled import read_table
from everystep.core.digits import images_and_labels
from everystep.core.seeds import derive
from everystep.core.signals import signals_and_labels
from everystep.core.validation import require_whole
from everystep.engine.data import Data, Dataset

STRETCH = 16  # windows of text that stay together
TEXT = Path(__file__).parent / "text" / "python-topics.txt"


def digits(n_train: int = 1437, n_val: int = 360) -> Dataset:
    """Return scikit-learn's handwritten digits: 8×8 gray images, 10 classes, 1,797 samples.

    Pixels are divided by 16, their largest value, so that features lie between 0 and 1. Which
    samples go into which part, every seed draws for itself.

    Args:
        n_train: number of training samples.
        n_val: number of validation samples.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or both together exceed 1,797.
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    x, y = map(torch.from_numpy, images_and_labels())
    return _drawn_from(x, y, n_train, n_val, n_classes=10)


def mnist1d(n_train: int = 4096, n_val: int = 1024) -> Dataset:
    """Return MNIST-1D: signals of 40 values, 10 classes, from one pool of 6,000 samples.

    Which samples go into which part, every seed draws for itself.

    Args:
        n_train: number of training samples.
        n_val: number of validation samples.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or both together exceed 6,000.
    """
    x, y = map(torch.from_numpy, signals_and_labels())
    return _drawn_from(x, y, n_train, n_val, n_classes=10)


def breast_cancer(n_train: int = 384, n_val: int = 185) -> Dataset:
    """Return scikit-learn's breast cancer table: 30 features, 2 classes, 569 samples.

    Each seed draws which samples go into which part, and subtracts from every feature its mean over
    the training part and divides by its standard deviation there, so that nothing of the validation
    part is known in training.

    Args:
        n_train: number of training samples.
        n_val: number of validation samples.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or both together exceed 569.
        ModuleNotFoundError: if scikit-learn is not installed.
    """
    table = torch.from_numpy(read_table("breast_cancer.csv", heading_lines=1))
    drawn = _drawn_from(table[:, :-1], table[:, -1].long(), n_train, n_val, n_classes=2)
    return Dataset(lambda seed: _standardized(drawn.split(seed)))


def characters(n_train: int = 4096, n_val: int = 1024, context: int = 32) -> Dataset:
    """Return windows of English text, in which each character is to be predicted from those before.

    The text is a part of Python's documentation, of 203,488 characters, cut into windows of
    ``context + 1``. A sample's features are the numbers of a window's first ``context`` characters,
    and its labels those of the characters that follow each: ``y_train`` has shape
    ``(n_train, context)``. No window shares a character with another, and windows that stand side
    by side in the text stay together, 16 at a time, when a seed draws which go into which part; so
    the two parts come from different stretches of text.

    Args:
        n_train: number of training windows.
        n_val: number of validation windows.
        context: characters that a window has as features.

    Raises:
        ValueError: if a size is not a whole number of at least 1, or the text has fewer windows
            than ``n_train + n_val``.
    """
    numbers, n_classes = _text()
    size = require_whole("context", context, minimum=1, maximum=len(numbers) // STRETCH - 1) + 1
    stretches = numbers.unfold(0, STRETCH * size, STRETCH * size).view(-1, STRETCH, size)
    _check_sizes(n_train, n_val, stretches.shape[0] * STRETCH)

    def draw(seed: int) -> Data:
        windows = stretches[_order(len(stretches), seed)].flatten(0, 1)
        # From both ends, so that a stretch is divided only if nearly all are used.
        train, val = windows[:n_train], windows[-n_val:]
        x_train, x_val = (part[:, :-1].float() for part in (train, val))
        return Data(x_train, train[:, 1:], x_val, val[:, 1:], n_classes)

    return Dataset(draw)


@functools.cache
def _text() -> tuple[torch.Tensor, int]:
    """Return the text's characters as numbers, int64, and how many different ones there are."""
    text = TEXT.read_text(encoding="utf-8")
    number = {character: n for n, character in enumerate(sorted(set(text)))}
    return torch.tensor([number[character] for character in text]), len(number)


def _drawn_from(
    x: torch.Tensor, y: torch.Tensor, n_train: int, n_val: int, n_classes: int
) -> Dataset:
    """Return the data set whose parts each seed draws from all samples."""
    _check_sizes(n_train, n_val, len(x))

    def draw(seed: int) -> Data:
        order = _order(len(x), seed)
        train, val = order[:n_train], order[n_train : n_train + n_val]
        return Data(x[train], y[train], x[val], y[val], n_classes)

    return Dataset(draw)


def _check_sizes(n_train: int, n_val: int, available: int) -> None:
    for name, size in (("n_train", n_train), ("n_val", n_val)):
        require_whole(name, size, minimum=1)
    if n_train + n_val > available:
        raise ValueError(
            f"n_train + n_val must be at most {available}, the size of the data set, "
            f"got {n_train + n_val}"
        )


def _order(n: int, seed: int) -> torch.Tensor:
    """Return the numbers below ``n`` in the order in which a seed draws its split from them."""
    return torch.randperm(n, generator=torch.Generator().manual_seed(derive(seed, "split")))


def _standardized(data: Data) -> Data:
    """Return the features, measured in standard deviations from the mean of the training part."""
    mean = data.x_train.mean(0)
    deviation = data.x_train.std(0, correction=0)
    deviation[deviation == 0] = 1  # a feature that is the same everywhere becomes 0
    x_train, x_val = ((x - mean).div(deviation).float() for x in (data.x_train, data.x_val))
    return replace(data, x_train=x_train, x_val=x_val)
