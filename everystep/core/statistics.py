"""Means, intervals and paired differences over seeds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit


@dataclass(frozen=True, eq=False)
class Estimate:
    """A mean over seeds with its 95% confidence interval.

    Attributes:
        values: shape ``(n,)``, one value a seed, in the unit of the quantity measured.
        mean: the mean of ``values``.
        low: lower end of the 95% interval of the mean.
        high: upper end of the 95% interval of the mean.
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
        return f"{self.mean:.4g} (95% interval {self.low:.4g} to {self.high:.4g}, n = {self.n})"


def estimate(values: Sequence[float] | np.ndarray) -> Estimate:
    """Return the mean of ``values`` and its 95% interval.

    The interval is Student's: mean ± t(0.975, n − 1) · s / √n, with s the sample standard
    deviation (Student 1908, "The probable error of a mean").

    Args:
        values: shape ``(n,)`` with n of at least 2, finite, one value a seed.

    Raises:
        ValueError: if ``values`` is not one-dimensional, has fewer than 2 entries, or has
            entries that are not finite.
    """
    array = _checked(values)
    low, high = interval(array)
    return Estimate(array, float(array.mean()), float(low), float(high))


def interval(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both ends of ``estimate``'s interval, for many quantities at once.

    Args:
        values: shape ``(n, ...)`` with n of at least 2, the seeds first.

    Returns:
        Two arrays of shape ``(...)``; NaN where a value is not finite.
    """
    n, mean = len(values), values.mean(0)
    half = stdtrit(n - 1, 0.975) * values.std(0, ddof=1) / np.sqrt(n)
    return mean - half, mean + half


def difference(first: Sequence[float], second: Sequence[float]) -> Estimate:
    """Return the estimate of ``first - second``, paired by seed.

    What two runs of one seed share (initial weights, order of the samples) cancels, so the
    interval is narrower than that of two separate means.

    Args:
        first: shape ``(n,)``, one value a seed.
        second: shape ``(n,)``, in the same order of seeds.

    Raises:
        ValueError: if the lengths differ, or as ``estimate``.
    """
    if len(first) != len(second):
        raise ValueError(
            f"first and second must have one value for each of the same seeds, "
            f"got {len(first)} and {len(second)}"
        )
    return estimate(_checked(first) - _checked(second))


def time_to_target(
    clock: np.ndarray, values: np.ndarray, target: float, *, falling: bool = False
) -> np.ndarray:
    """Return when each seed first reaches a target, on any clock.

    Args:
        clock: shape ``(K,)`` or ``(seeds, K)``, the moments of the records: updates, epochs,
            samples or seconds.
        values: shape ``(seeds, K)``, what is to reach the target.
        target: the value to reach.
        falling: whether the target is reached from above, as a loss does.

    Returns:
        Shape ``(seeds,)``, the clock at the first record that reaches the target; infinity for a
        seed that never does.

    Raises:
        ValueError: if the shapes do not match.
    """
    clock, values = np.asarray(clock, dtype=float), np.asarray(values, dtype=float)
    if values.ndim != 2 or clock.shape not in (values.shape, values.shape[1:]):
        raise ValueError(
            f"values must have shape (seeds, K) and clock (K,) or the same, "
            f"got {values.shape} and {clock.shape}"
        )
    reached = values <= target if falling else values >= target
    moments = np.where(reached, np.broadcast_to(clock, values.shape), np.inf)
    first: np.ndarray = moments.min(1)
    return first


def _checked(values: Sequence[float] | np.ndarray) -> np.ndarray:
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(f"values must be a list of at least 2 numbers, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError("values must be finite, got NaN or infinity among them")
    return array
