"""Plausible wrong answers to the exercises of chapter 1, each with the mistake it shows."""

import math

import numpy as np
import torch


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
    ("repaired_loop", "step-per-epoch", loop_one_step),
    ("accumulating_loop", "as-given", accumulating_as_given),
    ("accumulating_loop", "not-divided", accumulating_sum),
    ("accumulating_loop", "step-per-micro-batch", accumulating_each),
    ("accumulating_loop", "leftover-lost", accumulating_full_groups),
    ("accumulating_loop", "not-divided-leftover-lost", accumulating_full_groups_sum),
    ("accumulating_loop", "erased-in-between", accumulating_erased),
    ("accumulating_loop", "erased-in-between", accumulating_erased_but_divided),
    ("accumulating_loop", "own-size", accumulating_means),
    ("scheduler_for", "epochs", horizon_epochs),
    ("scheduler_for", "rounded-once", horizon_rounded_once),
    ("scheduler_for", "one-epoch", horizon_one_epoch),
    ("scheduler_for", "samples", horizon_samples),
    ("scheduler_for", "rounded-down", horizon_floor),
    ("scheduler_for", "not-rounded", horizon_quotient),
    ("place_in_data", "rounded-down", place_floor),
    ("place_in_data", "counted-from-one", place_from_one),
    ("place_in_data", "exchanged", place_exchanged),
    ("place_in_data", "samples", place_samples),
]


def test_a_gradient_left_behind_is_noticed():
    from everystep.checks.chapters import steps

    def leaves_a_gradient(model, optimizer, loss_function, batches, accumulation):
        for number, (x, y) in enumerate(batches, start=1):
            (loss_function(model(x), y) / accumulation).backward()
            if number % accumulation == 0 or number == len(batches):
                optimizer.step()
                if number != len(batches):
                    optimizer.zero_grad()

    assert not steps.accumulating_loop(leaves_a_gradient).correct


def test_the_shortcut_over_the_global_batch_is_accepted():
    from everystep.checks.chapters import steps

    def shortcut(n_samples, micro_batch, accumulation, workers):
        return math.ceil(n_samples / (micro_batch * accumulation * workers))

    assert steps.updates_with_workers(shortcut).correct
