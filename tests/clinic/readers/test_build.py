import numpy as np
import pytest

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.tables import table_of_rows
from everystep.clinic.run_log import LogError

TABLE = table_of_rows(["step", "loss"], [[100, 2], [200, 1]], [])


def test_a_log_knows_its_clock_and_how_far_it_went():
    log = build("table", TABLE, Options(), [])
    assert log.clock == "step"
    assert log.facts == {"steps_made": 200}
    assert list(log.curve("train_loss").steps) == [100, 200]


def test_what_the_user_says_is_a_fact_and_noted():
    log = build("table", TABLE, Options(facts={"n_classes": 10}), [])
    assert log.facts["n_classes"] == 10
    assert "Classes: 10, as you said." in log.notes


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"facts": {"clases": 10}}, "no fact clases"),
        ({"facts": {"n_classes": -1}}, "n_classes must be a finite number"),
        ({"facts": {"n_classes": float("nan")}}, "n_classes must be a finite number"),
        ({"steps_from": 2}, "steps_from must be 0 or 1"),
    ],
)
def test_wrong_options_name_themselves(wrong, message):
    with pytest.raises(LogError, match=message):
        Options(**wrong)


def test_what_cannot_be_told_from_names_is_asked_for():
    without_clock = TABLE.renamed("step", "when")
    with pytest.raises(LogError, match="--column epoch=NAME; the columns are when, loss"):
        build("table", without_clock, Options(), [])
    log = build("table", without_clock, Options(columns={"step": "when"}), [])
    assert log.facts == {"steps_made": 200}
    with pytest.raises(LogError, match="--column train_loss=NAME"):
        build("table", TABLE.renamed("loss", "x"), Options(), [])
    with pytest.raises(LogError, match="no column lost for step"):
        build("table", TABLE, Options(columns={"step": "lost"}), [])


@pytest.mark.parametrize(
    ("steps", "losses", "kept"),
    [
        ([10, 20, 20], [3, 2, 1], 2),
        ([10, 20, 20, 20], [3, 2, 2, 5], 2),
        ([10, 20, 20], [3, 2, 2], 3),
        ([10, 10, 20, 20], [4, 3, 2, 1], 4),
        ([10, 10], [4, 3], 2),
        ([10, 20, 20], [3, 2, np.inf], 3),
    ],
)
def test_of_two_evaluations_of_the_end_that_differ_the_first_is_kept(steps, losses, kept):
    rows = list(zip(steps, losses, losses, strict=True))
    table = table_of_rows(["step", "val_loss", "train_loss"], rows, [])
    log = build("table", table, Options(), [])
    assert list(log.curve("val_loss").values) == losses[:kept]
    assert len(log.curve("train_loss")) == len(losses)
    assert len(log.contradictions) == (kept < len(losses))
    assert all("val_loss as 2 and" in sentence for sentence in log.contradictions)


def test_rows_with_settings_and_no_clock_are_runs():
    names, rows = ["batch_size", "seed", "test_loss"], [[128, 1, 0.5], [64, 1, 0.4]]
    runs = table_of_rows(names, rows, [])
    with pytest.raises(LogError, match=r"another run: .* batch_size, seed, and none counts"):
        build("table", runs, Options(), [], rows_are_epochs=True)
    one = build("table", runs.without("seed"), Options(), [], rows_are_epochs=True)
    assert one.facts == {"epochs_made": 2}, "one such column may be a batch size that grows"
    by_seed = table_of_rows(["seed", "test_loss"], [[1, 0.5], [2, 0.4]], [])
    with pytest.raises(LogError, match=r"another run: .* seed, and none counts"):
        build("table", by_seed, Options(), [], rows_are_epochs=True)


def test_rows_are_epochs_only_where_the_format_says_so():
    log = build("table", TABLE.without("step"), Options(), [], rows_are_epochs=True)
    assert log.facts == {"epochs_made": 2}
    assert "each row was read as one" in log.notes[0]


def test_a_clock_that_stands_still_is_passed_over(read):
    log = read("num_steps,step_end,loss\n25,25,2\n25,50,1.5\n25,75,1\n")
    assert list(log.curve("train_loss").steps) == [25, 50, 75]


def test_total_steps_that_stand_still_are_a_plan(read):
    log = read("current_steps,total_steps,loss\n10,60,2\n20,60,1.5\n30,60,1\n")
    assert log.facts["steps_planned"] == 60
    assert log.facts["steps_made"] == 30


def test_total_steps_that_go_on_are_a_clock(read):
    log = read("total_steps,loss\n10,2\n20,1.5\n30,1\n")
    assert "steps_planned" not in log.facts
    assert log.facts["steps_made"] == 30


def test_accuracies_of_one_digit_tell_no_number_of_samples(read):
    rows = "".join(f"{i},{1 / i},{1 / i},{i / 10}\n" for i in range(1, 10))
    assert "n_val" not in read(f"epoch,train_loss,val_loss,val_acc\n{rows}").facts


def test_steps_that_are_counted_on_are_not_said_to_count_from_0():
    rows = [[epoch, step, 1.0] for epoch in (1, 2, 3) for step in (7, 15, 23, 31)]
    notes = []
    build("table", table_of_rows(["epoch", "step", "loss"], rows, []), Options(), notes)
    assert any("begins anew in each epoch" in note for note in notes)
    assert not any("counts from 0" in note for note in notes)
