"""Plausible wrong answers to the exercises of chapter 1, each with the mistake it shows."""

import math

import numpy as np
import pytest
import torch

from everystep.checks.chapters import steps as check


def floats_floor(n_samples, batch_size, drop_last):
    return int(n_samples / batch_size)


def up_with_negative_division(n_samples, batch_size, drop_last):
    return -(-n_samples // batch_size)


def swapped(n_samples, batch_size, drop_last):
    if drop_last:
        return math.ceil(n_samples / batch_size)
    return math.floor(n_samples / batch_size)


def plus_one(n_samples, batch_size, drop_last):
    updates = n_samples // batch_size
    return updates if drop_last else updates + 1


def quotient(n_samples, batch_size, drop_last):
    return np.float64(n_samples) / batch_size


def batch_down(n_samples, epochs, budget):
    return max(1, int(n_samples / (budget // epochs)))


def batch_down_to_zero(n_samples, epochs, budget):
    return n_samples // (budget // epochs)


def all_at_once(n_samples, epochs, budget):
    return -(-(n_samples * epochs) // budget)


def no_epochs(n_samples, epochs, budget):
    return -(-n_samples // budget)


def plus_one_batch(n_samples, epochs, budget):
    return n_samples // (budget // epochs) + 1


def only_workers(n_samples, micro_batch, accumulation, workers):
    return -(-n_samples // (micro_batch * workers))


def only_accumulation(n_samples, micro_batch, accumulation, workers):
    return -(-n_samples // (micro_batch * accumulation))


def summed_over_workers(n_samples, micro_batch, accumulation, workers):
    share = math.ceil(n_samples / workers)
    return sum(math.ceil(math.ceil(share / micro_batch) / accumulation) for _ in range(workers))


def plain(n_samples, micro_batch, accumulation, workers):
    return math.ceil(n_samples / micro_batch)


def floor_of_global(n_samples, micro_batch, accumulation, workers):
    global_batch = micro_batch * accumulation * workers
    return n_samples // global_batch


def loop_as_given(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()


def loop_zero_per_epoch(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for parameter in model.parameters():
            parameter.grad = None
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.step()


def loop_zero_before_step(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.zero_grad()
            optimizer.step()


def loop_never_steps(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            loss.backward()
    return model


def loop_never_backward(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            optimizer.step()
    return loss


def loop_over_batches_alone(model, optimizer, loss_function, batches, epochs):
    for batch in batches:
        optimizer.zero_grad()
        x, y = batch
        loss_function(model(x), y).backward()
        optimizer.step()


def loop_one_step(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
        optimizer.step()


def accumulating_as_given(model, optimizer, loss_function, batches, accumulation):
    for x, y in batches:
        optimizer.zero_grad()
        loss_function(model(x), y).backward()
        optimizer.step()


def accumulating_sum(model, optimizer, loss_function, batches, accumulation):
    for start in range(0, len(batches), accumulation):
        optimizer.zero_grad()
        for x, y in batches[start : start + accumulation]:
            loss_function(model(x), y).backward()
        optimizer.step()


def accumulating_each(model, optimizer, loss_function, batches, accumulation):
    for x, y in batches:
        optimizer.zero_grad()
        (loss_function(model(x), y) / accumulation).backward()
        optimizer.step()


def accumulating_full_groups(model, optimizer, loss_function, batches, accumulation):
    optimizer.zero_grad()
    for number, (x, y) in enumerate(batches):
        (loss_function(model(x), y) / accumulation).backward()
        if (number + 1) % accumulation == 0:
            optimizer.step()
            optimizer.zero_grad()


def accumulating_full_groups_sum(model, optimizer, loss_function, batches, accumulation):
    for number, (x, y) in enumerate(batches):
        loss_function(model(x), y).backward()
        if (number + 1) % accumulation == 0:
            optimizer.step()
            optimizer.zero_grad()


def accumulating_index(model, optimizer, loss_function, batches, accumulation):
    optimizer.zero_grad()
    for i, (x, y) in enumerate(batches):
        loss = loss_function(model(x), y) / accumulation
        loss.backward()
        if i % accumulation == 0:
            optimizer.step()
            optimizer.zero_grad()


def accumulating_index_with_last(model, optimizer, loss_function, batches, accumulation):
    optimizer.zero_grad()
    for i, (x, y) in enumerate(batches):
        (loss_function(model(x), y) / accumulation).backward()
        if i % accumulation == 0 or i == len(batches) - 1:
            optimizer.step()
            optimizer.zero_grad()


def accumulating_never_steps(model, optimizer, loss_function, batches, accumulation):
    for x, y in batches:
        (loss_function(model(x), y) / accumulation).backward()
    optimizer.zero_grad()


def accumulating_erased(model, optimizer, loss_function, batches, accumulation):
    for number, (x, y) in enumerate(batches, start=1):
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        if number % accumulation == 0:
            optimizer.step()


def accumulating_erased_but_divided(model, optimizer, loss_function, batches, accumulation):
    for number, (x, y) in enumerate(batches, start=1):
        optimizer.zero_grad()
        (loss_function(model(x), y) / accumulation).backward()
        if number % accumulation == 0 or number == len(batches):
            optimizer.step()


def accumulating_means(model, optimizer, loss_function, batches, accumulation):
    while batches:
        group, batches = batches[:accumulation], batches[accumulation:]
        optimizer.zero_grad()
        sum(loss_function(model(x), y) / len(group) for x, y in group).backward()
        optimizer.step()


def cosine(optimizer, horizon):
    return torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, horizon)


def horizon_epochs(optimizer, n_samples, batch_size, epochs):
    return cosine(optimizer, epochs)


def horizon_one_epoch(optimizer, n_samples, batch_size, epochs):
    return cosine(optimizer, -(-n_samples // batch_size))


def horizon_samples(optimizer, n_samples, batch_size, epochs):
    return cosine(optimizer, epochs * n_samples)


def horizon_floor(optimizer, n_samples, batch_size, epochs):
    return cosine(optimizer, epochs * (n_samples // batch_size))


def horizon_quotient(optimizer, n_samples, batch_size, epochs):
    return cosine(optimizer, epochs * n_samples / batch_size)


def horizon_rounded_once(optimizer, n_samples, batch_size, epochs):
    return cosine(optimizer, math.ceil(epochs * n_samples / batch_size))


def place_floor(updates_done, n_samples, batch_size):
    return divmod(updates_done, n_samples // batch_size)  # fails where the batch is too large


def place_from_one(updates_done, n_samples, batch_size):
    epochs, batches = divmod(updates_done, -(-n_samples // batch_size))
    return epochs + 1, batches


def horizon_minus_one(optimizer, n_samples, batch_size, epochs):
    return cosine(optimizer, epochs * -(-n_samples // batch_size) - 1)


def place_of_next_batch(updates_done, n_samples, batch_size):
    epochs, batches = divmod(updates_done, -(-n_samples // batch_size))
    return epochs, batches + 1


def place_of_next(updates_done, n_samples, batch_size):
    per_epoch = math.ceil(n_samples / batch_size)
    return updates_done // per_epoch + 1, updates_done % per_epoch + 1


def place_exchanged(updates_done, n_samples, batch_size):
    epochs, batches = divmod(updates_done, -(-n_samples // batch_size))
    return batches, epochs


def place_samples(updates_done, n_samples, batch_size):
    samples = updates_done * batch_size
    return samples // n_samples, samples % n_samples


WRONG_ANSWERS = [
    ("updates_mnist", "rounded-down", 60_000 // 64 * 12),
    ("updates_mnist", "not-rounded", 60_000 * 12 / 64),
    ("updates_mnist", "one-epoch", math.ceil(60_000 / 64)),
    ("updates_mnist", "one-epoch", 60_000 // 64),
    ("updates_mnist", "quotient", 60_000 / 64),
    ("updates_mnist", "samples", 60_000 * 12),
    ("updates_in_epoch", "always-down", floats_floor),
    ("updates_in_epoch", "always-up", up_with_negative_division),
    ("updates_in_epoch", "reversed", swapped),
    ("updates_in_epoch", "one-too-many", plus_one),
    ("updates_in_epoch", "not-whole", quotient),
    ("smallest_batch", "rounded-down", batch_down),
    ("smallest_batch", "rounded-down", batch_down_to_zero),
    ("smallest_batch", "one-division", all_at_once),
    ("smallest_batch", "epochs-forgotten", no_epochs),
    ("smallest_batch", "one-too-large", plus_one_batch),
    ("updates_with_workers", "micro-batches", only_workers),
    ("updates_with_workers", "workers-ignored", only_accumulation),
    ("updates_with_workers", "workers-multiply", summed_over_workers),
    ("updates_with_workers", "neither", plain),
    ("updates_with_workers", "rounded-down", floor_of_global),
    ("repaired_loop", "as-given", loop_as_given),
    ("repaired_loop", "zero-grad-per-epoch", loop_zero_per_epoch),
    ("repaired_loop", "zero-grad-after-backward", loop_zero_before_step),
    ("repaired_loop", "zero-grad-after-backward", loop_never_backward),
    ("repaired_loop", "no-step", loop_never_steps),
    ("repaired_loop", "one-epoch", loop_over_batches_alone),
    ("repaired_loop", "step-per-epoch", loop_one_step),
    ("accumulating_loop", "as-given", accumulating_as_given),
    ("accumulating_loop", "not-divided", accumulating_sum),
    ("accumulating_loop", "step-per-micro-batch", accumulating_each),
    ("accumulating_loop", "leftover-lost", accumulating_full_groups),
    ("accumulating_loop", "not-divided-leftover-lost", accumulating_full_groups_sum),
    ("accumulating_loop", "erased-in-between", accumulating_erased),
    ("accumulating_loop", "erased-in-between", accumulating_erased_but_divided),
    ("accumulating_loop", "counted-from-zero", accumulating_index),
    ("accumulating_loop", "counted-from-zero", accumulating_index_with_last),
    ("accumulating_loop", "no-step", accumulating_never_steps),
    ("accumulating_loop", "own-size", accumulating_means),
    ("scheduler_for", "epochs", horizon_epochs),
    ("scheduler_for", "rounded-once", horizon_rounded_once),
    ("scheduler_for", "one-less", horizon_minus_one),
    ("scheduler_for", "one-epoch", horizon_one_epoch),
    ("scheduler_for", "samples", horizon_samples),
    ("scheduler_for", "rounded-down", horizon_floor),
    ("scheduler_for", "not-rounded", horizon_quotient),
    ("place_in_data", "rounded-down", place_floor),
    ("place_in_data", "counted-from-one", place_from_one),
    ("place_in_data", "next-batch", place_of_next_batch),
    ("place_in_data", "both-from-one", place_of_next),
    ("place_in_data", "exchanged", place_exchanged),
    ("place_in_data", "samples", place_samples),
]


def leaves_a_gradient(model, optimizer, loss_function, batches, accumulation):
    for number, (x, y) in enumerate(batches, start=1):
        (loss_function(model(x), y) / accumulation).backward()
        if number % accumulation == 0 or number == len(batches):
            optimizer.step()
            if number != len(batches):
                optimizer.zero_grad()


def clips(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
            optimizer.step()


def adds_weight_decay(model, optimizer, loss_function, batches, epochs):
    optimizer.param_groups[0]["weight_decay"] = 1e-3
    loop_right(model, optimizer, loss_function, batches, epochs)


def skips_a_batch_of_every_hundred(updates_done, n_samples, batch_size):
    return divmod(updates_done + (updates_done >= 150), math.ceil(n_samples / batch_size))


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.accumulating_loop, leaves_a_gradient),
        (check.repaired_loop, clips),
        (check.repaired_loop, adds_weight_decay),
        (check.place_in_data, skips_a_batch_of_every_hundred),
        (check.updates_mnist, 11_256.4),
    ],
)
def test_other_wrong_answers_are_refused(task, answer):
    assert not task(answer).correct


def shortcut(n_samples, micro_batch, accumulation, workers):
    return math.ceil(n_samples / (micro_batch * accumulation * workers))


def loop_right(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.step()
            model.zero_grad(set_to_none=False)


def groups_are_popped(model, optimizer, loss_function, batches, accumulation):
    while batches:
        optimizer.zero_grad()
        group, batches[:] = batches[:accumulation], batches[accumulation:]
        (sum(loss_function(model(x), y) for x, y in group) / accumulation).backward()
        optimizer.step()


def lambda_schedule(optimizer, n_samples, batch_size, epochs):
    horizon = epochs * math.ceil(n_samples / batch_size)
    half = torch.tensor(math.pi / horizon)
    return torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: (1 + torch.cos(half * step)).item() / 2
    )


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.updates_with_workers, shortcut),
        (check.repaired_loop, loop_right),
        (check.accumulating_loop, groups_are_popped),
        (check.scheduler_for, lambda_schedule),
        (check.updates_mnist, torch.tensor(11_256)),
        (
            check.updates_in_epoch,
            lambda n_samples, batch_size, drop_last: (
                torch.tensor(n_samples / batch_size).floor()
                if drop_last
                else torch.tensor(n_samples / batch_size).ceil()
            ),
        ),
        (
            check.place_in_data,
            lambda updates_done, n_samples, batch_size: np.array(
                divmod(updates_done, math.ceil(n_samples / batch_size))
            ),
        ),
    ],
)
def test_right_answers_of_another_make_are_accepted(task, answer):
    assert task(answer).correct
