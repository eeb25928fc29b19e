import pytest
import torch

from everystep.engine.data import stack_splits
from everystep.engine.datasets import digits


def test_each_seed_draws_a_split_of_its_own_and_always_the_same():
    data = digits(500, 100)
    assert torch.equal(data.split(7).x_train, digits(500, 100).split(7).x_train)
    assert not torch.equal(data.split(7).y_train, data.split(8).y_train)
    assert (data.n_train, data.n_val, data.n_classes) == (500, 100, 10)


def test_a_split_is_independent_of_the_order_in_which_its_seed_visits_the_samples():
    from everystep.engine.replicas import batch_order

    every = digits(1437, 360).split(3)
    visited = every.x_train[next(batch_order(1437, 3))]
    unshuffled = (visited[:, None] == every.x_train[:50]).all(2).float().argmax(0)
    assert unshuffled.tolist() != sorted(unshuffled.tolist())


def test_fixed_data_are_the_split_of_every_seed():
    data = digits(20, 10).split(0)
    assert data.split(1) is data


def test_the_first_training_samples_are_kept_with_the_same_validation():
    whole, part = digits(200, 50).split(4), digits(200, 50).first(30).split(4)
    assert torch.equal(part.x_train, whole.x_train[:30])
    assert torch.equal(part.y_train, whole.y_train[:30])
    assert torch.equal(part.x_val, whole.x_val)
    for n in (0, 201, 2.5):
        with pytest.raises(ValueError, match="n_train must be a whole number from 1 to 200"):
            digits(200, 50).first(n)


def test_halves_choose_and_measure_on_different_samples():
    whole = digits(200, 51).split(4)
    choosing, measuring = (half.split(4) for half in digits(200, 51).halves())
    assert (choosing.n_val, measuring.n_val) == (25, 26)
    assert torch.equal(torch.cat([choosing.x_val, measuring.x_val]), whole.x_val)
    assert torch.equal(choosing.x_train, measuring.x_train)
    with pytest.raises(ValueError, match="n_val must be a whole number of at least 2, got 1"):
        digits(200, 1).halves()


def test_splits_are_stacked_with_the_seed_first():
    data = digits(30, 20)
    stacked = stack_splits(data, (5, 6))
    assert stacked.x_train.shape == (2, 30, 64)
    assert stacked.y_val.shape == (2, 20)
    assert torch.equal(stacked.x_val[1], data.split(6).x_val)
    shared = stack_splits(data.split(5), (5, 6))
    assert torch.equal(shared.x_train[1], data.split(5).x_train)
    assert shared.x_train.stride(0) == 0


@pytest.mark.parametrize("seed", [-1, 1.5, "one"])
def test_a_seed_that_is_none_is_refused(seed):
    with pytest.raises(ValueError, match="seed must be a whole number of at least 0"):
        digits(20, 10).split(seed)
