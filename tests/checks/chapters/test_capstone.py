"""Plausible wrong answers to the exercises of chapter 10, each with the mistake it shows."""

import math

import pytest

from everystep.checks.chapters import capstone as check
from everystep.clinic.budget import SEARCHED, TWELVE_HOURS, Plan


def price(samples, batch, each, per_1000):
    return each * math.ceil(samples / batch) + per_1000 * samples / 1000


def up(minutes, samples, batch, each, per_1000):
    return math.ceil(round(60 * minutes / price(samples, batch, each, per_1000), 9))


def nearest(minutes, samples, batch, each, per_1000):
    return round(round(60 * minutes / price(samples, batch, each, per_1000), 9))


def full_batches(minutes, samples, batch, each, per_1000):
    return int(60 * minutes / (each * (samples // batch) + per_1000 * samples / 1000) + 1e-9)


def fraction_of_updates(minutes, samples, batch, each, per_1000):
    return int(60 * minutes / (each * samples / batch + per_1000 * samples / 1000) + 1e-9)


def samples_alone(minutes, samples, batch, each, per_1000):
    return int(60 * minutes / (per_1000 * samples / 1000) + 1e-9)


def updates_alone(minutes, samples, batch, each, per_1000):
    return int(60 * minutes / (each * math.ceil(samples / batch)) + 1e-9)


def as_hours(minutes, samples, batch, each, per_1000):
    return int(3600 * minutes / price(samples, batch, each, per_1000) + 1e-9)


def mean(row):
    return sum(row) / len(row)


def peeking(choosing, measuring):
    means = [mean(row) for row in measuring]
    return means.index(max(means)), max(means)


def boasting(choosing, measuring):
    means = [mean(row) for row in choosing]
    return means.index(max(means)), max(means)


def lucky(choosing, measuring):
    tops = [max(row) for row in choosing]
    place = tops.index(max(tops))
    return place, mean(measuring[place])


def lucky_report(choosing, measuring):
    means = [mean(row) for row in choosing]
    place = means.index(max(means))
    return place, max(measuring[place])


def all_images(choosing, measuring):
    sums = [sum(c) + sum(m) for c, m in zip(choosing, measuring, strict=True)]
    place = sums.index(max(sums))
    return place, mean(measuring[place])


def greatest_gain(good, good_with_yours, yours, yours_with_good):
    gains = {name: accuracy - yours for name, accuracy in yours_with_good.items()}
    name = max(gains, key=gains.get)
    return name, gains[name]


def losses(good, good_with_yours):
    return {name: good - accuracy for name, accuracy in good_with_yours.items()}


def least(good, good_with_yours, yours, yours_with_good):
    lost = losses(good, good_with_yours)
    name = min(lost, key=lost.get)
    return name, lost[name]


def most(good, good_with_yours):
    lost = losses(good, good_with_yours)
    return max(lost, key=lost.get)


def above_yours(good, good_with_yours, yours, yours_with_good):
    name = most(good, good_with_yours)
    return name, good_with_yours[name] - yours


def everything(good, good_with_yours, yours, yours_with_good):
    return most(good, good_with_yours), good - yours


def change(good, good_with_yours, yours, yours_with_good):
    name = most(good, good_with_yours)
    return name, good_with_yours[name] - good


def paid(search, saved, whole=math.ceil):
    return whole(search / saved)


def early(search, old, new):
    return search // (old - new) if new < old else None


def late(search, old, new):
    return search // (old - new) + 1 if new < old else None


def by_old(search, old, new):
    return paid(search, old) if new < old else None


def by_new(search, old, new):
    return paid(search, new) if new < old else None


def negative(search, old, new):
    return paid(search, old - new) if new != old else None


def test_plans_other_than_the_solution_pass():
    assert check.my_plan(SEARCHED).correct
    assert check.my_plan(Plan(128, 0.32, 15, 0.9, "cosine", 0.1)).correct


@pytest.mark.parametrize("answer", [TWELVE_HOURS, SEARCHED.replace(epochs=10**9)])
def test_a_plan_beyond_the_budget_is_not_trained(monkeypatch, answer):
    monkeypatch.setattr(check, "train_plans", lambda *_: pytest.fail("training began"))
    assert check.my_plan(answer).mistake == "over-budget"


def test_what_is_no_plan_is_refused():
    assert "A Plan is expected" in check.my_plan("batch 64").message


WRONG_ANSWERS = [
    ("between_hours", "in-proportion", 3),
    ("between_hours", "on-a-line", 10),
    ("between_hours", "halfway", 7),
    ("between_hours", "no-fixed-part", 12),
    ("epochs_in_budget", "rounded-up", up),
    ("epochs_in_budget", "rounded", nearest),
    ("epochs_in_budget", "short-batch-dropped", full_batches),
    ("epochs_in_budget", "updates-as-fraction", fraction_of_updates),
    ("epochs_in_budget", "no-fixed-part", samples_alone),
    ("epochs_in_budget", "no-sample-part", updates_alone),
    ("epochs_in_budget", "hours", as_hours),
    ("choose_plan", "chosen-by-what-measures", peeking),
    ("choose_plan", "winning-score", boasting),
    ("choose_plan", "best-seed", lucky),
    ("choose_plan", "best-seed-reported", lucky_report),
    ("choose_plan", "both-averaged", all_images),
    ("costliest", "by-gain", greatest_gain),
    ("costliest", "smallest", least),
    ("costliest", "against-yours", above_yours),
    ("costliest", "whole-gap", everything),
    ("costliest", "sign", change),
    ("jobs_until_paid", "one-job-short", early),
    ("jobs_until_paid", "one-too-many", late),
    ("jobs_until_paid", "old-hours", by_old),
    ("jobs_until_paid", "new-hours", by_new),
    ("jobs_until_paid", "never-forgotten", negative),
    ("my_plan", "as-given", check.CUT_SHORT),
    ("my_plan", "over-budget", Plan(64, 0.32, 10, 0.9)),
    ("my_plan", "too-long-steps", Plan(64, 0.8, 9, 0.9)),
    ("my_plan", "short-steps", Plan(32, 0.2, 5)),
    ("my_plan", "budget-unused", Plan(256, 0.16, 6, 0.9)),
    ("my_plan", "few-updates", Plan(512, 0.8, 30)),
    ("points_of_the_answer", "all", 8),
    ("points_of_the_answer", "seeds-counted", 5),
    ("points_of_the_answer", "cause-not-counted", 3),
    ("points_of_the_answer", "more-gpus-counted", 6),
]
