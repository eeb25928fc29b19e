"""Plausible wrong answers to the exercises of chapter 5, each with the mistake it shows."""

import math

import numpy as np
import pytest
import torch

from everystep.checks.chapters import schedules as check


def half_cosine(progress):
    return 0.5 + 0.5 * math.cos(progress * math.pi)


def rises_from_zero(step, warmup, horizon):
    if step < warmup:
        return step / warmup
    return half_cosine(min(1.0, (step - warmup) / (horizon - warmup)))


def cosine_as_long_as_the_run(step, warmup, horizon):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return half_cosine(min(1.0, (step - warmup) / horizon))


def cosine_from_step_0(step, warmup, horizon):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return half_cosine(min(1.0, step / horizon))


def cosine_that_comes_back(step, warmup, horizon):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return half_cosine((step - warmup) / (horizon - warmup))


def cosine_alone(step, warmup, horizon):
    return half_cosine(min(step, horizon) / horizon)


def straight_after_warm_up(step, warmup, horizon):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return 1 - min(1, (step - warmup) / (horizon - warmup))


def straight_line(step, begin, length):
    return (begin + length - step) / length


def cooldown_below_zero(step, begin, length):
    return 1.0 if step <= begin else 1 - (step - begin) / length


def cooldown_above_one(step, begin, length):
    return max(0.0, (begin + length - step) / length)


def linear_over_everything(step, begin, length):
    end = begin + length
    return 0.0 if step >= end else (end - step) / end


def full_rate_one_update_early(step, warmup, horizon):
    if step < warmup:
        return (step + 1) / warmup
    return half_cosine(min(1.0, (step - warmup) / (horizon - warmup)))


def down_to_minus_one(step, warmup, horizon):
    if step < warmup:
        return (step + 1) / (warmup + 1)
    return math.cos(math.pi * min(1.0, (step - warmup) / (horizon - warmup)))


def cooldown_from_the_step_before(step, begin, length):
    return 1.0 - min(1.0, max(0, step + 1 - begin) / length)


def cooldown_that_does_not_arrive(step, begin, length):
    return 1 - min(max(step - begin, 0), length) / (length + 1)


def done_of_the_cooldown(step, begin, length):
    return 0.0 if step < begin else min(1.0, (step - begin) / length)


def loop_as_given(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        scheduler.step()
        for x, y in batches:
            loss = loss_function(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def loop_with_one_call_an_epoch(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            optimizer.step()
        scheduler.step()


def loop_with_the_scheduler_first(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            scheduler.step()
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            optimizer.step()


def loop_without_calls(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            optimizer.step()


def loop_fixed_half_way(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        scheduler.step()
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            optimizer.step()
            scheduler.step()


def loop_that_also_counts_epochs(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            optimizer.step()
            scheduler.step()
        scheduler.step()


def loop_without_updates(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
            scheduler.step()
    return model


def loop_that_clears_what_it_needs(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.zero_grad()
            optimizer.step()
            scheduler.step()


def loop_that_never_clears(model, optimizer, scheduler, loss_function, batches, epochs):
    for x, y in [batch for _ in range(epochs) for batch in batches]:
        loss_function(model(x), y).backward()
        optimizer.step()
        scheduler.step()


def loop_over_one_epoch(model, optimizer, scheduler, loss_function, batches, epochs):
    for x, y in batches:
        optimizer.zero_grad()
        loss_function(model(x), y).backward()
        optimizer.step()
        scheduler.step()


def restore_by_another_name(job, fresh):
    fresh = job
    return fresh


def restore_the_wrong_way(job, fresh):
    for part in job:
        job[part].load_state_dict(fresh[part].state_dict())


def restore_rate_and_count(job, fresh):
    restore_without_optimizer(job, fresh)
    fresh["optimizer"].param_groups[0]["lr"] = job["optimizer"].param_groups[0]["lr"]


def restore_the_optimizer(job, fresh):
    fresh["optimizer"].load_state_dict(job["optimizer"].state_dict())


def restore_the_scheduler(job, fresh):
    fresh["scheduler"].load_state_dict(job["scheduler"].state_dict())


def restore_weights(job, fresh):
    fresh["model"].load_state_dict(job["model"].state_dict())


def restore_without_scheduler(job, fresh):
    restore_weights(job, fresh)
    fresh["optimizer"].load_state_dict(job["optimizer"].state_dict())


def restore_without_optimizer(job, fresh):
    restore_weights(job, fresh)
    fresh["scheduler"].load_state_dict(job["scheduler"].state_dict())


def restore_without_weights(job, fresh):
    fresh["optimizer"].load_state_dict(job["optimizer"].state_dict())
    fresh["scheduler"].load_state_dict(job["scheduler"].state_dict())


def cleared_after_the_update(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.step()
            scheduler.step()
            model.zero_grad()


def counted_by_hand(model, optimizer, scheduler, loss_function, batches, epochs):
    for step in range(epochs * len(batches)):
        if step:
            scheduler.step()
        x, y = batches[step % len(batches)]
        optimizer.zero_grad(set_to_none=False)
        loss_function(model(x), y).backward()
        optimizer.step()
    return model


def in_float32(step, warmup, horizon):
    if step < warmup:
        return torch.tensor((step + 1) / (warmup + 1))
    progress = torch.tensor((step - warmup) / (horizon - warmup)).clamp(max=1)
    return (1 + torch.cos(torch.pi * progress)) / 2


def by_a_list(step, begin, length):
    factors = [1.0] * begin + [np.float32(1 - k / length) for k in range(length)]
    return factors[step] if step < len(factors) else 0


def restore_all(job, fresh):
    fresh.update(job)


RIGHT_ANSWERS = [
    (check.scheduled_loop, cleared_after_the_update),
    (check.scheduled_loop, counted_by_hand),
    (check.warmup_then_cosine, in_float32),
    (check.cooldown_factor, by_a_list),
    (check.restore, restore_all),
    (check.planned_updates, 3088.4),
    (check.planned_updates, 3072),
    (check.warmup_updates, 0.05 * 30 * 782),
    (check.last_rate, 0.4 * 0.1 * 0.1),
]


@pytest.mark.parametrize(("task", "answer"), RIGHT_ANSWERS)
def test_other_right_answers(task, answer):
    assert task(answer).correct, task(answer)


def test_the_choice_that_was_asked_for_earlier():
    assert check.cause(" Horizon").correct
    assert not check.cause("early").correct


WRONG_ANSWERS = [
    ("last_rate", "third-cut", 0.4 * 0.1 ** (90 // 30)),
    ("last_rate", "one-cut", 0.4 * 0.1),
    ("last_rate", "never-cut", 0.4),
    ("last_rate", "per-update", 0.0),
    ("last_rate", "by-a-tenth", 0.4 * (1 - 0.1) ** 2),
    ("warmup_updates", "per-device", 0.05 * 30 * math.ceil(200_000 / 64)),
    ("warmup_updates", "per-device", int(0.05 * 30 * math.ceil(200_000 / 64))),
    ("warmup_updates", "rounded-down", 0.05 * 30 * (200_000 // 256)),
    ("warmup_updates", "rounded-down", 0.05 * 30 * 200_000 / 256),
    ("warmup_updates", "total", 30 * math.ceil(200_000 / 256)),
    ("warmup_updates", "one-epoch", 0.05 * math.ceil(200_000 / 256)),
    ("warmup_updates", "one-epoch", int(0.05 * math.ceil(200_000 / 256))),
    ("warmup_updates", "epochs", 0.05 * 30),
    ("warmup_updates", "each-gpu", 4 * 1173),
    ("warmup_then_cosine", "starts-at-zero", rises_from_zero),
    ("warmup_then_cosine", "straight-line", straight_after_warm_up),
    ("warmup_then_cosine", "full-too-early", full_rate_one_update_early),
    ("warmup_then_cosine", "whole-cosine", down_to_minus_one),
    ("warmup_then_cosine", "whole-horizon", cosine_as_long_as_the_run),
    ("warmup_then_cosine", "jumps-down", cosine_from_step_0),
    ("warmup_then_cosine", "rises-again", cosine_that_comes_back),
    ("warmup_then_cosine", "no-warm-up", cosine_alone),
    ("cooldown_factor", "not-clipped", straight_line),
    ("cooldown_factor", "negative", cooldown_below_zero),
    ("cooldown_factor", "above-one", cooldown_above_one),
    ("cooldown_factor", "one-early", cooldown_from_the_step_before),
    ("cooldown_factor", "never-zero", cooldown_that_does_not_arrive),
    ("cooldown_factor", "what-is-gone", done_of_the_cooldown),
    ("cooldown_factor", "from-the-start", linear_over_everything),
    ("scheduled_loop", "as-given", loop_as_given),
    ("scheduled_loop", "per-epoch", loop_with_one_call_an_epoch),
    ("scheduled_loop", "scheduler-first", loop_with_the_scheduler_first),
    ("scheduled_loop", "never-called", loop_without_calls),
    ("scheduled_loop", "called-twice", loop_fixed_half_way),
    ("scheduled_loop", "called-twice", loop_that_also_counts_epochs),
    ("scheduled_loop", "no-update", loop_without_updates),
    ("scheduled_loop", "gradient-gone", loop_that_clears_what_it_needs),
    ("scheduled_loop", "gradients-add-up", loop_that_never_clears),
    ("scheduled_loop", "one-epoch", loop_over_one_epoch),
    ("restore", "as-given", restore_weights),
    ("restore", "nothing-arrives", restore_by_another_name),
    ("restore", "nothing-arrives", restore_the_wrong_way),
    ("restore", "no-momentum", restore_rate_and_count),
    ("restore", "only-the-optimizer", restore_the_optimizer),
    ("restore", "only-the-scheduler", restore_the_scheduler),
    ("restore", "no-scheduler", restore_without_scheduler),
    ("restore", "no-optimizer", restore_without_optimizer),
    ("restore", "no-model", restore_without_weights),
    ("planned_updates", "as-run", 768),
    ("planned_updates", "straight-line", 768 * 0.4 / (0.4 - 0.342)),
    ("planned_updates", "too-short", 192),
    ("planned_updates", "whole-cosine", 768 * 2 * math.pi / math.acos(2 * 0.855 - 1)),
    ("planned_updates", "minus-one", 768 * math.pi / math.acos(0.855)),
    ("planned_updates", "epochs", 24),
]
