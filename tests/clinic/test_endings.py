from dataclasses import replace

import numpy as np
import pytest

from everystep.clinic.diagnosis import examine
from everystep.clinic.endings import GOOD, HIGH_AND_NOT_FALLING, SMALL
from everystep.clinic.tree import HIGH_AND_AT_REST, TRUST
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound


def test_a_loss_that_falls_throughout_has_learned_however_little():
    assert examine(log_of(train_loss=500 - 0.3 * EPOCHS)).cause == "too few updates"
    trembling = 500 + np.sin(7.3 * EPOCHS)
    assert examine(log_of(train_loss=trembling)).cause == "nothing learned"


def test_a_training_set_that_is_known_by_heart_leaves_nothing_to_learn():
    falling = {"rate": None, "val_loss": 1.5 - EPOCHS / 40, "val_accuracy": 0.5 + EPOCHS / 100}
    known = {"train_accuracy": np.minimum(1, 0.7 + EPOCHS / 60)}
    assert examine(sound(**falling)).cause == "too few updates"
    assert examine(sound(**falling, **known)).cause != "too few updates"


def test_an_error_that_got_worse_denies_that_the_loss_was_still_learning():
    falling = {"train_loss": 3 - EPOCHS / 20, "val_loss": 3 - EPOCHS / 20, "rate": None}
    turned = np.append(FALL[:12], np.linspace(FALL[12], 2, 18))
    assert examine(sound(**falling, val_accuracy=None)).cause == "too few updates"
    denied = sound(**falling, val_accuracy=None, val_error=turned)
    assert examine(denied).cause != "too few updates"


def test_validation_that_was_lowest_a_while_ago_was_not_still_learning():
    train = 3 - EPOCHS / 20
    late = np.append(train[:26], [1.75, 1.74, 1.73, 1.72])
    still = {"train_loss": train, "val_accuracy": None, "rate": None}
    assert examine(sound(**still, val_loss=train)).cause == "too few updates"
    assert examine(sound(**still, val_loss=late)).cause != "too few updates"


def test_validation_that_never_came_back_to_its_best_is_not_called_healthy():
    above = np.append(FALL[:27], FALL[26] * np.array([1.04, 1.03, 1.03]))
    assert examine(sound(val_loss=FALL)).cause == "healthy"
    assert examine(sound(val_loss=above)).cause != "healthy"


@pytest.mark.parametrize(("gap", "cause"), [(2.0, "healthy"), (3.0, "come to rest")])
def test_with_a_wide_gap_no_run_is_called_healthy(gap, cause):
    val = FALL * np.append(np.linspace(1, gap, 10), np.full(20, gap))
    assert examine(sound(val_loss=val, val_accuracy=None)).cause == cause


def test_a_loss_that_leaped_and_came_back_does_not_end_a_healthy_run():
    leaped = np.append(FALL[:9], [7.0, *FALL[10:]])
    assert examine(sound()).cause == "healthy"
    assert examine(sound(train_loss=leaped)).cause == "leaps"
    assert examine(sound(val_loss=leaped)).cause == "healthy"
    assert examine(sound(val_loss=np.append(FALL[:9], [40.0, *FALL[10:]]))).cause == "cannot tell"


def test_what_falls_by_a_tenth_of_its_level_is_not_at_rest():
    flat = {"rate": np.full(30, 0.1), "val_accuracy": None}
    assert examine(sound(**flat)).cause == "at rest"
    slow = 0.2 + 9 * np.exp(-EPOCHS / 1.5) + 0.1 * (1 - EPOCHS / 30)
    assert examine(sound(train_loss=slow, val_loss=slow + 0.01, **flat)).cause == "cannot tell"


@pytest.mark.parametrize("loss", [FALL + 0.1, np.append(FALL[:15], np.linspace(0.3, 0.9, 15))])
def test_a_small_validation_set_is_told_beside_other_trouble_and_hides_none(loss):
    diagnosis = examine(sound({"n_val": 20.0}, val_loss=loss))
    told = [diagnosis.cause, diagnosis.besides and diagnosis.besides.cause]
    assert "validation set too small" in told
    assert ("overfitting" in told) == (loss[-1] > 0.5)


def test_scores_that_stay_at_0_are_not_healthy():
    assert examine(sound(metric=np.zeros(30))).cause == "cannot tell"


def test_the_chapters_questions_are_changed_in_one_place_each():
    assert SMALL.signs[0] == TRUST.signs[-1]
    signs = HIGH_AND_NOT_FALLING.signs
    assert replace(signs[1], text=HIGH_AND_AT_REST.signs[1].text) == HIGH_AND_AT_REST.signs[1]
    assert set(HIGH_AND_AT_REST.applies) < set(HIGH_AND_NOT_FALLING.applies)
    assert GOOD.applies
