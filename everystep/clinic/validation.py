"""How validation went: where it was best, what it did since, and what its scores say beside it."""

from dataclasses import replace

import numpy as np

from everystep.clinic.courses import (
    end_of,
    falls_in_order,
    leap,
    level,
    noise,
    smoothed,
    start_of,
    usable,
    variation,
)
from everystep.clinic.readers.names import words
from everystep.clinic.run_log import Curve, RunLog

LEAST_OF_TURN = 3
LEAST_OF_STANDSTILL = 5  # records
LEAST_AFTER_FIRST = 3
LEAST_FOR_A_TREND = 6
HIGH, NEAR = 0.95, 0.005  # an accuracy or score, and how far from its best it may end
OF_AREAS, OF_CHANCE = {"auc", "auroc"}, 0.02  # so near to one half
LEAST_GAIN = 0.2  # of the errors at the turn of the loss
OF_THE_START = 10.0  # of a loss that fell far, so many times what it rose since, over its start


def validation_curve(log: RunLog) -> Curve | None:
    """Return what says how validation went: its loss, another error, or 1 − accuracy or score."""
    for role in ("val_loss", "val_error"):
        if (curve := usable(log.curve(role))) is not None:
            return curve
    score = score_of_validation(log)
    return score and replace(score, name=f"1 − {score.name}", values=1 - score.values)


def score_of_validation(log: RunLog) -> Curve | None:
    """Return the accuracy of validation, or else another score of at most 1."""
    return usable(log.curve("val_accuracy")) or usable(log.curve("val_score"))


def measures_of_validation(log: RunLog, train: Curve | None) -> dict[str, float]:
    """Return what validation allows to measure.

    Args:
        log: a log.
        train: its training loss, if it is known.
    """
    val = validation_curve(log)
    found = _scores(log) | {"val_leap_or_0": 0.0, "val_gain_at_end_or_0": 0.0}
    if val is not None:
        found["val_leap_or_0"] = leap(val)
        found["val_stays_above"] = _stays_above(val)
        found["val_records"] = float(len(val))
        found["val_reaches"] = _reach(val, log)
        if len(val) > 1 and val.x[-1] > val.x[0]:
            found |= _course(val, train, alike=bool(log.curves.get("val_loss")))
            found["val_from_best"] = _from_best(val, score_of_validation(log))
            found["val_gain_at_end_or_0"] = _gain_at_end(val)
    found["val_over_train_or_0"] = found.get("val_over_train", 0.0)
    found["val_of_train_start_or_1"] = _of_start(usable(log.curve("val_loss")), train)
    found["val_lowest_at_or_1"] = found.get("val_lowest_at", 1.0)
    found["val_records_or_0"] = found.get("val_records", 0.0)
    found["val_reaches_or_1"] = found.get("val_reaches", 1.0)
    found["val_rises_in_order_or_0"] = found.get("val_rises_in_order", 0.0)
    return found


def ends_near_its_best(val: Curve | None) -> bool:
    """Return whether validation denies what the losses of single batches seem to say."""
    return val is not None and len(val) > 1 and end_of(val) < 1.05 * float(val.values.min())


def end_of_log(log: RunLog, like: Curve) -> float:
    """Return the last moment of any curve that has the same clock as one."""
    curves = (curve for of_role in log.curves.values() for curve in of_role)
    ends = [float(curve.x[-1]) for curve in curves if (curve.steps is None) == (like.steps is None)]
    return max(ends, default=0.0)


def _course(val: Curve, train: Curve | None, alike: bool) -> dict[str, float]:
    smooth = smoothed(val.values)
    place = int(np.argmin(smooth))
    best, end = float(smooth[place]), end_of(val)
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
            "val_rises_in_order": -falls_in_order(val.values[place:]),
            "val_turn": float((x[place] - x[0]) / (x[-1] - x[0])),
            "val_lowest_at": float((x[np.argmin(val.values)] - x[0]) / (x[-1] - x[0])),
        }
    if train is not None and len(train) > 1:
        then, error = level(train, float(x[place]))
        now, error_now = level(train, float(train.x[-1]))
        if alike and now > 0:
            found["val_over_train"] = end / now
        doubt = float(np.hypot(error, error_now))
        since = train.values[train.x >= x[place]]
        found["train_order_since"] = falls_in_order(since) if len(since) > 1 else 0.0
        found["train_fall_since"] = (then - now - doubt) / (abs(then) or 1.0)
        found["train_rise_since"] = (now - then - doubt) / (abs(then) or 1.0)
    return found


def _from_best(val: Curve, score: Curve | None) -> float:
    """Return the end of validation over its best; nearer to 1 if other scales say that it is near.

    Of a loss that fell to nearly nothing, small rises are many times itself. They mean little
    beside what it fell, or where a high score has stayed.
    """
    if score is not None and end_of(score) >= max(HIGH, float(score.values.max()) - NEAR):
        return 1.0
    best, end = float(smoothed(val.values).min()), end_of(val)
    own = 1 + (end - best) / best if best > 0 else np.inf
    start = start_of(val)
    return float(min(own, 1 + OF_THE_START * (end - best) / start) if start > 0 else own)


def _of_start(val: Curve | None, train: Curve | None) -> float:
    """Return a validation loss's end over the start of the training loss; 1 without both."""
    if val is None or train is None or end_of(val) <= 0 or start_of(train) <= 0:
        return 1.0
    return end_of(val) / start_of(train)


def _stays_above(val: Curve) -> float:
    """Return by what part of the lowest all later records are above it, at least; 0 of too few."""
    place = int(np.argmin(val.values))
    later, best = val.values[place + 1 :], float(val.values[place])
    return float(later.min()) / best - 1 if len(later) >= LEAST_AFTER_FIRST and best > 0 else 0.0


def _gain_at_end(val: Curve) -> float:
    """Return by what part of itself validation falls in a fifth of the time, if it ends best."""
    last = max(2, len(val) // 3)
    x, y = val.x[-last:], val.values[-last:]
    if y[-1] > val.values.min() or y[-1] <= 0 or x[-1] == x[0]:
        return 0.0
    # Of a few records all have to fall, so that no noise counts as a gain.
    order = falls_in_order(val.values if len(val) < LEAST_FOR_A_TREND else y)
    if order < (1.0 if len(val) < LEAST_FOR_A_TREND else 0.5):
        return 0.0
    slope = float(np.polyfit(x, y, 1)[0])
    return max(-slope * float(val.x[-1] - val.x[0]) / 5 / float(y[-1]), 0.0)


def _scores(log: RunLog) -> dict[str, float]:
    """Return what accuracies and scores say, with numbers that stand for one that is missing."""
    accuracy, score = usable(log.curve("val_accuracy")), score_of_validation(log)
    found = {
        "val_error_left_or_0": _error_left(accuracy),
        "accuracy_range_or_1": _accuracy_range(log),
        "val_score_best_or_1": 1.0 if score is None else float(score.values.max()),
        "val_score_range_or_1": 1.0,
        "has_score_that_gained": 0.0,
        "auc_at_chance_or_0": float(_is_at_chance(usable(log.curve("val_score")))),
    }
    errors = (usable(log.curve("val_error")), score and replace(score, values=1 - score.values))
    rises = [_rise_from_first(curve) for curve in errors if curve is not None]
    found["error_rise_from_first_or_0"] = max(rises, default=0.0)
    found["error_rise_or_0"] = _rise_from_best(errors[0]) if log.curves.get("val_loss") else 0.0
    if score is not None and len(score) >= LEAST_OF_STANDSTILL:
        found["val_score_range_or_1"] = float(np.ptp(score.values))
    loss = usable(log.curve("val_loss"))
    if score is not None and loss is not None and len(score) > 1:
        turn = float(loss.x[int(np.argmin(smoothed(loss.values)))])
        then = level(score, turn)[0]
        gained = end_of(score) - then
        found["has_score_that_gained"] = float(gained > LEAST_GAIN * (1 - then))
    return found


def _is_at_chance(score: Curve | None) -> bool:
    """Return whether a score is the area under a ROC curve, and always that of guessing."""
    if score is None or not OF_AREAS & set(words(score.name)):
        return False
    return float(np.abs(score.values - 0.5).max()) < OF_CHANCE


def _rise_from_first(error: Curve) -> float:
    """Return by what part of its first record an error ends above it; 0 if it was ever lower."""
    first, later = float(error.values[0]), error.values[1:]
    if len(later) < LEAST_AFTER_FIRST or first <= 0 or later.min() <= first:
        return 0.0
    return float(np.median(later[-LEAST_AFTER_FIRST:])) / first - 1


def _rise_from_best(error: Curve | None) -> float:
    """Return by what part of its best an error ends above it; 0 of one that reaches 0."""
    if error is None or len(error) < LEAST_OF_STANDSTILL:
        return 0.0
    best = float(smoothed(error.values).min())
    return end_of(error) / best - 1 if best > 0 else 0.0


def _reach(val: Curve, log: RunLog) -> float:
    """Return the part of the run, up to the last record of any curve, at which validation ends."""
    end = end_of_log(log, val)
    return float(val.x[-1]) / end if end > 0 else 1.0


def _error_left(accuracy: Curve | None) -> float:
    """Return the last validation error over the first, of an accuracy; 0 if that does not tell."""
    if accuracy is None or len(accuracy) < 2 or accuracy.values[0] >= 1:
        return 0.0
    return float((1 - accuracy.values[-1]) / (1 - accuracy.values[0]))


def _accuracy_range(log: RunLog) -> float:
    """Return by what part of its highest an accuracy varied, at most; 1 without an accuracy."""
    roles = ("train_accuracy", "val_accuracy")
    known = [curve for role in roles if (curve := usable(log.curve(role))) is not None]
    return max((variation(curve) for curve in known), default=1.0)
