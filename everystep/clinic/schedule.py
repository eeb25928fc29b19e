"""Which schedule the recorded rates follow, how long it warms up, and where it would end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from everystep.clinic.run_log import Curve

UNKNOWN = "unknown"
FALLING = "falling"  # in no shape that is known here
SAME = 2e-3  # of the peak: so far apart, rates count as equal
FITS = 0.01  # of the peak: so far from the rates, a shape counts as theirs
LEAST_RECORDS = 3
MOST_FITTED = 500  # records to which shapes are fitted
ONE_OFF = 1.5  # updates: a record may hold the rate of the update before it, or after
LEAST_OF_EPOCH = 100  # updates, so that few horizons are so near the end of an epoch by chance
# How much longer than the log a cosine may be, in so many trials.
LONGEST, TRIALS = 30.0, 300


@dataclass(frozen=True)
class RateSchedule:
    """A schedule, as far as the rates give it away.

    Attributes:
        kind: ``"constant"``, ``"linear"``, ``"cosine"``, ``"exponential"``, ``"inverse square
            root"``, ``"step"``, ``"plateau"``, ``"one-cycle"``, ``"constant, then cooldown"``,
            ``"restarts"``, ``"falling"`` or ``"unknown"``.
        unit: what ``warmup``, ``horizon`` and ``cuts`` count, ``"updates"`` or ``"epochs"``.
        peak: the highest rate.
        left: the last rate, as a fraction of the peak.
        every: the usual distance of two records.
        warmup: where the rate reaches its peak; 0 without a warm-up.
        horizon: where the fall would end, or None if the shape has no end.
        floor: the rate at the horizon, as a fraction of the peak.
        cuts: where the rate is cut, for ``"step"`` and ``"plateau"``.
    """

    kind: str
    unit: str
    peak: float = 0.0
    left: float = 1.0
    every: float = 0.0
    warmup: float = 0.0
    horizon: float | None = None
    floor: float = 0.0
    cuts: tuple[float, ...] = ()

    @property
    def falls(self) -> bool:
        """Whether the rate goes down in the end."""
        return self.kind not in (UNKNOWN, "constant")

    @property
    def mostly_unseen(self) -> bool:
        """Whether the log has less than half of the fall.

        Along a line or half a cosine, the horizon then lies more than twice as far from the peak as
        the last record, and all that is known of what comes between is the shape that was fitted.
        """
        return self.left - self.floor > (1 - self.floor) / 2 + SAME


def recognize(curves: Sequence[Curve]) -> RateSchedule:
    """Return the schedule of recorded rates.

    Args:
        curves: the rates of all groups of parameters, or none. Of groups that do not go alike, the
            one that begins lowest counts: others warm up from above.
    """
    if not curves:
        return RateSchedule(UNKNOWN, "updates")
    curve = min((_usable(curve) for curve in curves), key=_lowest_beginning)
    unit = "epochs" if curve.steps is None else "updates"
    if len(curve) < LEAST_RECORDS:
        return RateSchedule(UNKNOWN, unit)
    peak = float(curve.values.max())
    x, y = curve.x, curve.values / peak
    top = int(np.argmax(y >= 1 - SAME))
    every = float(np.median(np.diff(x)))
    found = RateSchedule(UNKNOWN, unit, peak=peak, left=float(y[-1]), every=every)
    if (np.diff(y[: top + 1]) < -SAME).any() or _rises_again(y[top:]):
        return replace(found, kind="restarts")
    rounded = _are_rounded(curve.values)
    if top:
        found = replace(found, warmup=float(x[top]))
        if top == len(y) - 1 or (rounded and (y[top:] >= 1 - SAME).all() and _goes_on(y)):
            return found  # it has not stopped rising
    found = _fall(found, x[top:], y[top:], rounded)
    rise = x[top] / (found.horizon or x[-1])
    if found.kind == "cosine" and rise > 0.05 and _rises_along_a_cosine(x[: top + 1], y[: top + 1]):
        return replace(found, kind="one-cycle")
    return found


def describe(
    schedule: RateSchedule, planned: float | None = None, per_epoch: float | None = None
) -> str:
    """Return a schedule in words.

    Args:
        schedule: a schedule.
        planned: updates that were planned, if known.
        per_epoch: updates of an epoch, if known.
    """
    if schedule.kind == UNKNOWN:
        if not schedule.peak:
            return "unknown, for the log has no rates, or too few"
        return f"unknown: still rising when the log ends, at {schedule.peak:.3g}"
    unit = schedule.unit
    words = {
        "constant": f"constant at {schedule.peak:.3g}",
        "step": f"cut in steps, from {schedule.peak:.3g}",
        "plateau": f"cut at unequal distances from {schedule.peak:.3g}, as on a plateau or by hand",
        "restarts": f"falling and rising again, below {schedule.peak:.3g}",
        FALLING: f"falling from {schedule.peak:.3g}, in a shape that few records do not show",
    }.get(schedule.kind, f"{schedule.kind}, from {schedule.peak:.3g}")
    if schedule.warmup:
        words += f", after a warm-up of about {_amount(schedule.warmup)} {unit}"
    if schedule.cuts:
        words += f", at {', '.join(_amount(cut) for cut in schedule.cuts[:6])} {unit}"
    if schedule.horizon is not None:
        end = "0" if schedule.floor < SAME else f"{schedule.floor:.0%} of the peak"
        words += f", to {end} at {_horizon(schedule, schedule.horizon, planned, per_epoch)}"
    if schedule.falls:
        words += f"; it ends at {schedule.left:.1%} of the peak"
    return words


def _horizon(
    schedule: RateSchedule, horizon: float, planned: float | None, per_epoch: float | None
) -> str:
    """Return where a fall ends, in words."""
    end = _planned_end(schedule, horizon, planned, per_epoch)
    if end is not None:
        return f"{_amount(end)} {schedule.unit}"
    words = f"about {_amount(horizon)} {schedule.unit}"
    if schedule.mostly_unseen:
        words += " if the fall, of which the log shows less than half, goes on like this"
    return words


def _planned_end(
    schedule: RateSchedule, horizon: float, planned: float | None, per_epoch: float | None
) -> float | None:
    """Return the end that a horizon was planned for, or None if none is that near.

    Without a plan that is the end of an epoch, if rates were recorded within epochs: of one rate an
    epoch, nobody knows whether it came before the epoch or after it.
    """
    each = 1.0 if schedule.unit == "updates" else per_epoch  # updates
    if not each:
        return None
    end, finest = planned, max(LEAST_OF_EPOCH, 2 * schedule.every * each)
    if not planned and per_epoch and per_epoch >= finest and not schedule.mostly_unseen:
        end = per_epoch * round(horizon * (each / per_epoch))
    return end / each if end and abs(horizon * each - end) <= ONE_OFF else None


def _amount(count: float) -> str:
    return f"{count:,.0f}" if count >= 100 else f"{count:.3g}"


def _usable(curve: Curve) -> Curve:
    """Return a curve of positive or zero rates, one a moment."""
    curve = curve.finite
    keep = np.append(np.diff(curve.x) > 0, True)[: len(curve)] & (curve.values >= 0)
    if not keep.any() or curve.values[keep].max() == 0:
        keep[:] = False
    return curve.at(keep)


def _lowest_beginning(curve: Curve) -> tuple[float, float]:
    """Return where rates begin, as a fraction of their peak; of equals, the highest go first."""
    if not len(curve):
        return np.inf, 0.0
    peak = float(curve.values.max())
    return round(float(curve.values[0]) / peak, 2), -peak


def _rises_again(y: np.ndarray) -> bool:
    """Return whether rates rise after they had fallen, by more than trifles."""
    return bool((y - np.minimum.accumulate(y) > 10 * SAME).any())


def _are_rounded(rates: np.ndarray) -> bool:
    """Return whether rates were written with so few decimals that they change by the last alone."""
    changes = np.abs(np.diff(rates))
    changes = changes[changes > 0]
    if len(changes) < LEAST_RECORDS:
        return False
    digits = np.log10(changes.min())
    return bool(np.ptp(changes) < 0.01 * changes.min() and abs(digits - round(digits)) < 1e-3)


def _goes_on(y: np.ndarray) -> bool:
    """Return whether the last of the rounded rates stands no longer than the longest before it."""
    lengths = np.diff(np.flatnonzero(np.diff(y, prepend=np.nan, append=np.nan) != 0))
    return len(lengths) > 1 and bool(lengths[-1] <= lengths[:-1].max())


def _rises_along_a_cosine(x: np.ndarray, y: np.ndarray) -> bool:
    """Return whether a rise follows half a cosine and not a line; few records tell nothing."""
    if len(x) < 5:
        return False
    done = (x - x[0]) / (x[-1] - x[0])
    curved = y[0] + (1 - y[0]) * (1 - np.cos(np.pi * done)) / 2
    straight = y[0] + (1 - y[0]) * done
    return bool(np.abs(y - curved).max() < np.abs(y - straight).max())


def _fall(found: RateSchedule, x: np.ndarray, y: np.ndarray, rounded: bool) -> RateSchedule:
    """Complete a schedule by what comes after its warm-up, which begins at its peak.

    Rounded rates go down in steps that are none of the schedule.
    """
    if y.max() - y.min() < SAME:
        return replace(found, kind="constant")
    cuts = None if rounded else _cuts(x, y)
    if cuts is not None:
        distances = np.diff(cuts)
        even = len(cuts) < 3 or np.ptp(distances) <= 1.5 * np.diff(x).max()
        first = cuts[0] - (x[0] if found.warmup else 0)
        if len(cuts) == 2:
            even = abs(distances[0] - first) <= 1.5 * np.diff(x).max()
        return replace(found, kind="step" if even else "plateau", cuts=tuple(map(float, cuts)))
    if found.warmup and len(x) > LEAST_RECORDS:
        x, y = x[1:], y[1:]  # the record at which it ends may lie before the peak
    if len(x) < LEAST_RECORDS:
        return replace(found, kind=FALLING)
    some = np.unique(np.linspace(0, len(x) - 1, MOST_FITTED).astype(int))
    x, y = x[some], y[some]
    fits = {kind: fit(x, y) for kind, fit in SHAPES.items()}
    kind = min(fits, key=lambda kind: fits[kind].error)
    if kind != "linear" and fits["linear"].error < SAME:
        kind = "linear"
    if fits[kind].error > FITS:
        kind, fits = "constant, then cooldown", {"constant, then cooldown": _cooldown(x, y)}
    fit = fits[kind]
    if fit.error > FITS or (len(x) == LEAST_RECORDS and found.warmup):
        return replace(found, kind=FALLING)
    if not found.warmup and fit.start > 1:  # the first record is not the first update
        found = replace(found, peak=found.peak * fit.start, left=found.left / fit.start)
    return replace(found, kind=kind, horizon=fit.horizon, floor=fit.floor)


@dataclass(frozen=True)
class _Fit:
    """How far a shape is from the rates at most, where it ends, and the rate of its start."""

    error: float
    horizon: float | None = None
    floor: float = 0.0
    start: float = 1.0


NO_FIT = _Fit(np.inf)


def _cuts(x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """Return the moments of the first records after each cut, if the rate goes down in steps.

    Two records, which differ once whatever the shape, do not tell.
    """
    if len(y) < LEAST_RECORDS:
        return None
    changes = np.flatnonzero(np.abs(np.diff(y)) > 1e-4 * y[:-1] + 1e-12) + 1
    apart = np.diff(changes).min(initial=len(y)) > 1
    return x[changes] if apart and 0 < len(changes) < max(2, len(y) / 4) else None


def _linear(x: np.ndarray, y: np.ndarray) -> _Fit:
    slope, start = np.polyfit(x, y, 1)
    if slope >= 0:
        return NO_FIT
    error = float(np.abs(start + slope * x - y).max())
    return _Fit(error, float(-start / slope), start=float(start))


def _cosine(x: np.ndarray, y: np.ndarray) -> _Fit:
    """Fit half a cosine to 0 of any length, or one to any floor that ends within the log.

    Of a cosine that is cut off, length and floor can not both be told.
    """
    span = x[-1] - x[0]
    lengths = span * np.geomspace(0.5, LONGEST, TRIALS)
    fits = []
    # A record or two before the first, if that was the end of a warm-up.
    for begin in (*(x[0] - np.arange(3) * (x[1] - x[0])), 0.0):
        for length in lengths:
            shape = (1 + np.cos(np.pi * np.clip((x - begin) / length, 0, 1))) / 2
            if not shape.any():
                continue
            end = float(begin + length)
            top = float(shape @ y / (shape @ shape))
            fits.append(_Fit(float(np.abs(top * shape - y).max()), end, start=top))
            if end <= x[-1] + 0.05 * span:
                terms = np.stack([shape, 1 - shape], axis=1)
                (top, floor), *_ = np.linalg.lstsq(terms, y, rcond=None)
                error = float(np.abs(terms @ [top, floor] - y).max())
                if top > floor > FITS:
                    fits.append(_Fit(error, end, float(floor), float(top)))
    return min(fits, key=lambda fit: fit.error)


def _logarithmic(clock: Callable[[np.ndarray], np.ndarray], slope: float | None) -> Callable:
    """Return a fit of rates whose logarithm is a line over a clock."""

    def fit(x: np.ndarray, y: np.ndarray) -> _Fit:
        if (y <= 0).any() or (x <= 0).any():
            return NO_FIT
        times, logs = clock(x), np.log(y)
        found, start = np.polyfit(times, logs, 1)
        if slope is not None and abs(found - slope) > 0.05:
            return NO_FIT
        return _Fit(float(np.abs(np.exp(start + found * times) - y).max()))

    return fit


def _cooldown(x: np.ndarray, y: np.ndarray) -> _Fit:
    """Fit rates that stay for at least a fifth of the time and then fall along a line."""
    falling = int(np.argmax(y < y[0] - SAME))
    stays = (x[falling - 1] - x[0]) / (x[-1] - x[0])
    if falling < 2 or stays < 0.2 or len(x) - falling < 2:
        return NO_FIT
    return _linear(x[falling:], y[falling:])


SHAPES: dict[str, Callable[[np.ndarray, np.ndarray], _Fit]] = {
    "linear": _linear,
    "cosine": _cosine,
    "exponential": _logarithmic(lambda x: x, None),
    "inverse square root": _logarithmic(np.log, -0.5),
}
