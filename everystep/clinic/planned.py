"""Where a schedule ends by what a log knows beside its rates: a plan, or its program's habit."""

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
    if found.horizon is None:
        return found
    if log.format == ultralytics.NAME and found.kind == "linear" and not found.floor:
        return _of_ultralytics(found, log.facts.get("epochs_made"))
    made = log.facts.get("epochs_made")
    if found.unit == "epochs" and made and abs(found.horizon - made - 1) < ONE_LATE / 3:
        # A row of an epoch has the rate of that epoch, which began a whole one before it ended.
        return replace(found, horizon=made)
    end = log.facts.get("steps_planned") or log.facts.get("steps_made")
    if found.unit != "updates" or not end:
        return found
    if abs(found.horizon - end - 1) < ONE_LATE:
        # Rates of the update before: newer Trainers write those.
        return replace(found, horizon=found.horizon - 1, warmup=max(found.warmup - 1, 0.0))
    if "steps_planned" in log.facts and found.mostly_unseen and abs(found.horizon / end - 1) > FAR:
        return _ending_with_the_plan(found, rate_that_counts(rates), end)
    return found


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


def _of_ultralytics(found: RateSchedule, made: float | None) -> RateSchedule:
    """Return a line that ends at a hundredth of its peak, at a whole number of epochs.

    Versions differ in whether an epoch's row has its own rate or that of an epoch before.
    """
    assert found.horizon is not None
    ends = [(found.horizon - late) * (1 - LAST_OF_ULTRALYTICS) for late in (1, 2)]
    whole = [end for end in ends if abs(end - round(end)) < NEARLY_WHOLE and end > 0]
    if not whole:
        return found
    end = min(whole, key=lambda end: (round(end) != made, abs(end - round(end))))
    return replace(found, horizon=float(round(end)), floor=LAST_OF_ULTRALYTICS)
