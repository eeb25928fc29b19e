import pytest

from everystep.clinic.readers.phases import apart

NAMES = ["epoch", "Split", "loss"]


def test_rows_of_training_and_validation_get_columns_of_their_own():
    rows = [["1", "train", "2.0"], ["1", "Valid", "2.5"], ["2", "train", "1.0"]]
    names, found, phase = apart(NAMES, rows)
    assert names == ["epoch", "train loss", "valid loss"]
    assert found == [["1", "2.0", ""], ["1", "", "2.5"], ["2", "1.0", ""]]
    assert phase == "Split"


@pytest.mark.parametrize(
    "phases", [["train", "train"], ["val", "test"], ["train", "stage 2"], [1, 2], [None, "train"]]
)
def test_words_that_tell_no_training_from_validation_leave_a_table_as_it_is(phases):
    assert apart(NAMES, [[1, phase, 2.0] for phase in phases]) is None


def test_a_table_without_such_a_column_stays_as_it_is():
    assert apart(["epoch", "loss"], [[1, 2.0], [2, 1.0]]) is None
