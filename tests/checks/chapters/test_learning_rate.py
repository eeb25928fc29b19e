"""Plausible wrong answers to the exercises of chapter 4, each with the mistake it shows."""

import math
from fractions import Fraction

import numpy as np
import pytest
import torch

from everystep.checks.chapters import learning_rate as check


def divided_the_wrong_way(lr, momentum, new_momentum):
    return lr / (1 - new_momentum) * (1 - momentum)


def as_if_it_had_none(lr, momentum, new_momentum):
    return (1 - new_momentum) * lr


def effective(lr, momentum, new_momentum):
    return lr / (1 - momentum)


def same(lr, momentum, new_momentum):
    return lr


def added(lowest, highest, updates):
    step = (highest - lowest) / (updates - 1)
    return [lowest + k * step for k in range(updates)]


def root_of_updates(lowest, highest, updates):
    factor = (highest / lowest) ** (1 / updates)
    return [lowest * factor**k for k in range(updates)]


def multiplied_first(lowest, highest, updates):
    rates, rate = [], lowest
    for _ in range(updates):
        rate *= (highest / lowest) ** (1 / updates)
        rates.append(rate)
    return rates


def one_fewer(lowest, highest, updates):
    return np.geomspace(lowest, highest, updates)[:-1] if updates > 2 else [lowest]


def one_more(lowest, highest, updates):
    return np.geomspace(lowest, highest, updates + 1)


def grows_without_limit(multiply, start, products):
    vector = start
    for _ in range(products):
        vector = multiply(vector)
    return (vector @ multiply(vector)).item()


def ten_times_as_often(multiply, start, products):
    vector = start / start.norm()
    for _ in range(10 * products):
        product = multiply(vector)
        vector = product / product.norm()
    return vector @ multiply(vector)


def along_the_start(multiply, start, products):
    return start @ multiply(start) / (start @ start)


def length_afterward(multiply, start, products):
    vector = start
    for _ in range(products):
        vector = multiply(vector)
        vector /= torch.linalg.norm(vector)
    return torch.linalg.norm(vector).item()


def direction(multiply, start, products):
    vector = start / start.norm()
    for _ in range(products):
        vector = multiply(vector)
        vector = vector / vector.norm()
    return vector


def range_test_as_given(optimizer, take_update, lowest, factor, updates):
    rates, losses = [], []
    rate = lowest
    for _ in range(updates):
        losses.append(take_update())
        rate = rate * factor
        rates.append(rate)
    return rates, losses


def range_test_only_recorded(optimizer, take_update, lowest, factor, updates):
    rates, losses = [], []
    rate = lowest
    for _ in range(updates):
        optimizer.lr = rate
        losses.append(take_update())
        rates.append(rate)
        rate *= factor
    return rates, losses


def range_test_set_after(optimizer, take_update, lowest, factor, updates):
    rates = [lowest * factor**k for k in range(updates)]
    losses = []
    for rate in rates:
        losses.append(take_update())
        optimizer.param_groups[0]["lr"] = rate
    return rates, losses


def range_test_recorded_after(optimizer, take_update, lowest, factor, updates):
    rates, losses = [], []
    optimizer.param_groups[0]["lr"] = lowest
    for _ in range(updates):
        losses.append(take_update())
        optimizer.param_groups[0]["lr"] *= factor
        rates.append(optimizer.param_groups[0]["lr"])
    return rates, losses


def range_test_grown_first(optimizer, take_update, lowest, factor, updates):
    rates, losses = [], []
    rate = lowest
    for _ in range(updates):
        rate *= factor
        optimizer.param_groups[0]["lr"] = rate
        rates.append(rate)
        losses.append(take_update())
    return rates, losses


def range_test_until(stops):
    def answer(optimizer, take_update, lowest, factor, updates):
        rates, losses, rate = [], [], lowest
        for _ in range(updates):
            for group in optimizer.param_groups:
                group["lr"] = rate
            losses.append(take_update())
            rates.append(rate)
            if stops(losses):
                break
            rate = rate * factor
        return rates, losses

    return answer


range_test_until_four_times_the_lowest = range_test_until(
    lambda losses: losses[-1] > 4 * min(losses)
)
range_test_until_infinity = range_test_until(lambda losses: not np.isfinite(losses[-1]))


def linear(rate, batch, new_batch, optimizer, ceiling):
    return min(ceiling, rate / batch * new_batch)


def root(rate, batch, new_batch, optimizer, ceiling):
    return min(ceiling, rate * math.sqrt(new_batch / batch))


def mixed_up(rate, batch, new_batch, optimizer, ceiling):
    k = new_batch / batch
    return min(ceiling, rate * (k if optimizer == "adamw" else k**0.5))


def no_ceiling(rate, batch, new_batch, optimizer, ceiling):
    k = new_batch / batch
    return rate * (k**0.5 if optimizer == "adamw" else k)


def left_as_it_is(rate, batch, new_batch, optimizer, ceiling):
    return min(rate, ceiling)


WRONG_ANSWERS = [
    ("fastest_rate", "coefficient", 2 / 5),
    ("fastest_rate", "smallest-curvature", 2 / 1),
    ("fastest_rate", "creeping", 1 / 10),
    ("fastest_rate", "two-times-curvature", 2 * 10),
    ("fastest_rate", "mean-curvature", 2 / ((10 + 1) / 2)),
    ("fastest_rate", "mean-curvature", 2 / (10 + 1)),
    ("equivalent_rate", "inverted", divided_the_wrong_way),
    ("equivalent_rate", "old-momentum-forgotten", as_if_it_had_none),
    ("equivalent_rate", "effective-rate", effective),
    ("equivalent_rate", "unchanged", same),
    ("range_rates", "added", added),
    ("range_rates", "one-factor-too-many", root_of_updates),
    ("range_rates", "first-skipped", multiplied_first),
    ("range_rates", "one-rate-too-few", one_fewer),
    ("range_rates", "one-rate-too-many", one_more),
    ("top_curvature", "never-normalized", grows_without_limit),
    ("top_curvature", "too-many-products", ten_times_as_often),
    ("top_curvature", "only-start", along_the_start),
    ("top_curvature", "length-of-unit-vector", length_afterward),
    ("top_curvature", "vector", direction),
    ("repaired_range_test", "as-given", range_test_as_given),
    ("repaired_range_test", "not-set", range_test_only_recorded),
    ("repaired_range_test", "set-late", range_test_set_after),
    ("repaired_range_test", "recorded-late", range_test_recorded_after),
    ("repaired_range_test", "first-skipped", range_test_grown_first),
    ("repaired_range_test", "stops-at-divergence", range_test_until_four_times_the_lowest),
    ("repaired_range_test", "stops-at-divergence", range_test_until_infinity),
    ("scaled_rate", "always-linear", linear),
    ("scaled_rate", "always-root", root),
    ("scaled_rate", "exchanged", mixed_up),
    ("scaled_rate", "ceiling-forgotten", no_ceiling),
    ("scaled_rate", "unchanged", left_as_it_is),
    ("first_change", "less-overfitting", ("add weight decay", 0.005)),
    ("first_change", "stop-early", ("Stop earlier", 0.1 * (1 - 0.95))),
    ("first_change", "raise", ("raise the rate", 0.005)),
    ("first_change", "unchanged", ("lower the rate", 0.1)),
    ("first_change", "effective", ("lower the rate", 0.1 / (1 - 0.95))),
    ("first_change", "times-momentum", ("lower the rate", 0.1 * 0.95)),
    ("rescue", "go-on-lower", ("go on with a lower rate", 100)),
    ("rescue", "go-on-longer", ("go on for more epochs", 0.5 / (1 - 0.95) / 0.1)),
    ("rescue", "raise", ("start again with a higher rate ", 100)),
    ("rescue", "rate-alone", ("start again with a lower rate", 5)),
    ("rescue", "momentum-alone", ("start again with a lower rate", 20)),
    ("rescue", "effective", ("start again with a lower rate", 10)),
]


def rates_in_float32(lowest, highest, updates):
    return torch.logspace(math.log10(lowest), math.log10(highest), updates)


def rates_by_multiplying(lowest, highest, updates):
    rates = [np.float64(lowest)]
    while len(rates) < updates:
        rates.append(rates[-1] * (highest / lowest) ** (1 / (updates - 1)))
    return rates


def length_of_the_last_product(multiply, start, products):
    vector = start.float()
    for _ in range(products):
        product = multiply(vector)
        vector = product / product.norm()
    return product.norm()


def range_test_by_group(optimizer, take_update, lowest, factor, updates):
    rates = lowest * factor ** np.arange(updates)
    losses = np.zeros(updates)
    for k in range(updates):
        for group in optimizer.param_groups:
            group["lr"] = float(rates[k])
        losses[k] = take_update()
    return rates, losses


def scaled_in_float32(rate, batch, new_batch, optimizer, ceiling):
    factor = torch.tensor(new_batch) / batch
    factor = factor if optimizer == "sgd" else factor.sqrt()
    return (rate * factor).clamp(max=ceiling)


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.fastest_rate, np.float32(0.2)),
        (check.fastest_rate, Fraction(1, 5)),
        (
            check.equivalent_rate,
            lambda lr, momentum, new_momentum: (
                torch.tensor(lr) * (1 - torch.tensor(new_momentum)) / (1 - torch.tensor(momentum))
            ),
        ),
        (check.range_rates, rates_in_float32),
        (check.range_rates, rates_by_multiplying),
        (check.top_curvature, length_of_the_last_product),
        (check.repaired_range_test, range_test_by_group),
        (check.scaled_rate, scaled_in_float32),
        (check.first_change, ("Lower the rate", 0.1 / 20)),
        (check.rescue, ["start again with a lower rate", 0.5 / (1 - 0.95) / 0.1]),
    ],
)
def test_right_answers_of_another_make_are_accepted(task, answer):
    assert task(answer).correct


def rates_rounded(lowest, highest, updates):
    return [round(rate, 6) for rate in rates_by_multiplying(lowest, highest, updates)]


def range_test_that_skips_the_last_update(optimizer, take_update, lowest, factor, updates):
    rates, losses = [lowest * factor**k for k in range(updates)], []
    for rate in rates:
        optimizer.param_groups[0]["lr"] = rate
        losses.append(take_update() if len(losses) < 14 else losses[-1])
    return rates, losses


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (
            check.range_rates,
            lambda lowest, highest, updates: np.geomspace(lowest, highest, updates)[::-1],
        ),
        (check.top_curvature, lambda multiply, start, products: 8.0),
        (check.repaired_range_test, range_test_that_skips_the_last_update),
        (check.rescue, ("start again with a lower rate", 0.005)),
        (check.rescue, "start again with a lower rate"),
    ],
)
def test_other_wrong_answers_are_refused(task, answer):
    assert not task(answer).correct


def test_rates_of_a_numpy_list_are_shown_as_numbers():
    assert "float64" not in check.range_rates(rates_by_multiplying_too_often).message


def rates_by_multiplying_too_often(lowest, highest, updates):
    return [*rates_by_multiplying(lowest, highest, updates), np.float64(highest)]
