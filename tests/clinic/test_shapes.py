import numpy as np
import pytest

from everystep.clinic.shapes import FITS, best_fit, fit_of_a_tail
from everystep.core import schedules

STEPS = np.arange(20.0, 601.0, 20.0)


def rates(schedule):
    return np.array([schedule(int(step) - 1) for step in STEPS])


@pytest.mark.parametrize("horizon", [600, 640, 1000, 2500])
@pytest.mark.parametrize("begin", [0, 7, 20])
def test_half_a_cosine_is_found_to_an_update_also_if_most_of_it_is_to_come(begin, horizon):
    y = (1 + np.cos(np.pi * np.clip((STEPS - begin) / (horizon - begin), 0, 1))) / 2
    kind, fit = best_fit(STEPS, y)
    assert kind == "cosine"
    assert fit.horizon == pytest.approx(horizon, rel=2e-3)
    assert fit.start == pytest.approx(1, abs=1e-3)


def test_a_cosine_that_ends_within_the_log_may_end_above_0():
    kind, fit = best_fit(STEPS, 0.1 + 0.9 * rates(schedules.cosine(500)))
    assert kind == "cosine"
    assert fit.floor == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("linear", lambda x: 1 - x / 700),
        ("exponential", lambda x: np.exp(-x / 200)),
        ("inverse square root", lambda x: (x / 20) ** -0.5),
        ("constant, then cooldown", lambda x: np.minimum(1, (600 - x) / 200 + 0.01)),
    ],
)
def test_other_shapes_are_found(kind, shape):
    found, fit = best_fit(STEPS, shape(STEPS))
    assert found == kind
    assert fit.error < FITS


def test_a_line_is_followed_where_a_warm_up_has_bent_what_comes_before():
    y = np.minimum(1, (STEPS + 100) / 400) * (1 - STEPS / 700)
    y = y[np.argmax(y) :] / y.max()
    x = STEPS[-len(y) :]
    kind, fit = fit_of_a_tail(x, y)
    assert kind == "linear"
    assert fit.horizon == pytest.approx(700, rel=1e-3)


def test_of_a_tail_below_half_of_the_peak_nothing_is_said():
    bent = np.where(STEPS < 400, np.exp(-STEPS / 150), 0.05 - STEPS * 5e-5)
    assert fit_of_a_tail(STEPS, bent / bent[0]) is None
