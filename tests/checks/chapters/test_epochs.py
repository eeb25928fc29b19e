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


def early(val_losses, patience):
    best, waited = 0, 1
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best, waited = epoch, 1
        elif epoch:
            waited += 1
        if waited >= patience:
            break
    return epoch + 1, best + 1


def begins_at(start):
    def stop(val_losses, patience):
        best_loss, best_epoch, bad = start, 0, 0
        for epoch, loss in enumerate(val_losses, start=1):
            if loss < best_loss:
                best_loss, best_epoch, bad = loss, epoch, 0
            else:
                bad += 1
            if bad == patience:
                return epoch, best_epoch
        return len(val_losses), best_epoch

    return stop


def to_the_end(val_losses, patience):
    return len(val_losses), int(np.argmin(val_losses)) + 1


def loss_in_place_of_epoch(val_losses, patience):
    last, best = right_stop(val_losses, patience)
    return last, val_losses[best - 1]


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


def in_percent(answers, given, true):
    return 100 * np.mean(answers[given != true] == given[given != true])


def true_in_spite(answers, given, true):
    wrong = given != true
    return np.mean(answers[wrong] == true[wrong])


WRONG_ANSWERS = [
    ("updates_made", "patience-forgotten", 27 * 11),
    ("updates_made", "longest-stretch", (27 + 4) * 11),
    ("updates_made", "never-stopped", 80 * math.ceil(500 / 48)),
    ("updates_made", "one-late", 34 * 11),
    ("updates_made", "one-early", 32 * 11),
    ("updates_made", "rounded-down", 33 * (500 // 48)),
    ("updates_made", "not-rounded", math.ceil(33 * 500 / 48)),
    ("updates_made", "not-rounded", 33 * 500 / 48),
    ("updates_made", "epochs", 27 + 6),
    ("same_updates", "same-epochs", 15),
    ("same_updates", "batch-ratio", 15 * 512 / 32),
    ("same_updates", "rounded-down", 2355 // 10),
    ("same_updates", "short-batches-lost", math.ceil(15 * 156 / 9)),
    ("same_updates", "short-batches-lost", math.ceil(15 * 157 / 9)),
    ("same_updates", "short-batches-lost", math.ceil(15 * 156 / 10)),
    ("same_updates", "upside-down", math.ceil(15 * 32 / 512)),
    ("same_updates", "updates", 15 * 157),
    ("epochs_for_same_updates", "same-epochs", unchanged),
    ("epochs_for_same_updates", "sample-ratio", by_samples),
    ("epochs_for_same_updates", "rounded-down", catch_up_floor),
    ("epochs_for_same_updates", "upside-down", catch_up_reversed),
    ("epochs_for_same_updates", "short-batches-lost", catch_up_full_batches),
    ("stopping_epochs", "ties-improve", ties),
    ("stopping_epochs", "one-late", late),
    ("stopping_epochs", "one-early", early),
    ("stopping_epochs", "finite-start", begins_at(100)),
    ("stopping_epochs", "finite-start", begins_at(1e9)),
    ("stopping_epochs", "never-stops", to_the_end),
    ("stopping_epochs", "best-loss", loss_in_place_of_epoch),
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
    ("share_memorized", "percent", in_percent),
    ("share_memorized", "contradicted", true_in_spite),
    ("needs_more_epochs", "overfit", ("a", 1140)),
    ("needs_more_epochs", "done", ("C", 60 * 19)),
    ("needs_more_epochs", "stuck", ("d", 1140)),
    ("needs_more_epochs", "epochs", ("b", 60)),
    ("needs_more_epochs", "rounded-down", ("a", 60 * 18)),
    ("needs_more_epochs", "not-rounded", ("b", 60 * 300 / 256)),
    ("cause", "updates", ("Too few updates", 40)),
    ("cause", "rate", ("rate too high", 40)),
    ("cause", "noise", ("noisier gradients", 40)),
    ("cause", "short", ("overfitting", 20)),
    ("cause", "end", ("overfitting", 160)),
    ("cause", "first", ("overfitting", 10)),
]


def pops(val_losses, patience):
    best_loss, best, epoch = val_losses[0], 1, 0
    while val_losses:
        loss, epoch = val_losses.pop(0), epoch + 1
        if loss < best_loss:
            best_loss, best = loss, epoch
        if epoch - best == patience:
            break
    return np.array([epoch, best])


def sorts_to_find_the_best(val_losses, patience):
    for last in range(1, len(val_losses) + 1):
        seen = val_losses[:last]
        ranked = sorted(range(last), key=lambda k: seen[k])
        if last - ranked[0] - 1 >= patience:
            break
    return last, ranked[0] + 1


def empties(val_losses, patience):
    val_losses[:] = [1]
    return 1, 1


def sorts_in_place(val_losses, patience):
    val_losses.sort()
    return right_stop(val_losses, patience)


def memorized_in_float32(answers, given, true):
    wrong = given != true
    return np.float32(np.sum(wrong & (answers == given))) / np.float32(wrong.sum())


def keeps_a_model(model, train_one_epoch, validation_loss, max_epochs, patience):
    losses, models = [], []
    while len(losses) < max_epochs:
        train_one_epoch(model)
        losses.append(validation_loss(model))
        models.append(copy.deepcopy(model))
        if len(losses) - 1 - losses.index(min(losses)) >= patience:
            break
    model.load_state_dict(models[losses.index(min(losses))].state_dict())
    return model


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.stopping_epochs, right_stop),
        (check.stopping_epochs, pops),
        (check.stopping_epochs, sorts_to_find_the_best),
        (check.share_memorized, memorized_in_float32),
        (check.repaired_training, training(cloned)),
        (check.repaired_training, keeps_a_model),
        (check.same_updates, 236.0),
        (check.updates_made, np.array([363])),
        (check.cause, [" Overfitting ", np.int64(40)]),
        (check.needs_more_epochs, ("B", 120.0)),
    ],
)
def test_other_right_answers_are_accepted(task, answer):
    assert task(answer).correct


@pytest.mark.parametrize(
    ("task", "answer"),
    [
        (check.stopping_epochs, empties),
        (check.stopping_epochs, sorts_in_place),
        (check.repaired_training, training(deep, restore=False)),
        (check.needs_more_epochs, ("b", 1140)),
        (check.cause, "overfitting"),
    ],
)
def test_other_wrong_answers_are_refused(task, answer):
    assert not task(answer).correct
