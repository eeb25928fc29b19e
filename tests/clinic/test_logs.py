import dataclasses

import numpy as np
import pytest
import torch

from everystep.clinic.logs import duplicates, logs_of, mixing
from everystep.core.recipe import Recipe
from everystep.engine.data import Data
from everystep.engine.datasets import digits
from everystep.engine.models import MLP
from everystep.engine.replicas import evaluate
from everystep.engine.training import train

DATA = digits(64, 40).split(3)
RECIPE = Recipe(batch_size=10, lr=0.1, epochs=2)


@pytest.fixture(scope="module")
def runs():
    return train(RECIPE, MLP(64, 8, 10), DATA, seeds=(5, 6), every=3)


def test_a_log_holds_what_its_seed_recorded(runs):
    logs = logs_of(runs, DATA)
    assert len(logs) == 2
    for index, log in enumerate(logs):
        np.testing.assert_array_equal(log.train_loss, runs.train_loss[index])
        np.testing.assert_array_equal(log.val_accuracy, runs.val_accuracy[index])
        np.testing.assert_array_equal(log.batch_loss, runs.batch_loss[index])
        assert (log.n_train, log.n_val, log.n_classes) == (64, 40, 10)
        assert log.updates == 14
        assert log.batch_size == pytest.approx(2 * 64 / 14)


def test_evaluated_again_the_engine_gives_the_same_loss(runs):
    again, _ = evaluate(runs.model, runs.weights, DATA.x_val, DATA.y_val)
    for index, log in enumerate(logs_of(runs, DATA)):
        assert log.val_loss_again == again[index] == log.val_loss[-1]


def test_mixing_is_1_when_every_batch_holds_what_is_expected_and_small_when_sorted():
    labels = torch.arange(10).repeat(100)
    shuffled = labels[torch.randperm(1000, generator=torch.Generator().manual_seed(0))]
    batches = [20] * 50
    assert mixing(shuffled, batches) == pytest.approx(1, abs=0.03)
    expected = 10 * (1 - 0.9**20)
    assert mixing(labels.sort().values, batches) == pytest.approx(1 / expected)
    assert mixing(shuffled, [1] * 1000) == pytest.approx(1)


def test_mixing_sees_only_the_batches():
    labels = torch.tensor([0, 1, 2, 2, 2])
    assert mixing(labels, [2]) == pytest.approx(2 / (3 * (1 - (2 / 3) ** 2)))


def test_duplicates_are_counted_among_the_validation_samples():
    x = torch.arange(12.0).reshape(6, 2)
    y = torch.zeros(6, dtype=torch.int64)
    data = Data(x[:4], y[:4], torch.cat([x[4:], x[:1], x[:1]]), y[:4], 2)
    assert duplicates(data) == 0.5
    assert duplicates(DATA) == 0


def test_the_first_batches_are_those_of_the_log(runs):
    table = logs_of(runs, DATA)[1].first_batches()
    np.testing.assert_array_equal(table["batch loss"], runs.batch_loss[1, :10])
    assert list(table["update"]) == list(range(1, 11))
    assert (table["rate"] == 0.1).all()


def test_facts_name_sizes_and_second_looks(runs):
    log = dataclasses.replace(logs_of(runs, DATA)[0], duplicates=0.25, val_loss_again=1.5)
    facts = log.facts()
    assert facts["validation samples"] == "40"
    assert facts["samples per update"] == "9"
    assert facts["the same, evaluated again"] == "1.5000"
    assert facts["validation samples found in training"] == "25%"


def test_records_are_spread_evenly_with_the_rate_before_each(runs):
    log = logs_of(runs, DATA)[0]
    table = log.records(3)
    ends = table["epochs"].iloc[[0, -1]]
    assert list(ends) == pytest.approx([0, log.epochs[-1]], abs=0.001)
    assert table["rate"].iloc[-1] == pytest.approx(log.lr[-1], abs=0.001)
    assert table["training loss"].iloc[0] == pytest.approx(log.train_loss[0], abs=0.001)
    assert list(table.columns)[:3] == ["epochs", "training loss", "validation loss"]
