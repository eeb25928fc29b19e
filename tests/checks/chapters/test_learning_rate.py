"""Plausible wrong answers to the exercises of chapter 4, each with the mistake it shows."""

import math

import numpy as np
import torch


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


def one_more(lowest, highest, updates):
    return np.geomspace(lowest, highest, updates + 1)


def grows_without_limit(multiply, start, products):
    vector = start
    for _ in range(products):
        vector = multiply(vector)
    return (vector @ multiply(vector)).item()


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
    ("fastest_rate", "coefficient", 2 / 4),
    ("fastest_rate", "smallest-curvature", 2 / 0.5),
    ("fastest_rate", "creeping", 1 / 8),
    ("fastest_rate", "two-times-curvature", 2 * 8),
    ("fastest_rate", "mean-curvature", 2 / ((8 + 0.5) / 2)),
    ("equivalent_rate", "inverted", divided_the_wrong_way),
    ("equivalent_rate", "old-momentum-forgotten", as_if_it_had_none),
    ("equivalent_rate", "effective-rate", effective),
    ("equivalent_rate", "unchanged", same),
    ("range_rates", "added", added),
    ("range_rates", "one-factor-too-many", root_of_updates),
    ("range_rates", "first-skipped", multiplied_first),
    ("range_rates", "one-rate-too-many", one_more),
    ("top_curvature", "never-normalized", grows_without_limit),
    ("top_curvature", "only-start", along_the_start),
    ("top_curvature", "length-of-unit-vector", length_afterward),
    ("top_curvature", "vector", direction),
    ("repaired_range_test", "as-given", range_test_as_given),
    ("repaired_range_test", "not-set", range_test_only_recorded),
    ("repaired_range_test", "set-late", range_test_set_after),
    ("repaired_range_test", "recorded-late", range_test_recorded_after),
    ("repaired_range_test", "first-skipped", range_test_grown_first),
    ("scaled_rate", "always-linear", linear),
    ("scaled_rate", "always-root", root),
    ("scaled_rate", "exchanged", mixed_up),
    ("scaled_rate", "ceiling-forgotten", no_ceiling),
    ("scaled_rate", "unchanged", left_as_it_is),
    ("first_change", "less-overfitting", "add weight decay"),
    ("first_change", "stop-early", "Stop earlier"),
    ("first_change", "lower", "lower the rate"),
    ("rescue", "go-on-lower", "go on with a lower rate"),
    ("rescue", "go-on-longer", "go on for more epochs"),
    ("rescue", "raise", "start again with a higher rate "),
]
