"""Train every seed of a recipe at once, and record what happens.

All replicas take their updates side by side, as one batched matrix product over a first
dimension of replicas. Nothing ever mixes two replicas, so each ends where a plain loop with its
seed would end.
"""

import contextlib
import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from IPython import get_ipython
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from everystep.lab.data import Data
from everystep.lab.models import Model, Weights
from everystep.lab.recipe import Recipe
from everystep.lab.seeds import seeds as default_seeds
from everystep.lab.validation import require_whole

DEFAULT_RECORDS = 50
EVALUATION_BLOCK = 512
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


def batch_order(n_train: int, seed: int) -> Iterator[torch.Tensor]:
    """Yield, epoch after epoch, the order in which a seed visits the training samples.

    It is the order of ``torch.utils.data.RandomSampler`` with a generator of that seed.
    """
    generator = torch.Generator().manual_seed(seed)
    while True:
        yield torch.randperm(n_train, generator=generator)


def noisy_labels(labels: torch.Tensor, noise: float, n_classes: int, seed: int) -> torch.Tensor:
    """Return labels of which each is replaced, with probability ``noise``, by a random class.

    The class is drawn uniformly from all, so it is the right one in 1 of ``n_classes`` cases
    (Zhang et al. 2017, arXiv 1611.03530, "partially corrupted labels").

    Args:
        labels: shape ``(n,)``, int64.
        noise: probability of replacement.
        n_classes: number of classes.
        seed: decides which labels are replaced, and by what.
    """
    # Hashed, because the seed itself already drives the initial weights and the batch order.
    mixed = np.random.SeedSequence((seed, 1)).generate_state(1)[0]
    generator = torch.Generator().manual_seed(int(mixed))
    replaced = torch.rand(len(labels), generator=generator) < noise
    drawn = torch.randint(n_classes, (len(labels),), generator=generator)
    return torch.where(replaced, drawn, labels)


@torch.no_grad()
def evaluate(
    model: Model, weights: Weights, x: torch.Tensor, y: torch.Tensor
) -> tuple[np.ndarray, np.ndarray]:
    """Return mean cross-entropy in nats and accuracy of every replica on the same samples.

    Args:
        model: the model.
        weights: stacked weights of R replicas.
        x: shape ``(n, features)``.
        y: labels, shape ``(n,)``, or ``(R, n)`` if each replica has its own.

    Returns:
        Two arrays of shape ``(R,)``.
    """
    replicas, n = len(weights[0]), len(x)
    x, y = x.to(weights[0].dtype), y.expand(replicas, n)
    loss, right = torch.zeros(replicas, dtype=torch.float64), torch.zeros(replicas)
    for block in range(0, n, EVALUATION_BLOCK):
        rows = slice(block, block + EVALUATION_BLOCK)
        logits = model.logits(weights, x[rows].expand(replicas, -1, -1))
        losses = functional.cross_entropy(logits, y[:, rows], reduction="none")
        loss += losses.double().sum(1)
        # max finds the index ten times faster than argmax here.
        right += (logits.max(1).indices == y[:, rows]).sum(1)
    return (loss / n).numpy(), (right / n).double().numpy()


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
        seeds: distinct seeds; the 16 of ``everystep.lab.seeds()`` if not given.
        every: updates between two records, or the numbers of updates at which to record; 50
            records spread evenly if not given. The start and the end are always recorded.
        dtype: ``torch.float32`` or ``torch.float64``.
        start: stacked weights to start from, one replica a seed, such as ``runs.weights``.
        checkpoints: whether to keep the weights of every record.
        progress: whether a training that takes long shows a progress bar.

    Raises:
        ValueError: before the first update, if an argument does not fit the others.
    """
    seeds = tuple(default_seeds() if seeds is None else seeds)
    jobs = [Job(recipe, seed) for seed in seeds]
    check_jobs(jobs, seeds, model, data, dtype, start)
    settings = Settings(model, data, every, dtype, checkpoints)
    with progress_bar(jobs, data, progress) as bar:
        return next(train_jobs(jobs, settings, start, bar))


# ------------------------------------------------------------------- shared with sweeps


@dataclass(frozen=True)
class Job:
    """One replica to train."""

    recipe: Recipe
    seed: int


@dataclass(frozen=True, eq=False)
class Settings:
    """What all replicas of a call have in common."""

    model: Model
    data: Data
    every: int | Sequence[int] | None
    dtype: torch.dtype
    checkpoints: bool


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


def check_jobs(
    jobs: Sequence[Job],
    seeds: tuple[int, ...],
    model: Model,
    data: Data,
    dtype: torch.dtype,
    start: Weights | None,
) -> None:
    """Raise ValueError if anything is wrong that can be known before the first update."""
    if dtype not in (torch.float32, torch.float64):
        raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype!r}")
    if not seeds or len(set(seeds)) != len(seeds):
        raise ValueError(f"seeds must be distinct and at least one, got {seeds!r}")
    _check_data(data)
    for recipe in {job.recipe for job in jobs}:
        recipe.rates(data.n_train)
    _check_model(model, data)
    if start is not None:
        expected = [(len(seeds), *p.shape) for p in model.plain().parameters()]
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
    batch = max(recipe.batch_size, *(size for _, size in recipe.batch_growth), 1)
    return min(max(STACKED_SAMPLES // batch, SMALLEST_STACK), LARGEST_STACK)


def _train_stack(
    jobs: Sequence[Job], settings: Settings, start: Weights | None, bar: tqdm
) -> list["_Finished"]:
    if len(jobs) > 1:
        return _Stack(jobs, settings, start).run(bar)
    # A stack of one can take other paths through the libraries, which round differently; with
    # company, a seed's result is the same to the last bit wherever it is trained.
    doubled = None if start is None else [w.repeat_interleave(2, 0) for w in start]
    return _Stack([*jobs, *jobs], settings, doubled).run(bar)[:1]


# ------------------------------------------------------------------- one stack


@dataclass(eq=False)
class _Finished:
    """The records of one replica, as arrays with the moment first."""

    job: Job
    records: dict[str, np.ndarray]
    batch_loss: np.ndarray
    checkpoints: list[tuple[torch.Tensor, ...]]
    clocks: dict[str, np.ndarray]


def _collect(replicas: list[_Finished], settings: Settings) -> Runs:
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


class _Stack:
    """Replicas that take their updates together."""

    def __init__(self, jobs: Sequence[Job], settings: Settings, start: Weights | None):
        self.jobs, self.settings, self.model = jobs, settings, settings.model
        data, dtype = settings.data, settings.dtype
        seeds = [job.seed for job in jobs]
        weights = self.model.initial_weights(seeds, dtype) if start is None else start
        self.weights = [w.detach().to(dtype, copy=True).requires_grad_() for w in weights]
        self.x = data.x_train.to(dtype)
        self.labels = torch.stack(
            [
                noisy_labels(data.y_train, job.recipe.label_noise, data.n_classes, job.seed)
                for job in jobs
            ]
        )
        self.orders = [batch_order(data.n_train, seed) for seed in seeds]
        self.epochs = jobs[0].recipe.epoch_batches(data.n_train)
        self.sizes = torch.tensor([size for sizes in self.epochs for size in sizes])
        rates = torch.tensor(np.stack([job.recipe.rates(data.n_train) for job in jobs], 1))
        recipes = [job.recipe for job in jobs]
        self.optimizer = _optimizer(recipes, self.weights, rates, self.sizes)
        self.summed_loss = torch.zeros(rates.shape, dtype=dtype)
        self.minus_one = torch.full((1, 1, 1), -1, dtype=dtype)

    def run(self, bar: tqdm) -> list[_Finished]:
        """Make all updates and return each replica's records."""
        total = len(self.sizes)
        moments = record_steps(self.settings.every, total)
        measured, checkpoints, seconds = [], [], 0.0
        with _one_thread(), torch.no_grad():
            updates = self._updates()
            for moment, following in zip(moments, [*moments[1:], total], strict=True):
                measured.append(self._measure(seconds))
                if self.settings.checkpoints or moment == total:
                    checkpoints.append([w.detach().clone() for w in self.weights])
                began = time.perf_counter()
                for _ in range(moment, following):
                    next(updates)
                seconds += time.perf_counter() - began
                bar.update((following - moment) * len(self.jobs))
        return self._split(moments, measured, checkpoints)

    def _updates(self) -> Iterator[None]:
        """Make one update each time it is asked for the next item."""
        losses = iter(self.summed_loss)
        step = 0
        for sizes in self.epochs:
            micro = [_micro_batches(size, self.jobs[0].recipe.accumulation) for size in sizes]
            order = torch.stack([next(orders)[: sum(sizes)] for orders in self.orders])
            labels = self.labels.gather(1, order)
            pieces = list(itertools.chain.from_iterable(micro))
            batches = zip(order.split(pieces, 1), labels.split(pieces, 1), strict=True)
            for parts in micro:
                loss = next(losses)
                factor = self.optimizer.begin(step)
                for rows, y in itertools.islice(batches, len(parts)):
                    self._differentiate(rows, y, factor, loss)
                self.optimizer.update(step)
                step += 1
                yield

    def _differentiate(
        self, rows: torch.Tensor, y: torch.Tensor, factor: torch.Tensor | float, loss: torch.Tensor
    ) -> None:
        """Add ``factor`` times the gradient of the summed loss to what the optimizer collects."""
        replicas, batch = rows.shape
        x = self.x.index_select(0, rows.reshape(-1)).view(replicas, batch, -1)
        y = y.contiguous().unsqueeze(1)
        tape = self.model.forward(self.weights, x)
        log_p = torch.log_softmax(tape[-1].detach(), 1)
        loss.sub_(log_p.gather(1, y).sum((1, 2)))
        # The derivative of the summed loss by the logits: softmax - one-hot label.
        d = log_p.exp_().scatter_add_(1, y, self.minus_one.expand(replicas, 1, batch))
        self.model.backward(self.weights, tape, d.mul_(factor), self.optimizer.collected)

    def _measure(self, seconds: float) -> dict[str, np.ndarray]:
        data = self.settings.data
        train_loss, train_accuracy = evaluate(self.model, self.weights, self.x, self.labels)
        val_loss, val_accuracy = evaluate(self.model, self.weights, data.x_val, data.y_val)
        return {
            "seconds": np.full(len(self.jobs), seconds / len(self.jobs)),
            "train_loss": train_loss,
            "train_accuracy": train_accuracy,
            "val_loss": val_loss,
            "val_accuracy": val_accuracy,
        }

    def _split(
        self, moments: list[int], measured: list[dict], checkpoints: list[list[torch.Tensor]]
    ) -> list[_Finished]:
        batch_loss = (self.summed_loss.double() / self.sizes.unsqueeze(1)).T.numpy()
        clocks = _clocks(self.epochs, moments)
        return [
            _Finished(
                job,
                {name: np.array([m[name][r] for m in measured]) for name in measured[0]},
                batch_loss[r],
                [tuple(w[r] for w in weights) for weights in checkpoints],
                clocks,
            )
            for r, job in enumerate(self.jobs)
        ]


def record_steps(every: int | Sequence[int] | None, total: int) -> list[int]:
    """Return the numbers of updates after which to record, from 0 to ``total``.

    Raises:
        ValueError: if ``every`` is below 1, or a moment lies outside the run.
    """
    if every is None:
        return np.unique(np.linspace(0, total, DEFAULT_RECORDS + 1).round().astype(int)).tolist()
    if isinstance(every, (int, np.integer)):
        require_whole("every", every, minimum=1)
        return sorted({*range(0, total, int(every)), total})
    moments = [int(moment) for moment in every]
    if any(not 0 <= moment <= total for moment in moments):
        raise ValueError(f"every must lie from 0 to the run's {total} updates, got {moments}")
    return sorted({0, *moments, total})


def _micro_batches(batch: int, accumulation: int) -> list[int]:
    """Return the sizes of a batch's micro-batches; a short last batch has shorter, or fewer."""
    size = -(-batch // accumulation)
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


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Compute with one thread, so that sums are added in the same order on every machine."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


# ------------------------------------------------------------------- optimizers


class _PlainSGD:
    """SGD without momentum, decay or accumulation: gradients go straight into the weights."""

    def __init__(self, weights: list[torch.Tensor], rates: torch.Tensor, sizes: torch.Tensor):
        self.collected = [w.detach() for w in weights]
        factors = -rates / sizes.unsqueeze(1)
        self.factors = factors.to(weights[0].dtype)[:, :, None, None].unbind()

    def begin(self, step: int) -> torch.Tensor:
        """Return the factor of the summed gradients, one a replica, shape ``(R, 1, 1)``."""
        return self.factors[step]

    def update(self, step: int) -> None:
        """Do nothing: the update is made as soon as the gradients are there."""


class _Collecting:
    """An optimizer whose gradients are collected before the update."""

    def __init__(self, weights: list[torch.Tensor], sizes: torch.Tensor):
        self.collected = [torch.zeros_like(w) for w in weights]
        # One row a replica, so that factors of shape (R, 1) reach every parameter.
        self.rows = [
            (w.detach().flatten(1), g.flatten(1))
            for w, g in zip(weights, self.collected, strict=True)
        ]
        self.factors = (1 / sizes.double()).tolist()

    def begin(self, step: int) -> float:
        """Forget the last update's gradients; return the factor that makes a sum a mean."""
        for gradient in self.collected:
            gradient.zero_()
        return self.factors[step]


class _SGD(_Collecting):
    """``torch.optim.SGD`` with a rate, momentum and weight decay for each replica."""

    def __init__(
        self,
        recipes: list[Recipe],
        weights: list[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(weights, sizes)
        dtype = weights[0].dtype
        self.rates = rates.to(dtype).unsqueeze(2)
        self.momentum = torch.tensor([[r.momentum] for r in recipes], dtype=dtype)
        self.decay = torch.tensor([[r.weight_decay] for r in recipes], dtype=dtype)
        self.nesterov = recipes[0].nesterov
        self.velocities = [torch.zeros_like(w) for w, _ in self.rows]

    def update(self, step: int) -> None:
        """Change the weights by the gradients; ``step`` counts from 0."""
        for (w, g), velocity in zip(self.rows, self.velocities, strict=True):
            g.addcmul_(w, self.decay)
            velocity.mul_(self.momentum).add_(g)
            direction = g.addcmul_(velocity, self.momentum) if self.nesterov else velocity
            w.addcmul_(direction, self.rates[step], value=-1)


class _AdamW(_Collecting):
    """``torch.optim.AdamW`` with a rate and weight decay for each replica."""

    def __init__(
        self,
        recipes: list[Recipe],
        weights: list[torch.Tensor],
        rates: torch.Tensor,
        sizes: torch.Tensor,
    ):
        super().__init__(weights, sizes)
        dtype = weights[0].dtype
        self.betas, self.eps = recipes[0].betas, recipes[0].eps
        number = torch.arange(1, len(rates) + 1, dtype=torch.float64).unsqueeze(1)
        decay = torch.tensor([r.weight_decay for r in recipes], dtype=torch.float64)
        self.keep = (1 - rates * decay).to(dtype).unsqueeze(2)
        self.rates = (rates / (1 - self.betas[0] ** number)).to(dtype).unsqueeze(2)
        self.correction = (1 - self.betas[1] ** number).sqrt().flatten().tolist()
        self.moments = [(torch.zeros_like(w), torch.zeros_like(w)) for w, _ in self.rows]

    def update(self, step: int) -> None:
        """Change the weights by the gradients; ``step`` counts from 0."""
        first, second = self.betas
        for (w, g), (m, v) in zip(self.rows, self.moments, strict=True):
            w.mul_(self.keep[step])
            m.lerp_(g, 1 - first)
            v.mul_(second).addcmul_(g, g, value=1 - second)
            scale = v.sqrt().div_(self.correction[step]).add_(self.eps)
            w.addcmul_(m / scale, self.rates[step], value=-1)


def _optimizer(
    recipes: list[Recipe], weights: list[torch.Tensor], rates: torch.Tensor, sizes: torch.Tensor
) -> _PlainSGD | _SGD | _AdamW:
    """Return what updates the weights.

    Args:
        recipes: one a replica.
        weights: stacked weights.
        rates: learning rates, shape ``(updates, R)``, float64.
        sizes: samples in each update's batch, shape ``(updates,)``.
    """
    one = recipes[0]
    if one.optimizer == "adamw":
        return _AdamW(recipes, weights, rates, sizes)
    if one.momentum or one.weight_decay or one.accumulation > 1:
        return _SGD(recipes, weights, rates, sizes)
    return _PlainSGD(weights, rates, sizes)
