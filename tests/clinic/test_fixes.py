import pytest

from everystep.clinic.fixes import FAST, SLOW, cost, judge_recipe, kept_speed, recovered


def test_the_price_is_counted_by_hand():
    assert cost(SLOW) == 1920 + 1024 * 60 / 256
    assert cost(FAST) == 120 + 1024 * 60 / 256 == 360
    assert cost(FAST.replace(accumulation=16)) == 16 * 120 + 240
    assert cost(FAST.replace(batch_size=2048)) == 60 + 240, "an epoch has no more samples"
    grown = FAST.replace(batch_size=64, epochs=3, batch_growth={1: 256})
    assert cost(grown) == 16 + 2 * 4 + 3 * 4


def test_the_speed_up_that_is_kept():
    assert kept_speed(FAST) == 1
    assert kept_speed(SLOW) == 1 / 6
    assert kept_speed(FAST.replace(epochs=120)) == 0.5
    assert kept_speed(FAST.replace(epochs=10**12)) < 1e-6


def test_what_is_recovered_lies_between_the_two_runs():
    assert recovered(FAST.replace(name=None)) == 0
    assert recovered(SLOW.replace(name=None)) == 1
    assert 0.2 < recovered(FAST.replace(lr=0.2)) < 0.9


def test_a_recipe_is_shown_beside_the_two_runs():
    table = judge_recipe(FAST.replace(lr=0.2))
    assert list(table["updates"]) == [1920, 120, 120]
    assert list(table["speed-up kept (%)"]) == [17, 100, 100]
    assert list(table["recovered (%)"])[:2] == [100, 0]
    with pytest.raises(ValueError, match="recipe must be a Recipe, got 'batch 512'"):
        judge_recipe("batch 512")
