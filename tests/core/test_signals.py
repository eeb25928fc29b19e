import random

import numpy as np

from everystep.core.signals import N_SIGNALS, signals_and_labels


def test_signals_are_of_the_shapes_types_and_scale_described():
    x, y = signals_and_labels()
    assert (x.shape, x.dtype) == ((N_SIGNALS, 40), np.float32)
    assert (y.shape, y.dtype) == ((N_SIGNALS,), np.int64)
    assert np.bincount(y).tolist() == [600] * 10
    assert abs(x.mean()) < 1e-4
    assert abs(x.std() - 1) < 1e-4
    assert set(y[:100]) == set(range(10)), "classes come in random order"


def test_signals_are_always_the_same_and_leave_the_random_states_alone():
    first, _ = signals_and_labels()
    signals_and_labels.cache_clear()
    random.seed(3)
    np.random.seed(3)
    expected = random.random(), np.random.rand()
    random.seed(3)
    np.random.seed(3)
    again, _ = signals_and_labels()
    assert (random.random(), np.random.rand()) == expected
    np.testing.assert_array_equal(first, again)


def test_a_class_is_told_from_others_by_its_neighbors():
    """Far from always, as the paper says, but three times as often as by chance."""
    x, y = signals_and_labels()
    distances = ((x[:500, None] - x[None, 500:]) ** 2).sum(2)
    assert (y[500:][distances.argmin(1)] == y[:500]).mean() > 0.3
