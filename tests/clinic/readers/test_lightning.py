def metrics(steps_of_an_epoch=120, epochs=3, every=50):
    """Return a metrics.csv: training every ``every`` updates, validation at the ends of epochs."""
    lines = ["epoch,step,train_loss,val_acc,val_loss"]
    for step in range(steps_of_an_epoch * epochs):
        epoch = step // steps_of_an_epoch
        if (step + 1) % every == 0:
            lines.append(f"{epoch},{step},{2 / (step + 1)},,")
        if (step + 1) % steps_of_an_epoch == 0:
            lines.append(f"{epoch},{step},,0.9,{3 / (step + 1)}")
    return "\n".join(lines) + "\n"


def test_rows_of_training_and_validation_become_two_curves(read):
    log = read(metrics())
    assert log.format == "Lightning metrics.csv"
    assert list(log.curve("train_loss").steps) == [50, 100, 150, 200, 250, 300, 350]
    assert list(log.curve("val_loss").steps) == [120, 240, 360]
    assert list(log.curve("val_loss").epochs) == [1, 2, 3]
    assert log.facts == {"steps_made": 360, "epochs_made": 3, "steps_per_epoch": 120}


def test_a_row_for_every_step_is_lightnings_too(read):
    text = "epoch,step,train_loss\n" + "".join(f"{i // 4},{i},{9 - i}\n" for i in range(8))
    log = read(text, "metrics.csv")
    assert log.format == "Lightning metrics.csv"
    assert list(log.curve("train_loss").steps) == list(range(1, 9))


def test_an_epoch_that_was_begun_counts_by_its_part(read):
    log = read(metrics() + "3,371,0.1,,\n")
    assert log.facts["steps_per_epoch"] == 120
    assert log.facts["epochs_made"] == 372 / 120


def test_a_row_of_the_test_at_the_end_is_no_record_of_validation(read):
    names, *rows = metrics().splitlines()
    rows = [f"{names},test_loss", *(f"{row}," for row in rows), "2,359,,,,0.5"]
    log = read("\n".join(rows))
    assert len(log.curve("val_loss")) == 3
    assert list(log.curve("test_loss").values) == [0.5]


def test_validation_alone_is_a_log(read):
    log = read("epoch,step,val_loss\n0,1,2.3\n1,3,2.2\n2,5,2.1\n")
    assert log.format == "Lightning metrics.csv"
    assert log.facts["steps_per_epoch"] == 2
    assert log.facts["steps_made"] == 6


def test_another_programs_steps_are_left_as_they_are(read):
    log = read("epoch,step,loss\n1,100,2.3\n2,200,2.2\n3,300,2.1\n")
    assert log.format == "table"
    assert log.facts["steps_made"] == 300
    assert log.facts["steps_per_epoch"] == 100


def test_rows_after_every_fiftieth_step_are_lightnings(read):
    log = read("train_loss,step,epoch\n2.3,49,0\n2.2,99,1\n")
    assert log.format == "Lightning metrics.csv"
    assert log.facts["steps_made"] == 100
    assert read("train_loss,step,epoch\n2.3,48,0\n2.2,99,1\n").format == "table"


def test_what_is_measured_after_the_training_stands_at_its_end(read):
    """Trainer.test writes the number of updates, where other rows bear that of the last one."""
    names, *rows = metrics().splitlines()
    rows = [f"{names},test_loss", *(f"{row}," for row in rows), "3,360,,,,0.5"]
    log = read("\n".join(rows))
    assert log.facts == {"steps_made": 360, "epochs_made": 3, "steps_per_epoch": 120}
    assert any("after the last update" in note for note in log.notes)


def test_rows_of_single_batches_of_validation_count_no_updates(read):
    rows = "".join(f"{i},,{2 - i / 10},,\n" for i in range(9))
    ends = "".join(f"{12 * e + 11},{e},,{1 / (e + 1)},{2 / (e + 1)}\n" for e in range(3))
    log = read("step,epoch,val_loss_step,train_loss_epoch,val_loss_epoch\n" + rows + ends)
    assert list(log.curve("val_loss").steps) == [12, 24, 36]
    assert log.facts["steps_per_epoch"] == 12
    assert any("9 rows of single batches of validation" in note for note in log.notes)


def test_a_test_at_the_end_is_of_the_last_update_also_in_the_last_epoch(read):
    text = metrics().replace("val_loss", "val_loss,test_loss").replace("\n", ",\n")
    text = text.replace("test_loss,", "test_loss")
    log = read(text + "2,360,,,,0.4\n")
    assert log.facts == {"steps_made": 360, "epochs_made": 3, "steps_per_epoch": 120}
