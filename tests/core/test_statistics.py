import math

import numpy as np
import pytest
from scipy import stats

from everystep.core.statistics import (
    Estimate,
    difference,
    estimate,
    interval,
    proportion,
    time_to_target,
    verdict,
    verdict_within,
)


def test_the_interval_is_students():
    values = np.array([1.0, 2.0, 4.0, 9.0])
    result = estimate(values)
    expected = stats.t.interval(0.95, 3, loc=4.0, scale=stats.sem(values))
    assert (result.mean, result.n) == (4.0, 4)
    np.testing.assert_allclose((result.low, result.high), expected)
    assert str(result) == "4.0 (95% interval -1.7 to 9.7, n = 4)"


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((0.156, -0.109, 0.419), ("0.16", "-0.11", "0.42")),
        ((1183.4, 655.5, 1711), ("1,183", "656", "1,711")),
        ((-0.004, -0.4, 0.392), ("0.00", "-0.40", "0.39")),
        ((93.75, 71.67, 98.89), ("94", "72", "99")),
        ((4e-4, 3e-4, 5e-4), ("0.00040", "0.00030", "0.00050")),
        ((96.21875, 96.21875, 96.21875), ("96.22", "96.22", "96.22")),
        ((math.nan, math.nan, math.nan), ("nan", "nan", "nan")),
    ],
)
def test_numbers_have_the_digits_that_their_interval_bears(ends, words):
    assert Estimate(np.zeros(4), *ends).in_words() == words


def test_intervals_of_many_quantities_are_the_single_ones():
    values = np.random.default_rng(0).normal(size=(6, 3, 2))
    low, high = interval(values)
    for index in np.ndindex(3, 2):
        one = estimate(values[(slice(None), *index)])
        assert (low[index], high[index]) == pytest.approx((one.low, one.high))


def test_the_interval_covers_the_truth_in_about_95_of_100_cases():
    draws = np.random.default_rng(1).normal(3, 2, size=(300, 20))
    results = [estimate(draw) for draw in draws]
    covered = np.mean([result.low < 3 < result.high for result in results])
    assert 0.89 <= covered <= 0.99


def test_a_difference_is_paired_by_seed():
    common = np.random.default_rng(2).normal(0, 100, size=12)
    small = np.linspace(0.9, 1.1, 12)
    result = difference(common + small, common)
    assert result.mean == pytest.approx(1.0)
    assert 0.9 < result.low < result.high < 1.1
    with pytest.raises(ValueError, match="same seeds, got 3 and 2"):
        difference([1, 2, 3], [1, 2])


def test_a_difference_says_how_often_the_first_is_higher():
    result = difference([2, 3, 4, 5], [1, 3, 5, 4])  # higher, equal, lower, higher
    assert result.p_above == 0.625
    with_ties = stats.binomtest(5, 8).proportion_ci(method="wilson")  # twice n, to be whole
    assert result.p_low < with_ties.low < 0.625 < with_ties.high < result.p_high
    always = difference(np.arange(10) + 1, np.arange(10))
    expected = stats.binomtest(10, 10).proportion_ci(method="wilson")
    assert (always.p_above, always.p_high) == (1, 1)
    assert always.p_low == pytest.approx(expected.low)
    assert difference(np.arange(10), np.arange(10) + 1).p_above == 0


@pytest.mark.parametrize(("happened", "n"), [(0, 10), (15, 16), (16, 16), (8, 16), (1, 2)])
def test_the_interval_of_a_proportion_is_wilsons(happened, n):
    values = [True] * happened + [False] * (n - happened)
    result = proportion(values)
    expected = stats.binomtest(happened, n).proportion_ci(method="wilson")
    assert (result.mean, result.n, result.count) == (happened / n, n, happened)
    np.testing.assert_allclose((result.low, result.high), expected, atol=1e-12)
    assert 0 <= result.low < result.high <= 1
    assert result.values.tolist() == proportion(np.array(values, dtype=int)).values.tolist()


def test_an_estimate_is_told_in_percent():
    share = proportion([1, 1, 1, 0])
    percent = share.percent()
    assert (percent.mean, percent.count, percent.n) == (75, 3, 4)
    assert (percent.low, percent.high) == (100 * share.low, 100 * share.high)
    assert percent.values.tolist() == [100, 100, 100, 0]
    assert difference([0.5, 0.7], [0.4, 0.5]).percent().mean == pytest.approx(15)
    assert difference([0.5, 0.7], [0.4, 0.5]).percent().p_above == 1


def between(low, high):
    """An estimate with this interval."""
    values = np.array([-1, 1]) * (high - low) / 2 / stats.t.ppf(0.975, 1)
    return estimate((low + high) / 2 + values)


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (2.1, 5, "holds"),
        (-1, 5, "unclear"),
        (1, 2.1, "unclear"),
        (0.1, 1.9, "partly"),
        (-0.1, 1.9, "does not"),
        (-5, -3, "does not"),
    ],
)
def test_a_verdict_on_a_least_effect_is_decided_by_the_interval(low, high, word):
    assert verdict(between(low, high), least=2) == word


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [
        (-1.9, 1.9, "holds"),
        (-2.1, 0, "unclear"),
        (1, 3, "unclear"),
        (2.1, 3, "does not"),
        (-3, -2.1, "does not"),
    ],
)
def test_a_verdict_on_next_to_nothing_is_decided_by_the_interval(low, high, word):
    assert verdict_within(between(low, high), most=2) == word


def test_equal_values_have_an_interval_without_width():
    result = estimate([2.0] * 10)
    assert (result.low, result.mean, result.high) == (2.0, 2.0, 2.0)


def test_time_to_target_is_the_first_record_that_reaches_it():
    clock = [0, 10, 20, 30]
    accuracy = [[0.1, 0.9, 0.5, 0.9], [0.1, 0.2, 0.3, 0.4], [np.nan] * 4, [0.8, 0.8, 0.9, 0.9]]
    assert time_to_target(clock, accuracy, 0.8).tolist() == [10, np.inf, np.inf, 0]
    loss = [[3, 2, 1, 2], [3, 3, 3, 3]]
    own_clocks = [[0, 1, 2, 3], [0, 2, 4, 6]]
    assert time_to_target(own_clocks, loss, 2, falling=True).tolist() == [1, np.inf]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: estimate([1.0]), "at least 2 numbers"),
        (lambda: estimate([[1.0, 2.0]]), "values must be a list"),
        (lambda: estimate([1.0, np.nan]), "values must be finite"),
        (lambda: estimate([1.0, np.inf]), "values must be finite"),
        (lambda: estimate(["a", "b"]), "values must be a list of at least 2 numbers"),
        (lambda: estimate(None), "values must be a list of at least 2 numbers"),
        (lambda: difference([1.0, np.inf], [1.0, np.inf]), "first must be finite"),
        (lambda: difference([1.0, 2.0], [1.0, np.nan]), "second must be finite"),
        (lambda: difference([1.0], [1.0]), "first must be a list of at least 2 numbers"),
        (lambda: proportion([1, 0, 2]), "values must be 0 or 1, or False or True, got 2"),
        (lambda: proportion([0.5, 1]), "values must be 0 or 1, or False or True, got 0.5"),
        (lambda: proportion([1, np.nan]), "values must be finite"),
        (lambda: proportion([True]), "at least 2 numbers"),
        (lambda: proportion([[True, False]]), "at least 2 numbers"),
        (lambda: time_to_target([1, 2], [[1, 2, 3]], 2), "values must have shape"),
        (lambda: time_to_target([1, 2], [1, 2], 2), "values must have shape"),
    ],
)
def test_wrong_values_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
