import numpy as np
import pytest
import torch

from everystep.measure import throughput
from everystep.measure.throughput import Timings, best_device, time_updates, wait_for


def timings(seconds, batch_sizes=(8, 64, 512)):
    return Timings(np.array(batch_sizes), np.array(seconds))


@pytest.fixture
def clock(monkeypatch):
    """A clock of processor time, and one on the wall, that only move when they are told to."""
    now = {"core": 0.0, "wall": 0.0}
    monkeypatch.setattr(throughput.time, "thread_time", lambda: now["core"])
    monkeypatch.setattr(throughput.time, "perf_counter", lambda: now["wall"])
    return now


def test_the_fit_finds_both_parts():
    sizes = np.array([8, 64, 512])
    fixed, per_sample = timings([3e-4 + 2e-6 * sizes] * 3).fit()
    assert fixed == pytest.approx(3e-4)
    assert per_sample == pytest.approx(2e-6)


def test_a_minority_of_slow_rounds_changes_nothing():
    sizes = np.array([8, 64, 512])
    usual = 3e-4 + 2e-6 * sizes
    disturbed = timings([usual, usual, 50 * usual, usual, [1, usual[1], usual[2]]])
    assert disturbed.fit() == pytest.approx((3e-4, 2e-6))
    np.testing.assert_allclose(disturbed.throughput, sizes / usual)


def test_neither_part_is_negative():
    fixed, per_sample = timings([[1e-3, 1.1e-2, 9e-2]]).fit()
    assert fixed == 0
    assert per_sample > 0
    fixed, per_sample = timings([[3e-3, 2e-3, 1e-3]]).fit()
    assert fixed > 0
    assert per_sample == 0


def test_blocks_cut_the_rounds_in_order():
    rows = np.arange(21.0).reshape(7, 3)
    blocks = timings(rows).blocks(3)
    np.testing.assert_array_equal(np.concatenate([block.seconds for block in blocks]), rows)
    assert [len(block.seconds) for block in blocks] == [3, 2, 2]


@pytest.mark.parametrize("count", [0, 3, 1.5])
def test_no_more_blocks_than_rounds(count):
    with pytest.raises(ValueError, match="count"):
        timings(np.ones((2, 3))).blocks(count)


def test_sizes_take_turns_and_the_second_update_of_a_turn_is_timed(clock):
    calls = []

    def update(batch_size):
        calls.append(batch_size)
        clock["core"] += batch_size + len(calls) if len(calls) % 2 == 0 else 500
        clock["wall"] += 1000

    measured = time_updates(update, [4, 16], rounds=2)
    assert calls == [4, 4, 16, 16] * 2
    np.testing.assert_array_equal(measured.seconds, [[4 + 2, 16 + 4], [4 + 6, 16 + 8]])
    np.testing.assert_array_equal(measured.batch_sizes, [4, 16])


def test_an_accelerator_is_waited_for_inside_the_measured_time(clock, monkeypatch):
    pending = {"seconds": 0.0}

    def synchronize(device):
        assert str(device) == "cuda"
        clock["wall"] += pending["seconds"]
        pending["seconds"] = 0.0

    monkeypatch.setattr(torch.accelerator, "synchronize", synchronize)

    def update(batch_size):
        pending["seconds"] += batch_size

    measured = time_updates(update, [2, 8], rounds=3, device="cuda")
    np.testing.assert_array_equal(measured.seconds, [[2, 8]] * 3)


def test_a_cpu_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(torch.accelerator, "synchronize", None)
    wait_for("cpu")


@pytest.mark.parametrize("found", [torch.device("cuda"), torch.device("mps"), None])
def test_best_device(monkeypatch, found):
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda check_available: found)
    assert best_device() == (found or torch.device("cpu"))


@pytest.mark.parametrize(
    ("sizes", "rounds", "named"),
    [
        ([8], 5, "batch_sizes"),
        ([8, 8], 5, "batch_sizes"),
        ([0, 8], 5, "batch_sizes"),
        ([8, 16], 0, "rounds"),
    ],
)
def test_impossible_arguments_are_named_before_any_update(sizes, rounds, named):
    def update(batch_size):
        raise AssertionError("no update may be made")

    with pytest.raises(ValueError, match=named):
        time_updates(update, sizes, rounds=rounds)
