import numpy as np
import pytest

from everystep.clinic.courses import (
    end_of,
    fall_at_the_end,
    falls_in_order,
    leap,
    level,
    lone_leap,
    noise,
    smoothed,
    start_of,
    usable,
    variation,
)
from everystep.clinic.run_log import Curve


def curve_of(*values):
    return Curve("loss", np.array(values, float), epochs=np.arange(1.0, len(values) + 1))


def test_a_curve_starts_at_its_first_record_or_at_the_level_of_the_first_tenth():
    assert start_of(curve_of(9.0, *[1.0] * 29)) == 9.0
    assert start_of(curve_of(1.0, *[2.0] * 29)) == 2.0


def test_one_last_record_is_no_end():
    assert end_of(curve_of(*[1.0] * 30, 7.0)) == 1.0
    assert end_of(curve_of(3.0, 2.0)) == 2.0


def test_what_is_not_finite_is_not_usable_and_many_records_become_means():
    assert usable(None) is None
    assert usable(curve_of(np.nan, np.inf)) is None
    assert usable(curve_of(1.0, np.nan, 3.0)).values.tolist() == [1.0, 3.0]
    many = usable(curve_of(*range(3000)))
    assert len(many) == 1000
    assert many.values[:2].tolist() == [1.0, 4.0]


def test_medians_take_single_spikes_away():
    values = np.ones(40)
    values[20] = 100.0
    assert smoothed(values).max() == 1.0
    assert smoothed(np.array([1.0, 9.0, 1.0])).max() == 9.0


def test_noise_is_what_a_straight_course_has_not():
    rng, line = np.random.default_rng(0), np.linspace(2, 1, 400)
    assert noise(line) == pytest.approx(0, abs=1e-12)
    assert noise(line + rng.normal(0, 0.1, 400)) == pytest.approx(0.1, rel=0.2)
    assert noise(np.array([1.0, 2.0])) == 0.0


def test_a_range_is_measured_by_the_highest():
    assert variation(curve_of(0.5, 0.9, 1.0)) == pytest.approx(0.5)
    assert variation(curve_of(0.0, 0.0)) == 0.0


def test_a_level_is_a_mean_of_the_nearest_tenth_and_its_error():
    mean, error = level(curve_of(*[1.0, 3.0] * 20), 20)
    assert mean == 2.0
    assert error == pytest.approx(0.5)


def test_order_is_1_where_values_only_fall():
    assert falls_in_order(np.array([3.0, 2.0, 1.0])) == 1.0
    assert falls_in_order(np.arange(50.0)) == -1.0
    assert falls_in_order(np.ones(5)) == 0.0
    assert falls_in_order(np.array([1.0])) == 0.0


def test_a_leap_is_a_height_from_which_a_curve_came_back():
    assert leap(curve_of(2.0, 1.5, 9.0, 1.0)) == 4.5
    assert leap(curve_of(2.0, 1.5, 9.0, 8.0)) == 0.0
    assert leap(curve_of(2.0, 1.5, 1.0)) == 0.0
    assert leap(curve_of(-1.0, 5.0, -2.0)) == 0.0


def test_a_leap_counts_once_or_twice_and_not_in_every_epoch():
    losses = np.linspace(1, 0.4, 40)
    for places, leaped in (([9], 3), ([9, 19], 3), ([4, 14, 24, 34], 0)):
        values = losses.copy()
        values[places] = 3
        assert lone_leap(Curve("loss", values, np.arange(1.0, 41))) == pytest.approx(
            leaped, rel=0.1
        )


def test_a_fall_that_is_over_is_none_at_the_end():
    steps = np.arange(1.0, 101)
    falling = Curve("loss", 2 * 0.99**steps, steps)
    assert fall_at_the_end(falling) == pytest.approx(0.99**-10 - 1)
    over = Curve("loss", np.maximum(falling.values, falling.values[74]), steps)
    assert fall_at_the_end(over) == 0
    assert fall_at_the_end(Curve("loss", np.ones(19), np.arange(1.0, 20))) == np.inf
