"""Where a schedule ends by what a log knows beside its rates: a plan, or its program's habit."""

import math
from dataclasses import replace

import numpy as np

from everystep.clinic.readers import ultralytics
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.schedule import RateSchedule, rate_that_counts, recognize

ONE_LATE = 0.3  # updates: so near to one update late, a horizon is that of the plan
OF_THE_FALL = 0.1  # of what the rate fell: so near, a shape that ends with the plan is believed
FAR = 0.05  # of the plan: so far from it, a horizon disagrees
# By default Ultralytics lets a rate go down along a line to this part of its peak.
LAST_OF_ULTRALYTICS = 0.01
NEARLY_WHOLE = 0.2  # epochs


def schedule_of(log: RunLog) -> RateSchedule:
    """Return the schedule of a log's rates, with all that the log tells of it."""
    rates = log.curves.get("rate", ())
    found = recognize(rates)
    horizon = found.horizon
    if horizon is None:
        return found
    if log.format == ultralytics.NAME and found.kind == "linear" and not found.floor:
        return _of_ultralytics(found, rate_that_counts(rates), log.facts.get("epochs_made"))
    made = log.facts.get("epochs_made")
    if found.unit == "epochs" and made and abs(horizon - made - 1) < ONE_LATE / 3:
        # A row of an epoch has the rate of that epoch, which began a whole one before it ended.
        return replace(found, horizon=made)
    if found.unit == "updates":
        planned = log.facts.get("steps_planned") or horizon
        found = _from_a_round_peak(found, rate_that_counts(rates), horizon, planned)
    end = log.facts.get("steps_planned") or log.facts.get("steps_made")
    if found.unit != "updates" or not end:
        return found
    if abs(horizon - end - 1) < ONE_LATE:
        # Rates of the update before: newer Trainers write those.
        return replace(found, horizon=horizon - 1, warmup=max(found.warmup - 1, 0.0))
    if "steps_planned" in log.facts and found.mostly_unseen and abs(horizon / end - 1) > FAR:
        return _ending_with_the_plan(found, rate_that_counts(rates), end)
    return found


def _from_a_round_peak(
    found: RateSchedule, curve: Curve, horizon: float, planned: float
) -> RateSchedule:
    """Return a line with a warm-up that its first record follows, if one peak there is round.

    Carried back to the first update, such a line passes rates that were never reached. Where only
    one of them has a single digit, that was the peak. Updates that were skipped, as of numbers
    that overflowed, move a line back as well, and its end beyond the plan's.
    """
    first, top = float(curve.x[0]), found.peak
    begun_before = found.kind == "linear" and not found.warmup and top == curve.values[0]
    if not begun_before or not 0 < first < horizon:
        return found
    slope = top / (horizon - first)
    digit = 10.0 ** math.floor(math.log10(top))
    least, most = math.ceil(top / digit), math.floor(slope * horizon / digit)
    peak = digit * least
    warmup = horizon - peak / slope
    if least != most or warmup < 1 + max(horizon - planned, 0):
        return found
    return replace(found, peak=peak, warmup=warmup, left=found.left * top / peak)


def _ending_with_the_plan(found: RateSchedule, curve: Curve, planned: float) -> RateSchedule:
    """Return the schedule with the plan's end, if a fall to there is near to the little seen."""
    after = curve.x >= found.warmup
    x, y = curve.x[after], curve.values[after]
    begin = found.warmup or float(x[0])
    done = (x - begin) / (planned - begin)
    shapes = {"cosine": (1 + np.cos(np.pi * done)) / 2, "linear": 1 - done}
    peaks = {kind: float(shape @ y / (shape @ shape)) for kind, shape in shapes.items()}
    errors = {kind: float(np.abs(peaks[kind] * shapes[kind] - y).max()) for kind in shapes}
    kind = min(errors, key=lambda kind: errors[kind])
    if errors[kind] > OF_THE_FALL * (peaks[kind] - float(y[-1])):
        return found
    left = float(y[-1]) / peaks[kind]
    return replace(found, kind=kind, horizon=planned, peak=peaks[kind], left=left)


def _of_ultralytics(found: RateSchedule, curve: Curve, made: float | None) -> RateSchedule:
    """Return a line that ends at a hundredth of its start, at a whole number of epochs.

    Versions differ in whether an epoch's row has its own rate or that of an epoch before. The
    warm-up is a factor to the line, which may have come down when that ends: the line's start, and
    no recorded rate, is the peak.
    """
    assert found.horizon is not None
    fall = 1 - LAST_OF_ULTRALYTICS
    ends = [((found.horizon - late) * fall, late) for late in (1, 2)]
    whole = [(end, late) for end, late in ends if abs(end - round(end)) < NEARLY_WHOLE and end > 0]
    if not whole:
        return found
    end, late = min(whole, key=lambda one: (round(one[0]) != made, abs(one[0] - round(one[0]))))
    horizon = float(round(end))
    left = 1 - fall * (float(curve.x[-1]) - late) / horizon
    return replace(
        found,
        horizon=horizon,
        floor=LAST_OF_ULTRALYTICS,
        peak=found.left * found.peak / left,
        left=left,
    )
