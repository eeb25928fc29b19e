"""The shapes along which rates fall, and how near recorded rates are to each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

SAME = 2e-3  # of the peak: so far apart, rates count as equal
FITS = 0.01  # of the peak: so far from the rates, a shape counts as theirs
# How much longer than the log a cosine may be, in so many trials.
LONGEST, TRIALS = 100.0, 390
ROUNDS = 300  # of the search around the best of them
AROUND = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
FINEST = 1e-6  # of its length: so little, and it ends
NEAREST = 1e-14  # of the peak, squared: so near, and nothing nearer is looked for
EXACT = 1e-4  # of the peak: so near, and three records are on a line
NEARER = 0.99999  # times as far, in squares: less is the rounding of sums
LEAST_OF_TAIL = 5  # records, of which one shape is recognized if others before it do not fit


@dataclass(frozen=True)
class Line:
    """Rates along a line: that at 0, and what is added a moment."""

    start: float
    slope: float = 0.0


@dataclass(frozen=True)
class Fit:
    """How far a shape is from the rates at most, where it ends, and the rate of its start.

    ``level`` is how it goes at its beginning, if that is nearly a line, and ``begin`` is where that
    lies.
    """

    error: float
    horizon: float | None = None
    floor: float = 0.0
    start: float = 1.0
    level: Line | None = None
    begin: float = 0.0


NO_FIT = Fit(np.inf)


def best_fit(x: np.ndarray, y: np.ndarray, straight: float = SAME) -> tuple[str, Fit]:
    """Return the shape that is nearest to the rates; a line, if it is nearer than ``straight``."""
    fits = {kind: fit(x, y) for kind, fit in SHAPES.items()}
    kind = min(fits, key=lambda kind: fits[kind].error)
    if kind != "linear" and fits["linear"].error < straight:
        kind = "linear"
    if fits[kind].error > FITS:
        return "constant, then cooldown", _cooldown(x, y)
    return kind, fits[kind]


def fit_of_a_tail(x: np.ndarray, y: np.ndarray) -> tuple[str, Fit] | None:
    """Return the line along which rates go from above half of the peak on.

    A warm-up that is multiplied by the schedule, as Ultralytics' is, bends what comes before.
    """
    for first in range(1, len(x) - LEAST_OF_TAIL + 1):
        if y[first] < 0.5:
            return None
        if (fit := _linear(x[first:], y[first:])).error < SAME:
            return "linear", fit
    return None


def _linear(x: np.ndarray, y: np.ndarray) -> Fit:
    slope, start = np.polyfit(x, y, 1)
    if slope >= 0:
        return NO_FIT
    error = float(np.abs(start + slope * x - y).max())
    line = Line(float(start), float(slope))
    return Fit(error, float(-start / slope), start=float(start), level=line)


def _cosine(x: np.ndarray, y: np.ndarray) -> Fit:
    """Fit half a cosine to 0 of any length, or one to any floor that ends within the log.

    Of a cosine that is cut off, length and floor can not both be told.
    """
    to_0, to_a_floor = _refined(x, y, floored=False), _refined(x, y, floored=True)
    return (to_a_floor if to_a_floor.squares < NEARER * to_0.squares else to_0).fit


def _refined(x: np.ndarray, y: np.ndarray, floored: bool) -> "_Cosine":
    """Return the best of many cosines, moved until none around it is better."""
    lengths = (x[-1] - x[0]) * np.geomspace(0.5, LONGEST, TRIALS)
    # A record or two before the first, if that was the end of a warm-up.
    begins = (*(x[0] - np.arange(3) * (x[1] - x[0])), 0.0)
    trials = [(begin, length) for begin in begins for length in lengths]
    best = _nearest(x, y, trials, floored)
    along, across = x[1] - x[0], best.length * (lengths[1] / lengths[0] - 1)
    for _ in range(ROUNDS):
        if across < FINEST * best.length or best.squares < NEAREST:
            break
        around = [
            (best.begin + i * along, best.length + j * across)
            for i, j in AROUND
            if best.length + j * across > 0
        ]
        near = _nearest(x, y, around, floored)
        if near.squares < NEARER * best.squares:
            best = near
        else:
            along, across = along / 2, across / 2
    return best


@dataclass(frozen=True)
class _Cosine:
    """Half a cosine that begins somewhere, of some length, and how well it fits."""

    begin: float
    length: float
    squares: float
    fit: Fit


def _nearest(
    x: np.ndarray, y: np.ndarray, trials: Sequence[tuple[float, float]], floored: bool
) -> _Cosine:
    """Return the cosine of given beginnings and lengths that is nearest to the rates."""
    cosines = (_cosine_of(x, y, *trial, floored) for trial in trials)
    return min(cosines, key=lambda cosine: cosine.squares)


def _cosine_of(x: np.ndarray, y: np.ndarray, begin: float, length: float, floored: bool) -> _Cosine:
    none = _Cosine(begin, length, np.inf, NO_FIT)
    shape = (1 + np.cos(np.pi * np.clip((x - begin) / length, 0, 1))) / 2
    end = float(begin + length)
    # A record is often written before its epoch's update of the rate, which ended the fall.
    latest = x[-1] + 1.01 * max(0.05 * (x[-1] - x[0]), x[-1] - x[-2])
    if not shape.any() or (floored and end > latest):
        return none
    top, floor = float(shape @ y / (shape @ shape)), 0.0
    if floored:
        terms = np.stack([shape, 1 - shape], axis=1)
        (high, low), *_ = np.linalg.lstsq(terms, y, rcond=None)
        if not high > low > SAME:
            return none
        top, floor = float(high), float(low)
    off = top * shape + floor * (1 - shape) - y
    fit = Fit(float(np.abs(off).max()), end, floor, top, Line(top), float(begin))
    return _Cosine(begin, length, float(off @ off), fit)


def _logarithmic(clock: Callable[[np.ndarray], np.ndarray], slope: float | None) -> Callable:
    """Return a fit of rates whose logarithm is a line over a clock."""

    def fit(x: np.ndarray, y: np.ndarray) -> Fit:
        if (y <= 0).any() or (x <= 0).any():
            return NO_FIT
        times, logs = clock(x), np.log(y)
        found, start = np.polyfit(times, logs, 1)
        if slope is not None and abs(found - slope) > 0.05:
            return NO_FIT
        return Fit(float(np.abs(np.exp(start + found * times) - y).max()))

    return fit


def _cooldown(x: np.ndarray, y: np.ndarray) -> Fit:
    """Fit rates that stay for at least a fifth of the time and then fall along a line."""
    falling = int(np.argmax(y < y[0] - SAME))
    stays = (x[falling - 1] - x[0]) / (x[-1] - x[0])
    if falling < 2 or stays < 0.2 or len(x) - falling < 2:
        return NO_FIT
    return _linear(x[falling:], y[falling:])


SHAPES: dict[str, Callable[[np.ndarray, np.ndarray], Fit]] = {
    "linear": _linear,
    "cosine": _cosine,
    "exponential": _logarithmic(lambda x: x, None),
    "inverse square root": _logarithmic(np.log, -0.5),
}
