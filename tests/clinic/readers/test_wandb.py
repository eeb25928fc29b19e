import json

import pytest

from everystep.clinic.run_log import LogError

HISTORY = [
    {"_step": 0, "_runtime": 1.5, "_timestamp": 1.7e9, "train/loss": 2.0, "train/global_step": 10},
    {"_step": 1, "_runtime": 2.5, "_timestamp": 1.7e9, "eval/loss": 2.5, "train/global_step": 10},
    {"_step": 2, "_runtime": 3.5, "_timestamp": 1.7e9, "train/loss": 1.0, "train/global_step": 20},
]
CHART = (
    "Step,bold-sun-1 - loss,bold-sun-1 - loss__MIN,bold-sun-1 - loss__MAX,"
    "calm-sea-2 - loss,calm-sea-2 - loss__MIN,calm-sea-2 - loss__MAX\n"
    "10,2,2,2,4,4,4\n20,1,1,1,3,3,3\n"
)


@pytest.mark.parametrize("content", [HISTORY, "\n".join(map(json.dumps, HISTORY))])
def test_a_history_goes_by_updates_and_not_by_calls_of_log(read, content):
    log = read(content, "history.json")
    assert log.format == "Weights & Biases export"
    assert list(log.curve("train_loss").steps) == [10, 20]
    assert list(log.curve("val_loss").values) == [2.5]


def test_calls_of_log_are_no_updates_where_epochs_are_known(read):
    text = "_step,epoch,loss,val_loss\n0,1,2,2\n1,2,1,1\n"
    log = read(text)
    assert log.clock == "epoch"
    assert any("counts calls of log, not updates" in note for note in log.notes)
    assert read(text, columns={"step": "_step"}).clock == "step"


def test_without_another_clock_calls_are_taken_for_updates_and_it_is_said(read):
    log = read("_step,loss,val_loss\n10,2,2\n20,1,1\n")
    assert list(log.curve("train_loss").steps) == [10, 20]
    assert any("taken for updates" in note for note in log.notes)


def test_a_page_of_runs_is_no_log(read):
    with pytest.raises(LogError, match="Each row seems to be another run: _step"):
        read("_step,epoch,train_loss\n35,25,0.05\n43,29,0.04\n37,27,0.02\n")


def test_of_a_chart_with_several_runs_one_is_read(read):
    log = read(CHART)
    assert list(log.curve("train_loss").values) == [4, 3]
    assert log.run == "run 2 of 2"
    assert any("2 runs" in note and "calm-sea-2" in note for note in log.notes)
    assert list(read(CHART, run=1).curve("train_loss").values) == [2, 1]
    with pytest.raises(LogError, match="no run 3"):
        read(CHART, run=3)
