"""Train every seed of a recipe at once, and record what happens."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from IPython import get_ipython
from torch import nn
from tqdm import tqdm

from everystep.core.recipe import Recipe
from everystep.core.seeds import seeds as default_seeds
from everystep.core.validation import require_whole
from everystep.engine.data import Data
from everystep.engine.models import Model, Weights
from everystep.engine.replicas import Finished, Job, Settings, Stack, record_steps

# Samples that a stack's replicas process in one update. With more, what an update touches no
# longer fits in a processor core's cache, and the stack takes longer than its parts would. It
# also bounds the memory of training, together with the largest number of replicas.
STACKED_SAMPLES = 2048
SMALLEST_STACK, LARGEST_STACK = 16, 64
BAR_DELAY = 2.0  # seconds; shorter trainings show no progress bar


@dataclass(frozen=True, eq=False)
class Runs:
    """The trainings of one recipe, one a seed, recorded at K moments.

    Attributes:
        recipe: how the model was trained.
        model: what was trained.
        seeds: the seeds, in the order of every first dimension below.
        steps: shape ``(K,)``, updates made before each record; the first is 0.
        epochs: shape ``(K,)``, passes over the training set, with fractions.
        samples: shape ``(K,)``, training samples processed.
        seconds: shape ``(seeds, K)``, a seed's share of the time its stack spent on updates,
            evaluation left out.
        train_loss: shape ``(seeds, K)``, mean cross-entropy in nats over the training set, with
            the labels used for training.
        train_accuracy: shape ``(seeds, K)``, fraction from 0 to 1, with the same labels.
        val_loss: shape ``(seeds, K)``, over the validation set.
        val_accuracy: shape ``(seeds, K)``, fraction from 0 to 1.
        batch_loss: shape ``(seeds, updates)``, mean loss of each batch before its update.
        lr: shape ``(updates,)``, the learning rate used.
        diverged: shape ``(seeds,)``, whether the loss or a weight stopped being finite.
        weights: final weights, each of shape ``(seeds, *shape)``, as ``Model`` orders them.
        checkpoints: the weights at each record, if asked for; the last are ``weights``.
    """

    recipe: Recipe
    model: Model
    seeds: tuple[int, ...]
    steps: np.ndarray
    epochs: np.ndarray
    samples: np.ndarray
    seconds: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray
    batch_loss: np.ndarray
    lr: np.ndarray
    diverged: np.ndarray
    weights: tuple[torch.Tensor, ...]
    checkpoints: tuple[tuple[torch.Tensor, ...], ...]

    @property
    def updates(self) -> int:
        """Number of updates each replica made."""
        return len(self.lr)

    def module(self, index: int, record: int = -1) -> nn.Module:
        """Return a plain module with the weights of the seed at ``index``.

        Args:
            index: position in ``seeds``.
            record: position in ``steps``; positions other than the last need checkpoints.

        Raises:
            ValueError: if weights of an earlier record are asked for and were not kept.
        """
        last = record in (-1, len(self.steps) - 1)
        if not last and not self.checkpoints:
            raise ValueError("record must be the last, or train with checkpoints=True")
        return self.model.to_module(self.weights if last else self.checkpoints[record], index)

    def table(self) -> pd.DataFrame:
        """Return a tidy table: one row for each seed and record."""
        seeds, records = len(self.seeds), len(self.steps)
        columns = {
            "recipe": str(self.recipe),
            "batch_size": self.recipe.batch_size,
            "base_lr": self.recipe.lr,
            "seed": np.repeat(self.seeds, records),
        }
        for name in ("steps", "epochs", "samples"):
            columns[name] = np.tile(getattr(self, name), seeds)
        for name in ("seconds", "train_loss", "train_accuracy", "val_loss", "val_accuracy"):
            columns[name] = getattr(self, name).ravel()
        columns["diverged"] = np.repeat(self.diverged, records)
        return pd.DataFrame(columns)


def train(
    recipe: Recipe,
    model: Model,
    data: Data,
    *,
    seeds: Sequence[int] | None = None,
    every: int | Sequence[int] | None = None,
    dtype: torch.dtype = torch.float32,
    start: Weights | None = None,
    checkpoints: bool = False,
    progress: bool = True,
) -> Runs:
    """Train a model from every seed at once.

    A seed decides the initial weights (those of ``torch.manual_seed(seed); model.plain()``), the
    order of the samples (``batch_order``) and the label noise (``noisy_labels``).

    Args:
        recipe: how to train.
        model: what to train.
        data: what to train and validate on.
        seeds: distinct seeds; the 16 of ``everystep.core.seeds()`` if not given.
        every: updates between two records, or the numbers of updates at which to record; 50
            records spread evenly if not given. The start and the end are always recorded.
        dtype: ``torch.float32`` or ``torch.float64``.
        start: stacked weights to start from, one replica a seed, such as ``runs.weights``.
        checkpoints: whether to keep the weights of every record; they take as much memory as
            records × seeds × the model's weights.
        progress: whether a training that takes long shows a progress bar.

    Raises:
        ValueError: before the first update, if an argument does not fit the others.
    """
    jobs = [Job(recipe, seed) for seed in (default_seeds() if seeds is None else seeds)]
    settings = Settings(model, data, every, dtype, checkpoints)
    check_jobs(jobs, settings, start)
    with progress_bar(jobs, data, progress) as bar:
        return next(train_jobs(jobs, settings, start, bar))


def progress_bar(jobs: Sequence[Job], data: Data, shown: bool) -> tqdm:
    """Return a progress bar over the updates of all jobs, for a notebook or a terminal."""
    watched = get_ipython() is not None or sys.stderr.isatty()
    lengths = {job.recipe: job.recipe.updates(data.n_train) for job in jobs}
    return tqdm(
        total=sum(lengths[job.recipe] for job in jobs),
        unit="update",
        unit_scale=True,
        leave=False,
        delay=BAR_DELAY,
        disable=not (shown and watched),
    )


def check_jobs(jobs: Sequence[Job], settings: Settings, start: Weights | None = None) -> None:
    """Raise ValueError if anything is wrong that can be known before the first update."""
    model, data, dtype = settings.model, settings.data, settings.dtype
    if dtype not in (torch.float32, torch.float64):
        raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype!r}")
    if not jobs or len(set(jobs)) != len(jobs):
        raise ValueError(f"seeds must be distinct and at least one, got {[j.seed for j in jobs]}")
    for seed in {job.seed for job in jobs}:
        require_whole("seeds", seed, minimum=0)
    _check_data(data)
    for recipe in {job.recipe for job in jobs}:
        record_steps(settings.every, len(recipe.rates(data.n_train)))
    _check_model(model, data)
    if start is not None:
        expected = [(len(jobs), *p.shape) for p in model.plain().parameters()]
        got = [tuple(weight.shape) for weight in start]
        if got != expected:
            raise ValueError(f"start must have weights of shapes {expected}, got {got}")


def _check_data(data: Data) -> None:
    for part in ("train", "val"):
        x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        if x.ndim != 2 or y.shape != x.shape[:1] or not len(x):
            raise ValueError(
                f"x_{part} must have shape (n, features) and y_{part} shape (n,) with n of at "
                f"least 1, got {tuple(x.shape)} and {tuple(y.shape)}"
            )
        if not torch.isfinite(x).all():
            raise ValueError(f"x_{part} must be finite, got NaN or infinity among its values")
        if y.dtype != torch.int64 or y.min() < 0 or y.max() >= data.n_classes:
            raise ValueError(
                f"y_{part} must be int64 labels from 0 to {data.n_classes - 1}, "
                f"got {y.dtype} from {y.min()} to {y.max()}"
            )
    features, got = data.x_train.shape[1], data.x_val.shape[1]
    if got != features:
        raise ValueError(f"x_val must have {features} features like x_train, got {got}")


def _check_model(model: Model, data: Data) -> None:
    """Compare the stacked computation with the plain module's on a few samples."""
    if not isinstance(model, Model):
        raise ValueError(
            "model must be a model whose replicas can be stacked, such as MLP(64, 128, 10) or "
            f"another subclass of everystep.lab.Model, got {type(model).__name__}"
        )
    weights = model.initial_weights((0, 1), torch.float64)
    x = data.x_train[:6].double()
    x = x[torch.arange(6) % len(x)]
    modules = [model.to_module(weights, replica) for replica in (0, 1)]
    if any(True for _ in modules[0].buffers()):
        raise ValueError(
            f"model must have no buffers (as batch norm's running statistics), {model!r} has some"
        )
    try:
        with torch.no_grad():
            plain = torch.stack([module(x) for module in modules])
    except RuntimeError as error:
        raise ValueError(f"model {model!r} does not fit the data's features: {error}") from error
    if plain.shape != (2, 6, data.n_classes):
        raise ValueError(
            f"model must give {data.n_classes} logits per sample, {model!r} gives shape "
            f"{tuple(plain.shape[1:])} for 6 samples"
        )
    stacked = model.logits(weights, x.expand(2, -1, -1)).detach()
    if stacked.shape != plain.mT.shape or not torch.allclose(stacked, plain.mT):
        raise ValueError(f"model {model!r} computes something else stacked than its plain module")


def train_jobs(
    jobs: Sequence[Job], settings: Settings, start: Weights | None, bar: tqdm
) -> Iterator[Runs]:
    """Train jobs that can be stacked, and yield each recipe's runs as soon as it is finished.

    Jobs of one recipe follow one another; their batches have the same sizes in every update.
    """
    finished = []
    size = stack_size(jobs[0].recipe)
    for first in range(0, len(jobs), size):
        chunk = jobs[first : first + size]
        own = None if start is None else [w[first : first + size] for w in start]
        finished += _train_stack(chunk, settings, own, bar)
        while finished:
            recipe = finished[0].job.recipe
            wanted = sum(job.recipe is recipe for job in jobs)
            if len(finished) < wanted:
                break
            yield _collect(finished[:wanted], settings)
            del finished[:wanted]


def stack_size(recipe: Recipe) -> int:
    """Return how many replicas take their updates together."""
    largest_batch = max([recipe.batch_size, *(size for _, size in recipe.batch_growth)])
    return min(max(STACKED_SAMPLES // largest_batch, SMALLEST_STACK), LARGEST_STACK)


def _train_stack(
    jobs: Sequence[Job], settings: Settings, start: Weights | None, bar: tqdm
) -> list[Finished]:
    if len(jobs) > 1:
        return Stack(jobs, settings, start).run(bar)
    # A stack of one can take other paths through the libraries, which round differently; with
    # company, a seed's result is the same to the last bit wherever it is trained.
    doubled = None if start is None else [w.repeat_interleave(2, 0) for w in start]
    return Stack([*jobs, *jobs], settings, doubled).run(bar)[:1]


def _collect(replicas: list[Finished], settings: Settings) -> Runs:
    recipe = replicas[0].job.recipe
    moments = zip(*(replica.checkpoints for replica in replicas), strict=True)
    checkpoints = tuple(
        tuple(torch.stack(stack) for stack in zip(*moment, strict=True)) for moment in moments
    )
    batch_loss = np.stack([replica.batch_loss for replica in replicas])
    finite = np.isfinite(batch_loss).all(1)
    for weight in checkpoints[-1]:
        finite &= torch.isfinite(weight.flatten(1)).all(1).numpy()
    return Runs(
        recipe=recipe,
        model=settings.model,
        seeds=tuple(replica.job.seed for replica in replicas),
        **replicas[0].clocks,
        **{
            name: np.stack([replica.records[name] for replica in replicas])
            for name in replicas[0].records
        },
        batch_loss=batch_loss,
        lr=recipe.rates(settings.data.n_train),
        diverged=~finite,
        weights=checkpoints[-1],
        checkpoints=checkpoints if settings.checkpoints else (),
    )
