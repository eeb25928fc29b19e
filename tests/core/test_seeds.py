import numpy as np
import pytest

from everystep.core.seeds import PURPOSES, base_seed, derive, seed_is_set, seeds


def test_default_base_seed_is_zero(monkeypatch):
    monkeypatch.delenv("EVERYSTEP_SEED", raising=False)
    assert base_seed() == 0
    assert seeds(3) == [0, 1, 2]


def test_blocks_of_different_base_seeds_do_not_overlap(monkeypatch):
    drawn = []
    for base in range(20):
        monkeypatch.setenv("EVERYSTEP_SEED", str(base))
        drawn += seeds(1000)
    assert len(set(drawn)) == 20_000


@pytest.mark.parametrize("text", ["", " ", "\t"])
def test_a_blank_base_seed_is_none(monkeypatch, text):
    monkeypatch.setenv("EVERYSTEP_SEED", text)
    assert base_seed() == 0
    assert not seed_is_set()


@pytest.mark.parametrize("text", ["0", " 7 ", "1000000000"])
def test_a_base_seed_is_chosen_by_a_number(monkeypatch, text):
    monkeypatch.setenv("EVERYSTEP_SEED", text)
    assert base_seed() == int(text)
    assert seed_is_set()


@pytest.mark.parametrize("text", ["-1", "1.5", "one", "1e3", "²", "1000000001", "9" * 5000])
def test_a_malformed_base_seed_is_refused_in_one_line(monkeypatch, text):
    monkeypatch.setenv("EVERYSTEP_SEED", text)
    assert seed_is_set()
    words = "EVERYSTEP_SEED must be a whole number from 0 to 1000000000, or empty, got '"
    with pytest.raises(ValueError, match=words) as refused:
        base_seed()
    assert refused.value._render_traceback_() == [str(refused.value)]
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize("count", [0, -1, 1001, 2.0, True, "3"])
def test_a_malformed_count_is_refused(count):
    with pytest.raises(ValueError, match="count must be a whole number from 1 to 1000"):
        seeds(count)


@pytest.mark.parametrize(
    ("seed", "purpose", "index", "expected"),
    [
        (0, "label noise", 0, 3964924996),
        (19015, "label noise", 0, 934562684),
        (0, "photographs", 0, 1369798745),
        (19, "photographs", 0, 1285890439),
        (0, "dropout in evaluation", 0, 2968811710),
        (3, "dropout in evaluation", 0, 1576890651),
        (3, "dropout in evaluation", 51, 1596924006),
        (1099511627776, "label noise", 0, 3531943370),
        (1099511627776, "dropout in evaluation", 2, 379171754),
    ],
)
def test_derived_seeds_stay_what_recorded_results_rest_on(seed, purpose, index, expected):
    assert derive(seed, purpose, index) == expected
    assert derive(np.int64(seed), purpose, index) == expected


def test_no_two_derived_seeds_are_equal():
    drawn = [derive(seed, p, index) for seed in range(50) for p in PURPOSES for index in range(5)]
    assert len({*drawn, *range(50)}) == len(drawn) + 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, "label noise"), "seed must be a whole number of at least 0"),
        ((1.0, "label noise"), "seed must be a whole number of at least 0"),
        (
            (1, "labels"),
            "purpose must be one of 'dropout in evaluation', .* 'labels'",
        ),
        ((1, "label noise", -1), "index must be a whole number of at least 0"),
    ],
)
def test_a_malformed_derivation_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        derive(*arguments)
