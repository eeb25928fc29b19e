import pytest

from everystep.core.seeds import base_seed, seeds


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


@pytest.mark.parametrize("text", ["", "-1", "1.5", "one"])
def test_a_malformed_base_seed_is_refused(monkeypatch, text):
    monkeypatch.setenv("EVERYSTEP_SEED", text)
    with pytest.raises(ValueError, match="EVERYSTEP_SEED must be a non-negative whole number"):
        base_seed()


@pytest.mark.parametrize("count", [0, -1, 1001, 2.0, True, "3"])
def test_a_malformed_count_is_refused(count):
    with pytest.raises(ValueError, match="count must be a whole number from 1 to 1000"):
        seeds(count)
