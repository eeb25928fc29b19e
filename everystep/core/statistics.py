"""Means, shares, intervals and paired differences over seeds."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from scipy.special import ndtri, stdtrit


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

    def percent(self) -> Self:
        """Return the same estimate in percent: values, mean and interval times 100."""
        return replace(
            self,
            values=100 * self.values,
            mean=100 * self.mean,
            low=100 * self.low,
            high=100 * self.high,
        )

    def in_words(self) -> tuple[str, str, str]:
        """Return mean, low and high, with as many digits as the interval's width can bear."""
        width = self.high - self.low
        return _rounded(self.mean, width), _rounded(self.low, width), _rounded(self.high, width)

    def __str__(self) -> str:
        mean, low, high = self.in_words()
        return f"{mean} (95% interval {low} to {high}, n = {self.n})"


def _rounded(value: float, width: float) -> str:
    """Return a number as text, down to the second digit of half an interval's width."""
    if not 0 < width < math.inf:
        return f"{value:.4g}"
    decimals = max(0, 1 - math.floor(math.log10(width / 2)))
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"  # + 0.0: no "-0"


class Proportion(Estimate):
    """The share of seeds in which something happened, with its 95% interval.

    ``values`` are 1 where it happened and 0 where it did not (100 and 0 in percent); ``mean`` is
    the share.
    """

    @property
    def count(self) -> int:
        """The number of seeds in which it happened."""
        return int(np.count_nonzero(self.values))


@dataclass(frozen=True, eq=False)
class Difference(Estimate):
    """A mean difference of pairs, and how often the first of a pair is above the second.

    A mean hides single runs that fail; the share of pairs shows them (Bouthillier et al. 2021,
    "Accounting for variance in machine learning benchmarks", arXiv 2103.03098).

    Attributes:
        p_above: P(first > second), the share of pairs in which the first is higher, between 0 and
            1; a tie counts half.
        p_low: lower end of the 95% interval of ``p_above``, as ``proportion`` gives it.
        p_high: upper end of that interval.
    """

    p_above: float
    p_low: float
    p_high: float


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


def proportion(values: Sequence[float] | Sequence[bool] | np.ndarray) -> Proportion:
    """Return the share of seeds in which something happened, and its 95% interval.

    The interval is Wilson's, which stays within 0 and 1 and has a width also where all values are
    equal (Wilson 1927, "Probable inference, the law of succession, and statistical inference").

    Args:
        values: shape ``(n,)`` with n of at least 2, 1 or True where it happened, 0 or False where
            it did not, one value a seed.

    Raises:
        ValueError: if ``values`` is not one-dimensional, has fewer than 2 entries, or has others
            than 0 and 1.
    """
    array = _checked(values)
    others = array[(array != 0) & (array != 1)]
    if len(others):
        raise ValueError(f"values must be 0 or 1, or False or True, got {others[0]:g}")
    share = float(array.mean())
    return Proportion(array, share, *_wilson(share, len(array)))


def _wilson(share: float, n: int) -> tuple[float, float]:
    z = float(ndtri(0.975))
    middle = share + z**2 / (2 * n)
    half = z * float(np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)))
    low, high = (middle - half) / (1 + z**2 / n), (middle + half) / (1 + z**2 / n)
    # Exact at the ends, where rounding would leave 1e-17 or 1.0000000000000002.
    return (0.0 if share == 0 else low), (1.0 if share == 1 else high)


def difference(first: Sequence[float], second: Sequence[float]) -> Difference:
    """Return the estimate of ``first - second``, paired by seed, and how often it is positive.

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
    paired = estimate(_checked(first, "first") - _checked(second, "second"))
    p_above = float(np.mean((np.sign(paired.values) + 1) / 2))
    return Difference(
        paired.values, paired.mean, paired.low, paired.high, p_above, *_wilson(p_above, paired.n)
    )


def verdict(effect: Estimate, least: float) -> str:
    """Return what an interval says of the claim that an effect is at least as large as ``least``.

    Args:
        effect: the effect, above 0 where it goes the way that is claimed.
        least: the smallest effect of which the claim would be true, above 0.

    Returns:
        "holds" if all of the interval is at least as large; "partly" if none of it is, but all is
        above 0; "does not" if none of it is, and not all is above 0; "unclear" else.
    """
    if effect.low >= least:
        return "holds"
    if effect.high >= least:
        return "unclear"
    return "partly" if effect.low > 0 else "does not"


def verdict_within(effect: Estimate, most: float) -> str:
    """Return what an interval says of the claim that an effect is at most ``most``, either way.

    Args:
        effect: the effect, of which the claim says that it is next to nothing.
        most: the largest effect of which the claim would be true, above 0.

    Returns:
        "holds" if all of the interval lies within ``most`` of 0; "does not" if none of it does;
        "unclear" else.
    """
    if -most <= effect.low and effect.high <= most:
        return "holds"
    return "does not" if effect.low > most or effect.high < -most else "unclear"


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


def _checked(values: Sequence[float] | np.ndarray, name: str = "values") -> np.ndarray:
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a list of at least 2 numbers, got {values!r}") from None
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(f"{name} must be a list of at least 2 numbers, got shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got NaN or infinity among them")
    return array
