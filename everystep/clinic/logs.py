"""The log of one training: what an engineer has before them when a run disappoints."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from everystep.engine.data import Data, Dataset
from everystep.engine.replicas import batch_order, evaluate
from everystep.engine.runs import Runs


@dataclass(frozen=True, eq=False)
class Log:
    """What was recorded of one training, and three second looks at it.

    It says nothing of the recipe, except what every log shows: the learning rate of each update
    and, by epochs and updates, the batch size.

    Attributes:
        steps: shape ``(K,)``, updates made before each record; the first is 0.
        epochs: shape ``(K,)``, passes over the training set.
        train_loss: shape ``(K,)``, mean cross-entropy in nats over the training set.
        train_accuracy: shape ``(K,)``, fraction from 0 to 1.
        val_loss: shape ``(K,)``, over the validation set.
        val_accuracy: shape ``(K,)``, fraction from 0 to 1.
        batch_loss: shape ``(updates,)``, loss of each batch before its update, in nats.
        lr: shape ``(updates,)``, learning rate of each update.
        n_train: number of training samples.
        n_val: number of validation samples.
        n_classes: number of classes.
        val_loss_again: the final weights' validation loss, evaluated a second time.
        mixing: classes in a batch, over those expected of a random batch; mean of the first epoch.
        duplicates: fraction of the validation samples that are in the training set too.
    """

    steps: np.ndarray
    epochs: np.ndarray
    train_loss: np.ndarray
    train_accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray
    batch_loss: np.ndarray
    lr: np.ndarray
    n_train: int
    n_val: int
    n_classes: int
    val_loss_again: float
    mixing: float
    duplicates: float

    @property
    def updates(self) -> int:
        """Number of updates made."""
        return len(self.lr)

    @property
    def batch_size(self) -> float:
        """Samples processed per update, on average."""
        return float(self.epochs[-1]) * self.n_train / self.updates

    def records(self, rows: int) -> pd.DataFrame:
        """Return some of the records, evenly spaced, with the rate of the update before each.

        Args:
            rows: how many; the first and the last are among them.
        """
        some = np.linspace(0, len(self.steps) - 1, rows).astype(int)
        values = {
            "epochs": self.epochs,
            "training loss": self.train_loss,
            "validation loss": self.val_loss,
            "training accuracy": self.train_accuracy,
            "validation accuracy": self.val_accuracy,
            "rate": self.lr[np.maximum(self.steps - 1, 0)],
        }
        return pd.DataFrame({name: value[some] for name, value in values.items()})

    def first_batches(self) -> pd.DataFrame:
        """Return the losses of the first ten batches, each before its update, and their rates."""
        numbers = range(1, len(self.lr[:10]) + 1)
        values = {"update": numbers, "batch loss": self.batch_loss[:10], "rate": self.lr[:10]}
        return pd.DataFrame(values)

    def facts(self) -> pd.Series:
        """Return what the curves do not show: sizes, counts and the second looks."""
        return pd.Series(
            {
                "training samples": f"{self.n_train:,}",
                "validation samples": f"{self.n_val:,}",
                "updates": f"{self.updates:,}",
                "samples per update": f"{self.batch_size:.0f}",
                "validation loss at the end": f"{self.val_loss[-1]:.4f}",
                "the same, evaluated again": f"{self.val_loss_again:.4f}",
                "classes in a batch, of those expected": f"{self.mixing:.0%}",
                "validation samples found in training": f"{self.duplicates:.0%}",
            },
            name="",
        )


def logs_of(runs: Runs, data: Data | Dataset) -> list[Log]:
    """Return the logs of runs of the replica engine, one a seed.

    Args:
        runs: the runs.
        data: what they were trained and validated on.
    """
    splits = [data.split(seed) for seed in runs.seeds]
    x_val, y_val = (torch.stack([getattr(s, name) for s in splits]) for name in ("x_val", "y_val"))
    again, _ = evaluate(runs.model, runs.weights, x_val, y_val)
    names = ("train_loss", "train_accuracy", "val_loss", "val_accuracy", "batch_loss")
    batches = runs.recipe.epoch_batches(data.n_train)[0]
    return [
        Log(
            steps=runs.steps,
            epochs=runs.epochs,
            lr=runs.lr,
            **{name: getattr(runs, name)[index] for name in names},
            n_train=data.n_train,
            n_val=data.n_val,
            n_classes=data.n_classes,
            val_loss_again=float(again[index]),
            mixing=mixing(split.y_train[next(batch_order(data.n_train, seed))], batches),
            duplicates=duplicates(split),
        )
        for index, (seed, split) in enumerate(zip(runs.seeds, splits, strict=True))
    ]


def mixing(labels: torch.Tensor, batches: Sequence[int]) -> float:
    """Return how well the classes are mixed over batches: about 1 if the order is random.

    A batch of B samples drawn at random from C equally frequent classes holds C · (1 − (1 − 1/C)^B)
    different ones on average.

    Args:
        labels: shape ``(n,)``, the labels in the order in which they are visited.
        batches: sizes of the batches they are cut into; together at most ``n``.

    Returns:
        The mean, over batches, of classes found divided by classes expected.
    """
    n_classes = len(labels.unique())
    parts = labels[: sum(batches)].split(list(batches))
    return float(
        np.mean(
            [
                len(part.unique()) / (n_classes * (1 - (1 - 1 / n_classes) ** len(part)))
                for part in parts
            ]
        )
    )


def duplicates(data: Data) -> float:
    """Return the fraction of validation samples that equal a training sample in every feature."""
    trained_on = {row.tobytes() for row in data.x_train.numpy()}
    return float(np.mean([row.tobytes() in trained_on for row in data.x_val.numpy()]))
