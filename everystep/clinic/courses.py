"""How a curve goes: where it starts and ends, its noise, its order.

Curves have noise, and single records are not believed where there are many.
"""

from dataclasses import replace

import numpy as np

from everystep.clinic.run_log import Curve

MOST_BINS = 10
MOST_RECORDS = 1000
ROUNDING = 1e-12  # relative
MOST_LEAPS = 2
LEAP = 2.0  # times the start: so high, and a curve has leaped


def usable(curve: Curve | None) -> Curve | None:
    """Return the finite records of a curve, means of neighbors if there are very many."""
    if curve is None or not len(curve.finite):
        return None
    curve = curve.finite
    parts = np.array_split(np.arange(len(curve)), min(len(curve), MOST_RECORDS))
    last = np.array([part[-1] for part in parts])
    return replace(curve.at(last), values=np.array([curve.values[part].mean() for part in parts]))


def first_level(curve: Curve) -> float:
    """Return the median of a curve's first tenth."""
    return float(np.median(curve.values[: max(1, len(curve) // 10)]))


def start_of(curve: Curve) -> float:
    """Return the median of a curve's first tenth, or its first record if that is higher."""
    return max(first_level(curve), float(curve.values[0]))


def end_of(curve: Curve) -> float:
    """Return the median of a curve's last tenth."""
    return float(np.median(curve.values[-max(1, len(curve) // 10) :]))


def smoothed(values: np.ndarray) -> np.ndarray:
    """Return moving medians over about a tenth of the records; of few records, the values."""
    if len(values) < 10:
        return values
    half = max(1, len(values) // 20)
    padded = np.pad(values, half, mode="symmetric")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)


def noise(values: np.ndarray) -> float:
    """Return the standard deviation of values around a smooth course, from second differences."""
    if len(values) < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(values, 2)))) / (np.sqrt(6) * 0.6745)


def variation(curve: Curve) -> float:
    """Return the range of a curve as a fraction of its highest value."""
    highest = float(curve.values.max())
    return float(np.ptp(curve.values)) / highest if highest > 0 else 0.0


def leap(curve: Curve) -> float:
    """Return how many times its start a curve rose to, if it came back below; 0 if it did not."""
    start, place = start_of(curve), int(np.argmax(curve.values))
    came_back = curve.values[place:].min() <= start
    return float(curve.values[place]) / start if place and start > 0 and came_back else 0.0


def lone_leap(curve: Curve) -> float:
    """Return a curve's leap; 0 if it rose so far again and again, as a batch of each epoch may."""
    so_high = curve.values > LEAP * start_of(curve)
    times = int((np.diff(so_high.astype(int), prepend=0) > 0).sum())
    return leap(curve) if times <= MOST_LEAPS else 0.0


def fall_at_the_end(curve: Curve) -> float:
    """Return by what part of itself the last tenth of a curve lies below the tenth before it.

    Of fewer records than 20 nothing is known: infinity.
    """
    tenth = len(curve) // 10
    if tenth < 2:
        return np.inf
    end = end_of(curve)
    return float(np.median(curve.values[-2 * tenth : -tenth])) / end - 1 if end > 0 else np.inf


def level(curve: Curve, x: float) -> tuple[float, float]:
    """Return the mean of the tenth of a curve's records that are nearest, and its standard error.

    Single batches have skewed losses, of which the mean says more than the median.
    """
    near = np.argsort(np.abs(curve.x - x), kind="stable")[: max(1, len(curve) // 10)]
    return float(curve.values[near].mean()), float(curve.values[near].std() / np.sqrt(len(near)))


def falls_in_order(values: np.ndarray) -> float:
    """Return how far values only fall: 1 if they do, −1 if they only rise, 0 without order.

    Of many values, means of neighbors are compared, each with each that comes later (Kendall 1938,
    "A new measure of rank correlation").
    """
    if len(values) < 2:
        return 0.0
    means = [part.mean() for part in np.array_split(values, min(len(values), MOST_BINS))]
    later, earlier = np.meshgrid(means, means)
    # Means of equal values may differ in their last digits.
    falls = np.where(np.abs(earlier - later) > ROUNDING * np.abs(earlier), earlier - later, 0)
    return float(np.sign(falls)[np.triu(np.ones_like(later, bool), 1)].mean())
