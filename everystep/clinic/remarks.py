"""What is odd in the numbers of a log, whatever is wrong with the training."""

from collections.abc import Iterator

import numpy as np

from everystep.clinic.courses import LEAP, leap, level, usable
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.words import moment

FAR_APART = 4.0  # times: so far above validation, a training loss is another quantity


def remarks(log: RunLog) -> Iterator[str]:
    """Yield what a reader should know before believing in a curve, a sentence each."""
    train, val = usable(log.curve("train_loss")), usable(log.curve("val_loss"))
    if train is not None:
        yield from _not_positive(train)
    if train is not None and val is not None:
        yield from _another_scale(train, val)
    for curve in (train, val):
        if curve is not None:
            yield from _leap(curve)
    accuracy = log.curve("val_accuracy")
    if accuracy is not None and len(accuracy) > 1 and not accuracy.values.any():
        yield (
            f"{accuracy.name} is 0 in all {len(accuracy):,} records. If it tells classes apart, "
            "guessing would exceed that: labels of the two sets may not be the same."
        )
    if stuck := [curve.name for curve in stuck_at_0(log)]:
        yield f"0 in every record: {', '.join(stuck[:6])}. That was never right, or never measured."


def stuck_at_0(log: RunLog) -> list[Curve]:
    """Return the scores that never rose above 0."""
    curves = [curve for curve in log.curves.get("metric", ()) if len(curve) > 1]
    return [curve for curve in curves if not curve.values.any()]


def _not_positive(train: Curve) -> Iterator[str]:
    zeros = int((train.values == 0).sum())
    if zeros > 1 and zeros >= len(train) / 2:
        yield (
            f"The training loss is exactly 0 in {zeros:,} of {len(train):,} records, which the "
            "loss of a batch hardly ever is: all its labels may be masked, or numbers were lost."
        )
    if (train.values < 0).any():
        yield (
            "The training loss goes below 0, so it has no natural zero: how many times it fell or "
            "rose means nothing."
        )


def _another_scale(train: Curve, val: Curve) -> Iterator[str]:
    if (val.values <= 0).any():
        return
    times = np.array([level(train, float(x))[0] for x in val.x]) / val.values
    if len(times) > 1 and times.min() > FAR_APART:
        yield (
            f"The training loss is about {times.min():,.3g} to {times.max():,.3g} times the "
            "validation loss all along. They are not the same quantity: one may be a sum over "
            "batches, or have terms that the other has not; or validation is far easier than "
            "training."
        )


def _leap(curve: Curve) -> Iterator[str]:
    if leap(curve) > LEAP:
        place = int(np.argmax(curve.values))
        yield (
            f"{curve.name} leaped to {curve.values[place]:,.4g} at {moment(curve, place)}, and "
            "came back."
        )
