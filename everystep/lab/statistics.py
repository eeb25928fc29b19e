"""Means, intervals and paired differences over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True, eq=False)
class Estimate:
    """A mean over seeds with its 95 % confidence interval.

    Attributes:
        values: shape ``(n,)``, one value a seed, in the unit of the quantity measured.
        mean: the mean of ``values``.
        low: lower end of the 95 % interval of the mean.
        high: upper end of the 95 % interval of the mean.
    """

    values: np.ndarray
    mean: float
    low: float
    high: float

    @property
    def n(self) -> int:
        """The number of values."""
        return len(self.values)

    def __str__(self) -> str:
        return f"{self.mean:.4g} (95 % interval {self.low:.4g} to {self.high:.4g}, n = {self.n})"


def estimate(values: Sequence[float] | np.ndarray) -> Estimate:
    """Return the mean of ``values`` and its 95 % interval.

    The interval is Student's: mean ± t(0.975, n − 1) · s / √n, with s the sample standard
    deviation (Student 1908, "The probable error of a mean").

    Args:
        values: shape ``(n,)`` with n of at least 2, finite, one value a seed.

    Raises:
        ValueError: if ``values`` is not one-dimensional, has fewer than 2 entries, or has
            entries that are not finite.
    """
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(f"values must be a list of at least 2 numbers, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("values must be finite, got NaN or infinity among them")
    mean = array.mean()
    half = stats.t.ppf(0.975, len(array) - 1) * array.std(ddof=1) / np.sqrt(len(array))
    return Estimate(array, float(mean), float(mean - half), float(mean + half))
