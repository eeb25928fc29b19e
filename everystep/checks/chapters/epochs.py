"""Checks of chapter 2, "How long should training go on?"."""

import copy
import math
from functools import partial

import numpy as np
import torch
from hypothesis import strategies as st

from everystep.checks.judge import Answer, Case
from everystep.checks.probes import one_weight
from everystep.checks.tasks import DecidedChoiceTask, FunctionTask, Mistake, ValueTask
from everystep.core.steps import divide_up

SIZES = st.integers(1, 300)
BATCHES = st.integers(1, 40)
FEW = st.integers(1, 5)


def _count_batches(n_samples: int, batch_size: int) -> int:
    return sum(1 for _ in range(0, n_samples, batch_size))


# The updates of a run that stops early

updates_made = ValueTask(
    name="updates_made",
    value=sum(_count_batches(500, 48) for _ in range(27 + 6)),
    mistakes={
        "patience-forgotten": Mistake(
            27 * 11,
            "The run cannot know that epoch 27 was its best until its patience has run out.",
            variants=(27 * 10,),
        ),
        "longest-stretch": Mistake(
            31 * 11,
            "The stretches before the best epoch are over. How many epochs come after it?",
            variants=(31 * 10,),
        ),
        "never-stopped": Mistake(
            80 * 11, "Those are the updates of all 80 epochs.", variants=(80 * 10,)
        ),
        "one-late": Mistake(
            34 * 11, "You trained one epoch too many. Which epoch is the 6th without improvement?"
        ),
        "one-early": Mistake(
            32 * 11, "You trained one epoch too few. Which epoch is the 6th without improvement?"
        ),
        "rounded-down": Mistake(33 * 10, "Each epoch ends with a short batch, an update too."),
        "not-rounded": Mistake(
            33 * 500 / 48,
            "Every single epoch makes a whole number of updates; round before you multiply.",
            variants=(343, 344),
        ),
        "epochs": Mistake(33, "That is the number of epochs. How many updates are they?"),
    },
)


# The same updates with a larger batch


def _first_that_reaches(updates: int, updates_an_epoch: int) -> int:
    epochs = 0
    while epochs * updates_an_epoch < updates:
        epochs += 1
    return epochs


same_updates = ValueTask(
    name="same_updates",
    value=_first_that_reaches(15 * _count_batches(5_000, 32), _count_batches(5_000, 512)),
    mistakes={
        "same-epochs": Mistake(
            15, "Fifteen epochs of batch 512 make 150 updates. How many did batch 32 make?"
        ),
        "batch-ratio": Mistake(
            240,
            "You multiplied by 512 / 32. That is close, but batches do not divide this dataset "
            "evenly; count the updates of an epoch for both sizes.",
        ),
        "rounded-down": Mistake(
            235, "After that many epochs, some updates are still missing.", variants=(235.5,)
        ),
        "short-batches-lost": Mistake(
            260,
            "You left out a short last batch. Both jobs keep theirs.",
            variants=(261, 262, 234),
        ),
        "upside-down": Mistake(
            1, "A larger batch makes fewer updates in an epoch, so it needs more epochs, not fewer."
        ),
        "updates": Mistake(2355, "That is the number of updates. How many epochs are they?"),
    },
)


# The same updates with another dataset


def _epochs_that_catch_up(
    old_epochs: int, old_samples: int, new_samples: int, batch_size: int
) -> int:
    target = old_epochs * _count_batches(old_samples, batch_size)
    return _first_that_reaches(target, _count_batches(new_samples, batch_size))


epochs_for_same_updates = FunctionTask(
    name="epochs_for_same_updates",
    oracle=_epochs_that_catch_up,
    cases=st.fixed_dictionaries(
        {"old_epochs": FEW, "old_samples": SIZES, "new_samples": SIZES, "batch_size": BATCHES}
    ),
    mistakes={
        "same-epochs": Mistake(
            lambda old_epochs, old_samples, new_samples, batch_size: old_epochs,
            "You keep the epochs. With another number of samples, they make other updates.",
        ),
        "sample-ratio": Mistake(
            lambda old_epochs, old_samples, new_samples, batch_size: divide_up(
                old_epochs * old_samples, new_samples
            ),
            "You compare samples. Updates are whole numbers in each epoch, short batches included.",
        ),
        "rounded-down": Mistake(
            lambda old_epochs, old_samples, new_samples, batch_size: (
                old_epochs
                * divide_up(old_samples, batch_size)
                // divide_up(new_samples, batch_size)
            ),
            "Rounded down, the new run makes fewer updates than the old one.",
        ),
        "upside-down": Mistake(
            lambda old_epochs, old_samples, new_samples, batch_size: divide_up(
                old_epochs * divide_up(new_samples, batch_size), divide_up(old_samples, batch_size)
            ),
            "Old and new are exchanged: more samples need fewer epochs for the same updates.",
        ),
        "short-batches-lost": Mistake(
            lambda old_epochs, old_samples, new_samples, batch_size: divide_up(
                old_epochs * max(1, old_samples // batch_size), max(1, new_samples // batch_size)
            ),
            "You leave out the short last batches, which the loader keeps.",
        ),
    },
)


# Early stopping on a list of losses


def _last_and_best(val_losses: list[int], patience: int) -> tuple[int, int]:
    """Look back from every epoch: stop where the last lowest loss is patience epochs old."""
    for last in range(1, len(val_losses) + 1):
        seen = val_losses[:last]
        best = seen.index(min(seen)) + 1
        if last - best >= patience:
            break
    return last, best


def _stop_wrongly(val_losses, patience, *, ties=False, late=0, previous=False, reset=True):
    best_loss, best, waited = math.inf, 0, 0
    for epoch, loss in enumerate(val_losses, start=1):
        reference = val_losses[epoch - 2] if previous and epoch > 1 else best_loss
        if loss < reference or (ties and loss == reference):
            waited = 0 if reset else waited
            if loss < best_loss or ties:
                best_loss, best = loss, epoch
        else:
            waited += 1
        if waited >= patience + late:
            break
    return epoch, best


def _stop_from(start, first):
    """Begin the lowest loss so far at a finite number."""

    def stop(val_losses, patience):
        best_loss, best, waited = start, first, 0
        for epoch, loss in enumerate(val_losses, start=1):
            waited += 1
            if loss < best_loss:
                best_loss, best, waited = loss, epoch, 0
            if waited >= patience:
                break
        return epoch, best

    return stop


def _best_of_all(val_losses: list[int], patience: int) -> tuple[int, int]:
    return _last_and_best(val_losses, patience)[0], val_losses.index(min(val_losses)) + 1


# Of any size: a loss that is summed over a dataset is no less a loss.
_LOSSES = st.integers(1, 9) | st.integers(10**15 + 1, 10**15 + 9)
# A smaller fall is an improvement as well.
_SMALL_FALLS = ({"val_losses": [0.5, 0.499999, 0.499998, 0.499997], "patience": 1},)


def _with_patience(losses: st.SearchStrategy[list[int]], longest: int) -> st.SearchStrategy[Case]:
    return st.fixed_dictionaries({"val_losses": losses, "patience": st.integers(1, longest)})


stopping_epochs = FunctionTask(
    name="stopping_epochs",
    oracle=_last_and_best,
    cases=_with_patience(st.lists(st.integers(1, 9), min_size=1, max_size=12), 4)
    | _with_patience(st.lists(_LOSSES, min_size=1, max_size=12), 4),
    aimed=_SMALL_FALLS,
    shows=("last epoch", "best epoch"),
    mistakes={
        "ties-improve": Mistake(
            partial(_stop_wrongly, ties=True), "You let an equal loss count as an improvement."
        ),
        "one-late": Mistake(
            partial(_stop_wrongly, late=1),
            "You stop one epoch late. With patience 1, the first epoch without improvement stops.",
        ),
        "one-early": Mistake(
            partial(_stop_wrongly, late=-1),
            "You stop one epoch early. The best epoch itself uses up none of the patience.",
        ),
        "finite-start": Mistake(
            _stop_from(1, 0),
            "Your lowest loss so far begins at a number that a loss can exceed.",
            variants=tuple(
                _stop_from(start, first)
                for start in (0, 10, 100, 999, 1_000, 9_999, 10_000, 10**5, 10**6, 10**9)
                for first in (0, 1)
            ),
        ),
        "never-stops": Mistake(
            lambda val_losses, patience: (
                len(val_losses),
                val_losses.index(min(val_losses)) + 1,
            ),
            "Your run goes on to the end of the list.",
        ),
        "previous-epoch": Mistake(
            partial(_stop_wrongly, previous=True),
            "You compare with the epoch before. An improvement is a loss below the lowest so far.",
        ),
        "never-reset": Mistake(
            partial(_stop_wrongly, reset=False),
            "You count all epochs without improvement. A new lowest loss starts the count afresh.",
        ),
        "sees-the-future": Mistake(
            _best_of_all,
            "Your best epoch can lie after the stop, among losses that the run never saw.",
        ),
        "from-zero": Mistake(
            lambda val_losses, patience: tuple(n - 1 for n in _last_and_best(val_losses, patience)),
            "Epochs are counted from 1 here; yours start at 0.",
        ),
        "best-loss": Mistake(
            lambda val_losses, patience: (
                _last_and_best(val_losses, patience)[0],
                val_losses[_last_and_best(val_losses, patience)[1] - 1],
            ),
            "Your second number is the lowest loss; asked is the epoch that has it.",
        ),
        "exchanged": Mistake(
            lambda val_losses, patience: _last_and_best(val_losses, patience)[::-1],
            "The last epoch comes first, then the best.",
        ),
    },
)


# Repair a loop. The model is one weight that counts its epochs, so that the weight at the
# end tells which epoch was restored.


def _observe_training(answer: Answer, val_losses: list[int], patience: int) -> tuple[float, int]:
    """Return the epoch whose weights the model ends with, and the number of epochs trained."""
    model = one_weight()
    epochs: list[int] = []

    def train_one_epoch(net):
        with torch.no_grad():
            net.weight.add_(1)
        epochs.append(1)

    def validation_loss(net):
        return float(val_losses[len(epochs) - 1])

    answer(model, train_one_epoch, validation_loss, len(val_losses), patience)
    return model.weight.item(), len(epochs)


def _train_wrongly(model, train_one_epoch, validation_loss, max_epochs, patience, *, late, copied):
    best_loss, best_epoch, best_weights = math.inf, 0, None
    for epoch in range(1, max_epochs + 1):
        train_one_epoch(model)
        loss = validation_loss(model)
        if loss < best_loss:
            best_loss, best_epoch, best_weights = loss, epoch, model.state_dict()
            if copied:
                best_weights = copy.deepcopy(best_weights)
        if epoch - best_epoch >= patience + late:
            break
    model.load_state_dict(best_weights)


repaired_training = FunctionTask(
    name="repaired_training",
    oracle=lambda val_losses, patience: _last_and_best(val_losses, patience)[::-1],
    cases=_with_patience(st.lists(st.integers(1, 9), min_size=2, max_size=9), 3)
    | _with_patience(st.lists(_LOSSES, min_size=2, max_size=9), 3),
    observe=_observe_training,
    parameters=("model", "train_one_epoch", "validation_loss", "max_epochs", "patience"),
    aimed=_SMALL_FALLS,
    shows=("restored epoch", "epochs trained"),
    mistakes={
        "as-given": Mistake(partial(_train_wrongly, late=1, copied=False), "", as_given=True),
        "last-weights": Mistake(
            partial(_train_wrongly, late=0, copied=False),
            "It stops in time, but ends with the last weights. Are the best ones put back, and do "
            "they stay what they were while the next epoch changes the model?",
        ),
        "one-late": Mistake(
            partial(_train_wrongly, late=1, copied=True),
            "The best weights come back now, but the loop still trains one epoch too many.",
        ),
    },
)


# How much was memorized


def _count_given_back(answers: list[int], given: list[int], true: list[int]) -> float:
    wrong = [(a, g) for a, g, t in zip(answers, given, true, strict=True) if g != t]
    return sum(a == g for a, g in wrong) / len(wrong)


LABELS = st.integers(0, 3)

share_memorized = FunctionTask(
    name="share_memorized",
    oracle=_count_given_back,
    cases=st.lists(st.tuples(LABELS, LABELS, LABELS), min_size=1, max_size=10)
    .filter(lambda rows: any(given != true for _, given, true in rows))
    .map(
        lambda rows: dict(zip(("answers", "given", "true"), zip(*rows, strict=True), strict=True))
    ),
    observe=lambda answer, **case: answer(*map(np.array, case.values())),
    parameters=("answers", "given", "true"),
    mistakes={
        "of-all": Mistake(
            lambda answers, given, true: ((given != true) & (answers == given)).mean(),
            "You divide by all samples. The question is about those with a wrong label.",
        ),
        "training-accuracy": Mistake(
            lambda answers, given, true: (answers == given).mean(),
            "That is the training accuracy: the samples with a right label count in it too.",
        ),
        "any-error": Mistake(
            lambda answers, given, true: (answers != true)[given != true].mean(),
            "Every answer that is not true counts in yours. Memorized is only the label given.",
        ),
        "percent": Mistake(
            lambda answers, given, true: 100 * (answers == given)[given != true].mean(),
            "A share lies between 0 and 1; yours is a percentage.",
        ),
        "contradicted": Mistake(
            lambda answers, given, true: (answers == true)[given != true].mean(),
            "That is the share answered truly, in spite of the wrong label.",
        ),
    },
)


# Which of four runs needs more epochs

_BATCHES = {"a": 16, "b": 256, "c": 16, "d": 16}
_FOUR_RUNS = {run: 60 * _count_batches(300, size) for run, size in _BATCHES.items()}

needs_more_epochs = DecidedChoiceTask(
    name="needs_more_epochs",
    key="b",
    number=_FOUR_RUNS["b"],
    asked="the number of updates that the run you chose made in its 60 epochs",
    reason="Both of its curves still rise together: it has not learned its training set yet, after "
    "a tenth of the updates of the others.",
    mistakes={
        "overfit": Mistake(
            ("a", _FOUR_RUNS["a"]),
            "Its training accuracy still rises, but what does its validation accuracy do?",
        ),
        "done": Mistake(
            ("c", _FOUR_RUNS["c"]), "Both of its curves have been high and flat for a long time."
        ),
        "stuck": Mistake(
            ("d", _FOUR_RUNS["d"]),
            "Neither of its curves has moved since the start. More of the same will not help.",
        ),
        "epochs": Mistake(60, "That is the number of epochs. How many updates has each?"),
        "rounded-down": Mistake(
            60 * (300 // 16), "Each epoch ends with a short batch, an update too."
        ),
        "not-rounded": Mistake(
            60 * 300 / 16,
            "You divided once, at the end. Each epoch makes a whole number of updates.",
            variants=(60 * 300 / 256, 70, 71),
        ),
    },
)


# Why a longer run ended lower

LOWEST_LOSS = 40  # the epoch of the table with the lowest validation loss

cause = DecidedChoiceTask(
    name="cause",
    key="overfitting",
    number=LOWEST_LOSS,
    asked="the epoch of the table with the lowest validation loss",
    reason="From that epoch on, the training accuracy rises while the validation loss does: the "
    "network learns the wrong labels by heart.",
    mistakes={
        "updates": Mistake(
            ("too few updates", LOWEST_LOSS),
            "The long run made eight times as many updates as the short one.",
        ),
        "rate": Mistake(
            ("rate too high", LOWEST_LOSS),
            "Then the training accuracy would suffer. What does it do to the end?",
        ),
        "noise": Mistake(
            ("noisier gradients", LOWEST_LOSS),
            "Batch and rate are the same in both, so the noise is as well.",
        ),
        "short": Mistake(
            20, "That is where the short run ended. Does the validation loss fall any further?"
        ),
        "end": Mistake(160, "That is the end. Is the validation loss lowest there?"),
        "first": Mistake(10, "The validation loss still falls after that."),
    },
)
