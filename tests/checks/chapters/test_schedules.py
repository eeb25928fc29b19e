"""Plausible wrong answers to the exercises of chapter 5, each with the mistake it shows."""

import math


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


def straight_line(step, begin, length):
    return (begin + length - step) / length


def cooldown_below_zero(step, begin, length):
    return 1.0 if step <= begin else 1 - (step - begin) / length


def cooldown_above_one(step, begin, length):
    return max(0.0, (begin + length - step) / length)


def linear_over_everything(step, begin, length):
    end = begin + length
    return 0.0 if step >= end else (end - step) / end


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


WRONG_ANSWERS = [
    ("last_rate", "third-cut", 0.4 * 0.1 ** (90 // 30)),
    ("last_rate", "one-cut", 0.4 * 0.1),
    ("last_rate", "never-cut", 0.4),
    ("last_rate", "per-update", 0.0),
    ("warmup_updates", "per-device", int(0.05 * 30 * math.ceil(200_000 / 64))),
    ("warmup_updates", "rounded-down", int(0.05 * 30 * (200_000 // 256))),
    ("warmup_updates", "total", 30 * math.ceil(200_000 / 256)),
    ("warmup_updates", "one-epoch", int(0.05 * math.ceil(200_000 / 256))),
    ("warmup_updates", "epochs", int(0.05 * 30)),
    ("warmup_then_cosine", "starts-at-zero", rises_from_zero),
    ("warmup_then_cosine", "whole-horizon", cosine_as_long_as_the_run),
    ("warmup_then_cosine", "jumps-down", cosine_from_step_0),
    ("warmup_then_cosine", "rises-again", cosine_that_comes_back),
    ("warmup_then_cosine", "no-warm-up", cosine_alone),
    ("cooldown_factor", "not-clipped", straight_line),
    ("cooldown_factor", "negative", cooldown_below_zero),
    ("cooldown_factor", "above-one", cooldown_above_one),
    ("cooldown_factor", "from-the-start", linear_over_everything),
    ("scheduled_loop", "as-given", loop_as_given),
    ("scheduled_loop", "per-epoch", loop_with_one_call_an_epoch),
    ("scheduled_loop", "scheduler-first", loop_with_the_scheduler_first),
    ("scheduled_loop", "never-called", loop_without_calls),
    ("restore", "as-given", restore_weights),
    ("restore", "no-scheduler", restore_without_scheduler),
    ("restore", "no-optimizer", restore_without_optimizer),
    ("restore", "no-model", restore_without_weights),
    ("cause", "diverged", "diverged"),
    ("cause", "early", "Early"),
    ("cause", "warm-up", " warm-up "),
]
