"""The log of anybody's training: one form for all formats, in which anything may be missing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

# What a curve may hold. A validation error is MSE, perplexity and the like: lower is better. Its
# score is F1, IoU and the like: at most 1, higher is better.
ROLES = (
    "train_loss",
    "val_loss",
    "test_loss",
    "train_accuracy",
    "val_accuracy",
    "train_error",
    "val_error",
    "val_score",
    "rate",
    "metric",
)

# What a log may say beside its curves, or its reader may add.
FACTS = {
    "steps_made": "updates made",
    "steps_planned": "updates that were planned",
    "epochs_made": "passes over the training set",
    "epochs_planned": "passes that were planned",
    "stopped_early": "1 if a rule, such as early stopping, ended the run",
    "steps_per_epoch": "updates of an epoch",
    "batch": "samples that one device passes forward at once",
    "devices": "devices that make every update together",
    "accumulation": "batches whose gradients are added up for one update",
    "samples_per_update": "samples of one update, all devices and batches together",
    "n_train": "training samples",
    "n_val": "validation samples",
    "n_classes": "classes",
    "val_loss_again": "validation loss of the final weights, evaluated a second time",
    "mixing": "classes in a batch, over those expected of a random batch",
    "duplicates": "fraction of the validation samples that are in the training set too",
}


class LogError(ValueError):
    """A log cannot be read; the message is one sentence that says why."""


@dataclass(frozen=True, eq=False)
class Curve:
    """What was recorded of one quantity.

    Attributes:
        name: what the file calls it.
        values: shape ``(K,)``; NaN or infinite only where the file says so.
        steps: shape ``(K,)``, updates made by then, if the log tells.
        epochs: shape ``(K,)``, passes over the training set by then, if the log tells.
        seconds: shape ``(K,)``, time since the start, if the log tells.
    """

    name: str
    values: np.ndarray
    steps: np.ndarray | None = None
    epochs: np.ndarray | None = None
    seconds: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.values)

    @property
    def x(self) -> np.ndarray:
        """Where the values stand: updates if known, else passes, else their number from 1."""
        if self.steps is not None:
            return self.steps
        return np.arange(1.0, len(self) + 1) if self.epochs is None else self.epochs

    @property
    def finite(self) -> "Curve":
        """The curve without values that are NaN or infinite."""
        keep = np.isfinite(self.values)
        return self if keep.all() else self.at(keep)

    def at(self, records: np.ndarray) -> "Curve":
        """Return some of the records, by numbers or truth values."""
        clocks = (self.steps, self.epochs, self.seconds)
        return Curve(
            self.name,
            self.values[records],
            *(None if clock is None else clock[records] for clock in clocks),
        )


@dataclass(frozen=True, eq=False)
class RunLog:
    """What a file tells of one training.

    Attributes:
        format: the format that the file was read as.
        curves: what was recorded, by role; several where a log has several validation sets,
            metrics, or groups of parameters with rates of their own.
        facts: numbers beside the curves, by the names in ``FACTS``.
        notes: what was assumed or left aside in reading, a sentence each.
        clock: what the horizontal axis counts: ``"step"`` or ``"epoch"``.
        run: which of the runs in the file it is, as ``"run 2 of 3"``; "" if the file holds one.
        contradictions: what the file says twice, and differently, a sentence each.
    """

    format: str
    curves: Mapping[str, tuple[Curve, ...]]
    facts: Mapping[str, float]
    notes: tuple[str, ...]
    clock: str
    run: str = ""
    contradictions: tuple[str, ...] = ()

    def curve(self, role: str) -> Curve | None:
        """Return the first curve of a role, or None if the log has none."""
        curves = self.curves.get(role, ())
        return curves[0] if curves else None
