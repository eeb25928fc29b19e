"""What each measure needs of a log, and what to record where it is missing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """What a measure needs of a log.

    Attributes:
        holds: what the log would have to hold.
        record: what to record next time.
    """

    holds: str
    record: str


_CLASSES = Need(
    "the loss of a model that guesses, which the number of classes gives",
    "the number of classes, if it tells classes apart (say it now: n_classes)",
)
_RATES = Need("the learning rate at several moments", "the learning rate of every record")
_TRAIN = Need("a training loss", "the training loss")
_BOTH = Need("training and validation side by side", "both losses, at the same moments")
_VAL = Need("validation at several moments", "the validation loss, five times or more")
_FIRST = Need(
    "losses and rates of the first ten updates, one by one",
    "every update of the first hundred, then fewer",
)
# By what is to be recorded, the curves of which a log that has them all need not be told to.
RECORDS = {"the training loss": ("train_loss",), "both losses": ("train_loss", "val_loss")}
# By measure. Those that every log has are left out.
NEEDS = {
    "train_growth": Need("a training loss that begins above 0", "the training loss"),
    "train_regrowth": Need("a training loss that begins above 0", "the training loss"),
    "change_when_evaluated_again": Need(
        "a second evaluation of the same weights",
        "the validation loss of the final weights, evaluated twice (say it now: val_loss_again)",
    ),
    "mixing": Need(
        "how many classes a batch holds",
        "classes in a batch, over those of a random one, in the first epoch (say it now: mixing)",
    ),
    "duplicates": Need(
        "how many validation samples are in the training set too",
        "the share of validation samples found in the training set (say it now: duplicates)",
    ),
    "val_accuracy_half_width": Need(
        "a validation accuracy together with the number of its samples",
        "the validation accuracy and the size of its set (say it now: n_val)",
    ),
    "n_val": Need(
        "the size of the validation set", "the size of the validation set (say it now: n_val)"
    ),
    "val_from_best": _VAL,
    "sets_apart": Need("a validation loss above 0", "the validation loss, five times or more"),
    "first_loss": _FIRST,
    "left_of_first": _FIRST,
    "first_rate": _FIRST,
    "time_at_low_rate": _RATES,
    "fall_at_low_rate": _RATES,
    "rate_left": _RATES,
    "last_over_first_rate": _RATES,
    "planned_share": Need(
        "how many updates or epochs were planned",
        "the planned number of updates (say it now: steps_planned)",
    ),
    "train_left": _CLASSES,
    "jumps": Need(
        "the loss of the whole training set; means over batches hide its jumps or invent some",
        "the loss of the whole training set, or of a fixed thousand of its samples, at each record",
    ),
    "share_of_falls": Need("a training loss at ten moments", "the training loss, more often"),
    "train_kept": _TRAIN,
    "train_fall_since": _BOTH,
    "train_order_since": _BOTH,
    "train_rise_since": _BOTH,
    "batch_size": Need(
        "the samples of an update",
        "batch, devices and accumulation (say it now: batch, devices, accumulation)",
    ),
    "updates_per_epoch": Need("the updates of an epoch", "updates and epochs in every record"),
    "epochs": Need("passes over the training set", "the epoch of every record"),
    "accuracy_gained_in_validation": Need("both accuracies", "both accuracies"),
    "val_over_train": Need("both losses", "both losses"),
    "train_accuracy": Need("a training accuracy", "the training accuracy"),
    "accuracy": Need("an accuracy", "an accuracy, which says how much is left to gain"),
    "val_records": _VAL,
    "val_rise": _VAL,
    "val_rise_over_noise": _VAL,
    "val_rises_in_order": _VAL,
    "val_turn": _VAL,
    "val_lowest_at": _VAL,
    "val_end_over_best": _VAL,
    "val_reaches": _VAL,
    "val_stays_above": _VAL,
    "learned": Need("a loss at several moments", "both losses"),
    "still_falling": Need("a loss at five moments or more", "both losses, more often"),
    "falls_of_its_level": Need("a loss that stays above 0", "both losses"),
    "falls_in_order": Need("a loss at five moments or more", "both losses, more often"),
}
