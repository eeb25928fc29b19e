"""From a training log to the cause of its trouble and the knob to turn: a tree of questions.

The thresholds were chosen on base seeds 100 to 105, when the seeds of a base seed shared one split,
with the failures of ``everystep.clinic.failures`` and their variants in view. They belong to tasks
of that size: what is a high training loss depends on the task.
"""

import html
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from everystep.clinic.questions import Question, Sign, above, below, walk

if TYPE_CHECKING:  # a log of the course brings PyTorch along, which questions do without
    from everystep.clinic.logs import Log

HEALTHY = "healthy"
# What to turn for each cause. Where several knobs would do, the lab tries the others too.
KNOBS = {
    "diverged": "lower rate",
    "evaluated in train mode": "evaluation",
    "not shuffled": "data",
    "validation set too small": "data",
    "leak": "data",
    "no warm-up": "schedule",
    "horizon too long": "schedule",
    "batch too small": "larger batch",
    "rate too high": "lower rate",
    "noisy labels": "data",
    "decayed too early": "schedule",
    "too few epochs": "more epochs",
    "batch too large": "smaller batch",
    "rate too low": "higher rate",
    "too many epochs": "fewer epochs",
}

FEW_EPOCHS = 5
FEW_UPDATES = 5  # an epoch
SMALL_BATCH = 4
WIDEST_INTERVAL = 0.07  # half of the validation accuracy's 95% interval
# Losses are fractions of that of guessing, which is 2.3 nats for ten classes.
JUMPING = 0.02 / float(np.log(10))  # per record, with 50 records
STEADY = 0.85  # share of the records
HIGH_LOSS = 0.5 / float(np.log(10))
LOW_LOSS = 0.05 / float(np.log(10))  # overfitting at a training loss above it is missed


def diagnose(log: "Log") -> str:
    """Return the cause that a log points at: a key of ``KNOBS``, or ``HEALTHY``.

    It sees the log and nothing else: no recipe, no name.
    """
    sign = walk(TREE, measures_of(log)).sign
    return HEALTHY if sign is None else sign.cause


def tree_as_html() -> str:
    """Return the tree as nested lists, which read well on a narrow screen."""
    items = []
    for question in TREE:
        signs = "".join(
            f"<li>{html.escape(sign.text)} → <strong>{sign.cause}</strong> "
            f"<em>({KNOBS[sign.cause]})</em></li>"
            for sign in question.signs
        )
        second = f"<p>Second run: {html.escape(question.second_run)}</p>"
        items.append(
            f"<li><p><strong>{html.escape(question.text)}</strong></p><ul>{signs}</ul>"
            f"{second if question.second_run else ''}</li>"
        )
    return f'<ol class="diagnosis-tree">{"".join(items)}</ol>'


# What the questions measure


def measures_of(log: "Log") -> Mapping[str, float]:
    """Return what the tree asks of a log, by name."""
    guessing = float(np.log(log.n_classes))
    values = np.concatenate([log.train_loss, log.val_loss, log.batch_loss])
    growth = log.train_loss[-1] / log.train_loss[0] if np.isfinite(values).all() else np.inf
    return {
        "train_growth": float(growth),
        "change_when_evaluated_again": abs(log.val_loss_again / log.val_loss[-1] - 1),
        "mixing": log.mixing,
        "duplicates": log.duplicates,
        "val_accuracy_half_width": interval_half_width(log.val_accuracy[-1], log.n_val),
        "first_loss": float(log.batch_loss[:10].mean()) / guessing,
        "first_rate": float(log.lr[0] / log.lr.max()),
        "time_at_low_rate": time_at_low_rate(log),
        "rate_left": float(log.lr[-1] / log.lr.max()),
        "last_over_first_rate": float(log.lr[-1] / log.lr[0]) if log.lr[0] else np.inf,
        "train_left": float(log.train_loss[-1]) / guessing,
        "jumps": jumps(log) / guessing,
        "share_of_falls": share_of_falls(log),
        "batch_size": log.batch_size,
        "updates_per_epoch": log.n_train / log.batch_size,
        "epochs": float(log.epochs[-1]),
        "accuracy_gained_in_validation": float(log.val_accuracy[-1] - log.train_accuracy[-1]),
        "val_rise": rise_of_validation(log),
    }


def interval_half_width(accuracy: float, n: int) -> float:
    """Return half of the 95% interval of an accuracy measured on ``n`` samples.

    Two successes and two failures are added first, so that it is not 0 for a perfect score
    (Agresti & Coull 1998, "Approximate is better than 'exact'").

    Args:
        accuracy: fraction from 0 to 1.
        n: number of samples.
    """
    p = (accuracy * n + 2) / (n + 4)
    return 1.96 * float(np.sqrt(p * (1 - p) / (n + 4)))


def jumps(log: "Log") -> float:
    """Return by how much the training loss rises per record, in nats, over the run's second half.

    The mean of max(change, 0): 0 for a loss that only falls, however steeply.
    """
    changes = np.diff(log.train_loss[len(log.train_loss) // 2 :])
    return float(np.maximum(changes, 0).mean())


def share_of_falls(log: "Log") -> float:
    """Return how often, in the second half of the run, a record's training loss is below the last.

    1 for a loss that falls all the time, about 0.5 for one that has come to rest and trembles.
    """
    return float((np.diff(log.train_loss[len(log.train_loss) // 2 :]) < 0).mean())


def time_at_low_rate(log: "Log") -> float:
    """Return the fraction of the updates whose rate is below a tenth of the peak rate."""
    return float((log.lr < 0.1 * log.lr.max()).mean())


def rise_of_validation(log: "Log") -> float:
    """Return the final validation loss divided by the lowest one."""
    return float(log.val_loss[-1] / log.val_loss.min())


BROKE = Question(
    "Did the loss break?",
    (
        Sign(
            "not finite, or far above its start",
            "diverged",
            (above("train_growth", 1.5),),
            surely="surely",
        ),
    ),
)
TRUST = Question(
    "Can you trust the log?",
    (
        Sign(
            "the same weights, evaluated twice, give two losses",
            "evaluated in train mode",
            (above("change_when_evaluated_again", 1e-4),),
            surely="surely",
        ),
        Sign(
            "a batch holds less than half of the classes that a random batch would",
            "not shuffled",
            (below("mixing", 0.5),),
            surely="surely",
        ),
        Sign(
            "samples of the validation set are in the training set",
            "leak",
            (above("duplicates", 0.01),),
            surely="surely",
        ),
        Sign(
            "the 95% interval of the validation accuracy is wider than ± 7 points",
            "validation set too small",
            (above("val_accuracy_half_width", WIDEST_INTERVAL),),
            surely="surely",
        ),
    ),
)
START = Question(
    "Did the loss first rise?",
    (
        Sign(
            "and the first updates have the full rate",
            "no warm-up",
            (above("first_rate", 0.5),),
        ),
    ),
    (above("first_loss", 1.2),),
    "with warm-up. If the loss breaks again after it, the rate is too high.",
)
RATE = Question(
    "Did the rate go as planned?",
    (
        Sign(
            "below a tenth of its peak for most of the run, and the training loss is high",
            "decayed too early",
            (above("time_at_low_rate", 0.5), above("train_left", HIGH_LOSS)),
        ),
        Sign(
            "falling, but still above a third of its peak when the run ends",
            "horizon too long",
            (below("last_over_first_rate", 1), above("rate_left", 1 / 3)),
        ),
    ),
)
JUMPS = Question(
    "Does the training loss jump up and down?",
    (
        Sign(
            f"a batch holds fewer than {SMALL_BATCH} samples",
            "batch too small",
            (below("batch_size", SMALL_BATCH),),
        ),
        Sign("a batch holds more", "rate too high"),
    ),
    (above("jumps", JUMPING),),
    "a batch ten times as large, or the full batch, for as many updates. If the loss comes to "
    "rest, it was noise, which a lower rate takes away as well. If it still jumps, the rate is "
    "beyond what the curvature allows: lower it.",
)
HIGH_AND_FALLING = Question(
    "Is the training loss high at the end, and still falling?",
    (
        Sign(
            f"after fewer than {FEW_EPOCHS} epochs",
            "too few epochs",
            (below("epochs", FEW_EPOCHS),),
        ),
        Sign(
            f"with fewer than {FEW_UPDATES} updates per epoch",
            "batch too large",
            (below("updates_per_epoch", FEW_UPDATES),),
        ),
        Sign("with neither", "rate too low"),
    ),
    (above("train_left", HIGH_LOSS), above("share_of_falls", STEADY)),
    "a rate three times higher. If the loss begins to jump, the run was too short. If it falls "
    "as smoothly and faster, there was room: raise the rate, or make the batch smaller.",
)
HIGH_AND_AT_REST = Question(
    "Is the training loss high at the end, and no longer falling?",
    (
        Sign(
            "validation accuracy is 3 points or more above training accuracy",
            "noisy labels",
            (above("accuracy_gained_in_validation", 0.03),),
        ),
        Sign("it is not", "rate too high", surely="perhaps"),
    ),
    (above("train_left", HIGH_LOSS),),
    "a rate ten times lower, for more epochs. If the loss ends far lower, the rate was too "
    "high. If not, look at samples of high loss: their labels may be wrong.",
)
NEARLY_ZERO = Question(
    "Is the training loss nearly zero?",
    (
        Sign(
            "validation loss has risen by a third since its lowest point",
            "too many epochs",
            (above("val_rise", 4 / 3),),
            surely="surely",
        ),
    ),
    (below("train_left", LOW_LOSS),),
)

TREE = (
    BROKE,
    TRUST,
    START,
    RATE,
    JUMPS,
    HIGH_AND_FALLING,
    HIGH_AND_AT_REST,
    NEARLY_ZERO,
)
