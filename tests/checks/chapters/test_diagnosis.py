"""Plausible wrong answers to the exercises of chapter 7, each with the mistake it shows."""

import pytest

from everystep.checks.chapters import diagnosis as check
from everystep.clinic.blind_exam import exam_case
from everystep.clinic.tree import KNOBS, TREE

CASE_TASKS = [check.case_1, check.case_2, check.case_3, check.case_4, check.case_5]


def rises_in_training(train_loss, val_loss):
    if train_loss[-1] / min(train_loss) > 1.1:
        return -1
    return 1 if train_loss[-1] / train_loss[-6] < 0.95 else 0


def rises_above_the_first(train_loss, val_loss):
    if val_loss[-1] / val_loss[0] > 1.1:
        return -1
    return 1 if train_loss[-1] / train_loss[-6] < 0.95 else 0


def rises_above_the_previous(train_loss, val_loss):
    if val_loss[-1] / val_loss[-2] > 1.1:
        return -1
    return 1 if train_loss[-1] / train_loss[-6] < 0.95 else 0


def asks_for_longer_first(train_loss, val_loss):
    if train_loss[-1] / train_loss[-6] < 0.95:
        return 1
    return -1 if val_loss[-1] / min(val_loss) > 1.1 else 0


def takes_percent_for_nats(train_loss, val_loss):
    if val_loss[-1] - min(val_loss) > 0.1:
        return -1
    return 1 if train_loss[-6] - train_loss[-1] > 0.05 else 0


def only_stops(train_loss, val_loss):
    return -1 if val_loss[-1] / min(val_loss) > 1.1 else 0


def called_otherwise(task):
    """Every cause but the right one, with its own knob."""
    truth = exam_case(task.number, check.EXAM).cause
    return [
        (task.name, cause.replace(" ", "-"), (cause.capitalize(), f" {knob} "))
        for cause, knob in KNOBS.items()
        if cause != truth
    ]


def turned_otherwise(task):
    """The right cause with a knob that does not belong to it."""
    truth = exam_case(task.number, check.EXAM).cause
    return (task.name, "knob", (truth, "evaluation"))


WRONG_ANSWERS = [
    *(answer for task in CASE_TASKS for answer in called_otherwise(task)),
    *(turned_otherwise(task) for task in CASE_TASKS),
    ("fit", "training-curve", rises_in_training),
    ("fit", "from-the-first", rises_above_the_first),
    ("fit", "from-the-last-but-one", rises_above_the_previous),
    ("fit", "falling-first", asks_for_longer_first),
    ("fit", "nats", takes_percent_for_nats),
    ("fit", "never-longer", only_stops),
    ("validation_samples", "rounded-down", int(1.96**2 * 0.09 / 0.02**2)),
    ("validation_samples", "no-factor", round(0.09 / 0.02**2)),
    ("validation_samples", "whole-width", 3458),
    ("validation_samples", "not-squared", 9),
    ("second_run", "lower-rate", "lower rate"),
    ("second_run", "more-epochs", "More epochs"),
    ("second_run", "larger-batch", " larger batch"),
]


@pytest.mark.parametrize("exam", [0, 1, 2, 3])
def test_the_key_follows_the_exam(exam):
    for task in CASE_TASKS:
        truth = exam_case(task.number, exam).cause
        assert task((truth, KNOBS[truth]), exam).correct
        other = next(cause for cause in KNOBS if cause != truth)
        assert task((other, KNOBS[other]), exam).mistake == other.replace(" ", "-")


def test_five_different_questions_decide_the_default_exam():
    asked = {sign.cause: question for question in TREE for sign in question.signs}
    drawn = [asked[exam_case(task.number, check.EXAM).cause].text for task in CASE_TASKS]
    assert len(set(drawn)) == 5


def test_knobs_that_the_lab_shows_to_work_are_accepted():
    for cause, knobs in check.OTHER_KNOBS.items():
        exam, task = next(
            (exam, task)
            for exam in range(100)
            for task in CASE_TASKS
            if exam_case(task.number, exam).cause == cause
        )
        for knob in (KNOBS[cause], *knobs):
            assert task((cause, knob), exam).correct


def test_answers_that_are_no_pair_of_a_known_cause_and_a_knob():
    for answer in ("rate too low", ("rate too low",), ("rate too low", 3), ("overfit", "data")):
        verdict = check.case_1(answer)
        assert not verdict.correct
        assert verdict.mistake is None


def test_what_is_shown_does_not_name_the_cause(capsys):
    table = check.look(1)
    truth = exam_case(1, check.EXAM).cause
    shown = capsys.readouterr().out + table.to_string()
    assert truth not in shown
    assert list(table.columns)[:3] == ["epochs", "training loss", "validation loss"]
    assert len(table) == 9
