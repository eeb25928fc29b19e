"""What the questions ask of anybody's log, measured on the log's own scale."""

from collections.abc import Mapping

import numpy as np

from everystep.clinic.arithmetic import Counts
from everystep.clinic.courses import (
    end_of,
    fall_at_the_end,
    falls_in_order,
    first_level,
    lone_leap,
    noise,
    smoothed,
    start_of,
    usable,
)
from everystep.clinic.readers.names import words
from everystep.clinic.remarks import stuck_at_0
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.schedule import FALLING, RateSchedule
from everystep.clinic.tree import interval_half_width
from everystep.clinic.validation import (
    HIGH,
    end_of_log,
    ends_near_its_best,
    measures_of_validation,
    score_of_validation,
    validation_curve,
)

# The schedules that are meant to end somewhere: only of these can a run be too short.
WITH_AN_END = ("linear", "cosine", "one-cycle")
FIRST_UPDATES = 10
LEAST_FIRST = 5
LOW_RATE = 0.099  # of the peak; a cut to a tenth is not yet low
LEAST_OF_TREND = 5  # records
BEYOND_NOISE = 4.0  # standard deviations of single records
# An accuracy of these is no share of the samples.
OF_PARTS = {"token", "tokens", "word", "words", "char", "character", "pixel", "pixels", "voxel"}
NEARLY_0 = 0.02  # of the peak
IN_ORDER = 0.8  # of 1
NEARLY_GONE = 0.02  # of the start
LITTLE = 0.8  # of the start: a loss that kept more of it knows nothing by heart
LEAST_FALLS = 2  # of a rate; a single lower one is no fall


def measures_of_run(log: RunLog, counts: Counts, schedule: RateSchedule) -> dict[str, float]:
    """Return what the log allows to measure, by the names in ``needs.NEEDS``.

    Args:
        log: a log.
        counts: its counts.
        schedule: the schedule of its rates.
    """
    train, val = usable(log.curve("train_loss")), validation_curve(log)
    found = _rates(log, schedule, train) | _second_looks(log) | _counted(counts, val, log.facts)
    found["has_train"] = float(train is not None)
    found["has_rates"] = float("rate_left" in found)
    found.setdefault("rate_still_rising_or_0", 0.0)
    found["train_records"] = 0.0 if train is None else float(len(train))
    found["most_records"] = max(found["train_records"], 0.0 if val is None else float(len(val)))
    found |= _broken(log, train, val) | _sets(log) | _accuracies(log)
    found |= measures_of_validation(log, train) | _trends(log, train) | _learned(log, train, val)
    if train is not None:
        found |= _training(log, train)
    found.setdefault("train_climb_or_0", 0.0)
    # What a log does not tell, for signs that are looked for all the same.
    found["accuracy_or_0"] = found.get("accuracy", 0.0)
    found["accuracy_or_1"] = found.get("accuracy", 1.0)
    found["stuck_at_0"] = float(len(stuck_at_0(log)))
    found["train_accuracy_or_0"] = found.get("train_accuracy", 0.0)
    found["train_falls_of_its_level_or_0"] = found.get("train_falls_of_its_level", 0.0)
    if "n_val" in log.facts:
        found["n_val"] = log.facts["n_val"]
    found["epochs_unwatched_or_0"] = _unwatched(found) if val is None else 0.0
    found.setdefault("reaches_new_lows_or_1", 1.0)
    found["falls_of_its_level_or_1"] = found.get("falls_of_its_level", 1.0)
    found.setdefault("falls_at_the_end_or_1", 1.0)
    found["train_kept_or_1"] = found.get("train_kept", 1.0)
    found["still_falling_or_1"] = found.get("still_falling", 1.0)
    found["train_zeros_or_0"] = 0.0 if train is None else float((train.values == 0).mean())
    found["leap_or_0"] = 0.0 if train is None else lone_leap(train)
    return found


def _unwatched(found: Mapping[str, float]) -> float:
    """Return the epochs after which a loss may have fallen by memory; many if it is nearly gone."""
    kept = found.get("train_kept", 1.0)
    if kept < NEARLY_GONE:
        return np.inf
    return found.get("epochs", 0.0) if kept < LITTLE else 0.0


def _learned(log: RunLog, train: Curve | None, val: Curve | None) -> dict[str, float]:
    """Return by what part losses and errors fell, and in what order."""
    curves = (train, val, usable(log.curve("val_error")))
    several = [curve for curve in curves if curve is not None and len(curve) > 1]
    falls = {curve: 1 - end_of(curve) / start_of(curve) for curve in several if start_of(curve) > 0}
    orders = [falls_in_order(curve.values) for curve in several if len(curve) >= LEAST_OF_TREND]
    found = {
        "learned_or_0": max(falls.values(), default=0.0),
        "falls_throughout_or_0": max(orders, default=0.0),
        "goes_below_0": float(any(curve.values.min() < 0 for curve in curves if curve is not None)),
        "val_learned_or_0": falls.get(val, 0.0) if val is not None else 0.0,
    }
    # The first record alone may be far above the others, and no measure of what was learned.
    whole = [curve for curve in falls if _has_start(curve) and first_level(curve) > 0]
    learned = [1 - end_of(curve) / first_level(curve) for curve in whole]
    return found | ({"learned": max(learned)} if learned else {})


def _has_start(curve: Curve) -> bool:
    """Return whether records begin where they would in a whole log, and not after one was lost."""
    return bool(curve.x[0] <= 2 * np.median(np.diff(curve.x)))


def _broken(log: RunLog, train: Curve | None, val: Curve | None) -> dict[str, float]:
    raw = [log.curve("train_loss")]
    if usable(log.curve("val_loss")) is not None:  # one that was never a number says nothing
        raw.append(log.curve("val_loss"))
    if any(curve is not None and not np.isfinite(curve.values[-1]) for curve in raw):
        return {"train_growth": np.inf, "train_regrowth": 1.0}
    if train is None or len(train) < 2 or start_of(train) <= 0:
        return {}
    denied = ends_near_its_best(val)
    growth = end_of(train) / start_of(train)
    smooth, start = smoothed(train.values), start_of(train)
    place = int(np.argmin(smooth))
    low = float(smooth[place])
    back = end_of(train) - low
    rose = place > 0 and low < 0.9 * start and back > BEYOND_NOISE * noise(train.values)
    return {
        "train_growth": min(growth, 1.0) if denied else growth,
        "train_regrowth": back / (start - low) if rose and not denied else 0.0,
        "train_climb_or_0": _climb(train) if rose and not denied else 0.0,
    }


def _climb(train: Curve) -> float:
    """Return how many times its lowest level a loss ends, if it climbed all the way from there."""
    smooth = smoothed(train.values)
    place = int(np.argmin(smooth))
    since = train.values[place:]
    climbs = len(since) > LEAST_OF_TREND and -falls_in_order(since) > IN_ORDER
    return end_of(train) / float(smooth[place]) if climbs and smooth[place] > 0 else 0.0


def _training(log: RunLog, train: Curve) -> dict[str, float]:
    found = {}
    if start_of(train) > 0:
        found["train_kept"] = end_of(train) / start_of(train)
    n_classes = log.facts.get("n_classes")
    is_mean = not n_classes or not _of_another_scale(log, train, n_classes)
    if n_classes and is_mean:
        found["train_left"] = end_of(train) / float(np.log(max(2.0, n_classes)))
    second_half = train.values[len(train) // 2 :]
    if len(second_half) >= LEAST_OF_TREND:
        found["share_of_falls"] = float((np.diff(smoothed(second_half)) < 0).mean())
    singly = log.curves["train_loss"][0].finite
    if singly.steps is not None and (singly.steps <= FIRST_UPDATES).sum() >= LEAST_FIRST:
        first = singly.values[singly.steps <= FIRST_UPDATES]
        guessing = float(np.log(max(2.0, n_classes)) if n_classes else first[0])
        if guessing > 0 and is_mean:
            found["first_loss"] = float(first.mean()) / guessing
        if first[0] > 0:
            found["left_of_first"] = end_of(train) / float(first[0])
    return found


def _of_another_scale(log: RunLog, train: Curve, n_classes: float) -> bool:
    """Return whether a training loss above that of guessing goes with validation that is better.

    Then it is a sum over a batch or over several outputs, and not a mean over samples.
    """
    guessing = float(np.log(max(2.0, n_classes)))
    if not start_of(train) > end_of(train) > 1.5 * guessing:
        return False
    val, accuracy = (usable(log.curve(f"val_{name}")) for name in ("loss", "accuracy"))
    better = val is not None and end_of(val) < guessing
    return better or (accuracy is not None and end_of(accuracy) > 2 / n_classes)


def _trends(log: RunLog, train: Curve | None) -> dict[str, float]:
    """Return how validation goes in its last third or, without it, how training does."""
    val, score = validation_curve(log), score_of_validation(log)
    trends = [c for c in (val, train) if c is not None and len(c) >= LEAST_OF_TREND]
    if not trends:
        return {}
    found = _trend(trends[0])
    if train is None or train not in trends:
        return found
    of_training = _trend(train)
    found["train_falls_of_its_level"] = of_training.get("falls_of_its_level", 0.0)
    is_high = score is not None and end_of(score) >= HIGH
    if val is not None and val.values[-1] == val.values.min() and not is_high:
        # Validation that is best at its end goes with training, but for its noise.
        order = max(found["falls_in_order"], of_training["falls_in_order"])
        found["falls_in_order"] = order
    return found


def _trend(curve: Curve) -> dict[str, float]:
    """Return how a curve goes in its last third, measured in bins of records."""
    last = max(LEAST_OF_TREND, len(curve) // 3)
    span = curve.x[-1] - curve.x[-last]
    slope = float(np.polyfit(curve.x[-last:], curve.values[-last:], 1)[0]) if span > 0 else 0.0
    end = end_of(curve)
    fallen = start_of(curve) - end
    smooth = smoothed(curve.values)
    early, late = smooth[:-last], smooth[-last:]
    fifth = (curve.x[-1] - curve.x[0]) / 5
    found = {
        "reaches_new_lows_or_1": float(not len(early) or late.min() < early.min()),
        "falls_in_order": falls_in_order(curve.values[-last:]),
        "falls_at_the_end_or_1": fall_at_the_end(curve),
        "still_falling": -slope * fifth / fallen if fallen > 0 else 0.0,
    }
    return found | ({"falls_of_its_level": -slope * fifth / end} if end > 0 else {})


def _rates(log: RunLog, schedule: RateSchedule, train: Curve | None) -> dict[str, float]:
    rates = [rate.finite for rate in log.curves.get("rate", ()) if (rate.finite.values > 0).any()]
    if not rates or not schedule.peak:
        return {}
    curve = min(rates, key=lambda rate: rate.values[0])
    low = curve.values < LOW_RATE * curve.values.max()
    low &= curve.x >= curve.x[int(np.argmax(curve.values))]
    found = {
        "time_at_low_rate": float(low.mean()),
        "rate_left": 0.0 if _has_ended(schedule, curve) else _left_at_the_end(log, schedule, curve),
        "last_over_first_rate": schedule.left if _has_an_end(schedule, curve) else 1.0,
        "fall_at_low_rate": 1.0,
        # A warm-up that the run did not leave.
        "rate_still_rising_or_0": float(
            bool((np.diff(curve.values) >= 0).all()) and schedule.kind != "constant"
        ),
    }
    if found["rate_left"] < NEARLY_0 or _reaches_the_horizon(log, schedule, curve):
        found["planned_share"] = 1.0  # a schedule that has come to its end was the plan
    began_low = schedule.warmup and curve.values[0] < schedule.peak / 2
    if began_low or (curve.steps is not None and curve.steps[0] <= FIRST_UPDATES):
        found["first_rate"] = float(curve.values[0]) / schedule.peak
    if train is not None and low.any() and start_of(train) > end_of(train):
        first = curve.x[np.argmax(low)]
        # A fifth of that time is left to what the higher rate had begun.
        then = float(np.interp(first + (curve.x[-1] - first) / 5, train.x, smoothed(train.values)))
        found["fall_at_low_rate"] = (then - end_of(train)) / (start_of(train) - end_of(train))
    return found


def _reaches_the_horizon(log: RunLog, schedule: RateSchedule, curve: Curve) -> bool:
    """Return whether a log goes on to where its schedule ends, but for a record."""
    if schedule.horizon is None or schedule.kind not in WITH_AN_END:
        return False
    return end_of_log(log, curve) >= schedule.horizon - max(schedule.every, 1.0)


def _has_an_end(schedule: RateSchedule, curve: Curve) -> bool:
    """Return whether a run can be too short for its schedule."""
    return _falls(schedule, curve) >= LEAST_FALLS and not _one_fall_is_left(curve)


def _has_ended(schedule: RateSchedule, curve: Curve) -> bool:
    """Return whether a schedule that was seen for a while had come to its end."""
    return _falls(schedule, curve) >= LEAST_OF_TREND and _one_fall_is_left(curve)


def _falls(schedule: RateSchedule, curve: Curve) -> int:
    """Return the records after the peak, of a schedule that has an end."""
    after = len(curve) - 1 - int(np.argmax(curve.values))
    return after if schedule.kind in WITH_AN_END else 0


def _one_fall_is_left(curve: Curve) -> bool:
    """Return whether one fall more than that of the last record would have ended a schedule.

    A rate is often that of the updates before its record, so that none is that of the horizon.
    """
    before, last = curve.values[-2:]
    return bool(before > last and last <= 1.2 * (before - last))


def _left_at_the_end(log: RunLog, schedule: RateSchedule, curve: Curve) -> float:
    """Return the rate at the log's end over its peak: after its last record, on a line."""
    beyond = end_of_log(log, curve) - float(curve.x[-1])
    if beyond <= 0 or len(curve) < 2 or schedule.kind not in (*WITH_AN_END, FALLING):
        return schedule.left
    (x, last_x), (before, last) = curve.x[-2:], curve.values[-2:]
    slope = max(before - last, 0.0) / (last_x - x)
    return max(schedule.left - float(slope * beyond) / schedule.peak, 0.0)


def _second_looks(log: RunLog) -> dict[str, float]:
    facts, found = log.facts, {}
    val = usable(log.curve("val_loss"))
    if "val_loss_again" in facts and val is not None and val.values[-1]:
        found["change_when_evaluated_again"] = abs(facts["val_loss_again"] / val.values[-1] - 1)
    return found | {name: facts[name] for name in ("mixing", "duplicates") if name in facts}


def _counted(counts: Counts, val: Curve | None, facts: Mapping[str, float]) -> dict[str, float]:
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
    if facts.get("stopped_early"):
        found["planned_share"] = 1.0
    # The state that is kept is often that of the last evaluation, and a run ends between two.
    if val is not None and val.steps is not None and len(val) > 1 and counts.steps_planned:
        left = counts.steps_planned - val.steps[-1]
        if 0 < left < min(val.steps[-1] - val.steps[-2], 0.1 * counts.steps_planned):
            found["planned_share"] = 1.0
    return found


def _sets(log: RunLog) -> dict[str, float]:
    ends = [end_of(curve.finite) for curve in log.curves.get("val_loss", ()) if len(curve.finite)]
    if not ends or min(ends) <= 0:
        return {}
    return {"sets_apart": max(ends) / min(ends)}


def _accuracies(log: RunLog) -> dict[str, float]:
    train, val = (usable(log.curve(f"{part}_accuracy")) for part in ("train", "val"))
    found = {}
    if train is not None:
        found["train_accuracy"] = found["accuracy"] = end_of(train)
    if val is not None:
        found["accuracy"] = end_of(val)
        if (n_val := log.facts.get("n_val")) and not set(words(val.name)) & OF_PARTS:
            found["val_accuracy_half_width"] = interval_half_width(end_of(val), int(n_val))
    if train is not None and val is not None:
        found["accuracy_gained_in_validation"] = end_of(val) - end_of(train)
    return found
