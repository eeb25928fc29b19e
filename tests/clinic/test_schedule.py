import numpy as np
import pytest

from everystep.clinic import shapes
from everystep.clinic.run_log import Curve
from everystep.clinic.schedule import describe, recognize
from everystep.core import schedules

HORIZON = 2000


def rates(schedule, made=HORIZON, every=20, peak=0.01, unit="updates", digits=None):
    """Return the curve of a schedule's rates, as a log has it: a rate every few updates."""
    x = np.arange(every, made + 1, every)
    values = np.array([peak * schedule(int(step) - 1) for step in x])
    if digits:
        values = np.array([float(f"{value:.{digits}g}") for value in values])
    clock = {"updates": "steps", "epochs": "epochs"}[unit]
    return Curve("lr", values, **{clock: x.astype(float)})


@pytest.mark.parametrize(
    ("schedule", "kind"),
    [
        (schedules.constant(), "constant"),
        (schedules.polynomial(HORIZON), "linear"),
        (schedules.cosine(HORIZON), "cosine"),
        (schedules.cosine(HORIZON, 0.1), "cosine"),
        (schedules.exponential(0.998), "exponential"),
        (schedules.step_decay(500, 0.3), "step"),
        (schedules.one_cycle(HORIZON), "one-cycle"),
        (schedules.cooldown(HORIZON, 400), "constant, then cooldown"),
        (schedules.cosine_restarts(500), "restarts"),
        (lambda step: ((step + 200) / 200) ** -0.5, "falling"),
        (lambda step: (step + 1) ** -0.5, "inverse square root"),
    ],
)
def test_schedules_of_the_course_are_recognized(schedule, kind):
    assert recognize([rates(schedule)]).kind == kind


@pytest.mark.parametrize(
    ("then", "kind"),
    [
        (schedules.constant(), "constant"),
        (schedules.polynomial(1800), "linear"),
        (schedules.cosine(1800), "cosine"),
        (schedules.step_decay(600, 0.3), "step"),
        (schedules.cooldown(1800, 400), "constant, then cooldown"),
    ],
)
def test_a_warm_up_is_measured(then, kind):
    found = recognize([rates(schedules.warmup(200, then))])
    assert found.kind == kind
    assert found.warmup == pytest.approx(200, abs=21)


@pytest.mark.parametrize("schedule", [schedules.polynomial, schedules.cosine])
@pytest.mark.parametrize("share", [0.25, 0.5, 1.0])
def test_the_horizon_is_seen_before_it_is_reached(schedule, share):
    found = recognize([rates(schedule(HORIZON), made=int(share * HORIZON))])
    assert found.kind == schedule(HORIZON).__name__.replace("polynomial", "linear")
    assert found.horizon == pytest.approx(HORIZON, rel=0.06)


def test_rates_of_few_digits_and_of_float32_are_read_alike():
    assert recognize([rates(schedules.cosine(HORIZON), digits=3)]).kind == "cosine"
    single = rates(schedules.step_decay(500, 0.5))
    single = Curve("lr", single.values.astype(np.float32).astype(float), single.steps)
    assert recognize([single]).cuts == (520, 1020, 1520)


def test_cuts_at_unequal_distances_are_a_plateaus():
    values = np.repeat([1.0, 0.5, 0.25], [6, 13, 4])
    found = recognize([Curve("lr", values, epochs=np.arange(1.0, 24))])
    assert (found.kind, found.cuts, found.unit) == ("plateau", (7, 20), "epochs")
    assert "plateau or by hand" in describe(found)


def test_of_several_groups_the_one_that_warms_up_from_below_counts():
    from_below = rates(schedules.warmup(200, schedules.polynomial(1800)))
    from_above = Curve(
        "lr/pg2", from_below.values + 0.1 * (from_below.steps < 200), from_below.steps
    )
    assert recognize([from_above, from_below]).warmup == pytest.approx(200, abs=21)


@pytest.mark.parametrize(
    "values", [[], [0.1], [0.1, 0.1], [0.0, 0.0, 0.0], [np.nan, np.inf, np.nan], [-1.0, -2.0, -3.0]]
)
def test_rates_that_tell_nothing_are_unknown(values):
    found = recognize([Curve("lr", np.array(values))])
    assert found.kind == "unknown"
    assert "no rates, or too few" in describe(found)
    assert recognize([]).kind == "unknown"


@pytest.mark.parametrize(
    ("rates", "kind"),
    [([1, 2, 3, 2], "falling"), ([1, 2, 3, 2, 1], "falling"), ([1, 2, 3, 3, 1], "step")],
)
def test_two_records_do_not_tell_a_cut_from_a_fall(rates, kind):
    assert recognize([Curve("lr", np.array(rates) / 1e3)]).kind == kind


def test_a_rate_that_still_rises_is_said_to():
    found = recognize([Curve("lr", np.linspace(0.1, 1, 10), np.arange(10.0))])
    assert found.kind == "unknown"
    assert "still rising" in describe(found)


def test_a_schedule_is_told_in_words():
    found = recognize([rates(schedules.warmup(200, schedules.polynomial(1800)))])
    assert describe(found) == (
        "linear, from 0.01, after a warm-up of about 201 updates, to 0 at about 2,001 updates; "
        "the last record is at 0.1% of the peak"
    )
    assert recognize([rates(schedules.polynomial(HORIZON), every=400)]).peak == pytest.approx(
        0.01, rel=0.01
    )


def test_a_line_that_falls_by_trifles_is_a_line():
    x = np.arange(1.0, 1200)
    found = recognize([Curve("lr", 1e-3 * (1 - x / 30_000), x)])
    assert found.kind == "linear"
    assert found.horizon == pytest.approx(30_000)


LINE = recognize([rates(schedules.polynomial(HORIZON))])  # ends at 2,001: a rate before its update


@pytest.mark.parametrize(
    ("known", "end"),
    [
        ({"planned": 2000}, "to 0 at 2,000 updates;"),
        ({"planned": 2002.4}, "to 0 at 2,002 updates;"),
        ({"planned": 1999}, "to 0 at about 2,001 updates;"),
        ({"per_epoch": 500}, "to 0 at 2,000 updates;"),
        ({"per_epoch": 504}, "to 0 at about 2,001 updates;"),
        ({"per_epoch": 50}, "to 0 at about 2,001 updates;"),  # any horizon is near such an end
        ({"planned": 4000, "per_epoch": 500}, "to 0 at about 2,001 updates;"),
    ],
)
def test_a_horizon_beside_a_planned_one_is_told_as_planned(known, end):
    assert end in describe(LINE, **known)


def test_of_one_rate_an_epoch_the_end_of_an_epoch_is_not_told_as_planned():
    once = recognize([rates(lambda step: 1 - step // 400 / 6, every=400)])
    assert "to 0 at about 2,800 updates" in describe(once, per_epoch=400)


def test_a_planned_horizon_is_told_in_epochs_too():
    x = np.arange(1, 31) / 10
    found = recognize([Curve("lr", 1 - (x - 0.01) / 4, epochs=x)])
    assert "to 0 at about 4.01 epochs;" in describe(found)
    assert "to 0 at 4 epochs;" in describe(found, planned=400, per_epoch=100)
    assert "to 0 at 4 epochs;" in describe(found, per_epoch=100)
    assert "to 0 at about 4.01 epochs;" in describe(found, planned=400)


@pytest.mark.parametrize(
    ("schedule", "made", "unseen"),
    [
        (schedules.polynomial(HORIZON), 600, True),
        (schedules.polynomial(HORIZON), 1200, False),
        (schedules.cosine(HORIZON), 600, True),
        (schedules.cosine(HORIZON), 1200, False),
        (schedules.cosine(HORIZON, 0.6), 2000, False),
        (schedules.warmup(1000, schedules.polynomial(1000)), 1300, True),
    ],
)
def test_a_horizon_is_extrapolated_of_which_the_log_shows_less_than_half(schedule, made, unseen):
    found = recognize([rates(schedule, made=made)])
    words = "updates if the fall, of which the log shows less than half, goes on like this;"
    assert (words in describe(found)) == unseen
    assert (words in describe(found, per_epoch=500)) == unseen
    assert found.horizon is not None
    assert words not in describe(found, planned=found.horizon)


def rounded(values, digits):
    return Curve("lr", np.round(values, digits), np.arange(1.0, len(values) + 1))


def test_rates_that_were_rounded_are_cut_by_nobody():
    found = recognize([rounded(0.01 * (1 - np.arange(80) / 800), 4)])
    assert found.kind == "linear"
    assert 700 < found.horizon < 900


def test_a_rise_that_was_rounded_goes_on():
    found = recognize([rounded(1.66e-6 * np.arange(60), 5)])
    assert found.kind == "unknown"
    assert "still rising" in describe(found)


def test_a_rounded_warm_up_ends_where_the_rate_stays():
    rates = np.minimum(1.66e-6 * np.arange(200), 1e-4)
    assert recognize([rounded(rates, 5)]).kind == "constant"


@pytest.mark.parametrize("warmup", [110, 130, 137])
@pytest.mark.parametrize(
    "fall", [lambda n: schedules.constant(), schedules.polynomial, schedules.cosine]
)
def test_a_warm_up_ends_where_the_rise_meets_what_follows(warmup, fall):
    found = recognize([rates(schedules.warmup(warmup, fall(HORIZON - warmup)))])
    assert found.warmup == pytest.approx(warmup, abs=2)
    assert found.peak == pytest.approx(0.01, rel=2e-3)


def test_one_record_of_the_rise_is_enough_if_it_began_at_0():
    found = recognize([rates(schedules.warmup(30, schedules.constant()))])
    assert found.warmup == pytest.approx(30, abs=2)


def test_the_first_rate_is_the_rounder_one_of_two():
    x = np.arange(20.0, 376.0, 20.0)
    for late in (0, 1):  # whether a record has the rate of the update before
        curve = Curve("lr", 2e-4 * (1 - (x - late) / 375), x)
        assert recognize([curve]).peak == pytest.approx(2e-4, rel=1e-9)


def test_many_cuts_are_told_in_short():
    x = np.arange(1.0, 101.0)
    values = 0.5 ** np.floor(x / 9)
    words = describe(recognize([Curve("lr", values, epochs=x)]))
    assert "from epochs 9, 18, 27, 36, 45, 54, 63, 72 and 3 more on" in words


def test_a_fall_that_has_only_begun_is_no_constant():
    begun = recognize([rates(schedules.warmup(400, schedules.cosine(8000)), made=600)])
    assert (begun.kind, round(begun.horizon, -1)) == ("cosine", 8400)
    assert recognize([rates(schedules.warmup(400, schedules.constant()), made=600)]).kind == (
        "constant"
    )


def test_four_rates_that_fall_a_little_each_time_are_falling():
    values = np.array([4.99993, 4.99946, 4.99852, 4.99713]) * 1e-6
    found = recognize([Curve("lr", values, np.arange(50.0, 201.0, 50.0))])
    assert (found.kind, found.horizon) == ("falling", None)


@pytest.mark.parametrize("n", [10, 15, 40])
def test_a_cosine_to_a_floor_is_known_that_one_record_more_would_have_ended(n):
    epochs = np.arange(1.0, n + 1)
    rates = 1e-5 + 4.9e-4 * (1 + np.cos(np.pi * (epochs - 1) / n)) / 2
    found = recognize([Curve("lr", rates, epochs=epochs)])
    assert (found.kind, found.horizon) == ("cosine", pytest.approx(n + 1, abs=0.02))
    assert found.floor == pytest.approx(0.02, abs=1e-3)


def test_a_floor_of_half_a_percent_is_no_0():
    found = recognize([rates(lambda step: schedules.cosine(1600, 0.005)(min(step, 1599)))])
    assert found.horizon == pytest.approx(1600, rel=0.01)
    assert "to 0.5% of the peak" in describe(found)


def test_a_warm_up_before_the_first_record_is_seen_where_a_cosine_begins():
    found = recognize([rates(schedules.warmup_cosine(HORIZON, 60), every=100)])
    assert found.warmup == pytest.approx(60, abs=2)
    assert recognize([rates(schedules.cosine(HORIZON), every=100)]).warmup == 0


def test_one_fall_to_another_level_has_no_shape():
    x = np.arange(50.0, 301.0, 50.0)
    levels = np.array([9e-5, 1.5e-4, 1.1e-4, 1e-4, 1e-4, 1e-4])
    assert recognize([Curve("lr", levels, x)]).kind == "falling"


def test_three_records_after_a_warm_up_are_believed_if_they_stand_on_a_line():
    x = np.arange(500.0, 2501.0, 500.0)
    line = np.minimum(x / 1006, (2646 - x) / 1640) * 3e-3
    found = recognize([Curve("lr", line, x)])
    assert (found.kind, round(found.horizon), round(found.warmup)) == ("linear", 2646, 1006)
    bent = line * np.array([1, 1, 1, 1.01, 1])
    assert recognize([Curve("lr", bent, x)]).kind == "falling"


def test_a_rise_to_the_end_is_told_as_a_warm_up():
    words = describe(
        recognize([Curve("lr", np.arange(1.0, 7.0) * 1e-5, np.arange(10.0, 61.0, 10))])
    )
    assert "as in a warm-up of at least 60 updates" in words


def test_shapes_are_fitted_to_some_of_very_many_records(monkeypatch):
    sizes = []
    monkeypatch.setattr(
        "everystep.clinic.schedule.best_fit",
        lambda x, y, *more: sizes.append(len(x)) or shapes.best_fit(x, y, *more),
    )
    x = np.arange(1.0, 20_001.0)
    for horizon in (30_000, 2_000_000):  # of the second, next to nothing is seen
        recognize([Curve("lr", (1 + np.cos(np.pi * x / horizon)) / 2, x)])
    assert len(sizes) == 2
    assert max(sizes) <= 500
