import numpy as np
import pytest

from everystep.clinic.remarks import remarks, stuck_at_0
from tests.clinic.made_logs import FALL, log_of, sound


def test_of_a_sound_log_there_is_nothing_to_remark():
    assert list(remarks(sound())) == []
    assert list(remarks(log_of())) == []


@pytest.mark.parametrize(
    ("said", "changes"),
    [
        ("exactly 0 in 28 of 30 records", {"train_loss": np.array([1.0, 0.5, *[0.0] * 28])}),
        ("goes below 0", {"train_loss": FALL - 1}),
        ("times the validation loss all along", {"train_loss": 600 * FALL, "val_loss": 2 * FALL}),
        ("is 0 in all 30 records", {"val_accuracy": np.zeros(30)}),
        ("leaped to 40 at epoch 3", {"val_loss": np.append(FALL[:2], [40.0, *FALL[3:]])}),
        ("0 in every record: metric 1", {"metric": np.zeros(30)}),
    ],
)
def test_what_is_odd_is_remarked(said, changes):
    assert said in " ".join(remarks(sound(**changes)))


def test_a_training_loss_that_ends_below_validation_is_on_its_scale():
    # From scratch a training loss begins above validation now and then, and ends below.
    both = sound(train_loss=np.append(9 * FALL[:1], FALL[1:]), val_loss=FALL + 0.1)
    assert not any("times the validation loss" in line for line in remarks(both))


def test_scores_that_rise_once_are_not_stuck():
    log = log_of(train_loss=FALL, metric=[np.zeros(30), np.append(np.zeros(29), 0.2)])
    assert [curve.name for curve in stuck_at_0(log)] == ["metric 1"]
