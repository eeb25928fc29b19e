import pytest

from everystep.clinic.run_log import LogError


def test_any_table_with_a_clock_is_read_by_its_names(read):
    log = read("iteration;Training Loss;valid loss\n100;2,5;2,6\n200;1,5;2,0\n")
    assert log.format == "table"
    assert list(log.curve("train_loss").values) == [2.5, 1.5]
    assert list(log.curve("val_loss").steps) == [100, 200]
    assert any("told from their names" in note for note in log.notes)


def test_without_a_clock_rows_are_epochs_and_it_is_said(read):
    log = read("train_loss,val_loss\n2,3\n1,2\n")
    assert log.facts == {"epochs_made": 2}
    assert any("each row was read as one" in note for note in log.notes)
    log = read(",train_loss,val_loss\n0,2,3\n1,1,2\n")
    assert log.facts == {"epochs_made": 2}
    assert any("without a name" in note for note in log.notes)


def test_records_of_json_are_read_alike(read):
    log = read([{"epoch": 1, "train_loss": 2.0}, {"epoch": 2, "train_loss": 1.0}], "log.json")
    assert list(log.curve("train_loss").epochs) == [1, 2]


def test_records_below_a_name_are_read_where_nothing_else_could_be_meant(read):
    records = [{"epoch": i, "train_loss": 2.0 / i} for i in (1, 2, 3)]
    log = read({"seed": 3, "history": records, "classes": ["a", "b"]}, "log.json")
    assert list(log.curve("train_loss").epochs) == [1, 2, 3]
    with pytest.raises(LogError, match="no log of a known kind"):
        read({"first": records, "second": records}, "log.json")


def test_records_in_records_are_read_under_both_names(read):
    records = [
        {"epoch": e, "train": {"total": 2.0 / e}, "val": {"total": 3.0 / e, "scores": {"f1": 0.5}}}
        for e in (1, 2, 3)
    ]
    log = read(records, "log.json")
    assert log.curve("train_loss").name == "train total"
    assert list(log.curve("val_loss").values) == [3, 1.5, 1]
    assert log.curve("val_score").name == "val scores f1"
