"""Plausible wrong answers to the exercises of chapter 2, each with the mistake it shows."""

import copy
import math

import numpy as np
import pytest

from everystep.checks.chapters import epochs as check


def unchanged(old_epochs, old_samples, new_samples, batch_size):
    return old_epochs


def by_samples(old_epochs, old_samples, new_samples, batch_size):
    return -(-old_epochs * old_samples // new_samples)


def catch_up_floor(old_epochs, old_samples, new_samples, batch_size):
    old_updates = old_epochs * math.ceil(old_samples / batch_size)
    return int(old_updates / math.ceil(new_samples / batch_size))


def catch_up_reversed(old_epochs, old_samples, new_samples, batch_size):
    ratio = math.ceil(new_samples / batch_size) / math.ceil(old_samples / batch_size)
    return math.ceil(old_epochs * ratio)


def catch_up_full_batches(old_epochs, old_samples, new_samples, batch_size):
    old_updates = old_epochs * max(old_samples // batch_size, 1)
    return -(-old_updates // max(new_samples // batch_size, 1))


def ties(val_losses, patience):
    best_loss, best_epoch = float("inf"), 0
    for epoch in range(1, len(val_losses) + 1):
        if val_losses[epoch - 1] <= best_loss:
            best_loss, best_epoch = val_losses[epoch - 1], epoch
        if epoch - best_epoch == patience:
            return epoch, best_epoch
    return epoch, best_epoch


def late(val_losses, patience):
    best_loss, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(val_losses, 1):
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
        elif epoch - best_epoch > patience:
            break
    return epoch, best_epoch


def rises_in_a_row(val_losses, patience):
    best, waited = 1, 0
    for epoch in range(2, len(val_losses) + 1):
        if val_losses[epoch - 1] < val_losses[epoch - 2]:
            waited = 0
            if val_losses[epoch - 1] < val_losses[best - 1]:
                best = epoch
        else:
            waited += 1
        if waited == patience:
            return epoch, best
    return len(val_losses), best


def never_reset(val_losses, patience):
    best_loss, best_epoch, bad = math.inf, 0, 0
    for epoch, loss in enumerate(val_losses, start=1):
        if loss < best_loss:
            best_loss, best_epoch = loss, epoch
        else:
            bad += 1
            if bad == patience:
                break
    return epoch, best_epoch


def right_stop(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch + 1, best + 1


def argmin_of_all(val_losses, patience):
    return right_stop(val_losses, patience)[0], int(np.argmin(val_losses)) + 1


def from_zero(val_losses, patience):
    last, best = right_stop(val_losses, patience)
    return last - 1, best - 1


def best_first(val_losses, patience):
    last, best = right_stop(val_losses, patience)
    return best, last


def training(keep, *, late=False, restore=True):
    """Return a loop that keeps the best weights with ``keep``."""

    def loop(model, train_one_epoch, validation_loss, max_epochs, patience):
        best_loss, waited, best_weights = math.inf, 0, None
        for _ in range(max_epochs):
            train_one_epoch(model)
            loss = validation_loss(model)
            waited += 1
            if loss < best_loss:
                best_loss, waited, best_weights = loss, 0, keep(model)
            if waited > patience - (not late):
                break
        if restore:
            model.load_state_dict(best_weights)

    return loop


def by_reference(model):
    return model.state_dict()


def shallow(model):
    return dict(model.state_dict())


def deep(model):
    return copy.deepcopy(model.state_dict())


def cloned(model):
    return {name: weight.clone() for name, weight in model.state_dict().items()}


def over_all(answers, given, true):
    return sum((answers == given) & (given != true)) / len(given)


def accuracy_on_given(answers, given, true):
    return np.mean(answers == given)


def not_true(answers, given, true):
    wrong = given != true
    return np.mean(answers[wrong] != true[wrong])


def true_in_spite(answers, given, true):
    wrong = given != true
    return np.mean(answers[wrong] == true[wrong])


WRONG_ANSWERS = [
    ("updates_made", "patience-forgotten", 31 * 13),
    ("updates_made", "never-stopped", 100 * math.ceil(400 / 32)),
    ("updates_made", "one-late", 40 * 13),
    ("updates_made", "rounded-down", 39 * (400 // 32)),
    ("updates_made", "epochs", 31 + 8),
    ("same_updates", "same-epochs", 12),
    ("same_updates", "batch-ratio", 12 * 256 / 32),
    ("same_updates", "rounded-down", 3756 // 40),
    ("same_updates", "upside-down", math.ceil(12 * 32 / 256)),
    ("same_updates", "updates", 12 * 313),
    ("epochs_for_same_updates", "same-epochs", unchanged),
    ("epochs_for_same_updates", "sample-ratio", by_samples),
    ("epochs_for_same_updates", "rounded-down", catch_up_floor),
    ("epochs_for_same_updates", "upside-down", catch_up_reversed),
    ("epochs_for_same_updates", "short-batches-lost", catch_up_full_batches),
    ("stopping_epochs", "ties-improve", ties),
    ("stopping_epochs", "one-late", late),
    ("stopping_epochs", "previous-epoch", rises_in_a_row),
    ("stopping_epochs", "never-reset", never_reset),
    ("stopping_epochs", "sees-the-future", argmin_of_all),
    ("stopping_epochs", "from-zero", from_zero),
    ("stopping_epochs", "exchanged", best_first),
    ("repaired_training", "as-given", training(by_reference, late=True)),
    ("repaired_training", "last-weights", training(by_reference)),
    ("repaired_training", "last-weights", training(shallow)),
    ("repaired_training", "last-weights", training(deep, restore=False)),
    ("repaired_training", "one-late", training(deep, late=True)),
    ("share_memorized", "of-all", over_all),
    ("share_memorized", "training-accuracy", accuracy_on_given),
    ("share_memorized", "any-error", not_true),
    ("share_memorized", "contradicted", true_in_spite),
    ("needs_more_epochs", "overfit", "a"),
    ("needs_more_epochs", "done", "C"),
    ("needs_more_epochs", "stuck", "d"),
    ("cause", "overfitting", "Overfitting"),
    ("cause", "gap", "generalization gap"),
    ("cause", "noise", "noisier gradients"),
]


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.stopping_epochs, right_stop),
        (check.repaired_training, training(cloned)),
        (check.same_updates, 94.0),
        (check.cause, " Too few updates "),
    ],
)
def test_other_right_answers_are_accepted(task, answer):
    assert task(answer).correct
