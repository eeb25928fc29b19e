import numpy as np
import pytest

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.tables import table_of_rows


@pytest.mark.parametrize(
    ("accuracies", "size"),
    [
        (np.arange(8, 19) / 20, 20),
        (np.arange(8, 19).astype(np.float32) / np.float32(20), 20),
        (np.array([7, 11, 13, 17, 19, 23, 25, 29]) / 30, 30),
        (np.array([13, 14, 15]) / 16, 16),  # of four digits, three are enough
        (np.array([5, 7]) / 8, 8),
        (np.arange(8, 12) / 20, None),
        (np.array([0.8125, 0.9]), None),
        (np.array([34, 40, 48]) / 51, 51),
        (np.array([0.95455, 0.97727, 0.93182]), 44),  # with five decimals
        (np.array([0.955, 0.977]), None),  # two of three decimals are of other sizes as well
        (np.arange(41, 91) / 100, None),
        (np.linspace(0.41, 0.93, 11), None),
        (np.array([799, 805, 811, 814, 815, 817]) / 818, 818),
        (np.array([799, 805]) / 818, None),  # too few of so many
    ],
)
def test_a_small_validation_set_gives_its_size_away(accuracies, size):
    rows = [[step, accuracy] for step, accuracy in enumerate(accuracies, 1)]
    notes = []
    log = build("table", table_of_rows(["step", "val_acc"], rows, []), Options(), notes)
    assert log.facts.get("n_val") == size
    assert any("multiples of 1/" in note for note in notes) == (size is not None)


def test_a_second_evaluation_at_the_end_is_kept_where_it_is_the_same():
    def facts(losses):
        rows = [[step, loss] for step, loss in zip([10, 20, 30, 30], losses, strict=True)]
        table = table_of_rows(["step", "val_loss"], rows, [])
        return build("table", table, Options(), []).facts

    assert facts([3.0, 2.0, 1.5, 1.5])["val_loss_again"] == 1.5
    assert "val_loss_again" not in facts([3.0, 2.0, 1.5, 1.4])


def test_a_size_that_is_known_is_not_read_off():
    rows = [[step, accuracy] for step, accuracy in enumerate(np.arange(8, 19) / 20, 1)]
    table, notes = table_of_rows(["step", "val_acc"], rows, []), []
    assert build("table", table, Options(facts={"n_val": 40}), notes).facts["n_val"] == 40
    assert not any("multiples" in note for note in notes)
