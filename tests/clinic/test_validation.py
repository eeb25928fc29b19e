import numpy as np
import pytest

from everystep.clinic.courses import usable
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.validation import (
    end_of_log,
    ends_near_its_best,
    measures_of_validation,
    score_of_validation,
    validation_curve,
)
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound

TURNED = np.concatenate([FALL[:12], np.linspace(FALL[12], 2, 18)])


def measured(log):
    return measures_of_validation(log, usable(log.curve("train_loss")))


def test_validation_is_read_off_what_was_recorded():
    assert validation_curve(sound()).name == "val_loss 1"
    assert validation_curve(sound(val_loss=None, val_error=FALL)).name == "val_error 1"
    accuracy = validation_curve(sound(val_loss=None))
    assert accuracy.name == "1 − val_accuracy 1"
    assert accuracy.values[-1] == pytest.approx(FALL[-1] / 3)
    score = log_of(train_loss=FALL, val_score=1 - FALL / 4)
    assert validation_curve(score).values[-1] == pytest.approx(FALL[-1] / 4)
    assert validation_curve(log_of(train_loss=FALL)) is None


def test_an_accuracy_goes_before_another_score():
    both = sound(val_score=1 - FALL / 4)
    assert score_of_validation(both).name == "val_accuracy 1"
    assert score_of_validation(sound(val_accuracy=None)) is None


def test_a_score_that_went_on_to_gain_is_seen_beside_a_loss_that_turned():
    gains, stays = np.linspace(0.5, 0.9, 30), np.append(np.linspace(0.5, 0.8, 13), np.full(17, 0.8))
    for accuracy, gained in ((gains, 1), (stays, 0)):
        found = measured(sound(val_loss=TURNED, val_accuracy=accuracy))
        assert found["has_score_that_gained"] == gained


def test_a_loss_that_stays_above_its_lowest_is_measured_by_the_nearest_record_since():
    stays = np.append(FALL[:26], [1.5 * FALL[25], 1.2 * FALL[25], 1.3 * FALL[25], 1.4 * FALL[25]])
    assert measured(sound(val_loss=stays))["val_stays_above"] == pytest.approx(0.2)
    assert measured(sound(val_loss=stays[:28]))["val_stays_above"] == 0  # two are too few
    assert "val_stays_above" not in measured(log_of(train_loss=FALL))


@pytest.mark.parametrize(
    ("name", "values", "is_at_chance"),
    [("val_auc", 0.51, 1), ("val_auc", 0.6, 0), ("val_f1", 0.51, 0)],
)
def test_an_area_of_one_half_is_that_of_guessing(name, values, is_at_chance):
    score = Curve(name, np.full(30, values), epochs=EPOCHS)
    log = RunLog("table", {"val_score": (score,)}, {}, (), "epoch")
    assert measures_of_validation(log, None)["auc_at_chance_or_0"] == is_at_chance


def test_an_error_is_measured_by_its_best_beside_a_loss():
    assert measured(sound(val_error=TURNED))["error_rise_or_0"] > 2
    assert measured(sound(val_error=FALL))["error_rise_or_0"] < 0.05
    assert measured(sound(val_loss=None, val_error=TURNED))["error_rise_or_0"] == 0


def test_small_rises_of_a_loss_that_fell_to_nothing_are_near_its_best():
    low = np.append(2 * 0.7 ** EPOCHS[:28], [0.0004, 0.0004])
    found = measured(sound(train_loss=low, val_loss=low, val_accuracy=None))
    assert found["val_end_over_best"] > 1.5
    assert found["val_from_best"] < 1.01
    risen = measured(sound(val_loss=TURNED, val_accuracy=None))
    assert risen["val_from_best"] > 2


def test_a_high_score_that_stays_is_near_its_best_whatever_the_loss():
    stays = np.append(np.linspace(0.5, 0.99, 10), np.full(20, 0.99))
    assert measured(sound(val_loss=TURNED, val_accuracy=stays))["val_from_best"] == 1
    fell = np.append(stays[:25], np.full(5, 0.97))
    assert measured(sound(val_loss=TURNED, val_accuracy=fell))["val_from_best"] > 1.5


@pytest.mark.parametrize(
    ("values", "gains"),
    [
        (3 - EPOCHS / 15, True),
        (FALL, False),
        (np.array([3.4, 3.1, 2.9, 2.8]), True),
        (np.array([3.4, 2.8, 2.9, 2.7]), False),
        (np.array([0.5, 0.4]), True),
        (TURNED, False),
    ],
)
def test_a_gain_at_the_end_is_one_beyond_noise(values, gains):
    found = measured(sound(val_loss=values, val_accuracy=None))["val_gain_at_end_or_0"]
    assert (found > 0.015) == gains


def test_an_error_that_was_lowest_at_first_tells_by_how_much_it_rose():
    wer = np.array([17.7, 29.6, 31.3, 30.4, 30.6, 28.4])
    assert measured(sound(val_error=wer))["error_rise_from_first_or_0"] == pytest.approx(
        0.718, 0.01
    )
    assert measured(sound(val_error=np.append(wer, 17.0)))["error_rise_from_first_or_0"] == 0


def test_a_score_that_never_moved_has_no_range():
    assert measured(sound(val_accuracy=np.full(30, 0.8136)))["val_score_range_or_1"] == 0
    assert measured(sound(val_accuracy=None))["val_score_range_or_1"] == 1


def test_validation_that_ends_early_reaches_a_part_of_the_run():
    early = sound(val_loss=FALL[:15])
    assert end_of_log(early, early.curve("val_loss")) == 30
    assert measured(early)["val_reaches"] == pytest.approx(0.5)
    assert ends_near_its_best(usable(early.curve("val_loss")))
    assert not ends_near_its_best(None)
