import pytest

from everystep.clinic.run_log import LogError


def state(**changes):
    """Return a trainer's state of 3 epochs of 100 updates, written every 50."""
    history = [
        {"step": step, "epoch": round(step / 100, 2), "loss": 3 - step / 150, "learning_rate": 1e-4}
        for step in range(50, 301, 50)
    ]
    for step in (100, 200, 300):
        evaluation = {"eval_loss": 2.0, "eval_runtime": 2.0, "eval_samples_per_second": 250.0}
        history.append({"step": step, "epoch": step / 100, **evaluation})
    history.sort(key=lambda row: row["step"])
    return {
        "epoch": 3.0,
        "global_step": 300,
        "max_steps": 300,
        "num_train_epochs": 3,
        "log_history": history,
    } | changes


SUMMARY = {
    "step": 300,
    "epoch": 3.0,
    "train_loss": 2.2,
    "train_runtime": 120.0,
    "train_samples_per_second": 40.012,
    "train_steps_per_second": 2.5,
}


def test_training_and_evaluation_become_two_curves(read):
    log = read(state())
    assert log.format == "Hugging Face trainer_state.json"
    assert list(log.curve("train_loss").steps) == [50, 100, 150, 200, 250, 300]
    assert list(log.curve("val_loss").steps) == [100, 200, 300]
    assert log.curve("rate").values[0] == 1e-4
    assert log.facts == {
        "steps_made": 300,
        "steps_planned": 300,
        "epochs_made": 3,
        "epochs_planned": 3,
        "n_val": 500,
    }


def test_the_row_of_sums_is_no_record_and_gives_sizes_away(read):
    plain = state()
    log = read(plain | {"log_history": [*plain["log_history"], SUMMARY]})
    assert len(log.curve("train_loss")) == 6
    assert log.facts["samples_per_update"] == 16
    assert log.facts["n_train"] == pytest.approx(1600, abs=1)
    assert any("sums the session up" in note for note in log.notes)


@pytest.mark.parametrize(("epoch", "made"), [(3.0, (300, 3)), (2.7, (250, 2.5))])
def test_the_row_of_sums_tells_where_a_history_alone_ends_if_an_epoch_does(read, epoch, made):
    log = read([*state()["log_history"][:-2], SUMMARY | {"epoch": epoch}])
    assert (log.facts["steps_made"], log.facts["epochs_made"]) == made


def test_a_stream_has_no_epochs(read):
    log = read(state(num_train_epochs=2**63 - 1))
    assert log.curve("train_loss").epochs is None
    assert "epochs_planned" not in log.facts
    assert any("stream" in note for note in log.notes)


def test_evaluation_sets_with_names_stay_apart(read):
    history = [
        {"step": s, "epoch": s / 10, f"eval_{name}_loss": 2.0} for s in (10, 20) for name in "gd"
    ]
    history.append({"step": 20, "epoch": 2.0, "loss": 1.0})
    log = read(state(log_history=history))
    assert [curve.name for curve in log.curves["val_loss"]] == ["eval_g_loss", "eval_d_loss"]


def test_a_run_in_progress_knows_how_far_it_was_meant_to_go(read):
    log = read(state(global_step=250, epoch=2.5))
    assert log.facts["steps_made"] == 250
    assert log.facts["steps_planned"] == 300


def test_nan_as_number_and_as_text_is_kept(read):
    rows = [{"step": s, "epoch": s / 10, "loss": v} for s, v in ((1, 2.0), (2, "nan"))]
    text = str([*rows, {"step": 3, "epoch": 0.3, "loss": float("nan")}])
    log = read(text.replace("'", '"').replace("nan", "NaN"))
    assert [value == value for value in log.curve("train_loss").values] == [True, False, False]


def test_the_history_alone_is_read_too(read):
    log = read(state()["log_history"], "log_history.json")
    assert len(log.curve("val_loss")) == 3


@pytest.mark.parametrize("history", [None, "text", {}, [], [1, 2], [{}]])
def test_a_history_that_is_none_gets_a_sentence(read, history):
    with pytest.raises(LogError):
        read(state(log_history=history))


@pytest.mark.parametrize("value", [None, "many", [], {}, -1, True, 1e400])
def test_lengths_that_are_no_numbers_are_left_out(read, value):
    log = read(state(max_steps=value))
    assert "steps_planned" not in log.facts


def test_a_session_of_which_only_the_sum_was_kept_has_its_counts(read):
    log = read(state(log_history=[SUMMARY | {"train_loss": 0.9, "step": 300, "epoch": 3.0}]))
    assert (log.facts["steps_made"], log.facts["epochs_made"]) == (300, 3)
    assert list(log.curve("train_loss").values) == [0.9]
    assert any("one row only" in note for note in log.notes)


def test_speeds_are_those_of_what_was_planned(read):
    # 3,000 updates at 30 a second and 960 samples a second: 96,000 samples in 30 epochs.
    speeds = {"train_runtime": 100.0, "train_steps_per_second": 30.0}
    speeds |= {"train_samples_per_second": 960.0, "step": 300, "epoch": 3.0}
    planned = {"max_steps": 3000, "num_train_epochs": 30}
    history = state()["log_history"]
    assert read(state(**planned, log_history=[*history, speeds])).facts["n_train"] == 3200
    made = speeds | {"train_steps_per_second": 3.0, "train_samples_per_second": 96.0}
    assert read(state(**planned, log_history=[*history, made])).facts["n_train"] == 3200


@pytest.mark.parametrize(("counter", "stopped"), [(3, True), (2, False)])
def test_a_run_that_early_stopping_ended_is_known(read, counter, stopped):
    early = {
        "args": {"early_stopping_patience": 3},
        "attributes": {"early_stopping_patience_counter": counter},
    }
    log = read(state(stateful_callbacks={"EarlyStoppingCallback": early, "TrainerControl": 7}))
    assert ("stopped_early" in log.facts) == stopped
    assert any("ended the run" in note for note in log.notes) == stopped
    assert "stopped_early" not in read(state(stateful_callbacks=[])).facts


def test_rows_at_the_ends_of_epochs_tell_the_updates_of_one(read):
    rows = [{"step": 5 * e, "epoch": float(e), "loss": 1.0} for e in (1, 2, 3)]
    rows.append({"step": 16, "epoch": 3.2222222, "loss": 1.0})
    log = read(state(log_history=rows, epoch=3.2222222, global_step=16, max_steps=16))
    assert log.facts["steps_per_epoch"] == 5
    assert "steps_per_epoch" not in read(state(log_history=rows[:3], epoch=3.0)).facts
    uneven = [*rows, {"step": 21, "epoch": 4.0, "loss": 1.0}]
    assert "steps_per_epoch" not in read(state(log_history=uneven, epoch=4.0)).facts
