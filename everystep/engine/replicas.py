"""Replicas of a model that take their updates side by side.

Every update is one batched matrix product over a first dimension of replicas. Nothing ever mixes
two replicas, so each ends where a plain loop with its seed would end.
"""

import itertools
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional
from tqdm import tqdm

from everystep.core.recipe import Recipe
from everystep.core.seeds import derive
from everystep.core.steps import divide_up
from everystep.core.validation import is_list, require_whole
from everystep.engine.data import Data, Dataset, stack_splits
from everystep.engine.models import Model, Weights
from everystep.engine.optimizers import stacked_optimizer

DEFAULT_RECORDS = 50
EVALUATION_BLOCK = 512  # samples that are evaluated together at most
PARTS = "train", "val"  # of the data, on which a record measures loss and accuracy


def batch_order(n_train: int, seed: int) -> Iterator[torch.Tensor]:
    """Yield, epoch after epoch, the order in which a seed visits the training samples.

    Each epoch is one ``torch.randperm(n_train, generator=generator)``, with one generator of that
    seed. A ``DataLoader`` visits them so with ``sampler=order.tolist()``; its own shuffling draws
    more numbers from the generator.
    """
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield torch.randperm(n_train, generator=generator)


def noisy_labels(labels: torch.Tensor, noise: float, n_classes: int, seed: int) -> torch.Tensor:
    """Return labels of which each is replaced, with probability ``noise``, by a random class.

    The class is drawn uniformly from all, so it is the right one in 1 of ``n_classes`` cases
    (Zhang et al. 2017, arXiv 1611.03530, "partially corrupted labels").

    Args:
        labels: int64, of any shape.
        noise: probability of replacement.
        n_classes: number of classes.
        seed: decides which labels are replaced, and by what.
    """
    generator = torch.Generator().manual_seed(derive(seed, "label noise"))
    replaced = torch.rand(labels.shape, generator=generator) < noise
    drawn = torch.randint(n_classes, labels.shape, generator=generator)
    return torch.where(replaced, drawn, labels)


@torch.no_grad()
def evaluate(
    model: Model, weights: Weights, x: torch.Tensor, y: torch.Tensor
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean cross-entropy in nats and accuracy of every replica, over all labels.

    Args:
        model: the model.
        weights: stacked weights of R replicas.
        x: shape ``(n, features)``, or ``(R, n, features)`` if each replica has its own.
        y: labels, shape ``(n,)`` or ``(n, positions)``, with R before it if each replica has its
            own.

    Returns:
        Two arrays of shape ``(R,)``.
    """
    replicas, n = len(weights[0]), x.shape[-2]
    x = x.to(weights[0].dtype).expand(replicas, -1, -1)
    blocks = divide_up(n, max(EVALUATION_BLOCK // model.rows, 1))
    size = divide_up(n, blocks)  # alike, so that the last has no single sample
    loss, right, count = *torch.zeros(2, replicas, dtype=torch.float64), 0
    for block in range(0, n, size):
        rows = slice(block, block + size)
        logits = model.logits(weights, x[:, rows])
        labels = y.expand(replicas, *y.shape[2 - logits.ndim :])[:, rows]
        losses = functional.cross_entropy(logits, labels, reduction="none")
        loss += losses.double().flatten(1).sum(1)
        # max finds the index ten times faster than argmax here.
        right += (logits.max(1).indices == labels).flatten(1).sum(1)
        count += labels[0].numel()
    return (loss / count).numpy(), (right / count).numpy()


@dataclass(frozen=True)
class Job:
    """One replica to train."""

    recipe: Recipe
    seed: int


@dataclass(frozen=True, eq=False)
class Settings:
    """What all replicas of a call have in common."""

    model: Model
    data: Data | Dataset
    every: int | Sequence[int] | None
    dtype: torch.dtype
    checkpoints: bool
    measure: Sequence[str]


@dataclass(eq=False)
class Finished:
    """The records of one replica, as arrays with the moment first."""

    job: Job
    records: dict[str, np.ndarray]
    batch_loss: np.ndarray
    # As arrays, of which another process gets these numbers and not the whole stack's.
    checkpoints: list[tuple[np.ndarray, ...]]
    clocks: dict[str, np.ndarray]


class Stack:
    """Replicas that take their updates together."""

    def __init__(self, jobs: Sequence[Job], settings: Settings, start: Weights | None):
        self.jobs, self.settings, self.model = jobs, settings, settings.model
        dtype, seeds = settings.dtype, [job.seed for job in jobs]
        self.data = data = stack_splits(settings.data, seeds)
        n_train = data.x_train.shape[1]
        weights = self.model.initial_weights(seeds, dtype) if start is None else start
        self.weights = [w.detach().to(dtype, copy=True).requires_grad_() for w in weights]
        shared = data.x_train.stride(0) == 0  # one split for all, which is kept once
        self.x = (data.x_train[0] if shared else data.x_train).to(dtype)
        self.pool = self.x.flatten(0, -2)
        self.first_rows = torch.arange(len(jobs)).unsqueeze(1) * (0 if shared else n_train)
        self.labels = torch.stack(
            [
                noisy_labels(y, job.recipe.label_noise, data.n_classes, job.seed)
                for y, job in zip(data.y_train, jobs, strict=True)
            ]
        )
        self.orders = [batch_order(n_train, seed) for seed in seeds]
        self.epochs = jobs[0].recipe.epoch_batches(n_train)
        self.targets = self.labels.view(len(jobs), n_train, -1)  # with positions, be it one
        sizes = torch.tensor([size for sizes in self.epochs for size in sizes])
        self.sizes = sizes * self.targets.shape[2]  # labels in each batch
        rates = torch.tensor(np.stack([job.recipe.rates(n_train) for job in jobs], 1))
        recipes = [job.recipe for job in jobs]
        self.optimizer = stacked_optimizer(recipes, self.weights, rates, self.sizes)
        self.summed_loss = torch.zeros(rates.shape, dtype=dtype)
        self.minus_one = torch.full((1, 1, 1), -1, dtype=dtype)

    def run(self, bar: tqdm, stop: threading.Event) -> list[Finished]:
        """Make all updates and return each replica's records; none if it is told to stop."""
        total = len(self.sizes)
        moments = record_steps(self.settings.every, total)
        measured, checkpoints, seconds = [], [], 0.0
        with torch.no_grad():
            updates = self._updates()
            for moment, following in zip(moments, [*moments[1:], total], strict=True):
                measured.append(self._measure(seconds))
                if self.settings.checkpoints or moment == total:
                    checkpoints.append([w.detach().clone() for w in self.optimizer.evaluated])
                began = time.thread_time()
                for _ in range(moment, following):
                    if stop.is_set():
                        return []
                    next(updates)
                seconds += time.thread_time() - began
                with bar.get_lock():
                    bar.update((following - moment) * len(set(self.jobs)))
        return self._split(moments, measured, checkpoints)

    def _updates(self) -> Iterator[None]:
        """Make one update each time it is asked for the next item."""
        losses = iter(self.summed_loss)
        step = 0
        for sizes in self.epochs:
            micro = [micro_batches(size, self.jobs[0].recipe.accumulation) for size in sizes]
            order = torch.stack([next(orders)[: sum(sizes)] for orders in self.orders])
            targets = self.targets.take_along_dim(order.unsqueeze(2), 1)
            pieces = list(itertools.chain.from_iterable(micro))
            rows = order + self.first_rows
            batches = zip(rows.split(pieces, 1), targets.split(pieces, 1), strict=True)
            for parts in micro:
                loss = next(losses)
                factor = self.optimizer.begin(step)
                for chosen, y in itertools.islice(batches, len(parts)):
                    self._differentiate(chosen, y, factor, loss)
                self.optimizer.update(step)
                step += 1
                yield

    def _differentiate(
        self, rows: torch.Tensor, y: torch.Tensor, factor: torch.Tensor, loss: torch.Tensor
    ) -> None:
        """Add ``factor`` times the gradient of the summed loss to what the optimizer collects.

        ``rows`` are those of ``pool``, shape ``(R, batch)``, and ``y`` their labels, shape
        ``(R, batch, positions)``.
        """
        replicas, batch = rows.shape
        x = self.pool.index_select(0, rows.reshape(-1)).view(replicas, batch, -1)
        y = y.reshape(replicas, 1, -1)
        tape = self.model.forward(self.weights, x)
        logits = tape[-1].detach()
        log_p = torch.log_softmax(logits.flatten(2), 1)
        loss.sub_(log_p.gather(1, y).sum((1, 2)))
        # The derivative of the summed loss by the logits: softmax - one-hot label.
        d = log_p.exp_().scatter_add_(1, y, self.minus_one.expand(y.shape)).mul_(factor)
        d = d.view(logits.shape)
        self.model.backward(self.weights, tape, d, self.optimizer.collected)

    def _measure(self, seconds: float) -> dict[str, np.ndarray]:
        samples = {"train": (self.x, self.labels), "val": (self.data.x_val, self.data.y_val)}
        measured = {"seconds": np.full(len(self.jobs), seconds / len(self.jobs))}
        for part in PARTS:
            loss = accuracy = np.full(len(self.jobs), np.nan)
            if part in self.settings.measure:
                loss, accuracy = evaluate(self.model, self.optimizer.evaluated, *samples[part])
            measured |= {f"{part}_loss": loss, f"{part}_accuracy": accuracy}
        return measured

    def _split(
        self, moments: list[int], measured: list[dict], checkpoints: list[list[torch.Tensor]]
    ) -> list[Finished]:
        batch_loss = (self.summed_loss.double() / self.sizes.unsqueeze(1)).T.numpy()
        clocks = _clocks(self.epochs, moments)
        return [
            Finished(
                job,
                {name: np.array([m[name][r] for m in measured]) for name in measured[0]},
                batch_loss[r],
                [tuple(w[r].numpy() for w in weights) for weights in checkpoints],
                clocks,
            )
            for r, job in enumerate(self.jobs)
        ]


def record_steps(every: int | Sequence[int] | None, total: int) -> list[int]:
    """Return the numbers of updates after which to record, from 0 to ``total``.

    Raises:
        ValueError: if ``every`` is neither a whole number of at least 1 nor a list of whole
            numbers, or a moment lies outside the run.
    """
    if every is None:
        return np.unique(np.linspace(0, total, DEFAULT_RECORDS + 1).round().astype(int)).tolist()
    if not is_list(every):
        return sorted({*range(0, total, require_whole("every", every, minimum=1)), total})
    moments = [require_whole("each moment of every", moment, minimum=0) for moment in every]
    if max(moments, default=0) > total:
        raise ValueError(f"every must lie from 0 to the run's {total} updates, got {moments}")
    return sorted({0, *moments, total})


def micro_batches(batch: int, accumulation: int) -> list[int]:
    """Return the sizes of a batch's micro-batches; a short last batch has shorter, or fewer."""
    size = divide_up(batch, accumulation)
    full, rest = divmod(batch, size)
    return [size] * full + [rest] * (rest > 0)


def _clocks(epochs: list[list[int]], moments: list[int]) -> dict[str, np.ndarray]:
    samples = np.concatenate([[0], np.cumsum(np.concatenate(epochs))])
    passed = [e + (i + 1) / len(sizes) for e, sizes in enumerate(epochs) for i in range(len(sizes))]
    return {
        "steps": np.array(moments),
        "epochs": np.concatenate([[0.0], passed])[moments],
        "samples": samples[moments],
    }
