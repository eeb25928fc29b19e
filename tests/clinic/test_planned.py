import numpy as np
import pytest

from everystep.clinic.planned import schedule_of
from everystep.clinic.readers import ultralytics
from everystep.clinic.run_log import Curve, RunLog
from everystep.clinic.schedule import recognize


def log_of_rates(steps, rates, facts=None, *, epochs=False, format="table"):
    clock = {"epochs" if epochs else "steps": np.asarray(steps, float)}
    curve = Curve("lr", np.asarray(rates, float), **clock)
    return RunLog(format, {"rate": (curve,)}, facts or {}, (), "epoch" if epochs else "step")


def cosine(steps, n, warm, peak=2e-4):
    rise = steps / warm
    return peak * np.where(
        steps < warm, rise, (1 + np.cos(np.pi * (steps - warm) / (n - warm))) / 2
    )


@pytest.mark.parametrize("n", [5_000, 24_340, 90_000])
def test_of_a_fall_that_has_only_begun_the_plan_tells_the_end(n):
    steps = np.arange(20.0, 0.06 * n, 20)
    late = cosine(np.maximum(steps - 4, 0), n, 120)  # four updates were skipped
    found = schedule_of(log_of_rates(steps, late, {"steps_planned": float(n)}))
    assert (found.kind, found.horizon) == ("cosine", n)
    alone = schedule_of(log_of_rates(steps, late, {"steps_made": float(steps[-1])}))
    assert alone == recognize(log_of_rates(steps, late).curves["rate"])


def test_a_plan_that_the_rates_deny_is_not_taken():
    steps = np.arange(20.0, 1500.0, 20)
    rates = 1e-4 * (1 - steps / 40_000)
    found = schedule_of(log_of_rates(steps, rates, {"steps_planned": 4000.0}))
    assert found.horizon == pytest.approx(40_000, rel=0.01)


@pytest.mark.parametrize("warm", [6, 50, 100])
def test_rates_of_the_update_before_are_moved_by_one(warm):
    steps = np.arange(2.0, 601.0, 2)
    log = log_of_rates(steps, cosine(steps - 1, 600, warm), {"steps_planned": 600.0})
    found = schedule_of(log)
    assert found.horizon == pytest.approx(600, abs=0.3)
    assert found.warmup == pytest.approx(warm, abs=0.5)


@pytest.mark.parametrize(("peak", "warm"), [(5e-5, 10), (2e-4, 30), (3e-4, 25)])
def test_a_warm_up_before_the_first_record_is_told_by_a_round_peak(peak, warm):
    steps = np.arange(50.0, 1001.0, 50)
    log = log_of_rates(steps, peak * (1000 - steps) / (1000 - warm), {"steps_planned": 1000.0})
    found = schedule_of(log)
    assert (found.peak, found.warmup) == (pytest.approx(peak), pytest.approx(warm))
    assert (found.left, found.horizon) == (pytest.approx(0, abs=1e-9), pytest.approx(1000))


def test_no_warm_up_is_made_up_of_updates_that_were_skipped_or_of_a_peak_that_is_not_round():
    steps = np.arange(10.0, 101.0, 10)
    skipped = 5e-4 * (104 - steps) / 101
    assert schedule_of(log_of_rates(steps, skipped, {"steps_planned": 100.0})).warmup == 0
    odd = 4.3e-4 * (100 - steps) / 97
    assert schedule_of(log_of_rates(steps, odd, {"steps_planned": 100.0})).warmup == 0


@pytest.mark.parametrize("late", [0, 1])
@pytest.mark.parametrize("n", [10, 15, 50, 300])
def test_ultralytics_goes_to_a_hundredth_at_a_whole_epoch(n, late):
    epochs = np.arange(1.0, n + 1)
    line = 0.01 * (1 - 0.99 * np.maximum(epochs - 1 - late, 0) / n)
    made = {"epochs_made": float(n)}
    rates = np.where(epochs < 4, line * epochs / 4, line)
    log = log_of_rates(epochs, rates, made, epochs=True, format=ultralytics.NAME)
    found = schedule_of(log)
    assert (found.horizon, found.floor) == (n, 0.01)
    assert found.peak == pytest.approx(0.01)  # though the warm-up ended at less
    assert found.left == pytest.approx(line[-1] / 0.01)
    other = log_of_rates(epochs, rates, made, epochs=True)
    assert schedule_of(other).floor == 0


def test_without_rates_nothing_is_known():
    assert schedule_of(RunLog("table", {}, {}, (), "step")).kind == "unknown"
