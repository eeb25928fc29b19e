"""The results of training: the runs of one recipe, and of many."""

import collections
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import nn

from everystep.core.recipe import Recipe
from everystep.engine.models import Model
from everystep.engine.replicas import Finished, Settings


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
        seconds: shape ``(seeds, K)``, a seed's share of the processor time its stack spent on
            updates, evaluation left out.
        train_loss: shape ``(seeds, K)``, mean cross-entropy in nats over the training set, with
            the labels used for training.
        train_accuracy: shape ``(seeds, K)``, fraction from 0 to 1, with the same labels.
        val_loss: shape ``(seeds, K)``, over the validation set.
        val_accuracy: shape ``(seeds, K)``, fraction from 0 to 1. What the call's ``measure`` leaves
            out is NaN in these four.
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


@dataclass(frozen=True, eq=False)
class Sweep:
    """The runs of several recipes, in the order of the recipes.

    Attributes:
        runs: one ``Runs`` a recipe.
        unfinished: the recipes that an interruption left out.
    """

    runs: tuple[Runs, ...]
    unfinished: tuple[Recipe, ...] = ()

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[Runs]:
        return iter(self.runs)

    def __getitem__(self, key: int | Recipe) -> Runs:
        """Return the runs at a position, or of a recipe."""
        if isinstance(key, Recipe):
            found = [runs for runs in self.runs if runs.recipe == key]
            if not found:
                raise KeyError(f"no finished runs of {key}")
            return found[0]
        return self.runs[key]

    def table(self) -> pd.DataFrame:
        """Return a tidy table: one row for each recipe, seed and record."""
        return pd.concat([runs.table() for runs in self.runs], ignore_index=True)

    def final(self) -> pd.DataFrame:
        """Return the last record alone: one row for each recipe and seed."""
        ends = [runs.table().groupby("seed", sort=False).tail(1) for runs in self.runs]
        return pd.concat(ends, ignore_index=True)


def by_recipe(
    stacks: Iterable[Sequence[Finished]], seeds: Sequence[int], settings: Settings
) -> Iterator[Runs]:
    """Yield each recipe's runs as soon as the last of its seeds is finished.

    Args:
        stacks: finished replicas, as they come.
        seeds: the seeds, in the order of the runs that are returned.
        settings: what all replicas have in common.
    """
    finished: dict[Recipe, dict[int, Finished]] = collections.defaultdict(dict)
    for stack in stacks:
        for replica in stack:
            done = finished[replica.job.recipe]
            done[replica.job.seed] = replica
            if len(done) == len(seeds):
                yield _collect([done[seed] for seed in seeds], settings)


def _collect(replicas: Sequence[Finished], settings: Settings) -> Runs:
    """Return the runs of one recipe, whose replicas are finished."""
    recipe = replicas[0].job.recipe
    moments = zip(*(replica.checkpoints for replica in replicas), strict=True)
    checkpoints = tuple(
        tuple(torch.from_numpy(np.stack(stack)) for stack in zip(*moment, strict=True))
        for moment in moments
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
