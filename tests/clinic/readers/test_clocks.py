import numpy as np
import pytest

from everystep.clinic.readers.clocks import (
    clocks_of,
    count_through,
    counted_from_0,
    ends_of_epochs,
    filled,
    one_run,
    seconds_of,
)
from everystep.clinic.readers.tables import table_of_rows
from everystep.clinic.run_log import LogError

AS_WRITTEN = {"epochs_are_passes": False, "steps_from": 1, "epochs_from": None}


def table_of(**columns):
    return table_of_rows(list(columns), list(zip(*columns.values(), strict=True)), [])


def test_empty_cells_of_a_clock_take_the_time_above():
    present = np.array([False, True, False, True])
    assert list(filled(np.array([0.0, 5, 0, 9]), present)) == [5, 5, 5, 9]
    with pytest.raises(LogError, match="no number"):
        filled(np.zeros(2), np.zeros(2, bool))


def test_of_several_runs_the_last_is_taken_or_the_one_that_is_asked_for():
    table, notes = table_of(epoch=[0, 1, 2, 0, 1], loss=[5, 4, 3, 2, 1]), []
    run, which = one_run(table, "epoch", None, notes)
    assert list(run.values["loss"]) == [2, 1]
    assert which == "run 2 of 2"
    assert "2 runs" in notes[0]
    run, which = one_run(table, "epoch", 1, [])
    assert list(run.values["loss"]) == [5, 4, 3]
    assert which == "run 1 of 2"
    with pytest.raises(LogError, match="no run 3"):
        one_run(table, "epoch", 3, [])


def test_a_resumed_run_keeps_the_later_of_rows_made_twice():
    table, notes = table_of(step=[10, 20, 30, 40, 30, 40, 50], loss=[7, 6, 5, 4, 3, 2, 1]), []
    run, which = one_run(table, "step", None, notes)
    assert list(run.values["step"]) == [10, 20, 30, 30, 40, 50] or list(run.values["loss"]) == [
        7, 6, 3, 2, 1,
    ]  # fmt: skip
    assert "resumed" in notes[0]
    assert which == ""


def test_rows_in_no_order_are_sorted():
    steps = np.random.default_rng(0).permutation(200)
    notes = []
    run, _ = one_run(table_of(step=steps, loss=steps), "step", None, notes)
    assert (np.diff(run.values["loss"]) > 0).all()
    assert "sorted" in notes[0]


def test_epochs_from_0_are_told_by_the_first_row_unless_someone_knows():
    notes = []
    clocks = clocks_of(table_of(epoch=[0, 1, 2]), None, "epoch", **AS_WRITTEN, notes=notes)
    assert list(clocks.epochs) == [1, 2, 3]
    assert "from 0" in notes[0]
    known = AS_WRITTEN | {"epochs_from": 1}
    clocks = clocks_of(table_of(epoch=[0, 1, 2]), None, "epoch", **known, notes=[])
    assert list(clocks.epochs) == [0, 1, 2]


def test_epochs_that_stand_far_apart_begin_before_the_training():
    notes = []
    apart = table_of(epoch=[0, 250, 500])
    clocks = clocks_of(apart, None, "epoch", **AS_WRITTEN, notes=notes)
    assert list(clocks.epochs) == [0, 250, 500]
    assert notes[0] == "Rows are 250 epochs apart, and epoch 0 was read as before the training."
    assert notes[1].startswith("If epoch counts updates, say so")
    notes.clear()
    clocks_of(table_of(epoch=[0, 5, 10]), None, "epoch", **AS_WRITTEN, notes=notes)
    assert len(notes) == 1


def test_steps_from_0_are_one_less_than_the_updates():
    known = AS_WRITTEN | {"steps_from": 0}
    clocks = clocks_of(table_of(step=[9, 19]), "step", None, **known, notes=[])
    assert list(clocks.steps) == [10, 20]


def test_updates_of_an_epoch_follow_from_both_clocks():
    steps = [50, 100, 120, 150, 200, 240, 250]
    epochs = [0, 0, 0, 1, 1, 1, 2]
    notes = []
    clocks = clocks_of(
        table_of(step=steps, epoch=epochs), "step", "epoch", **AS_WRITTEN, notes=notes
    )
    assert clocks.steps_per_epoch == 120
    assert clocks.epochs[-1] == pytest.approx(250 / 120)
    assert "120 updates" in notes[0]


def test_updates_of_an_epoch_stay_open_where_the_clocks_disagree():
    table = table_of(step=[100, 110, 500, 510], epoch=[0, 1, 2, 3])
    clocks = clocks_of(table, "step", "epoch", **AS_WRITTEN, notes=[])
    assert clocks.steps_per_epoch is None
    assert clocks.epochs is None


def test_fractions_of_epochs_are_passes():
    clocks = clocks_of(table_of(epoch=[0.5, 1.0]), None, "epoch", **AS_WRITTEN, notes=[])
    assert list(clocks.epochs) == [0.5, 1.0]


def test_ends_of_epochs():
    assert ends_of_epochs(np.array([2.0, 4, 6]), np.array([0.0, 1, 2]))
    assert not ends_of_epochs(np.array([1.0, 3, 5]), np.array([0.0, 1, 2]))


@pytest.mark.parametrize(
    ("times", "seconds"),
    [
        ([1.5, 3.0, 4.5], [1.5, 3.0, 4.5]),
        ([1.7e9, 1.7e9 + 5, 1.7e9 + 9], [0, 5, 9]),
        ([3.0, 2.9, 3.1], None),  # of each epoch, not since the start
        ([0, 0, 0], None),
        ([1, 2, 1e300], None),
        ([None, None, None], None),
    ],
)
def test_a_column_of_time_is_a_clock_if_it_only_grows(times, seconds):
    found = seconds_of(table_of(time=times, loss=[3, 2, 1]), "time", [])
    assert (None if found is None else list(found)) == seconds


def counted_on(step, epoch, steps_from=None):
    """Return the updates and passes of rows whose steps begin anew, and the updates of an epoch."""
    found = count_through(
        table_of(step=step, epoch=epoch), "step", "epoch", steps_from, notes := []
    )
    if found is None:
        return None
    table, per_epoch = found
    return list(table.values["step"]), list(table.values["epoch"]), per_epoch, notes


def test_steps_that_begin_anew_in_each_epoch_count_on():
    steps, epochs, per_epoch, notes = counted_on([0, 1, 2, 3, 0, 1, 2, 3], [0] * 4 + [1] * 4)
    assert steps == [1, 2, 3, 4, 5, 6, 7, 8]
    assert epochs == [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
    assert per_epoch == 4
    assert notes == ["step begins anew in each epoch and was counted on, with 4 updates an epoch."]


def test_an_epochs_length_lies_between_its_last_row_and_the_next_that_never_came():
    steps, _, per_epoch, notes = counted_on([50, 100, 50, 100], [1, 1, 2, 2])
    assert per_epoch == 125
    assert steps == [50, 100, 175, 225]
    assert "about 125" in notes[0]


def test_a_row_at_no_regular_place_ends_an_epoch():
    assert counted_on([50, 100, 133, 50, 100, 133], [1, 1, 1, 2, 2, 2])[2] == 133


def test_a_row_without_a_step_stands_at_the_end_of_its_epoch():
    steps, epochs, _, _ = counted_on([1, 2, None, 1, 2, None], [1, 1, 1, 2, 2, 2])
    assert steps == [1, 2, 2, 3, 4, 4]
    assert epochs == [0.5, 1, 1, 1.5, 2, 2]


def test_the_same_step_at_the_end_of_each_epoch_is_its_length():
    assert counted_on([390, 390, 390], [1, 2, 3])[:3] == ([390, 780, 1170], [1, 2, 3], 390)


def test_what_the_first_step_of_an_epoch_is_called_may_be_told():
    assert counted_on([1, 2, 1, 2], [1, 1, 2, 2], 0)[0] == [2, 3, 5, 6]


def test_a_second_run_counts_from_the_start():
    steps, _, _, _ = counted_on([1, 2, 1, 2] * 2, [1, 1, 2, 2] * 2)
    assert steps == [1, 2, 3, 4] * 2


@pytest.mark.parametrize(
    ("step", "epoch"),
    [
        ([1, 2, 3, 4], [1, 1, 2, 2]),
        ([1, 2, 1, 2], [1, 1, 1, 1]),
        ([2, 1, 2, 1], [1, 1, 2, 2]),
        ([0, 0, 0], [1, 2, 3]),
        ([0.5, 1, 0.5, 1], [1, 1, 2, 2]),
        ([1, 2, 1, 2], [0.5, 1, 1.5, 2]),
        ([7, 7, 7, 7], [1, 1, 2, 2]),
        ([1, 2, 1, 2], [1, 1, None, 2]),
    ],
)
def test_other_steps_are_left_as_they_are(step, epoch):
    assert counted_on(step, epoch) is None


def test_the_first_row_tells_how_far_regular_places_are_apart():
    assert counted_on([50, 75, 50, 75], [1, 1, 2, 2])[2] == 75


def test_of_round_numbers_one_is_missing_where_the_first_update_is_number_0():
    assert counted_on([49, 74, 49, 74], [0, 0, 1, 1])[:3] == (
        [50, 75, 125, 150],
        [50 / 75, 1, 125 / 75, 2],
        75,
    )


def test_rows_at_the_same_places_of_all_epochs_tell_their_length():
    table = table_of(step=[50, 100, 170, 220, 290, 340], epoch=[1, 1, 2, 2, 3, 3])
    clocks = clocks_of(table, "step", "epoch", **AS_WRITTEN, notes=(notes := []))
    assert clocks.steps_per_epoch == 120
    assert notes == ["An epoch has 120 updates: so the numbers of steps and epochs fit together."]


def test_rows_at_multiples_of_a_number_do_not():
    """Every fiftieth update of epochs of 101: an epoch's first rows are 100 apart, three times."""
    table = table_of(step=[50, 100, 150, 200, 250, 300], epoch=[1, 1, 2, 2, 3, 3])
    clocks = clocks_of(table, "step", "epoch", **AS_WRITTEN, notes=[])
    assert clocks.steps_per_epoch != 101


@pytest.mark.parametrize(
    ("steps", "is_from_0"),
    [
        ([49, 99, 149], True),
        ([49, 49, 99, 99, 149, 160], True),
        ([50, 100, 150], False),
        ([0, 50, 100], False),
        ([49, 99], False),
        ([0, 1, 2], False),
        ([49, 99, 120, 149], True),  # an epoch ended at 120
        ([49, 99, 120, 170, 220], False),
    ],
)
def test_a_first_record_one_before_the_distance_of_two_counts_from_0(steps, is_from_0):
    notes = []
    assert counted_from_0(table_of(step=steps), "step", notes) == is_from_0
    assert len(notes) == is_from_0


def test_one_row_an_epoch_at_equal_distances_tells_its_updates():
    steps = np.array([2 * 14429 + 1 + 14429 * i for i in range(6)], float)
    found = clocks_of(
        table_of(step=steps, epoch=np.arange(3.0, 9.0)), "step", "epoch", **AS_WRITTEN, notes=[]
    )
    assert found.steps_per_epoch == 14429


def test_what_stands_in_the_last_epoch_bounds_its_updates():
    notes = []
    found = clocks_of(
        table_of(step=[49, 249, 449], epoch=[0, 1, 1]), "step", "epoch", **AS_WRITTEN, notes=notes
    )
    assert 224.5 <= found.steps_per_epoch < 249
    assert "about" in notes[0]
