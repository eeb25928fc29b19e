"""Plausible wrong answers to the exercises of chapter 8, each with the mistake it shows."""

import math

import pytest
import torch

from everystep.checks.chapters import scaling_out as check


def whole_batch_on_each(global_batch, workers, fits):
    pieces = 1
    while global_batch % pieces or global_batch // pieces > fits:
        pieces += 1
    return global_batch // pieces, pieces


def rounded_up_twice(global_batch, workers, fits):
    share = global_batch // workers
    pieces = math.ceil(share / fits)
    return math.ceil(share / pieces), pieces


def full_pieces(global_batch, workers, fits):
    share = global_batch // workers
    return min(share, fits), -(-share // fits)


def single_samples(global_batch, workers, fits):
    return 1, int(global_batch / workers)


def all_at_once(global_batch, workers, fits):
    return int(global_batch / workers), 1


def even_split(global_batch, workers, fits):
    share = global_batch // workers
    sizes = [size for size in range(1, fits + 1) if share % size == 0]
    return max(sizes), share // max(sizes)


def pieces_first(global_batch, workers, fits):
    size, pieces = even_split(global_batch, workers, fits)
    return pieces, size


def as_given(sampler, loader, first_epoch, epochs, use):
    for _ in range(epochs):
        for batch in loader:
            use(batch)


def numbered_from_zero(sampler, loader, first_epoch, epochs, use):
    for epoch in range(epochs):
        sampler.set_epoch(epoch)
        for batch in loader:
            use(batch)


def told_once(sampler, loader, first_epoch, epochs, use):
    sampler.set_epoch(first_epoch)
    for _ in range(epochs):
        for batch in loader:
            use(batch)


def told_afterward(sampler, loader, first_epoch, epochs, use):
    for k in range(epochs):
        for batch in loader:
            use(batch)
        sampler.set_epoch(first_epoch + k)


def counted_from_one(sampler, loader, first_epoch, epochs, use):
    for k in range(1, epochs + 1):
        sampler.set_epoch(first_epoch + k)
        for batch in loader:
            use(batch)


def mean_of_means(model, optimizer, loss_function, batches):
    optimizer.zero_grad()
    for x, y in batches:
        (loss_function(model(x), y) / len(batches)).backward()
    optimizer.step()


def sum_of_means(model, optimizer, loss_function, batches):
    optimizer.zero_grad()
    sum(loss_function(model(x), y) for x, y in batches).backward()
    optimizer.step()


def divided_twice(model, optimizer, loss_function, batches):
    optimizer.zero_grad()
    total = sum(len(x) for x, _ in batches)
    for x, y in batches:
        (loss_function(model(x), y) / total).backward()
    optimizer.step()


def sum_of_sums(model, optimizer, loss_function, batches):
    optimizer.zero_grad()
    for x, y in batches:
        (len(x) * loss_function(model(x), y)).backward()
    optimizer.step()


def one_step_each(model, optimizer, loss_function, batches):
    total = sum(len(x) for x, _ in batches)
    for x, y in batches:
        optimizer.zero_grad()
        (loss_function(model(x), y) * len(x) / total).backward()
        optimizer.step()


def never_erased(model, optimizer, loss_function, batches):
    total = sum(len(x) for x, _ in batches)
    for x, y in batches:
        (loss_function(model(x), y) * len(x) / total).backward()
    optimizer.step()


def all_samples_at_once(model, optimizer, loss_function, batches):
    x, y = (torch.cat(parts) for parts in zip(*batches, strict=True))
    optimizer.zero_grad()
    loss_function(model(x), y).backward()
    optimizer.step()


def half_a_ring(compute, gradient_bytes, latency, bandwidth, workers):
    ring = (workers - 1) * (latency + gradient_bytes / workers / bandwidth)
    return compute / (compute + ring)


def everything_each_step(compute, gradient_bytes, latency, bandwidth, workers):
    ring = 2 * (workers - 1) * (latency + gradient_bytes / bandwidth)
    return compute / (compute + ring)


def one_latency(compute, gradient_bytes, latency, bandwidth, workers):
    sent = 2 * (workers - 1) / workers * gradient_bytes / bandwidth
    return compute / (compute + sent + (latency if workers > 1 else 0))


def ring(gradient_bytes, latency, bandwidth, workers):
    return 2 * (workers - 1) * (latency + gradient_bytes / workers / bandwidth)


def slow_down(compute, gradient_bytes, latency, bandwidth, workers):
    return 1 + ring(gradient_bytes, latency, bandwidth, workers) / compute


def speed_up(compute, gradient_bytes, latency, bandwidth, workers):
    return workers * compute / (compute + ring(gradient_bytes, latency, bandwidth, workers))


WRONG_ANSWERS = [
    ("updates_on_eight", "per-device", 46_890),
    ("updates_on_eight", "no-accumulation", 5_880),
    ("updates_on_eight", "no-workers", 23_460),
    ("updates_on_eight", "rounded-down", 2_910),
    ("updates_on_eight", "rounded-once", 2_930),
    ("updates_on_eight", "one-epoch", 98),
    ("split_batch", "workers-forgotten", whole_batch_on_each),
    ("split_batch", "not-even", rounded_up_twice),
    ("split_batch", "not-even", full_pieces),
    ("split_batch", "one-by-one", single_samples),
    ("split_batch", "never-split", all_at_once),
    ("split_batch", "exchanged", pieces_first),
    ("samples_repeated", "left-over", lambda n_samples, workers: n_samples % workers),
    ("samples_repeated", "never-none", lambda n_samples, workers: workers - n_samples % workers),
    ("samples_repeated", "share", lambda n_samples, workers: math.ceil(n_samples / workers)),
    (
        "samples_repeated",
        "in-all",
        lambda n_samples, workers: workers * math.ceil(n_samples / workers),
    ),
    ("deal_epochs", "as-given", as_given),
    ("deal_epochs", "from-zero", numbered_from_zero),
    ("deal_epochs", "once", told_once),
    ("deal_epochs", "too-late", told_afterward),
    ("deal_epochs", "one-ahead", counted_from_one),
    ("weighted_update", "as-given", mean_of_means),
    ("weighted_update", "not-divided", sum_of_means),
    ("weighted_update", "by-all-samples", divided_twice),
    ("weighted_update", "only-weighted", sum_of_sums),
    ("weighted_update", "step-per-piece", one_step_each),
    ("weighted_update", "not-erased", never_erased),
    ("loss_factor", "workers-forgotten", lambda own, total, workers: own / total),
    ("loss_factor", "upside-down", lambda own, total, workers: total / workers / own),
    ("loss_factor", "no-weight", lambda own, total, workers: 1),
    ("loss_factor", "by-workers", lambda own, total, workers: workers / total),
    ("scaling_efficiency", "one-round", half_a_ring),
    ("scaling_efficiency", "whole-gradient", everything_each_step),
    ("scaling_efficiency", "latency-once", one_latency),
    ("scaling_efficiency", "upside-down", slow_down),
    ("scaling_efficiency", "speed-up", speed_up),
]


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.split_batch, even_split),
        (check.weighted_update, all_samples_at_once),
        (check.samples_repeated, lambda n_samples, workers: -n_samples % workers),
        (check.updates_on_eight, torch.tensor(2_940)),
        (
            check.scaling_efficiency,
            lambda compute, gradient_bytes, latency, bandwidth, workers: (
                1 / (1 + ring(gradient_bytes, latency, bandwidth, workers) / compute)
            ),
        ),
    ],
)
def test_right_answers_of_another_make_are_accepted(task, answer):
    assert task(answer).correct
