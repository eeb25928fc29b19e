import numpy as np

from everystep.clinic.run_log import Curve, RunLog

VALUES = np.array([2.0, np.nan, 1.0])


def test_values_stand_at_steps_else_epochs_else_their_number():
    steps, epochs = np.array([10.0, 20, 30]), np.array([1.0, 2, 3])
    assert list(Curve("loss", VALUES, steps, epochs).x) == [10, 20, 30]
    assert list(Curve("loss", VALUES, None, epochs * 2).x) == [2, 4, 6]
    assert list(Curve("loss", VALUES).x) == [1, 2, 3]


def test_what_is_not_finite_can_be_left_out_with_its_clock():
    finite = Curve("loss", VALUES, np.array([10.0, 20, 30])).finite
    assert list(finite.values) == [2, 1]
    assert list(finite.steps) == [10, 30]
    assert finite.epochs is None


def test_a_log_may_have_any_curve_or_none():
    log = RunLog("table", {"val_loss": (Curve("val_loss", VALUES),)}, {}, (), "epoch")
    assert log.curve("val_loss").name == "val_loss"
    assert log.curve("train_loss") is None
