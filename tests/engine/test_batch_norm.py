import pytest
import torch
from torch import nn
from torch.nn import functional

from everystep.core.recipe import Recipe
from everystep.engine.batch_norm import BatchNormMLP
from everystep.engine.datasets import digits
from everystep.engine.replicas import EVALUATION_BLOCK
from everystep.engine.training import train
from tests.engine.equality import assert_equals_plain_loop
from tests.engine.plain_loop import random_data

MODEL = BatchNormMLP(64, 24, 12, 10)


@pytest.mark.parametrize(
    "fields",
    [
        {"lr": 0.03, "momentum": 0.9},
        {"lr": 0.001, "optimizer": "adamw", "weight_decay": 0.01},
        {"lr": 0.03, "accumulation": 2, "drop_last": True},
    ],
    ids=["momentum", "adamw", "accumulation"],
)
def test_every_replica_equals_a_plain_loop(fields):
    recipe = Recipe(batch_size=16, steps=100, **fields)
    assert_equals_plain_loop(recipe, MODEL, torch.float64)


def test_a_seed_does_not_depend_on_its_company():
    data, recipe = random_data(), Recipe(14, 0.003, steps=40, optimizer="adamw")
    alone, together = (train(recipe, MODEL, data, seeds=seeds) for seeds in ([5], [25, *range(20)]))
    for one, many in zip(alone.weights, together.weights, strict=True):
        assert torch.equal(one[0], many[6])


def test_evaluation_uses_the_statistics_of_what_is_evaluated_together():
    data = digits(100, EVALUATION_BLOCK)
    runs = train(Recipe(25, 0.1, epochs=3), MODEL, data, seeds=[1, 2])
    split = data.split(2)
    for module in (runs.module(1), runs.module(1).eval()):
        with torch.no_grad():
            loss = functional.cross_entropy(module(split.x_val), split.y_val).item()
        assert runs.val_loss[1, -1] == pytest.approx(loss, rel=1e-5)
    assert any(isinstance(part, nn.BatchNorm1d) for part in module)


def test_a_part_of_one_more_than_a_block_is_evaluated_in_halves():
    runs = train(Recipe(25, 0.1, steps=2), MODEL, digits(100, EVALUATION_BLOCK + 1), seeds=[1, 2])
    assert runs.val_loss.shape == (2, 3)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [((64,), "sizes must be at least two"), ((64, 0, 10), "sizes must be a whole number")],
)
def test_wrong_sizes_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        BatchNormMLP(*sizes)


@pytest.mark.parametrize(
    ("recipe", "sizes", "message"),
    [
        (Recipe(33, 0.1, steps=4), (100, 40), r"at least 2 samples in every batch .* has 1; drop_"),
        (Recipe(50, 0.1, steps=2, accumulation=50), (100, 40), "in every batch .* has 1;"),
        (Recipe(1, 0.1, steps=2), (100, 40), "in every batch .* has 1;"),
        (Recipe(10, 0.1, steps=2), (100, 1), "at least 2 validation samples for BatchNormMLP.*1"),
        (Recipe(1, 0.1, steps=2), (1, 40), "at least 2 training samples for BatchNormMLP"),
    ],
)
def test_a_sample_alone_is_refused_before_the_first_update(recipe, sizes, message):
    with pytest.raises(ValueError, match=message):
        train(recipe, MODEL, digits(*sizes), seeds=[1, 2])


def test_a_single_sample_that_is_left_out_or_never_reached_does_no_harm():
    for recipe in (Recipe(33, 0.1, steps=4, drop_last=True), Recipe(33, 0.1, steps=3)):
        assert not train(recipe, MODEL, digits(100, 40), seeds=[1, 2]).diverged.any()
