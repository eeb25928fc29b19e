import numpy as np
import pytest

from everystep.clinic.arithmetic import count
from everystep.clinic.diagnosis import examine
from everystep.clinic.measures import measures_of_run
from everystep.clinic.needs import NEEDS
from everystep.clinic.run_tree import RUN_TREE
from everystep.clinic.schedule import recognize
from everystep.clinic.tree import TREE
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound

NOISE = np.random.default_rng(3).normal(0, 0.02, 30)
TURNED = np.concatenate([FALL[:12], np.linspace(FALL[12], 2, 18)]) + NOISE
BACK_UP = np.concatenate([FALL[:15], np.full(15, 1.8)])
CONSTANT = np.full(30, 0.1)
RUSHED = np.where(EPOCHS < 4, 0.1, 0.001)
STUCK = np.concatenate([FALL[:4], np.full(26, FALL[4])])

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
    "stopped before the horizon": sound({"epochs_planned": 60.0}),
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
    places = [RUN_TREE.index(question) for question in TREE]
    assert places == sorted(places)


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
