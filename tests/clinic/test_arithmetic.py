import numpy as np
import pytest

from everystep.clinic.arithmetic import count
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.schedule import RateSchedule

NO_RATES = RateSchedule("unknown", "updates")
LOSS = Curve("loss", np.array([2.0, 1.0]))
PLAN = {"steps_made": 300, "steps_planned": 300, "epochs_made": 3, "epochs_planned": 3}


def counted(schedule=NO_RATES, **facts):
    return count(RunLog("table", {"train_loss": (LOSS,)}, facts, (), "step"), schedule)


def test_updates_of_an_epoch_follow_from_plan_and_progress():
    assert counted(**PLAN).steps_per_epoch == 100
    assert counted(**PLAN).contradictions == ()
    assert counted(steps_made=250, epochs_made=2.5).steps_per_epoch == 100
    assert counted(steps_planned=300, epochs_planned=3).steps_per_epoch == 100
    assert counted(steps_made=300).steps_per_epoch is None


def test_a_number_of_updates_set_by_hand_is_seen():
    counts = counted(**PLAN | {"steps_made": 1000, "steps_planned": 1000, "epochs_made": 3.333})
    assert counts.steps_per_epoch == 300
    assert "333.3 an epoch" in counts.contradictions[0]
    assert "set by hand" in counts.contradictions[0]


def test_updates_that_were_planned_begin_an_epoch_that_counts_as_planned():
    facts = {"steps_made": 5000, "epochs_made": 38.17, "steps_planned": 5000}
    counts = counted(**facts, epochs_planned=39)
    assert counts.steps_per_epoch == 131
    assert counts.contradictions == ()
    assert counted(**facts, epochs_planned=40).contradictions


def test_what_the_file_says_twice_and_differently_is_among_the_contradictions():
    log = RunLog("table", {"train_loss": (LOSS,)}, {}, (), "step", contradictions=("Twice.",))
    assert count(log, NO_RATES).contradictions == ("Twice.",)


def test_what_is_missing_follows_from_the_rest():
    counts = counted(steps_per_epoch=100, epochs_made=2.5, epochs_planned=4, samples_per_update=32)
    assert (counts.steps_made, counts.steps_planned, counts.n_train) == (250, 400, 3200)
    assert counted(steps_made=250, steps_per_epoch=100).epochs_made == 2.5


@pytest.mark.parametrize(
    ("made", "begun"), [(3.0, 0), (2.5, 0.5), (2.999, 0), (5.0006, 0), (0.2, 0.2)]
)
def test_an_epoch_that_was_begun_and_not_ended(made, begun):
    assert counted(epochs_made=made).begun == pytest.approx(begun)


def test_a_single_update_of_a_new_epoch_counts_as_begun():
    assert counted(steps_per_epoch=1719, steps_made=8596).begun == pytest.approx(1 / 1719)


def test_the_batch_of_an_update_is_that_of_all_devices():
    assert counted(batch=8).samples_per_update == 8
    assert counted(batch=8).at_least
    whole = counted(batch=8, devices=2, accumulation=4)
    assert (whole.samples_per_update, whole.at_least) == (64, False)
    assert counted(batch=8, samples_per_update=32).contradictions == ()
    assert "no multiple" in counted(batch=12, samples_per_update=32).contradictions[0]


def test_samples_and_updates_of_an_epoch_are_compared():
    assert counted(n_train=3190, steps_per_epoch=100, samples_per_update=32).contradictions == ()
    counts = counted(n_train=3190, steps_per_epoch=25, samples_per_update=32)
    assert "100 updates an epoch; the log says 25, 0.25 times" in counts.contradictions[0]


def test_the_end_of_the_schedule_is_compared_with_the_plan():
    to_the_end = RateSchedule("linear", "updates", horizon=301, left=0.01)
    assert counted(to_the_end, **PLAN).contradictions == ()
    too_long = RateSchedule("cosine", "updates", horizon=1200, left=0.85)
    assert "4 times as many" in counted(too_long, **PLAN).contradictions[0]
    in_epochs = RateSchedule("cosine", "epochs", horizon=1200, left=0.85)
    assert counted(in_epochs, **PLAN).contradictions == ()


def test_an_epoch_may_end_within_an_update_where_the_number_was_set_by_hand():
    by_hand = {"steps_made": 500, "steps_planned": 500, "epochs_made": 40, "epochs_planned": 42}
    assert counted(**by_hand).steps_per_epoch == 12.5
    assert counted(**by_hand | {"epochs_made": 38.9}).steps_per_epoch == pytest.approx(500 / 38.9)
    # The rounded part of an epoch is no reason to doubt a whole plan.
    assert counted(**PLAN | {"epochs_made": 2.99}).steps_per_epoch == 100


def test_an_update_of_left_over_batches_is_found():
    facts = {"steps_made": 96, "steps_planned": 96, "epochs_made": 19.2222, "epochs_planned": 24}
    counts = counted(**facts, steps_per_epoch=5)
    assert counts.steps_per_epoch == 5
    assert "left over" in counts.contradictions[0]
    by_hand = counted(**facts | {"epochs_made": 9.6, "epochs_planned": 24}, steps_per_epoch=10)
    assert "set by hand" in by_hand.contradictions[0]


def test_of_updates_that_were_planned_a_part_of_the_last_epoch_was_planned():
    facts = {"steps_made": 270, "epochs_made": 1.6875, "steps_planned": 2000}
    assert counted(**facts, epochs_planned=13, steps_per_epoch=160).epochs_planned == 12.5
    whole = counted(steps_made=270, epochs_made=1.6875, steps_planned=2080, epochs_planned=13)
    assert whole.epochs_planned == 13


def test_a_quotient_of_exact_numbers_that_is_whole_is_believed():
    facts = {"steps_made": 7000, "steps_planned": 7000, "epochs_planned": 28}
    assert counted(**facts, epochs_made=27.7777778).steps_per_epoch == 252
    assert counted(**facts, epochs_made=27.96).steps_per_epoch == 250


def test_a_horizon_is_not_read_off_the_beginning_of_a_fall():
    begun = RateSchedule("linear", "updates", peak=1e-4, left=0.99, horizon=90_000.0)
    facts = {"steps_planned": 24_000, "steps_made": 1500}
    assert counted(begun, **facts).contradictions == ()
    assert counted(begun, **facts | {"steps_made": 23_000}).contradictions
