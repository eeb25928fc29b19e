import numpy as np
import pytest

from everystep.clinic.diagnosis import examine
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound

RNG = np.random.default_rng(8)
NO_RATES = {"rate": None, "val_accuracy": None}
SLOW = 2.5 * 0.95**EPOCHS


def flat(level, n, noise=0.004):
    return level + RNG.normal(0, noise, n)


def test_of_a_loss_that_goes_below_0_no_standstill_is_told():
    rested = 0.2 + 2 * np.exp(-EPOCHS)
    assert examine(log_of(train_loss=rested)).cause == "come to rest"
    assert examine(log_of(train_loss=rested - 0.25)).cause == "cannot tell"


@pytest.mark.parametrize("place", [6, 12, 18])
def test_validation_that_stops_while_training_goes_on_has_stopped_gaining(place):
    val = np.append(np.append(np.linspace(2.4, 0.9, place), 0.885), flat(0.9, 29 - place))
    found = examine(sound(train_loss=SLOW, val_loss=val, **NO_RATES))
    assert (found.cause, found.surely) == ("stopped gaining", "perhaps")


@pytest.mark.parametrize("train", [flat(0.5, 30), np.append(SLOW[:10], flat(SLOW[9], 20, 0.02))])
def test_where_training_stands_still_too_validation_is_not_said_to_have_stopped(train):
    val = np.append(np.linspace(2.4, 0.9, 10), flat(0.9, 20))
    assert examine(sound(train_loss=train, val_loss=val, **NO_RATES)).cause != "stopped gaining"


def test_validation_that_ends_at_its_best_goes_on_to_gain():
    val = np.append(np.append(np.linspace(2.4, 0.9, 10), flat(0.9, 19)), 0.7)
    assert examine(sound(train_loss=SLOW, val_loss=val, **NO_RATES)).cause != "stopped gaining"


@pytest.mark.parametrize("end", [0.3, 1.5, 900.0])
def test_a_run_without_rates_comes_to_rest_at_any_level(end):
    both = end * (1 + 9 * np.exp(-EPOCHS / 2) + RNG.normal(0, 0.003, 30))
    found = examine(sound(train_loss=both, val_loss=both * 1.3, **NO_RATES))
    assert (found.cause, found.surely) == ("come to rest", "")


def test_of_a_rate_that_has_gone_down_rest_says_something_else_than_of_one_that_has_not():
    both = {"train_loss": 1 + FALL, "val_loss": 1 + FALL, "val_accuracy": FALL * 0 + 0.4}
    for rate, cause in ((np.full(30, 0.1), "at rest"), (0.1 * 0.9**EPOCHS, "come to rest")):
        assert examine(sound(**both, rate=rate)).cause == cause


def test_what_climbs_slowly_all_the_time_is_not_at_rest():
    both = np.append(FALL[:8], 0.3 + 0.0004 * EPOCHS[:22])
    assert examine(sound(train_loss=both, val_loss=both, **NO_RATES)).cause != "come to rest"
