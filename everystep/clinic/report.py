"""A diagnosis in words: what the log says, whether it agrees, what it suggests, what to do next."""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from everystep.clinic.diagnosis import SOUND, Diagnosis
from everystep.clinic.needs import NEEDS, RECORDS
from everystep.clinic.remarks import remarks
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.schedule import describe
from everystep.clinic.tree import HEALTHY
from everystep.clinic.validation import validation_curve
from everystep.clinic.words import epochs, moment, place

PARTS = {
    "train_loss": "Training loss",
    "val_loss": "Validation loss",
    "train_accuracy": "Training accuracy",
    "val_accuracy": "Validation accuracy",
    "val_error": "Validation error",
    "val_score": "Validation score",
}
MOST_TO_RECORD = 5
STAYS = 0.02  # an accuracy that ends this near to its best
# Why an update may have more samples than are counted, by the factor of the batch that is known.
AT_LEAST = {
    "": "the batch of one device: the log tells neither how many devices made an update together, "
    "nor how many batches were added up for it",
    "devices": "one batch of each device: the log does not tell how many batches were added up for "
    "an update",
    "accumulation": "those of one device: the log does not tell how many devices made an update "
    "together",
}
SURELY = {"surely": "Clear.", "probably": "Likely.", "perhaps": "A hint, not more."}
# Causes of which it matters where validation was best.
ENDED = ("stopped gaining", "stopped before the horizon", "ended in warm-up", "horizon too long")
CHAPTER = "Chapter 7, “Given the curves, what is wrong and which knob do I turn?”"


@dataclass(frozen=True)
class Section:
    """A part of a report.

    Attributes:
        title: its heading.
        lines: its sentences, one or a few a line.
    """

    title: str
    lines: tuple[str, ...]


def sections(diagnosis: Diagnosis) -> tuple[Section, ...]:
    """Return the parts of a report, in the order in which they are read."""
    parts = (
        ("What the log says", _says(diagnosis)),
        ("Do its numbers agree?", _agrees(diagnosis)),
        ("What it suggests", _suggests(diagnosis)),
        ("What could not be asked", _unasked(diagnosis)),
        ("What next", _next(diagnosis)),
        ("What was assumed", iter(diagnosis.log.notes)),
    )
    return tuple(Section(title, found) for title, lines in parts if (found := tuple(lines)))


def headline(diagnosis: Diagnosis) -> str:
    """Return a verdict, and how sure it is."""
    surely = diagnosis.surely
    return diagnosis.told.verdict + (f" {SURELY[surely]}" if surely else "")


def as_text(name: str, diagnosis: Diagnosis) -> str:
    """Return a report as plain text.

    Args:
        name: what the log is called.
        diagnosis: what is said of it.
    """
    blocks = [f"{name}: {headline(diagnosis)}"]
    for section in sections(diagnosis):
        blocks.append("\n".join([section.title, *map(_item, section.lines)]))
    return "\n\n".join(blocks) + "\n"


def _item(line: str) -> str:
    return textwrap.fill(
        line, 96, initial_indent="  - ", subsequent_indent="    ", break_on_hyphens=False
    )


def _says(diagnosis: Diagnosis) -> Iterator[str]:
    log, counts = diagnosis.log, diagnosis.counts
    yield f"Format: {log.format}."
    of_run = f" ({log.run})" if log.run else ""
    if counts.steps_made:
        planned = f" of {counts.steps_planned:,.0f} planned" if counts.steps_planned else ""
        yield f"{_many(counts.steps_made, 'update')}{planned}{of_run}."
    if counts.epochs_made:
        planned = f" of {epochs(counts.epochs_planned)} planned" if counts.epochs_planned else ""
        per_epoch = counts.steps_per_epoch
        digits = 0 if per_epoch == round(per_epoch or 0) else 1
        each = f", {_many(per_epoch, 'update', digits)} each" if per_epoch else ""
        yield f"{_passes(counts.epochs_made)}{planned}{each}{of_run}."
    if counts.begun:
        number = int(counts.epochs_made or 0) + 1
        yield f"Epoch {number:,} was begun and not ended: {counts.begun:.1%} of it was made."
    if counts.samples_per_update:
        known = next((name for name in ("devices", "accumulation") if name in log.facts), "")
        least, why = ("at least ", f", {AT_LEAST[known]}") if counts.at_least else ("", "")
        yield f"An update has {least}{_many(counts.samples_per_update, 'sample')}{why}."
    if counts.n_train:
        yield f"The training set has about {counts.n_train:,.0f} samples."
    if n_val := log.facts.get("n_val"):
        yield f"The validation set has about {n_val:,.0f} samples."
    words = describe(diagnosis.schedule, counts.steps_planned, counts.steps_per_epoch)
    yield f"Learning rate: {words}."
    for role, called in PARTS.items():
        for curve in log.curves.get(role, ()):
            yield f"{called} ({curve.name}): {_course(curve)}."
    yield from _not_the_beginning(diagnosis)


def _not_the_beginning(diagnosis: Diagnosis) -> Iterator[str]:
    log = diagnosis.log
    for curve in (*log.curves.get("train_loss", ()), *log.curves.get("val_loss", ())):
        gaps = np.diff(curve.x)
        if len(gaps) > 1 and curve.x[0] > 3 * np.median(gaps) > 0:
            begin = place(curve, 0)
            yield (
                f"{curve.name} begins at {begin}; what came before is not in this file, or no "
                "finite number."
            )
    accuracy = log.curve("train_accuracy")
    if accuracy is not None and accuracy.values[0] > 0.99:
        yield (
            f"The first record has a training accuracy of {accuracy.values[0]:,.2%}: either the "
            "task is very easy, or the log continues an earlier training."
        )


def _course(curve: Curve) -> str:
    """Return how a curve goes, in words."""
    finite, broken = curve.finite, len(curve) - len(curve.finite)
    if not len(finite):
        return "no finite value"
    if len(finite) == 1:
        return f"{finite.values[0]:,.4g}, recorded once"
    low, high = int(np.argmin(finite.values)), int(np.argmax(finite.values))
    words = (
        f"from {finite.values[0]:,.4g} to {finite.values[-1]:,.4g} in {len(finite):,} records; "
        f"lowest {finite.values[low]:,.4g} at {moment(finite, low)}, "
        f"highest {finite.values[high]:,.4g} at {place(finite, high)}"
    )
    return words + (f"; {broken:,} records are not finite" if broken else "")


def _passes(number: float) -> str:
    return f"{epochs(number)} epoch{'' if number == 1 else 's'}"


def _agrees(diagnosis: Diagnosis) -> Iterator[str]:
    odd = (*diagnosis.counts.contradictions, *remarks(diagnosis.log))
    yield from odd
    if not odd:
        yield "Nothing in it contradicts itself, as far as it tells the same thing twice."


def _suggests(diagnosis: Diagnosis) -> Iterator[str]:
    lines = tuple(_shows(diagnosis))
    yield from lines
    if diagnosis.besides is not None:
        verdict, *signs = _shows(diagnosis.besides)
        yield f"Something else shows as well. {verdict}"
        yield from (sign for sign in signs if sign not in lines)
    if diagnosis.cause in SOUND:
        yield (
            "Healthy means that no sign of trouble that is looked for here showed; some kinds "
            "leave none in a log."
        )


def _shows(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield a verdict, and what speaks for it."""
    answer = diagnosis.answer
    yield headline(diagnosis)
    if answer.question is not None and answer.sign is not None:
        yield f"{answer.question.text} Seen: {answer.sign.text}."
    if diagnosis.cause == "overfitting":
        yield from _turned(diagnosis.log)
    if diagnosis.cause in ENDED:
        yield from _best(diagnosis.log)


def _best(log: RunLog) -> Iterator[str]:
    """Yield where validation was best, of a run that could have been shorter or longer."""
    val = validation_curve(log)
    if val is None or len(val) < 2:
        return
    if val.values[-1] == val.values.min():
        yield f"{val.name} was lowest at its last record."
        return
    yield f"{val.name} was lowest at {moment(val, int(np.argmin(val.values)))}."


def _turned(log: RunLog) -> Iterator[str]:
    """Yield where validation was best, if it ends worse."""
    losses = (log.curve(role) for role in ("val_loss", "val_error"))
    loss = next((curve.finite for curve in losses if curve is not None and len(curve.finite)), None)
    rises = loss is not None and loss.values[-1] > loss.values.min()
    if loss is not None and rises:
        yield f"{loss.name} was lowest at {moment(loss, int(np.argmin(loss.values)))}."
    accuracy = log.curve("val_accuracy")
    if accuracy is not None and len(accuracy) > 1:
        best, last = float(np.nanmax(accuracy.values)), float(accuracy.values[-1])
        yield f"Validation accuracy ends at {last:,.1%}, its best was {best:,.1%}." + (
            " Where a loss rises and accuracy stays, the model has become surer of the same "
            "mistakes."
            if log.curve("val_loss") is not None and rises and last > best - STAYS
            else ""
        )
    error = log.curve("val_error")
    if log.curve("val_loss") is not None and error is not None and len(error.finite) > 1:
        error = error.finite
        yield (
            f"{error.name} ends at {error.values[-1]:,.4g}, its best was "
            f"{error.values.min():,.4g} at {moment(error, int(np.argmin(error.values)))}. "
            "If that is what you need, stop by it."
        )


def _unasked(diagnosis: Diagnosis) -> Iterator[str]:
    """Yield, for each thing that is missing, the causes that could not be looked for.

    A cause is named once, with what its first sign needs.
    """
    answer = diagnosis.answer
    known = {HEALTHY, diagnosis.cause, *diagnosis.told.covers, *answer.refuted}
    known |= {"at rest"} if "come to rest" in known else set()  # was asked, without rates
    lacking: dict[str, list[str]] = {}
    for unasked in answer.unasked:
        cause = unasked.sign.cause
        if cause not in known:
            known.add(cause)
            lacking.setdefault(NEEDS[unasked.missing[0]].holds, []).append(cause)
    for need, causes in lacking.items():
        yield f"{', '.join(causes).capitalize()}: not asked, because the log does not tell {need}."


def _next(diagnosis: Diagnosis) -> Iterator[str]:
    question = diagnosis.answer.question
    if diagnosis.told.knob:
        yield f"Knob: {diagnosis.told.knob}."
    if question is not None and question.second_run:
        yield f"A second run that decides: {question.second_run}"
    missing = (name for unasked in diagnosis.answer.unasked for name in unasked.missing)
    curves = diagnosis.log.curves
    records = dict.fromkeys(NEEDS[name].record for name in missing)
    for record, roles in RECORDS.items():
        if all(curves.get(role) for role in roles):
            records.pop(record, None)  # is there, though not as a question needs it
    for record in list(records)[:MOST_TO_RECORD]:
        yield f"To record next time: {record}."
    yield f"To read: {CHAPTER}, section “{diagnosis.told.section}”."


def _many(number: float, what: str, digits: int = 0) -> str:
    return f"{number:,.{digits}f} {what}{'' if number == 1 else 's'}"
