"""What the questions ask of anybody's log, measured on the log's own scale."""

from dataclasses import replace

import numpy as np

from everystep.clinic.arithmetic import Counts
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.schedule import RateSchedule
from everystep.clinic.tree import interval_half_width

# The schedules that are meant to end somewhere: only of these can a run be too short.
WITH_AN_END = ("linear", "cosine", "one-cycle", "falling")
FIRST_UPDATES = 10
LEAST_FIRST = 5
LOW_RATE = 0.099  # of the peak; a cut to a tenth is not yet low
LEAST_OF_TREND = 5  # records
LEAST_OF_TURN = 3
MOST_BINS = 10
MOST_RECORDS = 1000
ROUNDING = 1e-12  # relative


def measures_of_run(log: RunLog, counts: Counts, schedule: RateSchedule) -> dict[str, float]:
    """Return what the log allows to measure, by the names in ``needs.NEEDS``.

    Args:
        log: a log.
        counts: its counts.
        schedule: the schedule of its rates.
    """
    train, val = _usable(log.curve("train_loss")), validation_curve(log)
    found = _rates(log, schedule, train) | _second_looks(log) | _counted(counts, val)
    found["has_train"] = float(train is not None)
    found["has_rates"] = float("rate_left" in found)
    found.setdefault("rate_still_rising_or_0", 0.0)
    found["train_records"] = 0.0 if train is None else float(len(train))
    found["most_records"] = max(found["train_records"], 0.0 if val is None else float(len(val)))
    found |= _broken(log, train, val) | _sets(log) | _accuracies(log)
    # What a log does not tell, for signs that are looked for all the same.
    found["accuracy_or_0"] = found.get("accuracy", 0.0)
    found["accuracy_or_1"] = found.get("accuracy", 1.0)
    found["val_error_left_or_0"] = _error_left(log)
    found["accuracy_range_or_1"] = _accuracy_range(log)
    if train is not None:
        found |= _training(log, train)
    if val is not None:
        found["val_records"] = float(len(val))
        found["val_reaches"] = _reach(val, log)
        if len(val) > 1 and val.x[-1] > val.x[0]:
            found |= _validation(val, train, alike=bool(log.curves.get("val_loss")))
    found["val_over_train_or_0"] = found.get("val_over_train", 0.0)
    trend = val if val is not None and len(val) >= LEAST_OF_TREND else train
    if trend is not None and len(trend) >= LEAST_OF_TREND:
        found |= _trend(trend)
    several = [curve for curve in (train, val) if curve is not None and len(curve) > 1]
    falls = {curve: 1 - _end(curve) / _start(curve) for curve in several if _start(curve) > 0}
    found["learned_or_0"] = max(falls.values(), default=0.0)
    from_start = [fall for curve, fall in falls.items() if _has_start(curve)]
    return found | ({"learned": max(from_start)} if from_start else {})


def _has_start(curve: Curve) -> bool:
    """Return whether records begin where they would in a whole log, and not after one was lost."""
    return bool(curve.x[0] <= 2 * np.median(np.diff(curve.x)))


def validation_curve(log: RunLog) -> Curve | None:
    """Return what says how validation went: its loss, else another error, else 1 − accuracy."""
    for role in ("val_loss", "val_error"):
        if (curve := _usable(log.curve(role))) is not None:
            return curve
    accuracy = _usable(log.curve("val_accuracy"))
    if accuracy is None:
        return None
    return replace(accuracy, name=f"1 − {accuracy.name}", values=1 - accuracy.values)


# Curves have noise, and single records are not believed where there are many.


def _usable(curve: Curve | None) -> Curve | None:
    """Return the finite records of a curve, means of neighbors if there are very many."""
    if curve is None or not len(curve.finite):
        return None
    curve = curve.finite
    parts = np.array_split(np.arange(len(curve)), min(len(curve), MOST_RECORDS))
    last = np.array([part[-1] for part in parts])
    return replace(curve.at(last), values=np.array([curve.values[part].mean() for part in parts]))


def _start(curve: Curve) -> float:
    return float(np.median(curve.values[: max(1, len(curve) // 10)]))


def _end(curve: Curve) -> float:
    return float(np.median(curve.values[-max(1, len(curve) // 10) :]))


def smoothed(values: np.ndarray) -> np.ndarray:
    """Return moving medians over about a tenth of the records; of few records, the values."""
    if len(values) < 10:
        return values
    half = max(1, len(values) // 20)
    padded = np.pad(values, half, mode="reflect")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)


def noise(values: np.ndarray) -> float:
    """Return the standard deviation of values around a smooth course, from second differences."""
    if len(values) < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(values, 2)))) / (np.sqrt(6) * 0.6745)


def _broken(log: RunLog, train: Curve | None, val: Curve | None) -> dict[str, float]:
    raw = [log.curve(role) for role in ("train_loss", "val_loss")]
    if any(curve is not None and not np.isfinite(curve.values[-1]) for curve in raw):
        return {"train_growth": np.inf, "train_regrowth": 1.0}
    curve = train or val
    if curve is None or len(curve) < 2 or _start(curve) <= 0:
        return {}
    found = {"train_growth": _end(curve) / _start(curve)}
    if train is not None:
        start, low = _start(train), float(smoothed(train.values).min())
        fell = low < 0.9 * start
        found["train_regrowth"] = (_end(train) - low) / (start - low) if fell else 0.0
    return found


def _training(log: RunLog, train: Curve) -> dict[str, float]:
    found = {}
    if _start(train) > 0:
        found["train_kept"] = _end(train) / _start(train)
    if n_classes := log.facts.get("n_classes"):
        found["train_left"] = _end(train) / float(np.log(max(2.0, n_classes)))
    second_half = train.values[len(train) // 2 :]
    if len(second_half) >= LEAST_OF_TREND:
        found["share_of_falls"] = float((np.diff(smoothed(second_half)) < 0).mean())
    singly = log.curves["train_loss"][0].finite
    if singly.steps is not None and (singly.steps <= FIRST_UPDATES).sum() >= LEAST_FIRST:
        first = singly.values[singly.steps <= FIRST_UPDATES]
        guessing = float(np.log(max(2.0, n_classes)) if n_classes else first[0])
        if guessing > 0:
            found["first_loss"] = float(first.mean()) / guessing
            found["left_of_first"] = _end(train) / guessing
    return found


def _validation(val: Curve, train: Curve | None, alike: bool) -> dict[str, float]:
    smooth = smoothed(val.values)
    place = int(np.argmin(smooth))
    best, end = float(smooth[place]), _end(val)
    late = (
        float(np.median(val.values[-3:])) if 6 <= len(val) < 30 else end
    )  # a last leap is no trend
    # Where a loss can be below 0, as a likelihood of densities can, only its range has a meaning.
    scale = best if best > 0 else max(float(np.ptp(smooth)), 1e-12)
    x = val.x
    found = {"val_end_over_best": 1 + (end - best) / scale}
    if len(val) >= LEAST_OF_TURN:
        found |= {
            "val_rise": 1 + (late - best) / scale,
            "val_rise_over_noise": (late - best) / max(noise(val.values), 1e-12),
            "val_rises_in_order": -_falls_in_order(val.values[place:]),
            "val_turn": float((x[place] - x[0]) / (x[-1] - x[0])),
        }
    if train is not None and len(train) > 1:
        then, error = _level(train, float(x[place]))
        now, error_now = _level(train, float(train.x[-1]))
        if alike and now > 0:
            found["val_over_train"] = end / now
        fall = then - now - float(np.hypot(error, error_now))
        found["train_fall_since"] = fall / abs(then) if then else fall
    return found


def _reach(val: Curve, log: RunLog) -> float:
    """Return the part of the run, up to the last record of any curve, at which validation ends."""
    end = _end_of_log(log, val)
    return float(val.x[-1]) / end if end > 0 else 1.0


def _end_of_log(log: RunLog, like: Curve) -> float:
    """Return the last moment of any curve that has the same clock as one."""
    curves = (curve for of_role in log.curves.values() for curve in of_role)
    ends = [float(curve.x[-1]) for curve in curves if (curve.steps is None) == (like.steps is None)]
    return max(ends, default=0.0)


def _error_left(log: RunLog) -> float:
    """Return the last validation error over the first, of an accuracy; 0 if that does not tell."""
    accuracy = _usable(log.curve("val_accuracy"))
    if accuracy is None or len(accuracy) < 2 or accuracy.values[0] >= 1:
        return 0.0
    return float((1 - accuracy.values[-1]) / (1 - accuracy.values[0]))


def _accuracy_range(log: RunLog) -> float:
    """Return by what part of its highest an accuracy varied, at most; 1 without an accuracy."""
    roles = ("train_accuracy", "val_accuracy")
    known = [curve for role in roles if (curve := _usable(log.curve(role))) is not None]
    return max((_range(curve) for curve in known), default=1.0)


def _range(curve: Curve) -> float:
    highest = float(curve.values.max())
    return float(np.ptp(curve.values)) / highest if highest > 0 else 0.0


def _level(curve: Curve, x: float) -> tuple[float, float]:
    """Return the mean of the tenth of a curve's records that are nearest, and its standard error.

    Single batches have skewed losses, of which the mean says more than the median.
    """
    near = np.argsort(np.abs(curve.x - x), kind="stable")[: max(1, len(curve) // 10)]
    return float(curve.values[near].mean()), float(curve.values[near].std() / np.sqrt(len(near)))


def _falls_in_order(values: np.ndarray) -> float:
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


def _trend(curve: Curve) -> dict[str, float]:
    """Return how a curve goes in its last third, measured in bins of records."""
    last = max(LEAST_OF_TREND, len(curve) // 3)
    span = curve.x[-1] - curve.x[-last]
    slope = float(np.polyfit(curve.x[-last:], curve.values[-last:], 1)[0]) if span > 0 else 0.0
    fallen = max(_start(curve), float(curve.values[0])) - _end(curve)
    fifth = (curve.x[-1] - curve.x[0]) / 5
    return {
        "falls_in_order": _falls_in_order(curve.values[-last:]),
        "still_falling": -slope * fifth / fallen if fallen > 0 else 0.0,
    }


def _rates(log: RunLog, schedule: RateSchedule, train: Curve | None) -> dict[str, float]:
    rates = log.curves.get("rate", ())
    if not rates or not schedule.peak:
        return {}
    curve = min((rate.finite for rate in rates), key=lambda rate: rate.values[0])
    low = curve.values < LOW_RATE * curve.values.max()
    low &= curve.x >= curve.x[int(np.argmax(curve.values))]
    found = {
        "time_at_low_rate": float(low.mean()),
        "rate_left": _left_at_the_end(log, schedule, curve),
        "last_over_first_rate": schedule.left if _has_an_end(schedule, curve) else 1.0,
        "fall_at_low_rate": 1.0,
        # A warm-up that the run did not leave.
        "rate_still_rising_or_0": float(
            bool((np.diff(curve.values) >= 0).all()) and schedule.kind != "constant"
        ),
    }
    if curve.steps is not None and curve.steps[0] <= FIRST_UPDATES:
        found["first_rate"] = float(curve.values[0]) / schedule.peak
    if train is not None and low.any() and _start(train) > _end(train):
        first = curve.x[np.argmax(low)]
        # A fifth of that time is left to what the higher rate had begun.
        then = float(np.interp(first + (curve.x[-1] - first) / 5, train.x, smoothed(train.values)))
        found["fall_at_low_rate"] = (then - _end(train)) / (_start(train) - _end(train))
    return found


def _has_an_end(schedule: RateSchedule, curve: Curve) -> bool:
    """Return whether a run can be too short for its schedule; a single lower rate is no fall.

    A rate is often that of the updates before its record, so that none is that of the horizon: one
    fall more, and it would have been there.
    """
    after = len(curve) - 1 - int(np.argmax(curve.values))
    if schedule.kind not in WITH_AN_END or after < 2:
        return False
    before, last = curve.values[-2:]
    return not last <= 1.1 * (before - last)


def _left_at_the_end(log: RunLog, schedule: RateSchedule, curve: Curve) -> float:
    """Return the rate at the log's end over its peak: after its last record, on a line."""
    beyond = _end_of_log(log, curve) - float(curve.x[-1])
    if beyond <= 0 or len(curve) < 2 or schedule.kind not in WITH_AN_END:
        return schedule.left
    (x, last_x), (before, last) = curve.x[-2:], curve.values[-2:]
    slope = max(before - last, 0.0) / (last_x - x)
    return max(schedule.left - float(slope * beyond) / schedule.peak, 0.0)


def _second_looks(log: RunLog) -> dict[str, float]:
    facts, found = log.facts, {}
    val = _usable(log.curve("val_loss"))
    if "val_loss_again" in facts and val is not None and val.values[-1]:
        found["change_when_evaluated_again"] = abs(facts["val_loss_again"] / val.values[-1] - 1)
    return found | {name: facts[name] for name in ("mixing", "duplicates") if name in facts}


def _counted(counts: Counts, val: Curve | None) -> dict[str, float]:
    found = {}
    if counts.samples_per_update and not counts.at_least:
        found["batch_size"] = counts.samples_per_update
    if counts.steps_per_epoch:
        found["updates_per_epoch"] = counts.steps_per_epoch
    if counts.epochs_made:
        found["epochs"] = counts.epochs_made
    for made, planned in (
        (counts.steps_made, counts.steps_planned),
        (counts.epochs_made, counts.epochs_planned),
    ):
        if made and planned:
            found.setdefault("planned_share", made / planned)
    # The state that is kept is often that of the last evaluation, and a run ends between two.
    if val is not None and val.steps is not None and len(val) > 1 and counts.steps_planned:
        left = counts.steps_planned - val.steps[-1]
        if 0 < left < min(val.steps[-1] - val.steps[-2], 0.1 * counts.steps_planned):
            found["planned_share"] = 1.0
    return found


def _sets(log: RunLog) -> dict[str, float]:
    ends = [_end(curve.finite) for curve in log.curves.get("val_loss", ()) if len(curve.finite)]
    if not ends or min(ends) <= 0:
        return {}
    return {"sets_apart": max(ends) / min(ends)}


def _accuracies(log: RunLog) -> dict[str, float]:
    train, val = (_usable(log.curve(f"{part}_accuracy")) for part in ("train", "val"))
    found = {}
    if train is not None:
        found["train_accuracy"] = found["accuracy"] = _end(train)
    if val is not None:
        found["accuracy"] = _end(val)
        if n_val := log.facts.get("n_val"):
            found["val_accuracy_half_width"] = interval_half_width(_end(val), int(n_val))
    if train is not None and val is not None:
        found["accuracy_gained_in_validation"] = _end(val) - _end(train)
    return found
