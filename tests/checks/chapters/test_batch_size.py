"""Plausible wrong answers to the exercises of chapter 3, each with the mistake it shows."""

import math

import pytest
import torch

from everystep.checks.chapters import batch_size as check


def all_for_activations(memory, n_weights, state_per_weight, activation_bytes):
    return memory // activation_bytes


def beside_weights(memory, n_weights, state_per_weight, activation_bytes):
    return int((memory - 4 * n_weights) / activation_bytes)


def beside_weights_and_gradients(memory, n_weights, state_per_weight, activation_bytes):
    return (memory - 8 * n_weights) // activation_bytes


def beside_weights_and_state(memory, n_weights, state_per_weight, activation_bytes):
    return (memory - 4 * n_weights - 4 * n_weights * state_per_weight) // activation_bytes


def rounded_up(memory, n_weights, state_per_weight, activation_bytes):
    free = memory - 4 * n_weights * (2 + state_per_weight)
    return -(-free // activation_bytes)


def one_byte_numbers(memory, n_weights, state_per_weight, activation_bytes):
    numbers = n_weights + n_weights + n_weights * state_per_weight
    return (memory - numbers) // activation_bytes


def second_moment(gradients):
    return (gradients**2).mean(dim=0).sum() / (gradients.mean(dim=0) ** 2).sum()


def mean_variance(gradients):
    mean = gradients.mean(dim=0)
    return ((gradients - mean) ** 2).mean() / (mean**2).sum()


def plain_length(gradients):
    mean = gradients.mean(dim=0)
    return ((gradients - mean) ** 2).sum(dim=1).mean() / torch.linalg.norm(mean)


def ratio_of_lengths(gradients):
    mean = gradients.mean(dim=0)
    return math.sqrt(((gradients - mean) ** 2).sum(dim=1).mean() / (mean**2).sum())


def lengths_of_each(gradients):
    mean = gradients.mean(dim=0)
    return ((gradients - mean) ** 2).sum(dim=1).mean() / (gradients**2).sum(dim=1).mean()


def var_as_it_comes(gradients):
    return gradients.var(dim=0).sum() / gradients.mean(dim=0).pow(2).sum()


def pieces_as_given(model, optimizer, loss_function, x, y, piece):
    optimizer.zero_grad()
    total = 0
    pieces = list(zip(x.split(piece), y.split(piece), strict=True))
    for inputs, labels in pieces:
        total = total + loss_function(model(inputs), labels) / len(pieces)
    total.backward()
    optimizer.step()


def weighted_but_one_backward(model, optimizer, loss_function, x, y, piece):
    optimizer.zero_grad()
    losses = [
        loss_function(model(x[i : i + piece]), y[i : i + piece]) * len(x[i : i + piece]) / len(x)
        for i in range(0, len(x), piece)
    ]
    sum(losses).backward()
    optimizer.step()


def divided_by_pieces(model, optimizer, loss_function, x, y, piece):
    optimizer.zero_grad()
    n = math.ceil(len(x) / piece)
    for i in range(0, len(x), piece):
        (loss_function(model(x[i : i + piece]), y[i : i + piece]) / n).backward()
    optimizer.step()


def summed(model, optimizer, loss_function, x, y, piece):
    optimizer.zero_grad()
    for inputs, labels in zip(x.split(piece), y.split(piece), strict=True):
        loss_function(model(inputs), labels).backward()
    optimizer.step()


def one_step_each(model, optimizer, loss_function, x, y, piece):
    for inputs, labels in zip(x.split(piece), y.split(piece), strict=True):
        optimizer.zero_grad()
        loss_function(model(inputs), labels).backward()
        optimizer.step()


def one_weighted_step_each(model, optimizer, loss_function, x, y, piece):
    for inputs, labels in zip(x.split(piece), y.split(piece), strict=True):
        optimizer.zero_grad()
        (loss_function(model(inputs), labels) * len(inputs) / len(x)).backward()
        optimizer.step()


def nothing_erased(model, optimizer, loss_function, x, y, piece):
    for inputs, labels in zip(x.split(piece), y.split(piece), strict=True):
        (loss_function(model(inputs), labels) * len(inputs) / len(x)).backward()
    optimizer.step()


def never_steps(model, optimizer, loss_function, x, y, piece):
    optimizer.zero_grad()
    for inputs, labels in zip(x.split(piece), y.split(piece), strict=True):
        (loss_function(model(inputs), labels) * len(inputs) / len(x)).backward()
    return model


def hours_of(curves, seconds, target, at=lambda ups, there: ups[there.index(True)], least=0.0):
    """Return the hours of every pilot that reaches the target, at a record of one's own choice."""
    found = {}
    for batch, curve in curves.items():
        updates, there = [u for u, _ in curve], [a - target >= least for _, a in curve]
        if any(there):
            found[batch] = at(updates, there) * seconds[batch] / 3600
    return found


def affordable(hours, seeds, budget, key=None):
    chosen = []
    for batch in sorted(hours, key=key or hours.get):
        budget -= seeds * hours[batch]
        if budget < 0:
            break
        chosen.append(batch)
    return chosen


def plan_to_the_end(curves, seconds, target, seeds, budget):
    hours = hours_of(curves, seconds, target, lambda ups, there: ups[-1])
    return hours, affordable(hours, seeds, budget)


def plan_to_the_best(curves, seconds, target, seeds, budget):
    best = {
        batch: max(curve, key=lambda record: record[1])
        for batch, curve in curves.items()
        if max(a for _, a in curve) >= target
    }
    hours = {batch: record[0] * seconds[batch] / 3600 for batch, record in best.items()}
    return hours, affordable(hours, seeds, budget)


def plan_beyond_the_target(curves, seconds, target, seeds, budget):
    hours = hours_of(curves, seconds, target, least=0.25)
    return hours, affordable(hours, seeds, budget)


def plan_for_good(curves, seconds, target, seeds, budget):
    stay = {}
    for batch, curve in curves.items():
        for place, (updates, _) in enumerate(curve):
            if all(a >= target for _, a in curve[place:]):
                stay[batch] = updates * seconds[batch] / 3600
                break
    return stay, affordable(stay, seeds, budget)


def plan_in_units_of(factor, by_time=True):
    def plan(curves, seconds, target, seeds, budget):
        hours = hours_of(curves, seconds, target)
        wrong = {b: h * factor / (1 if by_time else seconds[b]) for b, h in hours.items()}
        return wrong, affordable(wrong, seeds, budget)

    return plan


def plan_with_all(curves, seconds, target, seeds, budget):
    ends = {batch: curve[-1][0] * seconds[batch] / 3600 for batch, curve in curves.items()}
    hours = ends | hours_of(curves, seconds, target)
    return hours, affordable(hours, seeds, budget)


def plan_with_infinite_hours(curves, seconds, target, seeds, budget):
    hours = dict.fromkeys(curves, math.inf) | hours_of(curves, seconds, target)
    return hours, affordable(hours, seeds, budget)


def plan_for_one_seed(curves, seconds, target, seeds, budget):
    hours = hours_of(curves, seconds, target)
    return hours, affordable(hours, 1, budget)


def plan_sorted_by(key):
    def plan(curves, seconds, target, seeds, budget):
        hours = hours_of(curves, seconds, target)
        return hours, affordable(hours, seeds, budget, lambda batch: key(batch, hours))

    return plan


def plan_without_a_budget(curves, seconds, target, seeds, budget):
    hours = hours_of(curves, seconds, target)
    return hours, sorted(hours, key=hours.get)


WRONG_ANSWERS = [
    ("noise_at_512", "proportional", 0.8 * 32 / 512),
    ("noise_at_512", "squared", 0.8**2 * 32 / 512),
    ("noise_at_512", "halved-once", 0.8 / 2),
    ("noise_at_512", "rises", 0.8 * math.sqrt(512 / 32)),
    ("noise_at_512", "unchanged", 0.8),
    ("largest_speedup", "measured", 12 / 2),
    ("largest_speedup", "proportional", 512 / 32),
    ("largest_speedup", "from-512", 2 / 1.3333),
    ("largest_speedup", "hours", 1.3333),
    ("largest_batch", "activations-only", all_for_activations),
    ("largest_batch", "weights-only", beside_weights),
    ("largest_batch", "state-forgotten", beside_weights_and_gradients),
    ("largest_batch", "gradients-forgotten", beside_weights_and_state),
    ("largest_batch", "rounded-up", rounded_up),
    ("largest_batch", "bytes-forgotten", one_byte_numbers),
    ("updates_at_64", "perfect-scaling", 400 * 16 / 64),
    ("updates_at_64", "smallest", 200),
    ("updates_at_64", "unchanged", 400),
    ("updates_at_64", "square-root", 200 + 200 / math.sqrt(4)),
    ("noise_scale", "mean-not-subtracted", second_moment),
    ("noise_scale", "variance-averaged", mean_variance),
    ("noise_scale", "length-not-squared", plain_length),
    ("noise_scale", "root", ratio_of_lengths),
    ("noise_scale", "length-of-each", lengths_of_each),
    ("noise_scale", "one-less", var_as_it_comes),
    ("update_in_pieces", "as-given", pieces_as_given),
    ("update_in_pieces", "backward-once", weighted_but_one_backward),
    ("update_in_pieces", "equal-shares", divided_by_pieces),
    ("update_in_pieces", "not-divided", summed),
    ("update_in_pieces", "step-per-piece", one_step_each),
    ("update_in_pieces", "step-per-piece", one_weighted_step_each),
    ("update_in_pieces", "zero-grad-forgotten", nothing_erased),
    ("update_in_pieces", "no-step", never_steps),
    ("first_diagnosis", "gap", ("Generalization gap", 700)),
    ("first_diagnosis", "overfitting", ("overfitting", 700)),
    ("first_diagnosis", "rate", ("rate too high", 700)),
    ("first_diagnosis", "batch-ratio", ("too few updates", 60 * 512 / 32)),
    ("first_diagnosis", "short-batches-lost", ("too few updates", 60 * 34 / 2)),
    ("first_diagnosis", "updates", ("too few updates", 60 * 35)),
    ("second_diagnosis", "updates", ("too few updates", 3.1)),
    ("second_diagnosis", "overfitting", ("overfitting", 2.9)),
    ("second_diagnosis", "rate", (" rate too high ", 3)),
    ("second_diagnosis", "share", ("generalization gap", 0.03)),
    ("second_diagnosis", "sign", ("generalization gap", -3)),
    ("plan_controls", "whole-curve", plan_to_the_end),
    ("plan_controls", "best-record", plan_to_the_best),
    ("plan_controls", "more-than-the-target", plan_beyond_the_target),
    ("plan_controls", "stays-there", plan_for_good),
    ("plan_controls", "in-updates", plan_in_units_of(3600, by_time=False)),
    ("plan_controls", "in-seconds", plan_in_units_of(3600)),
    ("plan_controls", "in-minutes", plan_in_units_of(60)),
    ("plan_controls", "never-there", plan_with_all),
    ("plan_controls", "never-there", plan_with_infinite_hours),
    ("plan_controls", "one-seed", plan_for_one_seed),
    ("plan_controls", "by-batch", plan_sorted_by(lambda batch, hours: batch)),
    ("plan_controls", "in-given-order", plan_sorted_by(lambda batch, hours: 0)),
    ("plan_controls", "dearest-first", plan_sorted_by(lambda batch, hours: -hours[batch])),
    ("plan_controls", "no-budget", plan_without_a_budget),
]


def own_loop_over_pieces(model, optimizer, loss_function, x, y, piece):
    model.zero_grad()
    start = 0
    while start < len(x):
        stop = min(start + piece, len(x))
        loss = loss_function(model(x[start:stop]), y[start:stop])
        (loss * (stop - start)).backward()
        start = stop
    for parameter in model.parameters():
        parameter.grad /= len(x)
    optimizer.step()


def pieces_of_equal_size(model, optimizer, loss_function, x, y, piece):
    optimizer.zero_grad()
    pieces = math.ceil(len(x) / piece)
    for inputs, labels in zip(x.tensor_split(pieces), y.tensor_split(pieces), strict=True):
        (loss_function(model(inputs), labels) * len(inputs) / len(x)).backward()
    optimizer.step()


def sample_by_sample(model, optimizer, loss_function, x, y, piece):
    optimizer.zero_grad()
    for i in range(len(x)):
        (loss_function(model(x[i : i + 1]), y[i : i + 1]) / len(x)).backward()
    optimizer.step()


def erased_afterward(model, optimizer, loss_function, x, y, piece):
    for inputs, labels in zip(x.split(piece), y.split(piece), strict=True):
        (loss_function(model(inputs), labels) * len(inputs) / len(x)).backward()
    optimizer.step()
    optimizer.zero_grad()


def scale_in_float32(gradients):
    gradients = gradients.float()
    return gradients.var(dim=0, correction=0).sum() / gradients.mean(dim=0).square().sum()


def scale_from_covariance(gradients):
    return torch.cov(gradients.T, correction=0).trace() / gradients.mean(0).dot(gradients.mean(0))


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.noise_at_512, 0.2),
        (check.largest_speedup, 9),
        (check.updates_at_64, 250),
        (check.update_in_pieces, own_loop_over_pieces),
        (check.update_in_pieces, pieces_of_equal_size),
        (check.update_in_pieces, sample_by_sample),
        (check.noise_scale, scale_from_covariance),
        (check.noise_scale, scale_in_float32),
        (check.first_diagnosis, ("Too few updates ", 700.0)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_right_answers_of_another_make_are_accepted(task, answer):
    assert task(answer).correct


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.update_in_pieces, erased_afterward),
        (check.first_diagnosis, ("too few updates", 960)),
        (check.second_diagnosis, ("generalization gap", 0)),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_other_wrong_answers_are_refused(task, answer):
    assert not task(answer).correct
