import numpy as np
import pytest

from everystep.clinic.diagnosis import examine
from everystep.clinic.unfinished import GONE, PLAN
from tests.clinic.made_logs import EPOCHS, log_of, sound

PLANNED = {"epochs_planned": 60.0}
RESTED = 1 + 2 * np.exp(-EPOCHS)
FALLING = 3 - EPOCHS / 20
SOLVED = 2 * np.exp(-EPOCHS / 3)


@pytest.mark.parametrize("losses", [RESTED, RESTED * 50])
def test_a_run_that_had_come_to_rest_is_not_told_to_go_on(losses):
    found = examine(sound(PLANNED, train_loss=losses, val_loss=losses + 0.1))
    assert (found.cause, found.surely) == ("rested before the horizon", "perhaps")
    assert "little" in found.told.knob
    going_on = examine(sound(PLANNED, train_loss=FALLING, val_loss=FALLING))
    assert (going_on.cause, going_on.surely) == ("stopped before the horizon", "surely")


def test_a_run_that_has_hardly_begun_has_not_come_to_rest():
    begun = examine(sound({"epochs_planned": 600.0}, train_loss=RESTED, val_loss=RESTED))
    assert begun.cause == "stopped before the horizon"


def test_where_no_loss_is_left_before_the_end_the_data_is_to_be_looked_at():
    watched = sound(PLANNED, train_loss=SOLVED, val_loss=SOLVED / 10)
    assert examine(watched).cause == "nearly solved"
    assert examine(log_of(PLANNED, train_loss=SOLVED)).cause == "nearly solved"
    high = sound(PLANNED, train_loss=SOLVED, val_loss=SOLVED / 10 + 0.4 - EPOCHS / 100)
    assert examine(high).cause != "nearly solved"
    assert examine(log_of(train_loss=SOLVED)).cause != "nearly solved"


def test_only_what_was_planned_can_be_missed():
    assert {sign.cause for sign in PLAN.signs} >= {"stopped before the horizon", "ended in warm-up"}
    assert [sign.cause for sign in GONE.signs] == ["decayed too early"]
    assert examine(sound()).cause == "healthy"
