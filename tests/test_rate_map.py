"""The map of rates, batches and schedules is what its program records."""

import itertools
import json

import pytest

from benchmarks import rate_map
from benchmarks.rate_map import BATCHES, FILE, RATES, SCHEDULES

RECORD = json.loads(FILE.read_text(encoding="utf-8"))
CELLS = {(c["schedule"], c["batch"], c["rate"]): c for c in RECORD["cells"]}
# Where no run is near breaking: there, rounding of another machine makes it another run.
AGAIN = [
    ("constant", 512, 0.2), ("constant", 64, 0.1), ("constant", 128, 0.4),
    ("cosine", 128, 0.4), ("warm-up, cosine", 64, 0.2), ("warm-up, cosine", 256, 0.8),
]  # fmt: skip


def test_it_was_recorded_with_the_program_as_it_is():
    now = json.loads(json.dumps(rate_map.head()))
    for name in ("date", "versions", "python"):
        assert RECORD[name]
        del now[name]
    assert {name: RECORD[name] for name in now} == now, "record it anew with make map"


def test_every_cell_is_there_in_order_and_the_file_is_small():
    assert list(CELLS) == list(itertools.product(SCHEDULES, BATCHES, RATES))
    assert FILE.stat().st_size <= 60_000


def test_cells_trained_again_are_those_recorded():
    for place, found in rate_map.record(AGAIN).items():
        held = CELLS[place]
        assert found["accuracy"] == pytest.approx(held["accuracy"], abs=1), place
        assert found["diverged"] == held["diverged"] == 0
        for name in ("train_loss", "val_loss", "train_accuracy", "val_accuracy"):
            assert len(found[name]) == len(RECORD["epochs"]) <= 12
            assert found[name] == pytest.approx(held[name], abs=0.02), (place, name)


def test_runs_that_break_are_counted_and_slow_ones_are_not():
    found = rate_map.record([("constant", 16, 3.2), ("constant", 512, 0.025)])
    broken, slow = found.values()
    assert broken["diverged"] >= 8
    assert slow["diverged"] == 0
    assert slow["accuracy"][0] < 15


def test_a_broken_mean_is_left_out_of_a_curve():
    values = rate_map.np.array([[1.0, float("nan")], [2.0, 1.0]])
    assert rate_map.curve(values, 1) == [1.5, None]


def test_a_warm_up_ends_at_the_peak_and_the_cosine_at_zero():
    rates = rate_map.recipe_of("warm-up, cosine", 32, 0.4).rates(1024)
    assert len(rates) == 256
    assert rates[0] < 0.4 / 32
    assert max(rates) == pytest.approx(0.4)
    assert list(rates).index(max(rates)) in (31, 32)
    assert rates[-1] < 0.001
