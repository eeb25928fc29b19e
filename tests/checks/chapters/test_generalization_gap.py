"""Plausible wrong answers to the exercises of chapter 6, each with the mistake it shows."""

import math
import statistics
import time
from decimal import Decimal

import numpy as np
import pytest
import torch

from everystep.checks.chapters import generalization_gap as check
from everystep.checks.verdicts import NOT_ATTEMPTED, NOT_YET
from everystep.core import schedules
from everystep.core.recipe import Recipe


def missing_share(slow, fast, fix):
    return (slow[0] - fix[0]) / (slow[0] - fast[0]), fast[1] / fix[1]


def share_of_the_accuracy(slow, fast, fix):
    return fix[0] / slow[0], fast[1] / fix[1]


def slowdown(slow, fast, fix):
    return (fix[0] - fast[0]) / (slow[0] - fast[0]), fix[1] / fast[1]


def speed_up_of_the_fix(slow, fast, fix):
    return (fix[0] - fast[0]) / (slow[0] - fast[0]), slow[1] / fix[1]


def share_of_the_hours(slow, fast, fix):
    (a, slow_hours), (b, fast_hours), (c, fix_hours) = slow, fast, fix
    return (c - b) / (a - b), (slow_hours - fix_hours) / (slow_hours - fast_hours)


def rises(step, warmup):
    return min(1, (step + 1) / (warmup + 1))


def proportional(rate, batch, new_batch, rule, step, warmup):
    return rises(step, warmup) * rate * new_batch / batch


def square_root(rate, batch, new_batch, rule, step, warmup):
    return rises(step, warmup) * rate * math.sqrt(new_batch / batch)


def cold_start(rate, batch, new_batch, rule, step, warmup):
    growth = new_batch / batch
    return rate * (growth if rule == "linear" else growth**0.5)


def first_update_wasted(rate, batch, new_batch, rule, step, warmup):
    growth = new_batch / batch
    full = rate * (growth if rule == "linear" else growth**0.5)
    return full * step / warmup if step < warmup else full


def from_old_to_new(rate, batch, new_batch, rule, step, warmup):
    growth = new_batch / batch
    full = rate * (growth if rule == "linear" else growth**0.5)
    return rate + (full - rate) * rises(step, warmup)


def old_rate(rate, batch, new_batch, rule, step, warmup):
    return rate * rises(step, warmup)


def compare_as_given(train, rates, small, large, updates):
    rate = max(rates, key=lambda rate: train(small, rate, updates))
    fewer = updates * small // large
    return train(small, rate, updates) - train(large, rate, fewer)


def compare_at_one_rate(train, rates, small, large, updates):
    rate = max(rates, key=lambda rate: train(small, rate, updates))
    return train(small, rate, updates) - train(large, rate, updates)


def compare_at_the_rate_of_the_large(train, rates, small, large, updates):
    rate = max(rates, key=lambda rate: train(large, rate, updates))
    return train(small, rate, updates) - train(large, rate, updates)


def compare_at_equal_epochs(train, rates, small, large, updates):
    fewer = updates * small // large
    best_small = max(train(small, rate, updates) for rate in rates)
    return best_small - max(train(large, rate, fewer) for rate in rates)


def compare_the_other_way(train, rates, small, large, updates):
    best_small = max(train(small, rate, updates) for rate in rates)
    return max(train(large, rate, updates) for rate in rates) - best_small


def grow_without_end(epoch, batch, rate, every, factor, largest):
    return batch * factor ** (epoch // every), rate


def grow_and_stop(epoch, batch, rate, every, factor, largest):
    for _ in range(epoch // every):
        if batch * factor <= largest:
            batch *= factor
    return batch, rate


def grow_and_decay(epoch, batch, rate, every, factor, largest):
    for _ in range(epoch // every):
        rate /= factor
        if batch * factor <= largest:
            batch *= factor
    return batch, rate


def grow_too_early(epoch, batch, rate, every, factor, largest):
    for _ in range((epoch + 1) // every):
        if batch * factor <= largest:
            batch *= factor
        else:
            rate /= factor
    return batch, rate


def cut_off(epoch, batch, rate, every, factor, largest):
    return min(largest, batch * factor ** (epoch // every)), rate


def in_the_other_order(slow, fast, fix):
    return fast[1] / fix[1], (fix[0] - fast[0]) / (slow[0] - fast[0])


def compare_by_the_linear_rule(train, rates, small, large, updates):
    accuracy, rate = max((train(small, rate, updates), rate) for rate in rates)
    return accuracy - train(large, rate * (large / small), updates)


def points_brought_back(slow, fast, fix):
    return fix[0] - fast[0], fast[1] / fix[1]


def in_percent(slow, fast, fix):
    return 100 * (fix[0] - fast[0]) / (slow[0] - fast[0]), 100 * fast[1] / fix[1]


def full_rate_one_update_early(rate, batch, new_batch, rule, step, warmup):
    growth = new_batch / batch
    full = rate * (growth if rule == "linear" else growth**0.5)
    return full * min(1, (step + 1) / warmup) if warmup else full


def scaled_down(rate, batch, new_batch, rule, step, warmup):
    growth = batch / new_batch
    return rate * (growth if rule == "linear" else growth**0.5) * rises(step, warmup)


def compare_with_fewer_for_both(train, rates, small, large, updates):
    fewer = updates * small // large
    return max(train(small, r, fewer) for r in rates) - max(train(large, r, fewer) for r in rates)


def compare_averages(train, rates, small, large, updates):
    return statistics.mean(train(small, r, updates) - train(large, r, updates) for r in rates)


def compare_where_it_differs_most(train, rates, small, large, updates):
    return max(train(small, r, updates) - train(large, r, updates) for r in rates)


def grow_too_late(epoch, batch, rate, every, factor, largest):
    for begun in range(epoch):
        if begun and begun % every == 0:
            if batch * factor <= largest:
                batch *= factor
            else:
                rate /= factor
    return batch, rate


def grow_up_to_less(epoch, batch, rate, every, factor, largest):
    for _ in range(epoch // every):
        if batch * factor < largest:
            batch *= factor
        else:
            rate /= factor
    return batch, rate


def falls(small, large):
    return small["train"] - large["train"], small["val"] - large["val"]


def reads_validation_alone(small, large):
    if not large["loss"] < 2.2:
        return "diverged"
    return "gap" if falls(small, large)[1] >= 1 else "no difference"


def reads_updates_alone(small, large):
    if not large["loss"] < 2.2:
        return "diverged"
    if falls(small, large)[1] < 1:
        return "no difference"
    return "too few updates" if large["updates"] < small["updates"] else "gap"


def reads(broke, small, large, least=1, beyond=2):
    train, val = falls(small, large)
    if broke:
        return "diverged"
    if val < least:
        return "no difference"
    if train < least:
        return "gap"
    if large["updates"] >= small["updates"]:
        return "other"
    return "both" if val - train >= beyond else "too few updates"


def never_asks_for_the_loss(small, large):
    return reads(False, small, large)


def compares_with_nan(small, large):
    return reads(large["loss"] >= 2.2, small, large)


def asks_for_finite_alone(small, large):
    return reads(math.isnan(large["loss"]) or math.isinf(large["loss"]), small, large)


def never_says_both(small, large):
    return reads(not large["loss"] < 2.2, small, large, beyond=100)


def wants_more_than_1(small, large):
    return reads(not large["loss"] < 2.2, small, large, least=1.1)


def wants_more_than_2(small, large):
    return reads(not large["loss"] < 2.2, small, large, beyond=2.1)


def counts_any_fall(small, large):
    return reads(not large["loss"] < 2.2, small, large, least=0.1)


def asks_for_training_first(small, large):
    train, _ = falls(small, large)
    broke = not large["loss"] < 2.2
    return "gap" if train < 1 and not broke else reads(broke, small, large)


def forgets_to_compare_updates(small, large):
    return reads(not large["loss"] < 2.2, small, large | {"updates": 0})


def replanned(samples, batch, rate, epochs, warmup, horizon, ceiling, new_batch):
    """Return rate, old updates, new updates, and the share."""
    old, new = (epochs * math.ceil(samples / size) for size in (batch, new_batch))
    return min(ceiling, rate * new_batch / batch), old, new, new / old


def plan_beyond_the_ceiling(**plan):
    _, _, new, share = replanned(**plan)
    warm = max(1, round(share * plan["warmup"])) if plan["warmup"] else 0
    return (
        plan["rate"] * plan["new_batch"] / plan["batch"],
        new,
        warm,
        round(share * plan["horizon"]),
    )


def with_rate(change):
    def plan(**plan):
        return (change(**plan), *plan_beyond_the_ceiling(**plan)[1:])

    return plan


def with_counts(change):
    def plan(**plan):
        rate, old, new, share = replanned(**plan)
        return (rate, *change(old, new, share, **plan))

    return plan


def warm(share, warmup, rounded=round, least=1):
    return max(least, rounded(share * warmup)) if warmup else 0


root_rate = with_rate(
    lambda rate, batch, new_batch, ceiling, **_: min(ceiling, rate * (new_batch / batch) ** 0.5)
)
same_rate = with_rate(lambda rate, ceiling, **_: min(rate, ceiling))
ceiling_rate = with_rate(lambda ceiling, **_: ceiling)
same_horizon = with_counts(
    lambda old, new, share, warmup, horizon, **_: (new, warm(share, warmup), horizon)
)
same_warm_up = with_counts(
    lambda old, new, share, warmup, horizon, **_: (new, warmup, round(share * horizon))
)
same_counts = with_counts(lambda old, new, share, warmup, horizon, **_: (new, warmup, horizon))
same_updates = with_counts(lambda old, new, share, warmup, horizon, **_: (old, warmup, horizon))
warm_up_lost = with_counts(
    lambda old, new, share, warmup, horizon, **_: (
        new,
        round(share * warmup),
        round(share * horizon),
    )
)
cut_down = with_counts(
    lambda old, new, share, warmup, horizon, **_: (
        new,
        warm(share, warmup, int),
        int(share * horizon),
    )
)
filled_up = with_counts(
    lambda old, new, share, warmup, horizon, **_: (
        new,
        warm(share, warmup, math.ceil),
        math.ceil(horizon * new / old),
    )
)
left_as_fractions = with_counts(
    lambda old, new, share, warmup, horizon, **_: (
        new,
        warm(share, warmup, float),
        share * horizon,
    )
)


@with_counts
def by_the_ratio(old, new, share, batch, new_batch, warmup, horizon, **_):
    return tuple(round(count * batch / new_batch) for count in (old, warmup, horizon))


@with_counts
def without_short_batches(old, new, share, samples, batch, new_batch, epochs, warmup, horizon, **_):
    old, new = epochs * (samples // batch), epochs * (samples // new_batch)
    return new, warm(new / old, warmup), round(horizon * new / old)


def ends_and_side(mean, half):
    low, high = mean - half, mean + half
    return low, high, int(low > 0) - int(high < 0)


def points(first, second):
    return [a - b for a, b in zip(first, second, strict=True)]


def welch(first, second, factor):
    n = len(first)
    half = factor * math.sqrt((statistics.variance(first) + statistics.variance(second)) / n)
    return ends_and_side(statistics.mean(first) - statistics.mean(second), half)


def with_numpys_default(first, second, factor):
    d = np.subtract(first, second)
    return ends_and_side(d.mean(), factor * d.std() / len(d) ** 0.5)


def of_one_run(first, second, factor):
    d = points(first, second)
    return ends_and_side(statistics.mean(d), factor * statistics.stdev(d))


def one_error(first, second, factor):
    d = points(first, second)
    return ends_and_side(statistics.mean(d), statistics.stdev(d) / math.sqrt(len(d)))


def from_the_normal(first, second, factor):
    return paired(first, second, 1.96)


def about_two(first, second, factor):
    return paired(first, second, 2)


def second_minus_first(first, second, factor):
    return paired(second, first, factor)


def paired(first, second, factor):
    d = points(first, second)
    return ends_and_side(statistics.mean(d), factor * statistics.stdev(d) / math.sqrt(len(d)))


def sign_of_the_mean(first, second, factor):
    low, high, _ = paired(first, second, factor)
    mean = statistics.mean(points(first, second))
    return low, high, (mean > 0) - (mean < 0)


def five_are_real(first, second, factor):
    low, high, _ = paired(first, second, factor)
    mean = statistics.mean(first) - statistics.mean(second)
    return low, high, 0 if abs(mean) < 5 else 1 if mean > 0 else -1


def by_two_intervals(first, second, factor):
    low, high, _ = paired(first, second, factor)
    (a, b), (c, d) = (
        ends_and_side(statistics.mean(v), factor * statistics.stdev(v) / math.sqrt(len(v)))[:2]
        for v in (first, second)
    )
    return low, high, 1 if a > d else -1 if b < c else 0


BATCH_512 = Recipe(batch_size=512, lr=0.1, epochs=60)


def warm_up(updates):
    return schedules.warmup(updates, schedules.constant())


def fair_by_sorting(train, rates, small, large, updates):
    rates.sort(key=lambda rate: train(batch=small, rate=rate, updates=updates))
    best = train(small, rates[-1], updates)
    return best - sorted(train(large, rate, updates=updates) for rate in rates).pop()


def judged_in_float32(slow, fast, fix):
    recovered = torch.tensor((fix[0] - fast[0]) / (slow[0] - fast[0]))
    return [recovered, np.float32(fast[1] / fix[1])]


def read_in_capitals(small, large):
    return reads(not large["loss"] < 2.2, small, large).title()


def real_as_array(first, second, factor):
    low, high, side = paired(first, second, factor)
    return np.array([low, high, side])


def planned_in_another_way(samples, batch, rate, epochs, warmup, horizon, ceiling, new_batch):
    before, after = -(-samples // batch), -(-samples // new_batch)
    rate = ceiling if rate / batch * new_batch > ceiling else rate / batch * new_batch
    first, last = (int(count / before * after + 0.5) for count in (warmup, horizon))
    return [rate, after * epochs, first or min(1, warmup), last]


RIGHT_ANSWERS = [
    (check.equal_update_hours, Decimal(32)),
    (check.equal_update_epochs, torch.tensor(479)),
    (check.judge_fix, judged_in_float32),
    (check.compare, fair_by_sorting),
    (check.read_pair, read_in_capitals),
    (check.real_difference, real_as_array),
    (check.replan, planned_in_another_way),
    (check.fixed, BATCH_512.replace(batch_size=256, lr=0.8, schedule=warm_up(24))),
    (check.fixed, BATCH_512.replace(lr=0.16, momentum=0.9, epochs=75, schedule=warm_up(12))),
    (check.fixed, BATCH_512.replace(batch_size=64, lr=0.4, batch_growth={10: 128, 20: 512})),
    (check.fixed, BATCH_512.replace(batch_size=32, lr=0.8, epochs=20)),
]


@pytest.mark.parametrize(("task", "answer"), RIGHT_ANSWERS)
def test_other_right_answers(task, answer):
    assert task(answer).correct, task(answer)


def test_what_is_no_recipe_or_cannot_be_trained_gets_an_answer_at_once():
    start = time.monotonic()
    for answer in (
        "batch 512",
        check.fixed,
        BATCH_512.replace(epochs=10**9),
        BATCH_512.replace(epochs=None, steps=10**9),
        BATCH_512.replace(schedule=[1.0, 0.5]),
        BATCH_512.replace(schedule=lambda step: 1 / step),
        BATCH_512.replace(schedule=lambda step: -1.0),
        BATCH_512.replace(batch_size=2048, drop_last=True),
    ):
        verdict = check.fixed(answer)
        assert verdict.status == NOT_YET
        assert verdict.message
    assert time.monotonic() - start < 20


def test_a_recipe_that_loses_more_is_not_said_to_recover_a_negative_share():
    assert "recovers nothing" in check.fixed(BATCH_512.replace(lr=6.4, momentum=0.5)).message


def test_choices_that_were_asked_for_earlier():
    assert check.job_with_gap("B").correct
    assert check.no_fix("parts").correct
    assert check.no_fix(None).status == NOT_ATTEMPTED
    assert not check.no_fix("rate").correct


WRONG_ANSWERS = [
    ("equal_update_hours", "as-slow", 12),
    ("equal_update_hours", "one-pass", 2),
    ("equal_update_hours", "slow-times-ratio", 12 * 512 / 32),
    ("equal_update_hours", "speed-times-hours", 12 / 2 * 12),
    ("equal_update_epochs", "ratio", 30 * 1024 / 64),
    ("equal_update_epochs", "rounded-down", 30 * 782 // 49),
    ("equal_update_epochs", "dropped", math.ceil(30 * (50_000 // 64) / (50_000 // 1024))),
    ("equal_update_epochs", "updates", 30 * math.ceil(50_000 / 64)),
    ("equal_update_epochs", "unchanged", 30),
    ("judge_fix", "still-missing", missing_share),
    ("judge_fix", "of-accuracy", share_of_the_accuracy),
    ("judge_fix", "upside-down", slowdown),
    ("judge_fix", "own-speed-up", speed_up_of_the_fix),
    ("judge_fix", "hours-saved", share_of_the_hours),
    ("scaled_rate", "always-linear", proportional),
    ("scaled_rate", "always-root", square_root),
    ("scaled_rate", "no-warm-up", cold_start),
    ("scaled_rate", "starts-at-zero", first_update_wasted),
    ("scaled_rate", "from-the-old-rate", from_old_to_new),
    ("scaled_rate", "old-rate", old_rate),
    ("compare", "as-given", compare_as_given),
    ("compare", "one-rate", compare_at_one_rate),
    ("compare", "rate-of-the-large", compare_at_the_rate_of_the_large),
    ("compare", "fewer-updates", compare_at_equal_epochs),
    ("compare", "sign", compare_the_other_way),
    ("grow_or_decay", "no-limit", grow_without_end),
    ("grow_or_decay", "never-decays", grow_and_stop),
    ("grow_or_decay", "both", grow_and_decay),
    ("grow_or_decay", "one-early", grow_too_early),
    ("grow_or_decay", "clipped", cut_off),
    ("equal_update_epochs", "not-whole", 23_460 / 49),
    ("equal_update_hours", "factor", 512 / 32),
    ("compare", "linear-rule", compare_by_the_linear_rule),
    ("judge_fix", "swapped", in_the_other_order),
    ("judge_fix", "points", points_brought_back),
    ("judge_fix", "percent", in_percent),
    ("scaled_rate", "full-too-early", full_rate_one_update_early),
    ("scaled_rate", "upside-down", scaled_down),
    ("compare", "both-fewer", compare_with_fewer_for_both),
    ("compare", "average", compare_averages),
    ("compare", "one-rate", compare_where_it_differs_most),
    ("grow_or_decay", "one-late", grow_too_late),
    ("grow_or_decay", "limit-itself", grow_up_to_less),
    ("read_pair", "validation-alone", reads_validation_alone),
    ("read_pair", "updates-alone", reads_updates_alone),
    ("read_pair", "never-diverged", never_asks_for_the_loss),
    ("read_pair", "infinite-missed", compares_with_nan),
    ("read_pair", "finite-missed", asks_for_finite_alone),
    ("read_pair", "never-both", never_says_both),
    ("read_pair", "limits-excluded", wants_more_than_1),
    ("read_pair", "both-at-more-than-2", wants_more_than_2),
    ("read_pair", "any-fall", counts_any_fall),
    ("read_pair", "training-first", asks_for_training_first),
    ("read_pair", "updates-not-compared", forgets_to_compare_updates),
    ("replan", "not-capped", plan_beyond_the_ceiling),
    ("replan", "root", root_rate),
    ("replan", "old-rate", same_rate),
    ("replan", "at-the-ceiling", ceiling_rate),
    ("replan", "old-horizon", same_horizon),
    ("replan", "old-warm-up", same_warm_up),
    ("replan", "old-counts", same_counts),
    ("replan", "equal-updates", same_updates),
    ("replan", "dropped", without_short_batches),
    ("replan", "by-the-ratio", by_the_ratio),
    ("replan", "no-warm-up-left", warm_up_lost),
    ("replan", "rounded-down", cut_down),
    ("replan", "rounded-up", filled_up),
    ("replan", "not-rounded", left_as_fractions),
    ("real_difference", "not-paired", welch),
    ("real_difference", "population", with_numpys_default),
    ("real_difference", "single-runs", of_one_run),
    ("real_difference", "standard-error", one_error),
    ("real_difference", "normal", from_the_normal),
    ("real_difference", "normal", about_two),
    ("real_difference", "sign", second_minus_first),
    ("real_difference", "by-the-mean", sign_of_the_mean),
    ("real_difference", "by-5-points", five_are_real),
    ("real_difference", "by-overlap", by_two_intervals),
    ("fixed", "as-given", BATCH_512.replace(name="mine")),
    ("fixed", "accumulated", BATCH_512.replace(accumulation=16, epochs=20)),
    ("fixed", "batch-32-again", BATCH_512.replace(batch_size=32)),
    ("fixed", "only-longer", BATCH_512.replace(epochs=960)),
    ("fixed", "only-longer", BATCH_512.replace(epochs=110)),
    ("fixed", "smaller-batch-alone", BATCH_512.replace(batch_size=128)),
    ("fixed", "too-long", BATCH_512.replace(lr=0.4, epochs=200)),
    ("fixed", "beyond-the-ceiling", BATCH_512.replace(lr=3.2, schedule=warm_up(12))),
    ("fixed", "only-a-longer-step", BATCH_512.replace(lr=0.4, schedule=warm_up(12))),
]
