"""Checks of chapter 5, "How should the step size change over a run?"."""

import copy
import math
import warnings
from functools import partial
from typing import Any

import torch
from hypothesis import strategies as st

from everystep.checks.earlier import Earlier
from everystep.checks.judge import Answer
from everystep.checks.probes import batches_of, idle_sgd, one_weight, rate_of, recording_sgd
from everystep.checks.tasks import FunctionTask, ValueTask
from everystep.checks.verdicts import Mistake
from everystep.lab import records_of_a_job as records_of_a_job

# Task 1: the rate of the last update


def _cut_by_hand(epochs: int) -> float:
    rate = 0.4
    for done in range(1, epochs):
        if done % 30 == 0:
            rate /= 10
    return rate


last_rate = ValueTask(
    name="last_rate",
    value=_cut_by_hand(90),
    relative_tolerance=1e-6,
    mistakes={
        "third-cut": Mistake(
            0.0004, "You made a third cut. It comes after 90 epochs, when the job is over."
        ),
        "one-cut": Mistake(0.04, "You made one cut. How often does 30 fit into the epochs before?"),
        "never-cut": Mistake(0.4, "That is the rate at the start."),
        "per-update": Mistake(
            0.0, "You counted the cuts in updates, but the scheduler is called once an epoch."
        ),
        "by-a-tenth": Mistake(
            0.4 * 0.9**2, "You took a tenth off at each cut. `gamma` is what the rate becomes."
        ),
    },
)


# Task 2: the length of a warm-up

warmup_updates = ValueTask(
    name="warmup_updates",
    value=30 * len(range(0, 200_000, 256)) // 20,
    mistakes={
        "per-device": Mistake(
            4687.5,
            "You divided by the batch of one GPU. All four make each update together.",
            variants=(4687, 4688),
        ),
        "rounded-down": Mistake(
            1171.5,
            "An epoch's updates must be rounded up, since the short last batch is kept.",
            variants=(1171, 1172, 1171.875),
        ),
        "total": Mistake(23_460, "That is the number of updates in the whole job."),
        "one-epoch": Mistake(39.1, "That is 5% of one epoch.", variants=(39, 40)),
        "epochs": Mistake(
            1.5,
            "That is 5% of the epochs. The schedule is called after each update.",
            variants=(1, 2),
        ),
        "each-gpu": Mistake(
            4692, "You counted each update four times. The GPUs make it together, and it is one."
        ),
    },
)


# Task 3: a cooldown


def _walk_down(step: int, begin: int, length: int) -> float:
    falls = len(range(begin, begin + length)[: max(0, step - begin)])
    return (length - falls) / length


def _falling(step, begin, length, *, shift=0, steps=0):
    """Fall from 1 to 0, with the begin or the number of steps changed."""
    return 1 - min(max(step + shift - begin, 0) / (length + steps), 1)


cooldown_factor = FunctionTask(
    name="cooldown_factor",
    oracle=_walk_down,
    cases=st.fixed_dictionaries(
        {
            "step": st.integers(0, 60),
            "begin": st.integers(0, 30),
            "length": st.integers(1, 20),
        }
    ),
    scale=1.0,
    mistakes={
        "not-clipped": Mistake(
            lambda step, begin, length: 1 - (step - begin) / length,
            "Before the cooldown the factor is above 1, and after it negative.",
        ),
        "negative": Mistake(
            lambda step, begin, length: 1 - max(step - begin, 0) / length,
            "After the cooldown the factor turns negative: the updates would climb the loss.",
        ),
        "above-one": Mistake(
            lambda step, begin, length: max(0, 1 - (step - begin) / length),
            "Before the cooldown the factor is above 1.",
        ),
        "one-early": Mistake(
            partial(_falling, shift=1),
            "Your rate falls one update too early. At step `begin` it is still 1.",
        ),
        "never-zero": Mistake(
            partial(_falling, steps=1),
            "Your rate is not 0 in time. The cooldown takes `length` updates, not one more.",
            variants=(
                lambda step, begin, length: 1 - min(max(step - begin, 0), length) / (length + 1),
            ),
        ),
        "what-is-gone": Mistake(
            lambda step, begin, length: 1 - _falling(step, begin, length),
            "You return the part of the cooldown that has passed: it rises from 0 to 1.",
        ),
        "from-the-start": Mistake(
            lambda step, begin, length: max(0, 1 - step / (begin + length)),
            "Your rate falls from step 0. It is to stay at 1 until the cooldown begins.",
        ),
    },
)


# Task 4: warm-up and cosine


def _twin(step: int, warmup: int, horizon: int) -> float:
    """Return the factor that PyTorch's own schedulers give."""
    if step >= horizon:
        return 0.0
    optimizer = idle_sgd()
    scheduler: torch.optim.lr_scheduler.LRScheduler
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if step < warmup:
            scheduler = torch.optim.lr_scheduler.LinearLR(optimizer, 1 / (warmup + 1), 1.0, warmup)
            calls = step
        else:
            scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, horizon - warmup)
            calls = step - warmup
        for _ in range(calls):
            optimizer.step()
            scheduler.step()
    return rate_of(optimizer)


def _factor(
    step, warmup, horizon, *, first=1, more=None, after=True, clipped=True, own_progress=True
):
    """Warm-up and cosine, with any of five details changed."""
    if step < warmup:
        return (step + first) / (warmup + (first if more is None else more))
    start = warmup if own_progress else 0
    progress = (step - start) / (horizon - (warmup if after else 0))
    return (1 + math.cos(math.pi * (min(progress, 1) if clipped else progress))) / 2


def _whole_cosine(step, warmup, horizon):
    return (
        _factor(step, warmup, horizon) if step < warmup else 2 * _factor(step, warmup, horizon) - 1
    )


warmup_then_cosine = FunctionTask(
    name="warmup_then_cosine",
    oracle=_twin,
    cases=st.integers(1, 40).flatmap(
        lambda horizon: st.fixed_dictionaries(
            {
                "step": st.integers(0, horizon + 10),
                "warmup": st.integers(0, horizon - 1),
                "horizon": st.just(horizon),
            }
        )
    ),
    scale=1.0,
    mistakes={
        "starts-at-zero": Mistake(
            partial(_factor, first=0),
            "Your first update has the factor 0: it moves nothing.",
        ),
        "full-too-early": Mistake(
            partial(_factor, more=0),
            "Your last update of the warm-up has the full rate already. Divide by one more.",
        ),
        "whole-horizon": Mistake(
            partial(_factor, after=False),
            "Your cosine takes as many updates as the whole run, but it begins after the warm-up.",
        ),
        "jumps-down": Mistake(
            partial(_factor, own_progress=False, after=False),
            "Your cosine begins at step 0, so it is below 1 already when the warm-up ends.",
        ),
        "rises-again": Mistake(
            partial(_factor, clipped=False), "Beyond the horizon, your cosine rises again."
        ),
        "whole-cosine": Mistake(
            _whole_cosine,
            "Your factor is a whole cosine, from 1 down to −1. Half of one falls from 1 to 0.",
        ),
        "straight-line": Mistake(
            lambda step, warmup, horizon: (
                (step + 1) / (warmup + 1)
                if step < warmup
                else max(0, (horizon - step) / (horizon - warmup))
            ),
            "Your factor falls along a straight line. Half a cosine begins and ends flat.",
        ),
        "no-warm-up": Mistake(
            lambda step, warmup, horizon: (1 + math.cos(math.pi * min(step / horizon, 1))) / 2,
            "There is no warm-up.",
        ),
    },
)


# Task 5: repair a loop. What is compared is the rate at each update, as the optimizer has it, and
# the weight that is left at the end, which tells whether the updates had a gradient of their own.

FIRST_RATE = 0.5
INPUTS = (1.0, 0.75, 1.25, 0.5, 1.5)


def _observe_rates_and_weight(answer: Answer, batches: int, epochs: int) -> list[float] | str:
    model = one_weight()
    gradients: list[torch.Tensor] = []
    model.weight.register_hook(gradients.append)
    optimizer, used = recording_sgd(model.parameters(), FIRST_RATE)
    data = batches_of(INPUTS[:batches])
    with warnings.catch_warnings():
        # PyTorch warns of the order that the task is about; the hint says it better.
        warnings.simplefilter("ignore")
        scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.5**step)
        answer(model, optimizer, scheduler, torch.nn.MSELoss(), data, epochs)
    if gradients and not used:
        return "gradients, but no update"
    return [*used, model.weight.item()]


def _rates_and_weight_by_hand(batches: int, epochs: int) -> list[float]:
    rates: list[float] = []
    weight = 0.0
    for x in INPUTS[:batches] * epochs:
        rates.append(FIRST_RATE / 2 ** len(rates))
        weight -= rates[-1] * 2 * x * (weight * x - 1)
    return [*rates, weight]


def _loop(*, scheduled=("update",), zeroed="before", stepped=True, one_epoch=False):
    """Return a loop that calls the scheduler, and clears the gradient, at the places named."""

    def loop(model, optimizer, scheduler, loss_function, batches, epochs):
        def call_at(place):
            if place in scheduled:
                scheduler.step()

        for _ in range(1 if one_epoch else epochs):
            call_at("before the epoch")
            for x, y in batches:
                call_at("before the update")
                if zeroed == "before":
                    optimizer.zero_grad()
                loss_function(model(x), y).backward()
                if zeroed == "between":
                    optimizer.zero_grad()
                if stepped:
                    optimizer.step()
                call_at("update")
            call_at("epoch")

    return loop


scheduled_loop = FunctionTask(
    name="scheduled_loop",
    oracle=_rates_and_weight_by_hand,
    cases=st.fixed_dictionaries({"batches": st.integers(1, 5), "epochs": st.integers(1, 4)}),
    observe=_observe_rates_and_weight,
    parameters=("model", "optimizer", "scheduler", "loss_function", "batches", "epochs"),
    mistakes={
        "as-given": Mistake(_loop(scheduled=("before the epoch",)), "", as_given=True),
        "per-epoch": Mistake(
            _loop(scheduled=("epoch",)),
            "The order is right now, but the scheduler is still called once an epoch.",
        ),
        "scheduler-first": Mistake(
            _loop(scheduled=("before the update",)),
            "The scheduler is called for each update, but before it: the first rate is skipped.",
        ),
        "called-twice": Mistake(
            _loop(scheduled=("before the epoch", "update")),
            "It is called after each update now, and once an epoch as well: a call is left over.",
            variants=(_loop(scheduled=("update", "epoch")),),
        ),
        "never-called": Mistake(
            _loop(scheduled=()), "The scheduler is never called, so the rate stays as it is."
        ),
        "no-update": Mistake(
            _loop(stepped=False), "Gradients are computed, but `optimizer.step()` is never called."
        ),
        "gradient-gone": Mistake(
            _loop(zeroed="between"),
            "The rates are right, but the last number, the weight, has not moved: the gradient is "
            "cleared after `backward()` and before it is used.",
        ),
        "gradients-add-up": Mistake(
            _loop(zeroed="never"),
            "The rates are right, but the last number, the weight, is not: no gradient is cleared, "
            "so each update uses all gradients before it, too.",
        ),
        "one-epoch": Mistake(
            _loop(one_epoch=True), "Your loop passes over the batches once, whatever `epochs` says."
        ),
    },
)


# Task 6: restore. What is compared is the path of one weight and its rates after resuming.


def _new_job() -> dict[str, Any]:
    model = one_weight()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 0.9**step)
    return {"model": model, "optimizer": optimizer, "scheduler": scheduler}


def _go_on(job: dict[str, Any], updates: int) -> list[float]:
    path = []
    for _ in range(updates):
        job["optimizer"].zero_grad()
        ((job["model"].weight - 1) ** 2).sum().backward()
        job["optimizer"].step()
        job["scheduler"].step()
        path += [
            round(job["model"].weight.item(), 4),
            round(rate_of(job["optimizer"]), 4),
        ]
    return path


def _observe_resumed(answer: Answer, before: int, after: int) -> list[float]:
    job, fresh = _new_job(), _new_job()
    _go_on(job, before)
    answer(copy.copy(job), fresh)
    return _go_on(fresh, after)


def _momentum_by_hand(before: int, after: int) -> list[float]:
    weight = velocity = 0.0
    path = []
    for step in range(before + after):
        velocity = 0.5 * velocity + 2 * (weight - 1)
        weight -= 0.1 * 0.9**step * velocity
        path += [round(weight, 4), round(0.1 * 0.9 ** (step + 1), 4)]
    return path[2 * before :]


def _restore_only(*parts: str) -> Answer:
    def restore(job, fresh):
        for part in parts:
            fresh[part].load_state_dict(job[part].state_dict())

    return restore


def _restore_the_rate_by_hand(job, fresh):
    _restore_only("model", "scheduler")(job, fresh)
    fresh["optimizer"].param_groups[0]["lr"] = rate_of(job["optimizer"])


restore = FunctionTask(
    name="restore",
    oracle=_momentum_by_hand,
    cases=st.fixed_dictionaries({"before": st.integers(1, 6), "after": st.integers(2, 6)}),
    observe=_observe_resumed,
    parameters=("job", "fresh"),
    relative_tolerance=1e-3,  # values are rounded, so that they read well in the verdict
    mistakes={
        "as-given": Mistake(_restore_only("model"), "", as_given=True),
        "no-scheduler": Mistake(
            _restore_only("model", "optimizer"),
            "The first update is right, but then the schedule begins again.",
        ),
        "no-optimizer": Mistake(
            _restore_only("model", "scheduler"),
            "The momentum is lost, and the first update uses the rate of a new optimizer.",
        ),
        "no-model": Mistake(
            _restore_only("optimizer", "scheduler"), "The weights are those of a new model."
        ),
        "only-the-optimizer": Mistake(
            _restore_only("optimizer"), "Weights and schedule are those of a new job."
        ),
        "only-the-scheduler": Mistake(
            _restore_only("scheduler"), "Weights, momentum and rate are those of a new job."
        ),
        "no-momentum": Mistake(
            _restore_the_rate_by_hand,
            "The rates are right, but the momentum is lost: it is in the optimizer's state.",
        ),
        "nothing-arrives": Mistake(
            _restore_only(),
            "Nothing arrives in `fresh`: it goes on as a new job. (A name that is set anew in the "
            "function is set nowhere else.)",
        ),
    },
)


# Task 7: read the horizon off a run's records. Exercises handed out earlier ask the check for them,
# and for the verdict on a choice.


def _horizon_of_half_a_cosine(updates: int, rate_left: float) -> float:
    return updates * math.pi / math.acos(2 * rate_left - 1)


planned_updates = ValueTask(
    name="planned_updates",
    value=4 * 768,
    relative_tolerance=0.02,  # the records are rounded
    mistakes={
        "as-run": Mistake(
            768,
            "That is how many updates were made. A cosine planned for them would have ended at 0.",
        ),
        "straight-line": Mistake(
            768 / (1 - 0.342 / 0.4),
            "You followed a straight line. A cosine falls slowly at first.",
        ),
        "too-short": Mistake(
            768 / 4,
            "A shorter plan would have reached 0 before the run ended. Here the rate is high.",
        ),
        "whole-cosine": Mistake(
            2 * _horizon_of_half_a_cosine(768, 0.342 / 0.4),
            "You took a whole cosine. The schedule is half of one, from 1 to 0 over its horizon.",
        ),
        "minus-one": Mistake(
            768 * math.pi / math.acos(0.342 / 0.4),
            "You solved for a cosine that falls from 1 to −1. The factor is (1 + cos) / 2.",
        ),
        "epochs": Mistake(
            24, "That is a number of epochs. How many updates does the schedule count?"
        ),
    },
)
cause = Earlier("cause", "horizon", now="planned_updates")
