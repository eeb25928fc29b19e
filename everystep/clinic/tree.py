"""From a training log to the cause of its trouble and the knob to turn: a tree of questions.

The thresholds were chosen on base seeds 100 to 105, when the seeds of a base seed shared one split,
with the failures of ``everystep.clinic.failures`` and their variants in view. They belong to tasks
of that size: what is a high training loss depends on the task.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

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
JUMPING = 0.02  # nats per record, with 50 records
STEADY = 0.85  # share of the records
HIGH_LOSS = 0.5  # nats
LOW_LOSS = 0.05  # nats; overfitting at a training loss above it is missed


@dataclass(frozen=True)
class Sign:
    """Something that a log shows, and the cause it points at."""

    text: str
    shows: Callable[[Log], bool]
    cause: str


@dataclass(frozen=True)
class Question:
    """A question to a log, asked if it applies, with the signs that answer it.

    Attributes:
        text: the question.
        applies: whether the signs are worth looking for.
        signs: what to look for, in this order.
        second_run: what tells causes apart that share their signs.
    """

    text: str
    applies: Callable[[Log], bool]
    signs: tuple[Sign, ...]
    second_run: str = ""


def diagnose(log: Log) -> str:
    """Return the cause that a log points at: a key of ``KNOBS``, or ``HEALTHY``.

    It sees the log and nothing else: no recipe, no name.
    """
    for question in TREE:
        if question.applies(log):
            for sign in question.signs:
                if sign.shows(log):
                    return sign.cause
    return HEALTHY


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


def jumps(log: Log) -> float:
    """Return by how much the training loss rises per record, in nats, over the run's second half.

    The mean of max(change, 0): 0 for a loss that only falls, however steeply.
    """
    changes = np.diff(log.train_loss[len(log.train_loss) // 2 :])
    return float(np.maximum(changes, 0).mean())


def share_of_falls(log: Log) -> float:
    """Return how often, in the second half of the run, a record's training loss is below the last.

    1 for a loss that falls all the time, about 0.5 for one that has come to rest and trembles.
    """
    return float((np.diff(log.train_loss[len(log.train_loss) // 2 :]) < 0).mean())


def time_at_low_rate(log: Log) -> float:
    """Return the fraction of the updates whose rate is below a tenth of the peak rate."""
    return float((log.lr < 0.1 * log.lr.max()).mean())


def rise_of_validation(log: Log) -> float:
    """Return the final validation loss divided by the lowest one."""
    return float(log.val_loss[-1] / log.val_loss.min())


def _always(log: Log) -> bool:
    return True


def _broke(log: Log) -> bool:
    values = np.concatenate([log.train_loss, log.val_loss, log.batch_loss])
    return not np.isfinite(values).all() or log.train_loss[-1] > 1.5 * log.train_loss[0]


def _rate_has_not_arrived(log: Log) -> bool:
    return log.lr[0] > log.lr[-1] > log.lr.max() / 3


def _falls_steadily(log: Log) -> bool:
    return share_of_falls(log) > STEADY


TREE = (
    Question(
        "Did the loss break?",
        _always,
        (Sign("not finite, or far above its start", _broke, "diverged"),),
    ),
    Question(
        "Can you trust the log?",
        _always,
        (
            Sign(
                "the same weights, evaluated twice, give two losses",
                lambda log: abs(log.val_loss_again / log.val_loss[-1] - 1) > 1e-4,
                "evaluated in train mode",
            ),
            Sign(
                "a batch holds less than half of the classes that a random batch would",
                lambda log: log.mixing < 0.5,
                "not shuffled",
            ),
            Sign(
                "samples of the validation set are in the training set",
                lambda log: log.duplicates > 0.01,
                "leak",
            ),
            Sign(
                "the 95% interval of the validation accuracy is wider than ± 7 points",
                lambda log: interval_half_width(log.val_accuracy[-1], log.n_val) > WIDEST_INTERVAL,
                "validation set too small",
            ),
        ),
    ),
    Question(
        "Did the loss first rise?",
        lambda log: log.batch_loss[:10].mean() > 1.2 * np.log(log.n_classes),
        (
            Sign(
                "and the first updates have the full rate",
                lambda log: log.lr[0] > 0.5 * log.lr.max(),
                "no warm-up",
            ),
        ),
        "with warm-up. If the loss breaks again after it, the rate is too high.",
    ),
    Question(
        "Did the rate go as planned?",
        _always,
        (
            Sign(
                "below a tenth of its peak for most of the run, and the training loss is high",
                lambda log: time_at_low_rate(log) > 0.5 and log.train_loss[-1] > HIGH_LOSS,
                "decayed too early",
            ),
            Sign(
                "falling, but still above a third of its peak when the run ends",
                _rate_has_not_arrived,
                "horizon too long",
            ),
        ),
    ),
    Question(
        "Does the training loss jump up and down?",
        lambda log: jumps(log) > JUMPING,
        (
            Sign(
                f"a batch holds fewer than {SMALL_BATCH} samples",
                lambda log: log.batch_size < SMALL_BATCH,
                "batch too small",
            ),
            Sign("a batch holds more", _always, "rate too high"),
        ),
        "a batch ten times as large, or the full batch, for as many updates. If the loss comes to "
        "rest, it was noise, which a lower rate takes away as well. If it still jumps, the rate is "
        "beyond what the curvature allows, and only a lower one helps.",
    ),
    Question(
        "Is the training loss high at the end, and still falling?",
        lambda log: log.train_loss[-1] > HIGH_LOSS and _falls_steadily(log),
        (
            Sign(
                f"after fewer than {FEW_EPOCHS} epochs",
                lambda log: log.epochs[-1] < FEW_EPOCHS,
                "too few epochs",
            ),
            Sign(
                f"with fewer than {FEW_UPDATES} updates per epoch",
                lambda log: log.n_train / log.batch_size < FEW_UPDATES,
                "batch too large",
            ),
            Sign("with neither", _always, "rate too low"),
        ),
        "a rate three times higher. If the loss begins to jump, the run was too short. If it falls "
        "as smoothly and faster, there was room: raise the rate, or make the batch smaller.",
    ),
    Question(
        "Is the training loss high at the end, and no longer falling?",
        lambda log: log.train_loss[-1] > HIGH_LOSS,
        (
            Sign(
                "validation accuracy is 3 points or more above training accuracy",
                lambda log: log.val_accuracy[-1] - log.train_accuracy[-1] > 0.03,
                "noisy labels",
            ),
            Sign("it is not", _always, "rate too high"),
        ),
        "a rate ten times lower, for more epochs. If the loss ends far lower, the rate was too "
        "high. If not, look at samples of high loss: their labels may be wrong.",
    ),
    Question(
        "Is the training loss nearly zero?",
        lambda log: log.train_loss[-1] < LOW_LOSS,
        (
            Sign(
                "validation loss has risen by a third since its lowest point",
                lambda log: rise_of_validation(log) > 4 / 3,
                "too many epochs",
            ),
        ),
    ),
)
