"""Fifteen ways to spoil a training, each with a way to fix it.

Every case is trained for real, on handwritten digits with sensor noise. Most use the replica
engine; where the fault lies in the loop itself, a loop of its own is used.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from everystep.clinic.logs import Log, duplicates, logs_of, mixing
from everystep.core import schedules
from everystep.core.recipe import Recipe
from everystep.core.seeds import derive
from everystep.engine.data import Data, Dataset
from everystep.engine.datasets import digits
from everystep.engine.models import MLP
from everystep.engine.replicas import batch_order, record_steps
from everystep.engine.training import sweep

SENSOR_NOISE = 0.2
NETWORK = MLP(64, 32, 10)


def photographs(
    seed: int, n_train: int = 1024, n_val: int = 360, *, noise: float = SENSOR_NOISE
) -> Data:
    """Return digits whose pixels carry Gaussian noise, which makes them harder to tell apart.

    Args:
        seed: decides the split and the noise.
        n_train: number of training samples.
        n_val: number of validation samples.
        noise: the noise's standard deviation; the clean pixels lie between 0 and 1.
    """
    clean = digits(n_train, n_val).split(seed)
    generator = _generator(seed)

    def with_noise(x: torch.Tensor) -> torch.Tensor:
        return x + noise * torch.randn(x.shape, generator=generator)

    x_train, x_val = with_noise(clean.x_train), with_noise(clean.x_val)
    return Data(x_train, clean.y_train, x_val, clean.y_val, clean.n_classes)


def copied_then_split(seed: int) -> Data:
    """Return 600 photographs, copied until there are enough, and split only then.

    Most validation samples are copies of training samples.
    """
    pool = photographs(seed, 600, 1)
    drawn = torch.randint(600, (1024 + 360,), generator=_generator(seed))
    train, val = drawn[:1024], drawn[1024:]
    x, y = pool.x_train, pool.y_train
    return Data(x[train], y[train], x[val], y[val], pool.n_classes)


def split_then_copied(seed: int) -> Data:
    """Return 600 photographs, split into 450 and 150, of which only the 450 are then copied."""
    pool = photographs(seed, 450, 150)
    drawn = torch.randint(450, (1024,), generator=_generator(seed))
    x, y = pool.x_train[drawn], pool.y_train[drawn]
    return Data(x, y, pool.x_val, pool.y_val, pool.n_classes)


PHOTOGRAPHS = Dataset(photographs)


def _generator(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(derive(seed, "photographs"))


@dataclass(frozen=True)
class Setup:
    """Everything that decides a training, except the seeds.

    Attributes:
        recipe: how to train.
        data: what each seed draws its data from.
        shuffled: whether each epoch visits the samples in a new random order; if not, they come
            sorted by class.
        dropout: probability with which a hidden unit is switched off in training; if above 0,
            the hidden layer has twice as many units.
        eval_mode: whether the model is switched to ``eval()`` for evaluation.
    """

    recipe: Recipe
    data: Dataset = PHOTOGRAPHS
    shuffled: bool = True
    dropout: float = 0.0
    eval_mode: bool = True

    def logs(self, seeds: Sequence[int]) -> list[Log]:
        """Train from every seed, each on data of its own, and return the logs.

        Args:
            seeds: distinct seeds.
        """
        return train_setups([self], seeds)[self]

    @property
    def network(self) -> MLP:
        """The network that is trained; dropout, if any, comes after its hidden layer."""
        return MLP(64, 64, 10) if self.dropout else NETWORK


def train_setups(setups: Iterable[Setup], seeds: Sequence[int]) -> dict[Setup, list[Log]]:
    """Train setups from every seed and return each one's logs.

    Recipes on the same data are trained as one sweep, which takes less time than one by one.

    Args:
        setups: setups, of which equal ones are trained once.
        seeds: distinct seeds.
    """
    setups = dict.fromkeys(setups)
    in_loops = [setup for setup in setups if setup.dropout or not setup.shuffled]
    logs = {setup: _Loop(setup, seeds).run() for setup in in_loops}
    for data in dict.fromkeys(setup.data for setup in setups if setup not in logs):
        recipes = {
            setup: setup.recipe.replace(name=f"setup {place}")
            for place, setup in enumerate(setups)
            if setup.data is data and setup not in in_loops
        }
        swept = sweep(recipes.values(), NETWORK, data, seeds=seeds, progress=False)
        logs |= {setup: logs_of(swept[recipe], data) for setup, recipe in recipes.items()}
    return logs


class _Loop:
    """A loop of plain SGD that can have the faults that the engine cannot.

    As in the engine, replicas take their updates side by side, and none sees another.
    """

    def __init__(self, setup: Setup, seeds: Sequence[int]):
        self.setup, self.splits = setup, [setup.data.split(seed) for seed in seeds]
        self.x_train, self.y_train, self.x_val, self.y_val = (
            torch.stack([getattr(split, name) for split in self.splits])
            for name in ("x_train", "y_train", "x_val", "y_val")
        )
        self.weights = [w.requires_grad_() for w in setup.network.initial_weights(seeds)]
        n = setup.data.n_train
        self.rates, self.batches = setup.recipe.rates(n), setup.recipe.epoch_batches(n)
        by_class = [itertools.repeat(labels.argsort(stable=True)) for labels in self.y_train]
        orders = [batch_order(n, seed) for seed in seeds] if setup.shuffled else by_class
        self.orders = [torch.stack([next(order) for order in orders]) for _ in self.batches]
        # Evaluation has generators of its own, so that it leaves training's numbers alone.
        self.in_evaluation, self.in_training = (
            [
                torch.Generator().manual_seed(derive(seed, "dropout in evaluation", i))
                for seed in seeds
            ]
            for i in (0, 1)
        )

    def run(self) -> list[Log]:
        """Make all updates and return the logs, one a seed."""
        moments = record_steps(None, len(self.rates))
        losses: list[torch.Tensor] = []
        records, passed = [self._evaluate()], [0.0]
        for epoch, (order, sizes) in enumerate(zip(self.orders, self.batches, strict=True)):
            for position, rows in enumerate(order[:, : sum(sizes)].split(sizes, 1)):
                losses.append(self._update(rows, self.rates[len(losses)]))
                passed.append(epoch + (position + 1) / len(sizes))
                if len(losses) in moments:
                    records.append(self._evaluate())
        again = self._evaluate()
        return [
            Log(
                steps=np.array(moments),
                epochs=np.array(passed)[moments],
                **{name: np.array([record[name][r] for record in records]) for name in again},
                batch_loss=torch.stack(losses)[:, r].numpy(),
                lr=self.rates,
                n_train=split.n_train,
                n_val=split.n_val,
                n_classes=split.n_classes,
                val_loss_again=float(again["val_loss"][r]),
                mixing=mixing(split.y_train[self.orders[0][r]], self.batches[0]),
                duplicates=duplicates(split),
            )
            for r, split in enumerate(self.splits)
        ]

    def _logits(self, x: torch.Tensor, switching: Sequence[torch.Generator]) -> torch.Tensor:
        """Return shape ``(R, classes, B)``; with no generators, dropout is off."""
        w1, b1, w2, b2 = self.weights
        hidden = torch.baddbmm(b1.unsqueeze(1), x, w1.mT).relu()
        p = self.setup.dropout
        if p and switching:
            drawn = [torch.rand(hidden.shape[1:], generator=generator) for generator in switching]
            hidden = hidden * (torch.stack(drawn) >= p) / (1 - p)
        return torch.baddbmm(b2.unsqueeze(2), w2, hidden.mT)

    def _update(self, rows: torch.Tensor, rate: float) -> torch.Tensor:
        """Make one update and return the batch's loss before it, one a replica."""
        replicas = torch.arange(len(rows)).unsqueeze(1)
        logits = self._logits(self.x_train[replicas, rows], self.in_training)
        labels = self.y_train[replicas, rows]
        loss = functional.cross_entropy(logits, labels, reduction="none").mean(1)
        gradients = torch.autograd.grad(loss.sum(), self.weights)
        with torch.no_grad():
            for weight, gradient in zip(self.weights, gradients, strict=True):
                weight.sub_(rate * gradient)
        return loss.detach()

    @torch.no_grad()
    def _evaluate(self) -> dict[str, np.ndarray]:
        values = {}
        for part in ("train", "val"):
            x, y = getattr(self, f"x_{part}"), getattr(self, f"y_{part}")
            logits = self._logits(x, () if self.setup.eval_mode else self.in_evaluation)
            loss = functional.cross_entropy(logits, y, reduction="none").double().mean(1)
            values[f"{part}_loss"] = loss.numpy()
            values[f"{part}_accuracy"] = (logits.max(1).indices == y).double().mean(1).numpy()
        return values


@dataclass(frozen=True)
class Case:
    """A failure and its fix.

    Attributes:
        cause: what is wrong, one of ``everystep.clinic.tree.KNOBS``.
        failed: the training that went wrong.
        variant: another training that went wrong for the same reason.
        fixed: ``failed`` with one knob turned.
    """

    cause: str
    failed: Setup
    variant: Setup
    fixed: Setup


def _in_the_dark(seed: int) -> Data:
    return photographs(seed, noise=0.3)


def _validated_on_20(seed: int) -> Data:
    return photographs(seed, n_val=20)


def _validated_on_30(seed: int) -> Data:
    return photographs(seed, n_val=30)


_sound = Recipe(batch_size=32, lr=0.2, epochs=15)
_adamw = _sound.replace(optimizer="adamw", lr=0.25)
_momentum = _sound.replace(momentum=0.9)
_pairs = Recipe(batch_size=2, lr=0.4, epochs=8)  # 4,096 updates
_with_dropout = Setup(_sound, dropout=0.5)
REFERENCE = Setup(_sound)


def _sgd(**changes: object) -> Setup:
    return Setup(_sound.replace(**changes))


CASES = (
    Case("diverged", _sgd(lr=30.0), _sgd(lr=50.0, batch_size=64), REFERENCE),
    Case(
        "no warm-up",
        Setup(_adamw.replace(schedule=schedules.cosine(480))),
        Setup(_adamw.replace(lr=0.3)),
        Setup(_adamw.replace(schedule=schedules.warmup_cosine(480, 64))),
    ),
    Case("too few epochs", _sgd(epochs=2), _sgd(epochs=3, lr=0.15), REFERENCE),
    Case("rate too low", _sgd(lr=0.005), _sgd(lr=0.01, batch_size=16), REFERENCE),
    Case("batch too large", _sgd(batch_size=512), _sgd(batch_size=256, epochs=10), REFERENCE),
    Case(
        "decayed too early",
        _sgd(schedule=schedules.step_decay(64, 0.05)),
        _sgd(schedule=schedules.exponential(0.98)),
        _sgd(schedule=schedules.step_decay(320, 0.05)),
    ),
    Case(
        "rate too high",
        Setup(_momentum.replace(lr=0.6)),
        _sgd(lr=1.5),
        Setup(_momentum.replace(lr=0.02)),
    ),
    Case(
        "batch too small",
        _sgd(batch_size=1, epochs=6),
        _sgd(batch_size=2, epochs=8, lr=0.25),
        _sgd(batch_size=16, epochs=6),
    ),
    Case(
        "horizon too long",
        Setup(_pairs.replace(schedule=schedules.cosine(4 * 4096))),
        _sgd(batch_size=4, lr=0.5, epochs=8, schedule=schedules.polynomial(3 * 2048)),
        Setup(_pairs.replace(schedule=schedules.cosine(4096))),
    ),
    Case(
        "too many epochs",
        Setup(_sound.replace(epochs=200), data=Dataset(_in_the_dark)),
        Setup(_sound.replace(epochs=60, lr=0.4), data=Dataset(_in_the_dark)),
        Setup(_sound.replace(epochs=10), data=Dataset(_in_the_dark)),
    ),
    Case("noisy labels", _sgd(label_noise=0.4), _sgd(label_noise=0.2, epochs=20), REFERENCE),
    Case(
        "leak",
        Setup(_sound.replace(epochs=30), data=Dataset(copied_then_split)),
        Setup(_sound.replace(batch_size=16, epochs=20), data=Dataset(copied_then_split)),
        Setup(_sound.replace(epochs=30), data=Dataset(split_then_copied)),
    ),
    Case(
        "validation set too small",
        Setup(_sound, data=Dataset(_validated_on_20)),
        Setup(_sound.replace(epochs=20), data=Dataset(_validated_on_30)),
        REFERENCE,
    ),
    Case(
        "evaluated in train mode",
        Setup(_sound, dropout=0.5, eval_mode=False),
        Setup(_sound.replace(batch_size=64, lr=0.3), dropout=0.3, eval_mode=False),
        _with_dropout,
    ),
    Case(
        "not shuffled",
        Setup(_sound, shuffled=False),
        Setup(_sound.replace(lr=0.05, epochs=20), shuffled=False),
        REFERENCE,
    ),
)
