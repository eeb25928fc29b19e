"""Checks of chapter 1, "What exactly is one update?"."""

import math
from collections.abc import Callable

import torch
from hypothesis import strategies as st
from torch.optim.lr_scheduler import LRScheduler
from torch.utils.data import BatchSampler, DataLoader, DistributedSampler, TensorDataset

from everystep.checks.judge import Answer, is_missing
from everystep.checks.probes import batches_of, idle_sgd, one_weight, rate_of, recording_sgd
from everystep.checks.tasks import FunctionTask, Mistake, ValueTask
from everystep.core.steps import divide_up

# Mostly small, so that a failing case can be followed by hand; a few as large as real jobs.
SIZES = st.integers(1, 300) | st.sampled_from([1_000, 1_437, 5_000])
BATCHES = st.integers(1, 40) | st.sampled_from([64, 100, 256])
FEW = st.integers(1, 5)


# Predict a number of updates

updates_mnist = ValueTask(
    name="updates_mnist",
    value=12 * sum(1 for _ in range(0, 60_000, 64)),
    mistakes={
        "rounded-down": Mistake(
            12 * 937, "937 full batches leave 32 samples over. Does the loader throw them away?"
        ),
        "not-rounded": Mistake(
            11_250, "You divided once, at the end. Every single epoch ends with a short batch."
        ),
        "one-epoch": Mistake(938, "That is one epoch.", variants=(937,)),
        "quotient": Mistake(937.5, "That is one epoch, and not a whole number of updates."),
        "samples": Mistake(720_000, "That counts samples. One update uses a whole batch of them."),
    },
)


# Updates in an epoch


def _count_batches(n_samples: int, batch_size: int, drop_last: bool) -> int:
    return sum(1 for _ in BatchSampler(range(n_samples), batch_size, drop_last))


updates_in_epoch = FunctionTask(
    name="updates_in_epoch",
    oracle=_count_batches,
    cases=st.fixed_dictionaries(
        {"n_samples": SIZES, "batch_size": BATCHES, "drop_last": st.booleans()}
    ),
    aimed=tuple(
        {"n_samples": n, "batch_size": 64, "drop_last": dropped}
        for n in (6_399, 6_400, 6_401)
        for dropped in (False, True)
    ),
    mistakes={
        "always-down": Mistake(
            lambda n_samples, batch_size, drop_last: n_samples // batch_size,
            "You always round down. Without drop_last, the short last batch is an update too.",
        ),
        "always-up": Mistake(
            lambda n_samples, batch_size, drop_last: divide_up(n_samples, batch_size),
            "You always round up. With drop_last, the short last batch is left out.",
        ),
        "reversed": Mistake(
            lambda n_samples, batch_size, drop_last: (
                divide_up(n_samples, batch_size) if drop_last else n_samples // batch_size
            ),
            "The two cases are exchanged: drop_last=True leaves the short batch out.",
        ),
        "one-too-many": Mistake(
            lambda n_samples, batch_size, drop_last: n_samples // batch_size + (not drop_last),
            "You add one for the short batch even where the batch size divides the dataset size.",
        ),
        "not-whole": Mistake(
            lambda n_samples, batch_size, drop_last: n_samples / batch_size,
            "The plain quotient is not a whole number; nothing makes a fraction of an update.",
        ),
    },
)


# The batch that fits a budget of updates


def _first_that_fits(n_samples: int, epochs: int, budget: int) -> int:
    size = 1
    while epochs * len(range(0, n_samples, size)) > budget:
        size += 1
    return size


smallest_batch = FunctionTask(
    name="smallest_batch",
    oracle=_first_that_fits,
    cases=st.integers(1, 8).flatmap(
        lambda epochs: st.fixed_dictionaries(
            {
                "n_samples": SIZES,
                "epochs": st.just(epochs),
                "budget": st.integers(epochs, 60 * epochs),
            }
        )
    ),
    mistakes={
        "rounded-down": Mistake(
            lambda n_samples, epochs, budget: max(1, n_samples // (budget // epochs)),
            "With the batch size rounded down, the job makes more updates than the budget allows.",
            variants=(lambda n_samples, epochs, budget: n_samples // (budget // epochs),),
        ),
        "one-division": Mistake(
            lambda n_samples, epochs, budget: divide_up(n_samples * epochs, budget),
            "You divided all samples of all epochs by the budget at once. Each epoch makes a whole "
            "number of updates, so work out first how many of them one epoch may make.",
        ),
        "epochs-forgotten": Mistake(
            lambda n_samples, epochs, budget: divide_up(n_samples, budget),
            "You gave the whole budget to one epoch.",
        ),
        "one-too-large": Mistake(
            lambda n_samples, epochs, budget: n_samples // (budget // epochs) + 1,
            "A batch smaller by one would do as well where the division leaves no remainder.",
        ),
    },
)


# Accumulation and workers


def _count_job(n_samples: int, micro_batch: int, accumulation: int, workers: int) -> int:
    samples = TensorDataset(torch.zeros(n_samples))
    sampler: DistributedSampler = DistributedSampler(samples, num_replicas=workers, rank=0)
    updates = waiting = 0
    for _ in DataLoader(samples, batch_size=micro_batch, sampler=sampler):
        waiting += 1
        if waiting == accumulation:
            updates, waiting = updates + 1, 0
    return updates + (waiting > 0)


updates_with_workers = FunctionTask(
    name="updates_with_workers",
    oracle=_count_job,
    cases=st.fixed_dictionaries(
        {
            "n_samples": st.integers(5, 300) | st.just(1_437),
            "micro_batch": st.integers(1, 12),
            "accumulation": FEW,
            "workers": FEW,
        }
    ),
    mistakes={
        "micro-batches": Mistake(
            lambda n_samples, micro_batch, accumulation, workers: divide_up(
                divide_up(n_samples, workers), micro_batch
            ),
            "You count micro-batches. Several of them share one update.",
        ),
        "workers-ignored": Mistake(
            lambda n_samples, micro_batch, accumulation, workers: divide_up(
                n_samples, micro_batch * accumulation
            ),
            "You took one worker's batch for the global batch. The workers make each update "
            "together, each with samples of its own.",
        ),
        "workers-multiply": Mistake(
            lambda n_samples, micro_batch, accumulation, workers: (
                workers * divide_up(divide_up(n_samples, workers), micro_batch * accumulation)
            ),
            "You added up the updates of all workers, but one update is made by all of them.",
        ),
        "neither": Mistake(
            lambda n_samples, micro_batch, accumulation, workers: divide_up(n_samples, micro_batch),
            "You divided by the micro-batch alone. Which other factors make the global batch?",
        ),
        "rounded-down": Mistake(
            lambda n_samples, micro_batch, accumulation, workers: (
                n_samples // (micro_batch * accumulation * workers)
            ),
            "You round down, but nothing is dropped here: a last, smaller update is made too.",
        ),
    },
)


# Repair a loop, and one that accumulates. The model is y = w · x with squared error and target 1,
# so that the oracle can compute every weight by hand; the loop is the learner's, the optimizer
# PyTorch's own. Each loop is called twice, so that a gradient or a setting it leaves behind shows.

LEARNING_RATE = 0.125
X_VALUES = st.sampled_from([0.5, 1.0, 2.0])


def _observe_loop(answer: Answer, x_values: list[float], **options: int) -> tuple[float, int]:
    """Return the final weight and the number of optimizer steps of the learner's loop."""
    model = one_weight()
    optimizer, rates = recording_sgd(model.parameters(), LEARNING_RATE)
    for _ in range(2):
        answer(model, optimizer, torch.nn.MSELoss(), batches_of(x_values), **options)
    return model.weight.item(), len(rates)


def _gradient_descent(x_values: list[float], epochs: int) -> tuple[float, int]:
    w = 0.0
    for x in x_values * epochs * 2:
        w -= LEARNING_RATE * 2 * x * (w * x - 1)
    return w, len(x_values) * epochs * 2


def _loop_without_zero_grad(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.step()


def _loop_zero_grad_per_epoch(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        optimizer.zero_grad()
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.step()


def _loop_zero_grad_after_backward(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            loss_function(model(x), y).backward()
            optimizer.zero_grad()
            optimizer.step()


def _loop_without_step(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()


def _loop_without_backward(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y)
            optimizer.step()


def _loop_of_one_epoch(model, optimizer, loss_function, batches, epochs):
    for x, y in batches:
        optimizer.zero_grad()
        loss_function(model(x), y).backward()
        optimizer.step()


def _loop_step_per_epoch(model, optimizer, loss_function, batches, epochs):
    for _ in range(epochs):
        for x, y in batches:
            optimizer.zero_grad()
            loss_function(model(x), y).backward()
        optimizer.step()


repaired_loop = FunctionTask(
    name="repaired_loop",
    oracle=_gradient_descent,
    cases=st.fixed_dictionaries(
        {"x_values": st.lists(X_VALUES, min_size=2, max_size=6), "epochs": FEW}
    ),
    observe=_observe_loop,
    parameters=("model", "optimizer", "loss_function", "batches", "epochs"),
    shows=("weight", "updates"),
    mistakes={
        "as-given": Mistake(_loop_without_zero_grad, "", as_given=True),
        "zero-grad-per-epoch": Mistake(
            _loop_zero_grad_per_epoch,
            "Gradients are forgotten once an epoch, but within one they pile up over the batches.",
        ),
        "zero-grad-after-backward": Mistake(
            _loop_zero_grad_after_backward,
            "The weight does not move: at each step there is no gradient. Is it erased between "
            "backward() and step(), or never computed?",
            variants=(_loop_without_backward,),
        ),
        "no-step": Mistake(
            _loop_without_step,
            "Nothing moves the weight. Gradients are computed; who makes the update?",
        ),
        "one-epoch": Mistake(
            _loop_of_one_epoch, "There is one pass over the batches, whatever `epochs` says."
        ),
        "step-per-epoch": Mistake(
            _loop_step_per_epoch,
            "There is one optimizer step an epoch, with the gradient of the last batch alone.",
        ),
    },
)


def _accumulated_descent(x_values: list[float], accumulation: int) -> tuple[float, int]:
    w, updates = 0.0, 0
    for start in [*range(0, len(x_values), accumulation)] * 2:
        group = x_values[start : start + accumulation]
        w -= LEARNING_RATE * sum(2 * x * (w * x - 1) for x in group) / accumulation
        updates += 1
    return w, updates


def _accumulate(
    *,
    divide: bool,
    every_batch: bool = False,
    leftover: bool = False,
    erase_first: bool = True,
    erase_each: bool = False,
    first: int = 1,
    step: bool = True,
) -> Answer:
    def loop(model, optimizer, loss_function, batches, accumulation):
        if erase_first:
            optimizer.zero_grad()
        for number, (x, y) in enumerate(batches, start=first):
            if erase_each:
                optimizer.zero_grad()
            loss = loss_function(model(x), y)
            (loss / accumulation if divide else loss).backward()
            last = leftover and number - first == len(batches) - 1
            if step and (every_batch or number % accumulation == 0 or last):
                optimizer.step()
                optimizer.zero_grad()

    return loop


def _accumulate_dividing_by_own_size(model, optimizer, loss_function, batches, accumulation):
    for start in range(0, len(batches), accumulation):
        optimizer.zero_grad()
        group = batches[start : start + accumulation]
        for x, y in group:
            (loss_function(model(x), y) / len(group)).backward()
        optimizer.step()


accumulating_loop = FunctionTask(
    name="accumulating_loop",
    oracle=_accumulated_descent,
    cases=st.fixed_dictionaries(
        {
            "x_values": st.lists(X_VALUES, min_size=1, max_size=9),
            "accumulation": st.integers(1, 4),
        }
    ),
    observe=_observe_loop,
    parameters=("model", "optimizer", "loss_function", "batches", "accumulation"),
    shows=("weight", "updates"),
    mistakes={
        "as-given": Mistake(_accumulate(divide=False, every_batch=True), "", as_given=True),
        "not-divided": Mistake(
            _accumulate(divide=False, leftover=True),
            "The updates are counted rightly, but each is too large: gradients are added up, where "
            "one large batch would average them.",
        ),
        "step-per-micro-batch": Mistake(
            _accumulate(divide=True, every_batch=True),
            "There is still an update for every micro-batch.",
        ),
        "leftover-lost": Mistake(
            _accumulate(divide=True),
            "When the last group of micro-batches is not complete, its update is missing.",
            variants=(_accumulate(divide=True, erase_first=False),),
        ),
        "not-divided-leftover-lost": Mistake(
            _accumulate(divide=False),
            "Two things are left: gradients are added up where one large batch would average them, "
            "and an incomplete last group makes no update.",
            variants=(_accumulate(divide=False, erase_first=False),),
        ),
        "erased-in-between": Mistake(
            _accumulate(divide=True, leftover=True, erase_each=True),
            "The gradient of earlier micro-batches is erased before the step that should use it.",
            variants=tuple(
                _accumulate(divide=divide, leftover=leftover, erase_each=True)
                for divide, leftover in ((False, True), (True, False), (False, False))
            ),
        ),
        "counted-from-zero": Mistake(
            _accumulate(divide=True, leftover=True, first=0),
            "The first update comes after a single micro-batch, because 0 is a multiple of "
            "everything. Count the micro-batches that have been used, from 1.",
            variants=tuple(
                _accumulate(divide=divide, leftover=leftover, first=0, erase_first=erase_first)
                for divide, leftover, erase_first in (
                    (False, True, True),
                    (True, False, True),
                    (False, False, True),
                    (True, False, False),
                    (False, False, False),
                )
            ),
        ),
        "no-step": Mistake(
            _accumulate(divide=True, step=False),
            "Nothing moves the weight. Gradients are computed; who makes the updates?",
        ),
        "own-size": Mistake(
            _accumulate_dividing_by_own_size,
            "You average an incomplete group over its own size. That is sensible, but the task "
            "asks to divide by accumulation there too.",
        ),
    },
)


# The horizon of a schedule


def _observe_schedule(
    answer: Callable[..., LRScheduler], n_samples: int, batch_size: int, epochs: int
) -> list[float] | None:
    """Return the learning rate half way through the job and at its end, as the optimizer has it."""
    optimizer = idle_sgd()
    scheduler = answer(optimizer, n_samples, batch_size, epochs)
    if is_missing(scheduler):
        return None
    total = _count_batches(n_samples, batch_size, False) * epochs
    rates = []
    for _ in range(total):
        optimizer.step()
        scheduler.step()
        rates.append(rate_of(optimizer))
    return [rates[(total - 1) // 2], rates[-1]]


def _cosine(n_samples: int, batch_size: int, epochs: int) -> list[float]:
    total = _count_batches(n_samples, batch_size, False) * epochs
    half = (total - 1) // 2 + 1
    return [0.5 * (1 + math.cos(math.pi * half / total)), 0.0]


def _cosine_over(horizon):
    return lambda optimizer, n_samples, batch_size, epochs: (
        torch.optim.lr_scheduler.CosineAnnealingLR(
            optimizer, T_max=horizon(n_samples, batch_size, epochs)
        )
    )


scheduler_for = FunctionTask(
    name="scheduler_for",
    oracle=_cosine,
    cases=st.fixed_dictionaries(
        {"n_samples": st.integers(1, 100), "batch_size": BATCHES, "epochs": FEW}
    ),
    observe=_observe_schedule,
    parameters=("optimizer", "n_samples", "batch_size", "epochs"),
    shows=("rate half way", "rate at the end"),
    scale=1.0,
    mistakes={
        "epochs": Mistake(
            _cosine_over(lambda n_samples, batch_size, epochs: epochs),
            "The horizon is given in epochs, but scheduler.step() is called after every update.",
        ),
        "one-epoch": Mistake(
            _cosine_over(lambda n_samples, batch_size, epochs: divide_up(n_samples, batch_size)),
            "The rate reaches zero after one epoch.",
        ),
        "one-less": Mistake(
            _cosine_over(
                lambda n_samples, batch_size, epochs: (
                    divide_up(n_samples, batch_size) * epochs - 1 or 1
                )
            ),
            "The rate reaches zero one update early. T_max is a number of calls, not the number "
            "of the last one counted from 0.",
            variants=(
                _cosine_over(
                    lambda n_samples, batch_size, epochs: (
                        divide_up(n_samples, batch_size) * epochs - 1
                    )
                ),
            ),
        ),
        "samples": Mistake(
            _cosine_over(lambda n_samples, batch_size, epochs: n_samples * epochs),
            "The horizon is given in samples; the run ends long before the rate is low.",
        ),
        "rounded-down": Mistake(
            _cosine_over(lambda n_samples, batch_size, epochs: n_samples // batch_size * epochs),
            "The horizon leaves the short last batches out, so the rate rises again at the end.",
        ),
        "not-rounded": Mistake(
            _cosine_over(lambda n_samples, batch_size, epochs: n_samples * epochs / batch_size),
            "The horizon is not a whole number of updates; round up within each epoch.",
        ),
        "rounded-once": Mistake(
            _cosine_over(
                lambda n_samples, batch_size, epochs: divide_up(n_samples * epochs, batch_size)
            ),
            "You round once for the whole job, but every epoch ends with a short batch of its own.",
        ),
    },
)


# Resuming


def _walk_there(updates_done: int, n_samples: int, batch_size: int) -> tuple[int, int]:
    epochs = batches = 0
    for _ in range(updates_done):
        batches += 1
        if batches == len(range(0, n_samples, batch_size)):
            epochs, batches = epochs + 1, 0
    return epochs, batches


def _place(first_epoch: int, first_batch: int) -> Answer:
    def place(updates_done, n_samples, batch_size):
        epochs, batches = divmod(updates_done, divide_up(n_samples, batch_size))
        return epochs + first_epoch, batches + first_batch

    return place


@st.composite
def _around_the_end_of_an_epoch(draw: st.DrawFn) -> dict[str, int]:
    n_samples, batch_size = draw(SIZES), draw(BATCHES)
    ends = draw(st.integers(0, 4)) * divide_up(n_samples, batch_size)
    return {
        "updates_done": max(0, ends + draw(st.integers(-1, 1))),
        "n_samples": n_samples,
        "batch_size": batch_size,
    }


place_in_data = FunctionTask(
    name="place_in_data",
    oracle=_walk_there,
    cases=st.fixed_dictionaries(
        {"updates_done": st.integers(0, 200), "n_samples": SIZES, "batch_size": BATCHES}
    )
    | _around_the_end_of_an_epoch(),
    shows=("epochs", "batches"),
    mistakes={
        "rounded-down": Mistake(
            lambda updates_done, n_samples, batch_size: divmod(
                updates_done, max(1, n_samples // batch_size)
            ),
            "Your epochs are one update too short: the short last batch is missing from them.",
        ),
        "counted-from-one": Mistake(
            _place(1, 0),
            "You return the number of the epoch that is running; asked is how many are complete.",
        ),
        "next-batch": Mistake(
            _place(0, 1),
            "You return the number of the batch that comes next, counted from 1; asked is how many "
            "have been used.",
        ),
        "both-from-one": Mistake(
            _place(1, 1),
            "Both of your numbers are one too many: asked is what is done, not what comes next.",
        ),
        "exchanged": Mistake(
            lambda updates_done, n_samples, batch_size: divmod(
                updates_done, divide_up(n_samples, batch_size)
            )[::-1],
            "The two numbers are exchanged: first the epochs, then the batches.",
        ),
        "samples": Mistake(
            lambda updates_done, n_samples, batch_size: divmod(
                updates_done * batch_size, n_samples
            ),
            "You count samples, and every batch as full. Count updates.",
        ),
    },
)
