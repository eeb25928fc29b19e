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
