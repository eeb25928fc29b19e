"""Checks of chapter 8, "What changes with accumulation and with many workers?"."""

from typing import Any

import torch
from hypothesis import strategies as st
from torch.utils.data import DataLoader, DistributedSampler

from everystep.checks.judge import Answer
from everystep.checks.probes import one_weight, recording_sgd
from everystep.checks.tasks import FunctionTask, Mistake, ValueTask
from everystep.core.steps import divide_up

FEW = st.integers(1, 8)


def _samples(n: int) -> Any:
    """Return the numbers of ``n`` samples; a range serves as a data set, whatever its type says."""
    return range(n)


# Updates of a job on eight GPUs

updates_on_eight = ValueTask(
    name="updates_on_eight",
    value=30 * len(range(0, 50_000, 512)),
    mistakes={
        "per-device": Mistake(
            30 * 1_563, "You divided by the batch of one GPU. All GPUs make an update together."
        ),
        "no-accumulation": Mistake(
            30 * 196, "An update is made after two passes, not after each of them."
        ),
        "no-workers": Mistake(
            30 * 782, "That is one GPU with accumulation. What do the other seven do?"
        ),
        "rounded-down": Mistake(
            30 * 97, "Samples are left over at the end of an epoch. Are they thrown away?"
        ),
        "rounded-once": Mistake(
            2_930, "You divided once, at the end. Every epoch ends with an update of its own."
        ),
        "one-epoch": Mistake(98, "That is one epoch."),
    },
)


# A global batch that fits


def _first_even_split(global_batch: int, workers: int, fits: int) -> tuple[int, int]:
    share = len(range(0, global_batch, workers))
    return next(
        (share // k, k) for k in range(1, share + 1) if share % k == 0 and share // k <= fits
    )


def _split_by_ceiling(global_batch, workers, fits):
    share = global_batch // workers
    accumulation = divide_up(share, fits)
    return divide_up(share, accumulation), accumulation


split_batch = FunctionTask(
    name="split_batch",
    oracle=_first_even_split,
    cases=st.builds(
        lambda share, workers, fits: {
            "global_batch": share * workers,
            "workers": workers,
            "fits": fits,
        },
        st.integers(1, 96),
        FEW,
        st.integers(1, 40),
    ),
    shows=("micro-batch", "accumulation"),
    mistakes={
        "workers-forgotten": Mistake(
            lambda global_batch, workers, fits: _first_even_split(global_batch, 1, fits),
            "Each worker would pass the whole global batch. The workers share it.",
        ),
        "not-even": Mistake(
            _split_by_ceiling,
            "The micro-batches do not add up to the global batch. Look for a number of pieces that "
            "divides a worker's share.",
            variants=(
                lambda global_batch, workers, fits: (
                    min(fits, global_batch // workers),
                    divide_up(global_batch // workers, fits),
                ),
                lambda global_batch, workers, fits: (
                    global_batch // workers // divide_up(global_batch // workers, fits),
                    divide_up(global_batch // workers, fits),
                ),
            ),
        ),
        "one-by-one": Mistake(
            lambda global_batch, workers, fits: (1, global_batch // workers),
            "It fits, but takes far too many passes. Look for the fewest.",
        ),
        "never-split": Mistake(
            lambda global_batch, workers, fits: (global_batch // workers, 1),
            "A worker's share need not fit into its memory at once.",
        ),
        "exchanged": Mistake(
            lambda global_batch, workers, fits: _first_even_split(global_batch, workers, fits)[
                ::-1
            ],
            "The two numbers are exchanged: first the micro-batch, then the accumulation.",
        ),
    },
)


# Samples that are used twice


def _dealt_beyond(n_samples: int, workers: int) -> int:
    dealt = sum(
        len(list(DistributedSampler(_samples(n_samples), workers, k))) for k in range(workers)
    )
    return dealt - n_samples


samples_repeated = FunctionTask(
    name="samples_repeated",
    oracle=_dealt_beyond,
    cases=st.fixed_dictionaries({"n_samples": st.integers(1, 120), "workers": FEW}),
    mistakes={
        "left-over": Mistake(
            lambda n_samples, workers: n_samples % workers,
            "These are the samples left over when all workers have equally many. How many are "
            "missing for one more round?",
        ),
        "never-none": Mistake(
            lambda n_samples, workers: workers - n_samples % workers,
            "Where the samples can be dealt out evenly, none is repeated.",
        ),
        "share": Mistake(
            lambda n_samples, workers: divide_up(n_samples, workers),
            "That is how many samples each worker gets.",
        ),
        "in-all": Mistake(
            lambda n_samples, workers: divide_up(n_samples, workers) * workers,
            "That is how many are dealt out in all. How many of them are repetitions?",
        ),
    },
)


# A new order in every epoch


def _observe_dealing(
    answer: Answer, pairs: int, seed: int, first_epoch: int, epochs: int
) -> list[int]:
    """Return the samples that the loop used, in order."""
    sampler: DistributedSampler[int] = DistributedSampler(_samples(2 * pairs), 2, 0, seed=seed)
    loader = DataLoader(_samples(2 * pairs), batch_size=4, sampler=sampler)
    used: list[int] = []
    answer(sampler, loader, first_epoch, epochs, lambda batch: used.extend(batch.tolist()))
    return used


def _orders(pairs: int, seed: int, first_epoch: int, epochs: int) -> list[int]:
    used: list[int] = []
    for epoch in range(first_epoch, first_epoch + epochs):
        chance = torch.Generator().manual_seed(seed + epoch)
        used += torch.randperm(2 * pairs, generator=chance)[::2].tolist()
    return used


def _deal(number) -> Answer:
    """Return a loop that tells the sampler ``number(first_epoch, k)`` before its pass ``k``."""

    def loop(sampler, loader, first_epoch, epochs, use):
        for k in range(epochs):
            sampler.set_epoch(number(first_epoch, k))
            for batch in loader:
                use(batch)

    return loop


def _deal_and_tell_afterward(sampler, loader, first_epoch, epochs, use):
    for epoch in range(first_epoch, first_epoch + epochs):
        for batch in loader:
            use(batch)
        sampler.set_epoch(epoch)


deal_epochs = FunctionTask(
    name="deal_epochs",
    oracle=_orders,
    cases=st.fixed_dictionaries(
        {
            "pairs": st.integers(4, 12),
            "seed": st.integers(0, 99),
            "first_epoch": st.integers(0, 4),
            "epochs": st.integers(1, 3),
        }
    ),
    observe=_observe_dealing,
    parameters=("sampler", "loader", "first_epoch", "epochs", "use"),
    examples=100,
    mistakes={
        "as-given": Mistake(_deal(lambda first, k: 0), "", as_given=True),
        "from-zero": Mistake(
            _deal(lambda first, k: k),
            "A job that goes on after some epochs sees their orders again. Which number has the "
            "epoch that is running?",
        ),
        "once": Mistake(
            _deal(lambda first, k: first),
            "The sampler is told once, and all epochs of this run have one order.",
        ),
        "too-late": Mistake(
            _deal_and_tell_afterward,
            "The order is drawn when the pass over the loader begins. By then the sampler must "
            "know the epoch.",
        ),
        "one-ahead": Mistake(
            _deal(lambda first, k: first + k + 1),
            "The numbers are one too high. Every order is new, but a run without interruption "
            "would have others.",
        ),
    },
)


# Accumulation over pieces of unequal size

LEARNING_RATE = 0.125
PIECES = st.lists(
    st.tuples(st.sampled_from([0.5, 1.0, 2.0]), st.integers(1, 4)), min_size=1, max_size=5
)


def _observe_update(answer: Answer, pieces: list[tuple[float, int]]) -> tuple[float, int]:
    """Return the weight after two calls, and how many updates were made."""
    model = one_weight()
    optimizer, rates = recording_sgd(model.parameters(), LEARNING_RATE)
    for _ in range(2):
        batches = [
            (torch.full((n, 1), x, dtype=torch.float64), torch.ones(n, 1, dtype=torch.float64))
            for x, n in pieces
        ]
        answer(model, optimizer, torch.nn.MSELoss(), batches)
    return model.weight.item(), len(rates)


def _descent(pieces: list[tuple[float, int]]) -> tuple[float, int]:
    samples, w = [x for x, n in pieces for _ in range(n)], 0.0
    for _ in range(2):
        w -= LEARNING_RATE * sum(2 * x * (w * x - 1) for x in samples) / len(samples)
    return w, 2


def _accumulate(factor, *, every=False, erase=True) -> Answer:
    """Return a loop that multiplies each loss by ``factor(own size, all sizes)``."""

    def loop(model, optimizer, loss_function, batches):
        sizes = [len(y) for _, y in batches]
        if erase:
            optimizer.zero_grad()
        for x, y in batches:
            (loss_function(model(x), y) * factor(len(y), sizes)).backward()
            if every:
                optimizer.step()
                optimizer.zero_grad()
        if not every:
            optimizer.step()

    return loop


def _by_size(own, sizes):
    return own / sum(sizes)


weighted_update = FunctionTask(
    name="weighted_update",
    oracle=_descent,
    cases=st.fixed_dictionaries({"pieces": PIECES}),
    observe=_observe_update,
    parameters=("model", "optimizer", "loss_function", "batches"),
    shows=("weight", "updates"),
    mistakes={
        "as-given": Mistake(_accumulate(lambda own, sizes: 1 / len(sizes)), "", as_given=True),
        "not-divided": Mistake(
            _accumulate(lambda own, sizes: 1),
            "The gradients are added up. A batch of all samples would average them.",
        ),
        "by-all-samples": Mistake(
            _accumulate(lambda own, sizes: 1 / sum(sizes)),
            "The loss function has divided by the piece's own size already. Undo that first.",
        ),
        "only-weighted": Mistake(
            _accumulate(lambda own, sizes: own),
            "The pieces have the right proportions, but together they are a sum over the samples.",
        ),
        "step-per-piece": Mistake(
            _accumulate(_by_size, every=True), "There is an update for every piece."
        ),
        "not-erased": Mistake(
            _accumulate(_by_size, erase=False),
            "The second call still has the gradient of the first.",
        ),
    },
)


# What a worker multiplies its loss by


def _part_of_an_equal_share(own: int, total: int, workers: int) -> float:
    return own / (total / workers)


loss_factor = FunctionTask(
    name="loss_factor",
    oracle=_part_of_an_equal_share,
    cases=st.builds(
        lambda sizes: {"own": sizes[0], "total": sum(sizes), "workers": len(sizes)},
        st.lists(st.integers(1, 40), min_size=1, max_size=8),
    ),
    mistakes={
        "workers-forgotten": Mistake(
            lambda own, total, workers: own / total,
            "These would be right for a sum of the gradients. DDP divides by the workers besides.",
        ),
        "upside-down": Mistake(
            lambda own, total, workers: total / (own * workers),
            "A worker with more samples has to count for more, not for less.",
        ),
        "no-weight": Mistake(
            lambda own, total, workers: 1.0,
            "That is what DDP does by itself: every worker counts alike, whatever its samples.",
        ),
        "by-workers": Mistake(
            lambda own, total, workers: workers / total,
            "The loss is a mean over the worker's own samples. Their number is missing.",
        ),
    },
)


# Efficiency by the cost model


def _efficiency(
    compute: float, gradient_bytes: float, latency: float, bandwidth: float, workers: int
) -> float:
    alone = together = compute
    for _ in range(workers - 1):
        for _ in ("add up", "hand on"):
            together += latency + gradient_bytes / workers / bandwidth
    return alone / together


def _ring(times, pieces=True, latency_once=False):
    def efficiency(compute, gradient_bytes, latency, bandwidth, workers):
        steps = times * (workers - 1)
        size = gradient_bytes / workers if pieces else gradient_bytes
        waits = min(steps, 1) if latency_once else steps
        return compute / (compute + waits * latency + steps * size / bandwidth)

    return efficiency


scaling_efficiency = FunctionTask(
    name="scaling_efficiency",
    oracle=_efficiency,
    cases=st.fixed_dictionaries(
        {
            "compute": st.sampled_from([0.01, 0.1, 0.5]),
            "gradient_bytes": st.sampled_from([1e6, 1e8]),
            "latency": st.sampled_from([1e-5, 1e-3]),
            "bandwidth": st.sampled_from([1e8, 5e9]),
            "workers": st.integers(1, 64),
        }
    ),
    relative_tolerance=1e-9,
    mistakes={
        "one-round": Mistake(
            _ring(1),
            "The ring goes round twice: once to add up, once to hand the sums on.",
        ),
        "whole-gradient": Mistake(
            _ring(2, pieces=False),
            "In each step a worker sends a piece, not all of its gradients.",
        ),
        "latency-once": Mistake(
            _ring(2, latency_once=True), "Every step has its latency, not the ring as a whole."
        ),
        "upside-down": Mistake(
            lambda **case: 1 / _ring(2)(**case),
            "That is how many times as long an update takes. Efficiency is at most 1.",
        ),
        "speed-up": Mistake(
            lambda **case: case["workers"] * _ring(2)(**case),
            "That is how many times as many samples get through. Divide by the workers.",
        ),
    },
)
