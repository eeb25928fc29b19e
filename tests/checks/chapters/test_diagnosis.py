"""Plausible wrong answers to the exercises of chapter 7, each with the mistake it shows."""

import numpy as np
import pytest

from everystep.checks.chapters import diagnosis as check
from everystep.clinic.blind_exam import exam_case
from everystep.clinic.failures import CASES
from everystep.clinic.tree import (
    KNOBS,
    TREE,
    jumps,
    rise_of_validation,
    share_of_falls,
    time_at_low_rate,
)
from tests.notebook.test_glue import outputs_of

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


def asks_validation_twice(train_loss, val_loss):
    if val_loss[-1] / min(val_loss) > 1.1:
        return -1
    return 1 if val_loss[-1] / val_loss[-6] < 0.95 else 0


def falls_since(place):
    def rule(train_loss, val_loss):
        if val_loss[-1] / min(val_loss) > 1.1:
            return -1
        return 1 if train_loss[-1] / train_loss[place] < 0.95 else 0

    return rule


def rule_with_limits(rise, fall, shorter=-1, longer=1):
    def rule(train_loss, val_loss):
        if val_loss[-1] / min(val_loss) > 1 + rise:
            return shorter
        return longer if train_loss[-1] / train_loss[-6] < 1 - fall else 0

    return rule


def empties_its_lists(train_loss, val_loss):
    val_end, train_end = val_loss.pop(), train_loss.pop()
    val_loss.sort()
    if (val_end - val_loss[0]) / val_loss[0] > 0.1:
        return np.int64(-1)
    return (train_loss[-5] - train_end) / train_loss[-5] > 0.05


def second_run_that_tells(candidates, noise):
    candidates.sort(key=lambda run: run[1])
    while candidates:
        name, _, first, second = candidates.pop(0)
        if not -2 * noise <= first - second <= 2 * noise:
            return name
    return None


def telling_runs(candidates, noise):
    return [run for run in candidates if abs(run[2] - run[3]) > 2 * noise]


def highest_promise(candidates, noise):
    return max(candidates, key=lambda run: max(run[2], run[3]))[0]


def highest_promise_that_tells(candidates, noise):
    runs = telling_runs(candidates, noise)
    return max(runs, key=lambda run: max(run[2], run[3]))[0] if runs else None


def cheapest_of_all(candidates, noise):
    return sorted(candidates, key=lambda run: run[1])[0][0]


def largest_difference(candidates, noise):
    runs = telling_runs(candidates, noise)
    return max(runs, key=lambda run: abs(run[2] - run[3]))[0] if runs else None


def cheapest_where(tells):
    def second_run(candidates, noise):
        runs = sorted((run[1], run[0]) for run in candidates if tells(*run[2:], noise))
        return runs[0][1] if runs else None

    return second_run


def first_that_tells(candidates, noise):
    return next((run[0] for run in telling_runs(candidates, noise)), None)


def longest_that_tells(candidates, noise):
    runs = telling_runs(candidates, noise)
    return max(runs, key=lambda run: run[1])[0] if runs else None


def always_one(candidates, noise):
    runs = telling_runs(candidates, noise) or candidates
    return min(runs, key=lambda run: run[1])[0]


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
    ("fit", "validation-curve", asks_validation_twice),
    ("fit", "four-earlier", falls_since(-5)),
    ("fit", "six-earlier", falls_since(-7)),
    ("fit", "since-the-start", falls_since(0)),
    ("fit", "one-record-earlier", falls_since(-2)),
    ("fit", "to-the-fifth", falls_since(5)),
    ("fit", "to-the-fifth", falls_since(4)),
    ("fit", "any-rise", rule_with_limits(0, 0.05)),
    ("fit", "any-fall", rule_with_limits(0.1, 0)),
    ("fit", "signs-swapped", rule_with_limits(0.1, 0.05, 1, -1)),
    ("fit", "never-shorter", rule_with_limits(1e9, 0.05)),
    ("validation_samples", "rounded-down", int(1.96**2 * 0.09 / 0.02**2)),
    ("validation_samples", "not-whole", 1.96**2 * 0.09 / 0.02**2),
    ("validation_samples", "no-factor", round(0.09 / 0.02**2)),
    ("validation_samples", "two-for-1.96", 4 * 0.09 / 0.02**2),
    ("validation_samples", "even-odds", 1.96**2 * 0.25 / 0.02**2),
    ("validation_samples", "even-odds", 2500),
    ("validation_samples", "whole-width", 3458),
    ("validation_samples", "whole-width", 1.96**2 * 0.09 / 0.01**2),
    ("validation_samples", "no-root", 9),
    ("validation_samples", "no-root", 1.96 * 0.09 / 0.02),
    ("validation_samples", "not-squared", 1.96 * 0.3 / 0.02),
    ("validation_samples", "not-squared", 30),
    ("validation_samples", "90-percent", 609),
    ("validation_samples", "in-percent", 1),
    ("training_samples", "all-passes", 384 * 32),
    ("training_samples", "an-update", 384 / 12),
    ("training_samples", "updates", 384),
    ("training_samples", "a-second", 2485),
    ("training_samples", "validation", 500),
    ("flat_end", "too-few-epochs", ("too few epochs", 17)),
    ("flat_end", "rate-too-high", ("Rate too high", 17)),
    ("flat_end", "overfitting", ("overfitting", 17)),
    ("flat_end", "above", ("decayed too early", 3)),
    ("flat_end", "one-more", ("decayed too early", 18)),
    ("flat_end", "one-less", ("decayed too early", 16)),
    ("flat_end", "share", ("decayed too early", 17 / 20)),
    ("second_run", "best-accuracy", highest_promise),
    ("second_run", "best-accuracy", highest_promise_that_tells),
    ("second_run", "cheapest", cheapest_of_all),
    ("second_run", "most-telling", largest_difference),
    ("second_run", "one-direction", cheapest_where(lambda a, b, noise: a - b > 2 * noise)),
    ("second_run", "one-direction", cheapest_where(lambda a, b, noise: b - a > 2 * noise)),
    ("second_run", "noise-once", cheapest_where(lambda a, b, noise: abs(a - b) > noise)),
    ("second_run", "any-difference", cheapest_where(lambda a, b, noise: a != b)),
    ("second_run", "first-that-tells", first_that_tells),
    ("second_run", "dearest", longest_that_tells),
    ("second_run", "always-one", always_one),
]
RIGHT_ANSWERS = [
    (check.fit, empties_its_lists),
    (check.second_run, second_run_that_tells),
    (check.validation_samples, np.ceil(1.96**2 * 0.09 / 0.02**2)),
]


@pytest.mark.parametrize(("task", "answer"), RIGHT_ANSWERS)
def test_other_right_answers(task, answer):
    assert task(answer).correct, task(answer)


# What the sentence against each cause describes, read as loosely as a learner may.
DESCRIBED = {
    "diverged": lambda log: not log.train_loss[-1] < 3,
    "evaluated in train mode": lambda log: abs(log.val_loss_again - log.val_loss[-1]) > 5e-4,
    "not shuffled": lambda log: log.mixing < 0.7,
    "validation set too small": lambda log: log.n_val < 100,
    "leak": lambda log: log.duplicates > 0.005,
    "no warm-up": lambda log: log.batch_loss[:10].max() > 4 and log.train_loss[-1] < 3,
    "horizon too long": lambda log: 0.95 > log.lr[-1] / log.lr.max() > 0.2,
    "batch too small": lambda log: (
        log.batch_size < 6 and jumps(log) > 0.01 and len(set(log.lr)) < 2
    ),
    "rate too high": lambda log: (
        log.batch_size >= 4
        and (jumps(log) > 0.01 or (log.train_loss[-1] > 0.5 and share_of_falls(log) < 0.85))
    ),
    "noisy labels": lambda log: (
        log.val_accuracy[-1] - log.train_accuracy[-1] > 0.02
        and log.train_loss[-1] > 0.5
        and share_of_falls(log) < 0.85
    ),
    "decayed too early": lambda log: time_at_low_rate(log) > 0.4,
    "too few epochs": lambda log: log.epochs[-1] < 6 and log.train_loss[-1] > 0.3,
    "batch too large": lambda log: log.n_train / log.batch_size < 8,
    "rate too low": lambda log: (
        log.train_loss[-1] > 0.4
        and share_of_falls(log) > 0.7
        and log.updates > 200
        and time_at_low_rate(log) < 0.1
    ),
    "too many epochs": lambda log: log.train_loss[-1] < 0.15 and rise_of_validation(log) > 1.15,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.cause)
def test_no_hint_speaks_against_a_cause_with_what_the_log_shows(case):
    for log in case.variant.logs([40, 41, 42]):
        shown = {cause for cause, describes in DESCRIBED.items() if describes(log)}
        allowed = {case.cause, *check.ALSO_LOOKS_LIKE.get(case.cause, ())}
        assert shown <= allowed
        assert set(DESCRIBED) == set(KNOBS)


def test_where_a_log_looks_like_another_cause_the_order_of_the_questions_decides():
    places = {sign.cause: place for place, q in enumerate(TREE) for sign in q.signs}
    for truth, others in check.ALSO_LOOKS_LIKE.items():
        for other in others:
            assert places[truth] <= places[other]
            exam = next(n for n in range(100) if exam_case(1, n).cause == truth)
            message = check.case_1((other, KNOBS[other]), exam).message
            assert TREE[places[truth]].text in message
            assert check.AGAINST[other] not in message


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


def test_what_is_shown_does_not_name_the_cause():
    figure, *tables = (data["text/html"] for data, _ in outputs_of(check.look, 1))
    assert "Case 1 of exam" in figure
    assert len(tables) == 3
    assert exam_case(1, check.EXAM).cause not in "".join([figure, *tables])
