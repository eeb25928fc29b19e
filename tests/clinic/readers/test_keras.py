import pytest

from everystep.clinic.run_log import LogError

HISTORY = {
    "accuracy": [0.5, 0.7],
    "loss": [2.0, 1.0],
    "val_accuracy": [0.4, 0.6],
    "val_loss": [2, 1],
}


@pytest.mark.parametrize(
    "text",
    [
        "epoch,acc,loss,val_acc,val_loss\n0,0.5,2,0.4,2\n1,0.7,1,0.6,1\n",
        "accuracy,loss,val_accuracy,val_loss\n0.5,2,0.4,2\n0.7,1,0.6,1\n",
        ",loss,accuracy,val_loss,val_accuracy\n0,2,0.5,2,0.4\n1,1,0.7,1,0.6\n",
        HISTORY,
        {"history": HISTORY, "params": {"epochs": 2}},
        {name: {str(i): v for i, v in enumerate(values)} for name, values in HISTORY.items()},
    ],
    ids=["CSVLogger", "without epochs", "pandas", "JSON", "JSON of an object", "JSON of pandas"],
)
def test_every_way_of_writing_a_history_is_read(read, text):
    log = read(text)
    assert log.format == "Keras history"
    assert log.clock == "epoch"
    assert list(log.curve("train_loss").values) == [2, 1]
    assert list(log.curve("val_accuracy").values) == [0.4, 0.6]
    assert list(log.curve("train_accuracy").epochs) == [1, 2]


def test_two_runs_in_one_file_are_told_apart(read):
    text = "epoch,acc,loss\n0,0.5,2\n1,0.6,1\n0,0.5,3\n1,0.7,2\n2,0.8,1\n"
    assert list(read(text).curve("train_loss").values) == [3, 2, 1]
    assert list(read(text, run=1).curve("train_loss").values) == [2, 1]


def test_lists_of_other_lengths_get_a_sentence(read):
    with pytest.raises(LogError, match="one length, and have 1, 2"):
        read({"loss": [1, 2], "val_loss": [1]})
    with pytest.raises(LogError, match="one length"):
        read({"loss": []})


def test_the_learning_rate_is_a_curve(read):
    log = read("epoch,accuracy,learning_rate,loss\n0,0.5,0.0010000000474974513,2\n1,0.6,0.001,1\n")
    assert len(log.curve("rate")) == 2


def test_evaluations_of_xgboost_have_a_list_for_each_part_of_the_data(read):
    log = read({"train": {"logloss": [0.6, 0.5]}, "valid": {"logloss": [0.7, 0.6]}}, "evals.json")
    assert log.format == "JSON of lists"
    assert list(log.curve("train_loss").values) == [0.6, 0.5]
    assert list(log.curve("val_loss").values) == [0.7, 0.6]


def test_what_lies_beside_the_lists_of_a_history_is_left_aside(read):
    log = read(HISTORY | {"best_epoch": 2, "classes": ["cat"], "config": {"lr": 0.1}}, "log.json")
    assert list(log.curve("val_loss").values) == [2, 1]
    assert "Beside the lists, and not used here: best_epoch, classes, config." in log.notes


def test_a_history_that_is_a_part_of_a_report_is_found(read):
    report = {"model": {"widths": [8, 9]}, "run": HISTORY | {"n": 2}, "test": {"mae": [1, 2]}}
    assert list(read(report, "report.json").curve("val_loss").values) == [2, 1]
    two = report | {"again": HISTORY}
    with pytest.raises(LogError):
        read(two, "report.json")


def test_lists_of_another_length_are_left_aside_if_most_agree(read):
    log = read(HISTORY | {"val_loss": [3, 2], "per_class": [0.1, 0.2, 0.3]}, "log.json")
    assert any("another length, and not used here: per_class" in note for note in log.notes)
