import numpy as np
import pytest

from everystep.clinic.arithmetic import count
from everystep.clinic.courses import noise, smoothed
from everystep.clinic.measures import measures_of_run
from everystep.clinic.needs import NEEDS
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.schedule import recognize
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound


def measured(log):
    schedule = recognize(log.curves.get("rate", ()))
    return measures_of_run(log, count(log, schedule), schedule)


def test_a_log_that_holds_nothing_has_only_what_stands_for_nothing():
    assert not set(measured(log_of({"epochs_made": 0.0}))) & set(NEEDS)


def test_losses_are_measured_on_their_own_scale():
    few = measured(sound())
    thousandfold = measured(sound(train_loss=1000 * FALL, val_loss=1000 * (FALL + 0.1)))
    for name in ("train_growth", "train_kept", "val_rise", "still_falling", "learned"):
        assert few[name] == pytest.approx(thousandfold[name])


def test_a_rise_counts_against_the_lowest_point_and_the_noise():
    turned = np.concatenate([FALL[:10], np.linspace(FALL[10], 2 * FALL[10], 20)])
    found = measured(sound(val_loss=turned))
    assert found["val_rise"] == pytest.approx(2, abs=0.2)
    assert found["val_turn"] == pytest.approx(1 / 3, abs=0.05)
    assert found["val_rise_over_noise"] > 10
    assert found["val_rises_in_order"] > 0.8
    assert found["train_fall_since"] > 0.1


def test_one_last_leap_is_no_rise():
    leaped = np.append(FALL[:20], 3.0)
    assert measured(sound(val_loss=leaped))["val_rise"] < 1.2


def test_losses_below_0_have_no_ratios():
    found = measured(sound(train_loss=FALL - 2, val_loss=FALL - 2))
    assert "train_left" not in found
    assert "train_growth" in found or "train_kept" not in found
    assert found["val_rise"] == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("last", [np.nan, np.inf])
def test_a_loss_that_is_not_finite_at_the_end_has_grown_without_bound(last):
    found = measured(sound(train_loss=np.append(FALL[:20], [last, last])))
    assert found["train_growth"] == np.inf


def test_the_first_updates_need_records_of_their_own():
    steps = np.arange(1.0, 31.0)
    losses = Curve("loss", np.concatenate([np.full(10, 6.0), np.full(20, 2.0)]), steps)
    rates = Curve("lr", np.full(30, 0.1), steps)
    log = RunLog("table", {"train_loss": (losses,), "rate": (rates,)}, {}, (), "step")
    assert measured(log)["first_loss"] == 1
    assert measured(log)["first_rate"] == 1
    known = RunLog("table", log.curves, {"n_classes": 10.0}, (), "step")
    assert measured(known)["first_loss"] == pytest.approx(6 / np.log(10))
    assert "first_loss" not in measured(sound())


def test_only_schedules_with_an_end_can_be_cut_off():
    half = measured(sound(rate=0.1 * (1 - EPOCHS / 60)))
    assert half["rate_left"] == half["last_over_first_rate"] == pytest.approx(0.5)
    cut = measured(sound(rate=np.repeat([0.1, 0.05], 15)))
    assert (cut["rate_left"], cut["last_over_first_rate"]) == (0.5, 1)


def test_what_the_user_says_is_measured():
    facts = {"mixing": 0.3, "duplicates": 0.1, "val_loss_again": 2 * (FALL[-1] + 0.1), "n_val": 20}
    found = measured(sound(facts))
    assert (found["mixing"], found["duplicates"]) == (0.3, 0.1)
    assert found["change_when_evaluated_again"] == pytest.approx(1)
    assert found["val_accuracy_half_width"] > 0.07


def test_sets_are_compared_at_their_ends():
    assert measured(sound(val_loss=[FALL, 3 * FALL]))["sets_apart"] == pytest.approx(3)
    assert measured(sound())["sets_apart"] == 1


def test_smoothing_and_noise():
    assert list(smoothed(np.array([3.0, 9, 1]))) == [3, 9, 1]
    spiked = np.ones(40)
    spiked[20] = 50
    assert smoothed(spiked).max() == 1
    rng = np.random.default_rng(0)
    assert noise(np.linspace(0, 9, 4000) + rng.normal(0, 0.5, 4000)) == pytest.approx(0.5, rel=0.1)
    assert noise(np.ones(2)) == 0


def test_what_was_learned_is_not_told_by_a_log_that_begins_late():
    for first, told in ((1, True), (5, False)):
        curve = Curve("train_loss", np.full(8, 0.5), epochs=np.arange(first, first + 8.0))
        log = RunLog("table", {"train_loss": (curve,)}, {}, (), "epoch")
        assert ("learned" in measured(log)) == told


def test_losses_of_batches_do_not_deny_a_validation_that_ends_at_its_best():
    up = np.append(FALL[:20], np.linspace(0.3, 1.9, 10))
    alone = measured(sound(train_loss=up, val_loss=None, val_accuracy=None))
    assert alone["train_regrowth"] > 0.5
    assert measured(sound(train_loss=up))["train_regrowth"] == 0


def test_a_validation_loss_that_was_never_a_number_breaks_nothing():
    assert measured(sound(val_loss=np.full(30, np.inf)))["train_growth"] < 1
    assert measured(sound(val_loss=np.append(FALL[:29], np.inf)))["train_growth"] == np.inf


def test_a_sum_is_not_compared_with_the_loss_of_guessing():
    summed = {"train_loss": 30 * FALL, "val_loss": FALL}
    assert "train_left" not in measured(sound({"n_classes": 10.0}, **summed))
    high = {"train_loss": 30 * FALL, "val_loss": 30 * FALL, "val_accuracy": None}
    assert measured(sound({"n_classes": 10.0}, **high))["train_left"] > 1.5
    assert "train_left" in measured(sound({"n_classes": 10.0}))


def test_an_error_that_fell_is_something_learned():
    flat = {"train_loss": np.full(30, 2.0), "val_loss": np.full(30, 2.0), "val_accuracy": None}
    assert measured(sound(**flat))["learned"] == 0
    assert measured(sound(**flat, val_error=100 - EPOCHS))["learned"] > 0.2


def test_a_warm_up_that_was_seen_says_how_the_rate_began():
    rising = np.minimum(1, EPOCHS / 5) * 0.1
    assert measured(sound(rate=rising))["first_rate"] == pytest.approx(0.2)
    assert "first_rate" not in measured(sound())


def test_a_fall_whose_shape_is_unknown_has_no_end():
    falling = 0.1 * np.minimum(1, EPOCHS / 5) * (1 - np.maximum(0, EPOCHS - 20) ** 3 / 3000)
    found = measured(sound(rate=falling))
    assert recognize([Curve("lr", falling, epochs=EPOCHS)]).kind == "falling"
    assert found["last_over_first_rate"] == 1
    assert 0.5 < found["rate_left"] < 1


def test_a_leap_is_measured_by_where_a_curve_starts():
    assert measured(sound())["leap_or_0"] < 1
    leaped = np.append(FALL[:9], [3 * FALL[0], *FALL[10:]])
    assert measured(sound(train_loss=leaped))["leap_or_0"] == pytest.approx(3)
    # Of validation it is remarked; a rise without return is none.
    assert measured(sound(val_loss=leaped))["leap_or_0"] < 1
    risen = np.append(FALL[:15], np.linspace(2, 9, 15))
    assert measured(sound(train_loss=risen))["leap_or_0"] == 0


def test_a_schedule_that_one_fall_more_would_end_has_ended():
    line = 0.1 * (1 - (EPOCHS[:10] - 1) / 10)
    assert measured(log_of(train_loss=FALL[:10], rate=line))["rate_left"] == 0
    assert measured(log_of(train_loss=FALL[:8], rate=line[:8]))["rate_left"] > 0.2
    # Of a trial of five epochs, that is not believed.
    short = 0.1 * (1 - (EPOCHS[:5] - 1) / 5)
    assert measured(log_of(train_loss=FALL[:5], rate=short))["rate_left"] > 0.1


def test_a_run_that_goes_to_where_its_schedule_ends_made_what_was_planned():
    tenth = 0.01 + 0.09 * (1 + np.cos(np.pi * (EPOCHS - 1) / 29)) / 2
    assert measured(sound(rate=tenth))["planned_share"] == 1
    assert "planned_share" not in measured(sound(rate=0.1 * (1 - EPOCHS / 40)))
    planned = measured(sound({"epochs_planned": 60.0}, rate=tenth))
    assert planned["planned_share"] == 0.5


def test_a_loss_that_is_nearly_gone_is_measured_by_where_training_began():
    found = measured(sound(val_loss=FALL / 1000))
    assert found["val_of_train_start_or_1"] == pytest.approx(FALL[-1] / FALL[0] / 1000, rel=0.05)
    assert measured(sound(train_loss=None))["val_of_train_start_or_1"] == 1


def test_a_rise_of_batches_within_their_noise_is_none():
    batches = np.array([0.117, 0.138, 0.152, 0.142, 0.081, 0.128, 0.13, 0.134, 0.126])
    assert measured(log_of(train_loss=batches))["train_regrowth"] == 0
    smooth = np.array([0.15, 0.12, 0.09, 0.08, 0.081, 0.1, 0.13, 0.14, 0.15])
    assert measured(log_of(train_loss=smooth))["train_regrowth"] > 0.5


def test_validation_alone_breaks_nothing_and_a_sum_has_no_first_loss():
    rising = {"train_loss": None, "val_loss": np.linspace(0.4, 0.73, 30)}
    assert "train_growth" not in measured(sound(**rising))
    steps = np.arange(1.0, 31)
    losses = Curve("loss", np.linspace(200, 37, 30), steps)
    val = Curve("val_loss", np.linspace(2, 1, 30), steps)
    curves = {"train_loss": (losses,), "val_loss": (val,)}
    found = measured(RunLog("table", curves, {"n_classes": 10.0}, (), "step"))
    assert found["left_of_first"] < 0.25
    assert "first_loss" not in found
