import random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import BatchSampler, DataLoader, DistributedSampler, TensorDataset

from everystep.core.steps import divide_up, total_steps, updates_per_epoch


def counted(n_samples, batch_size, epochs, drop_last, accumulation, workers):
    """Count a job's updates one by one, with PyTorch dealing out the samples."""
    samples = TensorDataset(torch.zeros(n_samples))
    updates = 0
    for _ in range(epochs):
        sampler = DistributedSampler(samples, workers, rank=0, drop_last=drop_last)
        waiting = 0
        for _ in BatchSampler(sampler, batch_size, drop_last):
            waiting += 1
            if waiting == accumulation:
                updates, waiting = updates + 1, 0
        updates += waiting > 0 and not drop_last
    return updates


def test_agrees_with_a_counted_loop_on_1000_random_jobs():
    draw = random.Random(20)
    for _ in range(1000):
        job = (draw.randint(1, 200), draw.randint(1, 40), draw.randint(1, 3))
        options = (draw.random() < 0.5, draw.randint(1, 4), draw.randint(1, 4))
        named = dict(zip(("drop_last", "accumulation", "workers"), options, strict=True))
        expected = counted(*job, *options)
        if expected:
            assert total_steps(*job, **named) == expected, (job, named)
        else:
            with pytest.raises(ValueError, match="batch_size"):
                total_steps(*job, **named)


def test_no_epochs_make_no_updates():
    assert total_steps(100, 10, 0) == 0


def test_the_worked_case():
    assert total_steps(100_000, 100, 10) == 10_000


@given(st.integers(1, 10**18), st.integers(1, 10**9))
def test_every_sample_is_used_and_no_batch_is_empty(n_samples, batch_size):
    updates = updates_per_epoch(n_samples, batch_size)
    assert (updates - 1) * batch_size < n_samples <= updates * batch_size


@given(st.integers(1, 10**6), st.integers(1, 100), st.integers(1, 10), st.integers(1, 10))
def test_only_the_global_batch_matters_when_nothing_is_dropped(n, batch, accumulation, workers):
    assert updates_per_epoch(
        n, batch, accumulation=accumulation, workers=workers
    ) == updates_per_epoch(n, batch * accumulation * workers)


def test_length_of_a_data_loader_is_the_number_of_updates():
    for n, batch, drop_last in ((10, 3, False), (10, 3, True), (9, 3, False), (2, 5, False)):
        loader = DataLoader(TensorDataset(torch.zeros(n)), batch, drop_last=drop_last)
        assert updates_per_epoch(n, batch, drop_last=drop_last) == len(loader)


@pytest.mark.parametrize("name", ["n_samples", "batch_size", "accumulation", "workers"])
@pytest.mark.parametrize("value", [0, -1, 1.5, 2.0, "8", None, True])
def test_numbers_that_are_not_whole_or_too_small_are_refused(name, value):
    arguments = {"n_samples": 100, "batch_size": 10, name: value}
    with pytest.raises(ValueError, match=f"^{name} must be a whole number of at least 1, got"):
        updates_per_epoch(**arguments)


@pytest.mark.parametrize("epochs", [-1, 0.5, None, True])
def test_malformed_epochs_are_refused(epochs):
    with pytest.raises(ValueError, match=r"^epochs must be a whole number of at least 0, got"):
        total_steps(100, 10, epochs)


@pytest.mark.parametrize("options", [{}, {"accumulation": 2}, {"workers": 2}])
def test_dropping_everything_is_refused(options):
    with pytest.raises(ValueError, match="batch_size × accumulation × workers must be at most"):
        updates_per_epoch(10, 11, drop_last=True, **options)


def test_division_rounds_up_exactly():
    assert [divide_up(n, 4) for n in (1, 4, 5, 8)] == [1, 1, 2, 2]
    assert divide_up(10**17 + 1, 1) == 10**17 + 1
    assert divide_up(3 * 10**17 + 1, 3) == 10**17 + 1
