"""Checks of chapter 5, "How should the step size change over a run?"."""

import copy
import math
import warnings
from functools import partial
from typing import Any

import torch
from hypothesis import strategies as st

from everystep.checks.judge import Answer
from everystep.checks.probes import batches_of, idle_sgd, one_weight, rate_of, recording_sgd
from everystep.checks.tasks import ChoiceTask, FunctionTask, Mistake, ValueTask
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
    },
)


# Task 2: the length of a warm-up

warmup_updates = ValueTask(
    name="warmup_updates",
    value=30 * len(range(0, 200_000, 256)) // 20,
    mistakes={
        "per-device": Mistake(
            4687, "You divided by the batch of one GPU. All four make each update together."
        ),
        "rounded-down": Mistake(
            1171,
            "An epoch's updates must be rounded up, since the short last batch is kept.",
        ),
        "total": Mistake(23_460, "That is the number of updates in the whole job."),
        "one-epoch": Mistake(39, "That is 5% of one epoch."),
        "epochs": Mistake(1, "That is 5% of the epochs. The schedule is called after each update."),
    },
)


# Task 3: warm-up and cosine


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


def _factor(step, warmup, horizon, *, first=1, after=True, clipped=True, own_progress=True):
    """Warm-up and cosine, with any of four details left out."""
    if step < warmup:
        return (step + first) / (warmup + first)
    start = warmup if own_progress else 0
    progress = (step - start) / (horizon - (warmup if after else 0))
    return (1 + math.cos(math.pi * (min(progress, 1) if clipped else progress))) / 2


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
    relative_tolerance=1e-9,
    mistakes={
        "starts-at-zero": Mistake(
            partial(_factor, first=0),
            "Your first update has the factor 0: it moves nothing.",
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
        "no-warm-up": Mistake(
            lambda step, warmup, horizon: (1 + math.cos(math.pi * min(step / horizon, 1))) / 2,
            "There is no warm-up.",
        ),
    },
)


# Task 4: a cooldown


def _walk_down(step: int, begin: int, length: int) -> float:
    falls = len(range(begin, begin + length)[: max(0, step - begin)])
    return (length - falls) / length


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
    relative_tolerance=1e-9,
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
        "from-the-start": Mistake(
            lambda step, begin, length: max(0, 1 - step / (begin + length)),
            "Your rate falls from step 0. It is to stay at 1 until the cooldown begins.",
        ),
    },
)


# Task 5: repair a loop. What is compared is the rate at each update, as the optimizer has it.


def _observe_rates(answer: Answer, batches: int, epochs: int) -> list[float]:
    model = one_weight()
    optimizer, used = recording_sgd(model.parameters(), 1.0)
    data = batches_of([1.0] * batches)
    with warnings.catch_warnings():
        # PyTorch warns of the order that the task is about; the hint says it better.
        warnings.simplefilter("ignore")
        scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.5)
        answer(model, optimizer, scheduler, torch.nn.MSELoss(), data, epochs)
    return used


def _loop(*, per_update, scheduler_first):
    """Return a loop that calls the scheduler at one of four places."""

    def loop(model, optimizer, scheduler, loss_function, batches, epochs):
        for _ in range(epochs):
            if scheduler_first and not per_update:
                scheduler.step()
            for x, y in batches:
                loss = loss_function(model(x), y)
                optimizer.zero_grad()
                loss.backward()
                if scheduler_first and per_update:
                    scheduler.step()
                optimizer.step()
                if per_update and not scheduler_first:
                    scheduler.step()
            if not (scheduler_first or per_update):
                scheduler.step()

    return loop


def _loop_without_scheduler(model, optimizer, scheduler, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss = loss_function(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


scheduled_loop = FunctionTask(
    name="scheduled_loop",
    oracle=lambda batches, epochs: [2.0**-step for step in range(batches * epochs)],
    cases=st.fixed_dictionaries({"batches": st.integers(1, 5), "epochs": st.integers(1, 4)}),
    observe=_observe_rates,
    relative_tolerance=1e-9,
    mistakes={
        "as-given": Mistake(_loop(per_update=False, scheduler_first=True), "", as_given=True),
        "per-epoch": Mistake(
            _loop(per_update=False, scheduler_first=False),
            "The order is right now, but the scheduler is still called once an epoch.",
        ),
        "scheduler-first": Mistake(
            _loop(per_update=True, scheduler_first=True),
            "The scheduler is called for each update, but before it: the first rate is skipped.",
        ),
        "never-called": Mistake(
            _loop_without_scheduler, "The scheduler is never called, so the rate stays as it is."
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


restore = FunctionTask(
    name="restore",
    oracle=_momentum_by_hand,
    cases=st.fixed_dictionaries({"before": st.integers(1, 6), "after": st.integers(2, 6)}),
    observe=_observe_resumed,
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
    },
)


# Task 7: diagnose a run. Exercises handed out earlier ask the check for its records.


cause = ChoiceTask(
    name="cause",
    key="horizon",
    mistakes={
        "diverged": Mistake(
            "diverged", "The training loss falls over the run. A diverged run's does not."
        ),
        "early": Mistake(
            "early",
            "A rate that was cut too soon is low at the end. Read the rate in the last row again.",
        ),
        "warm-up": Mistake(
            "warm-up", "A missing warm-up shows in the first updates, and these look healthy."
        ),
    },
)
