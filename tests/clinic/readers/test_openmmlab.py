import json

from tests.clinic.kinds_of_logs import logs


def test_steps_that_begin_anew_in_each_epoch_are_counted_on(read):
    log = read(logs()["mmcv.log.json"], "20261201.log.json")
    assert log.format == "OpenMMLab JSON lines"
    assert log.facts["steps_per_epoch"] == 130
    assert log.facts["epochs_made"] == 8
    assert log.run == ""
    assert list(log.curve("train_loss").steps[5:7]) == [120, 150]


def test_a_row_of_validation_counts_epochs_where_those_of_training_have_some(read):
    log = read(logs()["scalars.json"], "scalars.json")
    assert len(log.curve("train_loss")) == 8 * 6 + 2 - 2
    assert list(log.curve("val_accuracy").values[:2]) == [0.3, 0.35]
    assert log.curve("val_accuracy").steps[0] == 120


def test_without_epochs_it_counts_updates(read):
    log = read(logs()["iterations.json"], "scalars.json")
    assert list(log.curve("val_accuracy").steps[:2]) == [130, 260]
    assert log.clock == "step"


def test_rates_of_rows_of_validation_are_no_second_schedule(read):
    log = read(logs()["mmcv.log.json"], "20261201.log.json")
    assert len(log.curves["rate"]) == 1
    assert len(log.curve("rate")) == len(log.curve("train_loss"))


def test_a_sweep_of_records_by_others_is_a_table(read):
    rows = '{"iter": 1, "loss": 2}\n{"iter": 2, "loss": 1}\n'
    assert read(rows, "log.jsonl").format == "table"


def test_rows_without_iter_are_of_training_where_they_have_a_rate(read):
    rows = []
    for epoch in range(1, 7):
        row = {"lr": 0.01, "data_time": 0.8, "loss": 1 / epoch, "epoch": epoch, "step": 79 * epoch}
        rows += [row, {"accuracy/top1": 60.0 + epoch, "data_time": 0.4, "step": epoch}]
    log = read("\n".join(map(json.dumps, rows)), "scalars.json")
    assert log.format == "OpenMMLab JSON lines"
    assert log.facts["steps_per_epoch"] == 79
    assert list(log.curve("val_accuracy").values) == [0.61, 0.62, 0.63, 0.64, 0.65, 0.66]
