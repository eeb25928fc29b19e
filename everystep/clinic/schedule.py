"""Which schedule the recorded rates follow, how long it warms up, and where it would end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from everystep.clinic.run_log import Curve
from everystep.clinic.shapes import EXACT, FITS, SAME, Fit, Line, best_fit, fit_of_a_tail

UNKNOWN = "unknown"
FALLING = "falling"  # in no shape that is known here
LEAST_RECORDS = 3
LEAST_OF_BEGINNING, LEAST_OF_SHAPE = 4, 6
LEAST_BEGIN = 3.0  # updates; less is the rate of an update before the record, or after
MOST_FITTED = 500  # records to which shapes are fitted
ONE_OFF = 1.5  # updates: a record may hold the rate of the update before it, or after
LEAST_OF_EPOCH = 100  # updates, so that few horizons are so near the end of an epoch by chance
NEARER = 0.75  # as far from half a cosine as from a line: the last record may lie in the bend
ROUND = 4e-3  # relative: so near to two digits, a rate is round
MOST_CUTS = 8  # that are told


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
    curve = rate_that_counts(curves)
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
    found, level = _fall(found, x[top:], y[top:], rounded)
    rising = x[: top + 1], y[: top + 1]
    rise = x[top] / (found.horizon or x[-1])
    if found.kind == "cosine" and rise > 0.05 and _rises_along_a_cosine(*rising):
        return replace(found, kind="one-cycle")
    # A record of an epoch stands for all its updates.
    if not top or level is None or unit == "epochs":
        return found
    return _meet(found, *rising, float(x[min(top + 1, len(x) - 1)]), level)


def rate_that_counts(curves: Sequence[Curve]) -> Curve:
    """Return the rates by which a schedule is recognized, one a moment."""
    return min((_usable(curve) for curve in curves), key=_lowest_beginning)


def describe(
    schedule: RateSchedule, planned: float | None = None, per_epoch: float | None = None
) -> str:
    """Return a schedule in words.

    Args:
        schedule: a schedule.
        planned: updates that were planned, if known.
        per_epoch: updates of an epoch, if known.
    """
    unit = schedule.unit
    if schedule.kind == UNKNOWN:
        if not schedule.peak:
            return "unknown, for the log has no rates, or too few"
        return (
            f"still rising when the log ends, at {schedule.peak:.3g}, as in a warm-up of at least "
            f"{_amount(schedule.warmup)} {unit}; what was to follow is unknown"
        )
    words = {
        "constant": f"constant at {schedule.peak:.3g}",
        "step": f"cut in steps, from {schedule.peak:.3g}",
        "plateau": f"cut at unequal distances from {schedule.peak:.3g}, as on a plateau or by hand",
        "restarts": f"falling and rising again, below {schedule.peak:.3g}",
        FALLING: f"falling from {schedule.peak:.3g}, in a shape that is not known here or that "
        "the records are too few for",
    }.get(schedule.kind, f"{schedule.kind}, from {schedule.peak:.3g}")
    if schedule.warmup:
        words += f", after a warm-up of about {_amount(schedule.warmup)} {unit}"
    if schedule.cuts:
        cuts = ", ".join(_amount(cut) for cut in schedule.cuts[:MOST_CUTS])
        more = f" and {len(schedule.cuts) - MOST_CUTS} more" * (len(schedule.cuts) > MOST_CUTS)
        epochs = "epoch" if len(schedule.cuts) == 1 else "epochs"
        seen, on = (f"from {epochs}", "on") if unit == "epochs" else ("first seen at", unit)
        words += f", {seen} {cuts}{more} {on}"
    if schedule.horizon is not None:
        digits = 0 if schedule.floor > FITS else 1
        end = "0" if schedule.floor < SAME else f"{schedule.floor:.{digits}%} of the peak"
        words += f", to {end} at {_horizon(schedule, schedule.horizon, planned, per_epoch)}"
    if schedule.falls:
        words += f"; the last record is at {schedule.left:.1%} of the peak"
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
    return bool(np.abs(y - curved).max() < NEARER * np.abs(y - straight).max())


def _meet(
    found: RateSchedule, x: np.ndarray, y: np.ndarray, after: float, level: Line
) -> RateSchedule:
    """Return the schedule with a warm-up that ends where the rise and what follows it meet.

    Args:
        found: the schedule, with a warm-up to its highest record.
        x: moments of the records up to that.
        y: their rates, as fractions of the highest.
        after: the moment of the record after that.
        level: what follows the warm-up, near to its beginning.
    """
    # One record of the rise has to do, if it began at 0.
    slope = (y[-2] - y[0]) / (x[-2] - x[0]) if len(x) > 2 else y[0] / x[0] if x[0] > 0 else 0.0
    if slope <= level.slope:
        return found
    meeting = (level.start - y[0] + slope * x[0]) / (slope - level.slope)
    if not x[-2] <= meeting <= after:
        return found
    top = max(1.0, level.start + level.slope * meeting)
    return replace(
        found, warmup=float(meeting), peak=float(found.peak * top), left=float(found.left / top)
    )


def _fall(
    found: RateSchedule, x: np.ndarray, y: np.ndarray, rounded: bool
) -> tuple[RateSchedule, Line | None]:
    """Complete a schedule by what comes after its warm-up, which begins at its peak.

    Rounded rates go down in steps that are none of the schedule.

    Returns:
        The schedule, and how it goes on after its warm-up, if that is known.
    """
    if y.max() - y.min() < SAME:
        begun = _begins_to_fall(x, y)
        if begun is None:
            return replace(found, kind="constant"), Line(1.0)
        return replace(found, kind=begun[0], horizon=begun[1]), Line(1.0)
    cuts = None if rounded else _cuts(x, y)
    if cuts is not None:
        distances = np.diff(cuts)
        even = len(cuts) < 3 or np.ptp(distances) <= 1.5 * np.diff(x).max()
        first = cuts[0] - (x[0] if found.warmup else 0)
        if len(cuts) == 2:
            even = abs(distances[0] - first) <= 1.5 * np.diff(x).max()
        kind = "step" if even else "plateau"
        return replace(found, kind=kind, cuts=tuple(map(float, cuts))), Line(1.0)
    several = len(x) > LEAST_RECORDS
    if found.warmup and several:
        x, y = x[1:], y[1:]  # the record at which it ends may lie before the peak
    if len(x) < LEAST_RECORDS:
        return replace(found, kind=FALLING), None
    x, y = _thinned(x, y)
    kind, fit = best_fit(x, y)
    # Of three records after a warm-up only a line is believed; of less than two falls, nothing.
    is_line = several and kind == "linear" and fit.error < EXACT
    few = len(x) == LEAST_RECORDS and found.warmup and not is_line
    if fit.error > FITS or few or (np.abs(np.diff(y)) > SAME * np.ptp(y)).sum() < 2:
        tail = fit_of_a_tail(x, y) if found.warmup else None
        if tail is None:
            return replace(found, kind=FALLING), None
        return replace(found, kind=tail[0], horizon=tail[1].horizon, floor=tail[1].floor), None
    if not found.warmup and fit.start > 1:  # the first record is not the first update
        start = _start_of_a_run(found, fit)
        found = replace(found, peak=found.peak * start, left=found.left / start)
    if kind == "cosine" and not found.warmup and fit.begin > max(LEAST_BEGIN, found.every / 20):
        found = replace(found, warmup=fit.begin)
    return replace(found, kind=kind, horizon=fit.horizon, floor=fit.floor), fit.level


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return as many of the records as shapes are fitted to, the first and the last among them."""
    some = np.unique(np.linspace(0, len(x) - 1, MOST_FITTED).astype(int))
    return x[some], y[some]


def _begins_to_fall(x: np.ndarray, y: np.ndarray) -> tuple[str, float | None] | None:
    """Return the shape and the end of a fall of which so little is seen that rates look the same.

    None if they do not fall from record to record, by more than their last digits.
    """
    fallen = float(y[0] - y[-1])
    if len(y) < LEAST_OF_BEGINNING or not (np.diff(y[1:]) < 0).all() or fallen < 1e-5:
        return None
    if len(y) < LEAST_OF_SHAPE:
        return FALLING, None
    kind, fit = best_fit(*_thinned(x[1:], y[1:]), FITS * fallen)
    return (FALLING, None) if fit.error > FITS * fallen else (kind, fit.horizon)


def _start_of_a_run(found: RateSchedule, fit: Fit) -> float:
    """Return the first rate, as a fraction of the highest that was recorded.

    Where updates are counted, that is the rate at 0 or of the first update: the rounder, if round.
    """
    if found.unit == "epochs" or fit.level is None:
        return fit.start

    def off(start: float) -> float:
        return abs(found.peak * start / float(f"{found.peak * start:.1e}") - 1)

    best = min((fit.start, fit.start + fit.level.slope), key=off)
    is_exact = fit.error < SAME or best < 1.05  # or a warm-up may have ended in the first record
    return best if off(best) < ROUND and is_exact else 1.0


def _cuts(x: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """Return the moments of the first records after each cut, if the rate goes down in steps.

    Two records, which differ once whatever the shape, do not tell.
    """
    if len(y) < LEAST_RECORDS:
        return None
    changes = np.flatnonzero(np.abs(np.diff(y)) > 1e-4 * y[:-1] + 1e-12) + 1
    apart = np.diff(changes).min(initial=len(y)) > 1
    return x[changes] if apart and 0 < len(changes) < max(2, len(y) / 4) else None
