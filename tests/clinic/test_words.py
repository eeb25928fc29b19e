import numpy as np

from everystep.clinic.run_log import Curve
from everystep.clinic.words import epochs, moment, place

VALUES = np.zeros(2)


def test_a_record_stands_at_an_update_or_in_an_epoch():
    by_step = Curve("loss", VALUES, np.array([1250.0, 2500.4]))
    by_epoch = Curve("loss", VALUES, epochs=np.array([0.25, 1200.0]))
    assert [moment(by_step, i) for i in (0, 1)] == ["update 1,250", "update 2,500"]
    assert [moment(by_epoch, i) for i in (0, 1)] == ["epoch 0.25", "epoch 1,200"]
    assert place(by_step, 0) == "1,250"


def test_of_many_epochs_the_part_does_not_count():
    assert epochs(1234.56) == "1,235"
    assert epochs(2.98421) == "2.984"
