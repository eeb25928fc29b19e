import math

import numpy as np
import pytest

from everystep.clinic.readers.tables import (
    listed,
    number,
    refuse_what_is_too_large,
    table_of_records,
    table_of_rows,
)
from everystep.clinic.run_log import LogError


@pytest.mark.parametrize("cell", ["", " ", "null", "None", "N/A", None, True, [1], {"a": 1}])
def test_cells_without_a_number_are_empty(cell):
    assert number(cell) is None


@pytest.mark.parametrize(
    "cell", ["nan", "NaN", "-nan", "-nan(ind)", "1.#QNAN", "#NUM!", "tensor(nan)", math.nan]
)
def test_nan_is_a_number_however_it_is_written(cell):
    assert math.isnan(number(cell))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0.5", 0.5),
        (" 1e-3 ", 0.001),
        ("Infinity", math.inf),
        ("-inf", -math.inf),
        ("1.#INF", math.inf),
        ("tensor(0.25, device='cuda:0')", 0.25),
        (10**400, math.inf),
        (np.float32(0.5), 0.5),
    ],
)
def test_numbers_are_read_as_programs_write_them(cell, value):
    assert number(cell) == value


def test_text_is_no_number():
    with pytest.raises(ValueError, match="best so far"):
        number("best so far")


def test_columns_of_text_are_left_out_and_named():
    notes = []
    table = table_of_rows(["loss", "stage"], [["1", "warm"], ["0.5", "main"]], notes)
    assert table.names == ["loss"]
    assert "stage" in notes[0]


def test_records_with_names_of_their_own_make_one_table():
    table = table_of_records([{"step": 1, "loss": 2.0}, {"step": 1, "eval_loss": "NaN"}], [])
    assert list(table.present["loss"]) == [True, False]
    assert list(table.present["eval_loss"]) == [False, True]
    assert math.isnan(table.values["eval_loss"][1])


def test_a_name_that_comes_twice_is_kept_twice():
    table = table_of_rows(["loss", "loss"], [[1, 2]], [])
    assert table.names == ["loss", "loss (2)"]


def test_tables_can_lose_rows_and_columns_and_change_names():
    table = table_of_rows(["step", "loss"], [[1, 3], [2, 2], [3, 1]], [])
    assert list(table.rows(np.array([False, True, True])).values["loss"]) == [2, 1]
    assert table.without("step").names == ["loss"]
    assert table.renamed("loss", "train_loss").names == ["step", "train_loss"]
    assert table.n_rows == 3


def test_tables_that_no_log_has_are_refused():
    refuse_what_is_too_large(30, 100_000)
    with pytest.raises(LogError, match="5,000 columns"):
        refuse_what_is_too_large(5000, 1)
    with pytest.raises(LogError, match="more than a log has"):
        table_of_records(({str(i): 1} for i in range(3000)), [])
    with pytest.raises(LogError, match="no records"):
        table_of_records([], [])


def test_many_and_long_names_are_cut():
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdefghi")) == "a, b, c, d, e, f and 3 more"
    assert len(listed(["x" * 500])) < 70


def test_a_column_of_words_may_tell_rows_of_training_from_those_of_validation():
    notes = []
    table = table_of_rows(["epoch", "mode", "loss"], [[1, "train", 2.0], [1, "val", 3.0]], notes)
    assert table.names == ["epoch", "train loss", "val loss"]
    assert table.present["val loss"].tolist() == [False, True]
    assert notes == ["mode says which rows are of training and which of validation."]


def test_percent_signs_are_read_over():
    assert [number(cell) for cell in ("91.257%", " 5 %", "-%", "nan%")][:3] == [91.257, 5.0, None]
    with pytest.raises(ValueError, match="no number"):
        number("half%")
