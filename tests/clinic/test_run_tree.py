from dataclasses import replace

import numpy as np
import pytest

from everystep.clinic.arithmetic import count
from everystep.clinic.diagnosis import examine
from everystep.clinic.measures import measures_of_run
from everystep.clinic.needs import NEEDS
from everystep.clinic.run_tree import RUN_TREE
from everystep.clinic.schedule import recognize
from everystep.clinic.tree import (
    HIGH_AND_AT_REST,
    HIGH_AND_FALLING,
    NEARLY_ZERO,
    START,
    TREE,
    TRUST,
)
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound

NOISE = np.random.default_rng(3).normal(0, 0.02, 30)
TURNED = np.concatenate([FALL[:12], np.linspace(FALL[12], 2, 18)]) + NOISE
BACK_UP = np.concatenate([FALL[:15], np.full(15, 1.8)])
CONSTANT = np.full(30, 0.1)
RUSHED = np.where(EPOCHS < 4, 0.1, 0.001)
STUCK = np.concatenate([FALL[:4], np.full(26, FALL[4])])

RESTED, SOLVED = 1 + 2 * np.exp(-EPOCHS), 2 * np.exp(-EPOCHS / 3)

DRAWN = {
    "healthy": sound(),
    "cannot tell": log_of(train_loss=FALL[:3]),
    "diverged": sound(train_loss=np.append(FALL[:20], np.full(5, np.nan))),
    "unstable": sound(train_loss=BACK_UP, val_loss=BACK_UP),
    "evaluated in train mode": sound({"val_loss_again": 0.9}),
    "not shuffled": sound({"mixing": 0.2}),
    "leak": sound({"duplicates": 0.2}),
    "validation set too small": sound({"n_val": 20.0}),
    "validation sets differ": sound(val_loss=[FALL, FALL + 2]),
    "overfitting": sound(val_loss=TURNED),
    "stopped before the horizon": sound({"epochs_planned": 60.0}, train_loss=3 - EPOCHS / 20),
    "rested before the horizon": sound(
        {"epochs_planned": 60.0}, val_loss=RESTED, train_loss=RESTED
    ),
    "nearly solved": sound({"epochs_planned": 60.0}, train_loss=SOLVED, val_loss=SOLVED / 10),
    "horizon too long": sound(rate=0.1 * (1 - EPOCHS / 90)),
    "decayed too early": sound(train_loss=STUCK, val_loss=STUCK, val_accuracy=None, rate=RUSHED),
    "too few updates": sound(train_loss=3 - EPOCHS / 20, val_loss=3 - EPOCHS / 20, rate=CONSTANT),
    "nothing learned": sound(train_loss=2.3 + NOISE / 9, val_loss=2.3 + NOISE / 9, rate=CONSTANT),
    "at rest": sound(train_loss=1 + FALL, val_loss=1 + FALL, val_accuracy=None, rate=CONSTANT),
}


@pytest.mark.parametrize("cause", DRAWN)
def test_a_log_drawn_by_hand_gets_its_cause(cause):
    assert examine(DRAWN[cause]).cause == cause


def test_classes_make_the_questions_of_the_chapter_answerable():
    flat = np.full(30, 1.6) + NOISE
    facts = {"n_classes": 10.0}
    curves = {"val_loss": flat - 0.2, "train_accuracy": np.full(30, 0.4), "rate": CONSTANT}
    log = sound(facts, train_loss=flat + np.append([1], np.zeros(29)), **curves)
    assert examine(log).cause == "noisy labels"
    assert examine(sound(train_loss=flat, **curves)).cause != "noisy labels"


FEW = {
    "train_loss": np.array([0.386, 0.227, 0.113]),
    "val_loss": np.array([0.318, 0.32, 0.443]),
    "val_accuracy": None,
    "rate": None,
}


def test_overfitting_in_three_epochs_is_a_hint():
    found = examine(sound({"epochs_made": 3.0}, **FEW))
    assert (found.cause, found.surely) == ("overfitting", "perhaps")
    assert "too few to tell the noise" in found.answer.sign.text
    kept = examine(sound(**FEW | {"train_loss": np.array([0.386, 0.36, 0.35])}))
    assert kept.cause != "overfitting", "the training loss hardly fell"


def test_a_run_is_not_healthy_by_validation_that_ends_early():
    val = {"val_loss": FALL[:18] + 0.1, "val_accuracy": None}
    assert examine(sound(**val)).cause == "cannot tell"
    assert examine(sound(**val | {"val_loss": FALL[:27] + 0.1})).cause == "healthy"


def test_of_few_validation_records_health_is_a_hint():
    few = {"val_loss": FALL[[9, 19, 29]], "val_accuracy": None}
    log = sound(**few)
    spread = log.curves["val_loss"][0]
    log.curves["val_loss"] = (replace(spread, epochs=EPOCHS[[9, 19, 29]]),)
    assert (examine(log).cause, examine(log).surely) == ("healthy", "perhaps")


@pytest.mark.parametrize(
    ("accuracy", "cause"),
    [(0.9952 + NOISE / 100, "cannot tell"), (np.linspace(0.5, 0.96, 30), "healthy")],
)
def test_an_accuracy_that_was_high_from_the_start_is_no_sign_of_health(accuracy, cause):
    assert examine(sound(val_accuracy=accuracy, rate=None)).cause == cause


def test_a_small_gain_in_few_records_is_not_nothing():
    few = {"train_loss": np.array([3.34, 3.32, 3.30]), "val_loss": None, "val_accuracy": None}
    assert examine(sound(**few, rate=None)).cause == "cannot tell"
    none = few | {"train_loss": np.array([3.34, 3.35, 3.34])}
    assert examine(sound(**none, rate=None)).cause == "nothing learned"


def test_a_single_lower_rate_is_no_schedule_that_was_cut_off():
    short = {"train_loss": FALL[:3], "val_loss": FALL[:3], "val_accuracy": None}
    assert examine(sound(**short, rate=np.array([0.7, 1.0, 0.8]))).cause == "cannot tell"


def test_without_rates_nothing_is_said_of_them():
    falling = {"train_loss": 3 - EPOCHS / 20, "val_loss": 3 - EPOCHS / 20}
    told, untold = (examine(sound(**falling, rate=rate)) for rate in (CONSTANT, None))
    assert told.cause == untold.cause == "too few updates"
    assert told.answer.sign.text.endswith("the rate was not yet low")
    assert untold.answer.sign.text.endswith("the log does not tell how the rate went")
    assert (told.surely, untold.surely) == ("probably", "perhaps")


def test_a_rate_that_the_log_does_not_tell_is_not_taken_for_one_that_stayed_high():
    unasked = examine(sound(rate=None, val_accuracy=None)).answer.unasked
    assert "healthy" in {one.sign.cause for one in unasked if "rate_left" in one.missing}


def test_overfitting_comes_before_a_run_that_was_stopped_for_it():
    assert examine(sound({"epochs_planned": 60.0}, val_loss=TURNED)).cause == "overfitting"


def test_the_tree_holds_the_chapters_questions_in_their_order():
    asked = [tuple(sign.cause for sign in question.signs) for question in RUN_TREE]

    def place(question):
        causes = tuple(sign.cause for sign in question.signs)
        # The last of what TRUST asks is asked by itself.
        return asked.index(causes[:-1] if question is TRUST else causes)

    places = [place(question) for question in TREE]
    assert places == sorted(places)
    changed = [question for question in TREE if question not in RUN_TREE]
    assert changed == [TRUST, START, HIGH_AND_FALLING, HIGH_AND_AT_REST, NEARLY_ZERO]
    for question in changed[1:]:
        ours = RUN_TREE[place(question)]
        assert set(question.applies) <= set(ours.applies)
        shows = zip(question.signs, ours.signs, strict=True)
        assert all(sign.shows == one.shows for sign, one in shows)
    # How large the validation set is limits what can be said, and hides no other trouble.
    small = next(question for question in RUN_TREE if TRUST.signs[-1] in question.signs)
    assert RUN_TREE.index(small) > max(places)


def test_every_measure_says_what_it_needs_or_is_always_there():
    asked = {
        condition.measure
        for question in RUN_TREE
        for sign in question.signs
        for condition in (*question.applies, *sign.shows)
    }
    nothing = log_of({"epochs_made": 0.0})
    schedule = recognize(())
    always = set(measures_of_run(nothing, count(nothing, schedule), schedule))
    assert asked <= set(NEEDS) | always
    assert set(NEEDS) <= asked
    assert not always & set(NEEDS)
