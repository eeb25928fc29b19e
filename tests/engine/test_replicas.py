import itertools

import numpy as np
import pytest
import torch
from torch.nn import functional

from everystep.engine.models import MLP
from everystep.engine.replicas import (
    EVALUATION_BLOCK,
    batch_order,
    evaluate,
    noisy_labels,
    record_steps,
)
from tests.engine.plain_loop import PerPosition


def test_every_epoch_visits_every_sample_in_a_new_order():
    first, second = itertools.islice(batch_order(50, 3), 2)
    assert sorted(first.tolist()) == sorted(second.tolist()) == list(range(50))
    assert not torch.equal(first, second)
    assert torch.equal(next(batch_order(50, 3)), first)
    assert not torch.equal(next(batch_order(50, 4)), first)


def test_label_noise_replaces_the_asked_share():
    labels = torch.arange(20_000) % 10
    noisy = noisy_labels(labels, 0.2, 10, seed=5)
    # 0.2 are redrawn, and one in ten of these gets its own class again: 0.18 ± 4 standard errors
    assert abs((noisy != labels).double().mean().item() - 0.18) < 0.011
    assert torch.equal(noisy, noisy_labels(labels, 0.2, 10, seed=5))
    assert not torch.equal(noisy, noisy_labels(labels, 0.2, 10, seed=6))
    assert torch.equal(noisy_labels(labels, 0.0, 10, seed=5), labels)
    assert set(noisy_labels(labels, 1.0, 10, seed=5).tolist()) == set(range(10))
    of_a_text = noisy_labels(labels.view(2000, 10), 0.2, 10, seed=5)
    assert torch.equal(of_a_text, noisy.view(2000, 10)), "each position for itself"


def test_evaluation_agrees_with_plain_modules():
    model = MLP(6, 5, 4)
    n = EVALUATION_BLOCK + 100
    x, y = torch.rand(n, 6), torch.randint(4, (n,))
    weights = model.initial_weights([1, 2, 3])
    loss, accuracy = evaluate(model, weights, x, y)
    for replica in range(3):
        logits = model.to_module(weights, replica)(x)
        assert loss[replica] == pytest.approx(functional.cross_entropy(logits, y).item(), rel=1e-5)
        assert accuracy[replica] == pytest.approx((logits.argmax(1) == y).double().mean().item())


def test_replicas_may_have_labels_of_their_own():
    model = MLP(6, 4)
    weights = model.initial_weights([1, 2])
    x, y = torch.rand(30, 6), torch.randint(4, (2, 30))
    both = np.array(evaluate(model, weights, x, y))
    each = [np.array(evaluate(model, weights, x, y[replica]))[:, replica] for replica in (0, 1)]
    np.testing.assert_allclose(both, np.transpose(each))


@pytest.mark.parametrize("own", [False, True])
def test_evaluation_is_over_all_positions(own):
    model = PerPosition()
    weights = model.initial_weights([1, 2])
    n = EVALUATION_BLOCK // model.rows + 5
    x, y = torch.randint(5, (n, 6)).float(), torch.randint(5, (2, n, 6))
    loss, accuracy = evaluate(model, weights, x, y if own else y[0])
    for replica in range(2):
        logits, labels = model.to_module(weights, replica)(x), y[replica if own else 0]
        known = functional.cross_entropy(logits, labels).item()
        assert loss[replica] == pytest.approx(known, rel=1e-5)
        right = (logits.argmax(1) == labels).double().mean().item()
        assert accuracy[replica] == pytest.approx(right)


@pytest.mark.parametrize(
    ("every", "total", "expected"),
    [
        (None, 3, [0, 1, 2, 3]),
        (None, 100, list(range(0, 101, 2))),
        (4, 10, [0, 4, 8, 10]),
        (5, 10, [0, 5, 10]),
        (99, 10, [0, 10]),
        ([7, 2, 2], 10, [0, 2, 7, 10]),
        (np.array([7, 2]), 10, [0, 2, 7, 10]),
        ([], 10, [0, 10]),
    ],
)
def test_moments_of_records(every, total, expected):
    assert record_steps(every, total) == expected


@pytest.mark.parametrize(
    ("every", "message"),
    [
        (0, "every must be a whole number of at least 1, got 0"),
        (2.5, "every must be a whole number of at least 1, got 2.5"),
        ("50", "every must be a whole number of at least 1, got '50'"),
        ([2.7], "each moment of every must be a whole number of at least 0, got 2.7"),
        (np.array([5.0]), "each moment of every must be a whole number of at least 0, got"),
        ([-1], "each moment of every must be a whole number of at least 0, got -1"),
        ([3, 101], "every must lie from 0 to the run's 100 updates, got .3, 101"),
    ],
)
def test_wrong_moments_are_refused(every, message):
    with pytest.raises(ValueError, match=message):
        record_steps(every, 100)
