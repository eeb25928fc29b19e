import dataclasses

import numpy as np
import pytest
import torch
from torch import nn

import everystep.engine.jobs as jobs
from everystep.core.recipe import Recipe
from everystep.engine.data import Dataset
from everystep.engine.models import MLP, Model
from everystep.engine.replicas import Stack
from everystep.engine.training import train
from everystep.engine.transformer import Transformer
from tests.engine.plain_loop import random_data

DATA = random_data()
SMALL = MLP(64, 16, 10)


def test_the_size_of_stacks_changes_nothing(monkeypatch):
    recipe = Recipe(8, 0.1, steps=60, label_noise=0.3)
    start = SMALL.initial_weights(range(7))
    whole = train(recipe, SMALL, DATA, seeds=range(7), start=start)
    monkeypatch.setattr(jobs, "SMALLEST_STACK", 3)
    monkeypatch.setattr(jobs, "LARGEST_STACK", 3)
    parts = train(recipe, SMALL, DATA, seeds=range(7), start=start)
    assert parts.seeds == whole.seeds
    for a, b in zip(whole.weights, parts.weights, strict=True):
        assert torch.equal(a, b)
    np.testing.assert_array_equal(whole.val_loss, parts.val_loss)


def test_stacks_get_smaller_as_batches_get_larger():
    def sizes(model, *batches):
        return [jobs.stack_size(Recipe(batch, 0.1, steps=1), model) for batch in batches]

    assert sizes(SMALL, 8, 64, 128, 512) == [64, 32, 16, 16]
    assert sizes(Transformer(10, context=32), 1, 2, 8, 32, 128) == [64, 32, 8, 2, 1]
    assert jobs.stack_size(Recipe(8, 0.1, steps=1, batch_growth={3: 512}), SMALL) == 16


def sizes_of(recipes, replicas, threads):
    stacks = jobs.plan(recipes, SMALL, range(replicas), n_train=100, threads=threads)
    trained = [job for stack in stacks for job in stack]
    assert len(trained) == len(set(trained)) == len(recipes) * replicas
    return [len(stack) for stack in stacks]


@pytest.mark.parametrize(
    ("replicas", "threads", "sizes"),
    [
        (20, 1, [20]),
        (20, 2, [10, 10]),
        (20, 8, [10, 10]),
        (15, 2, [15]),  # parts of less than 8 are not worth it
        (128, 1, [64, 64]),
        (130, 2, [33, 33, 33, 31]),
    ],
)
def test_one_recipe_is_divided_for_the_threads(replicas, threads, sizes):
    assert sizes_of([Recipe(8, 0.1, steps=5)], replicas, threads) == sizes


def test_replicas_with_many_rows_are_divided_in_any_company():
    text, recipes = Transformer(10, context=32), [Recipe(2, 0.1, steps=5), Recipe(64, 0.1, steps=5)]
    stacks = jobs.plan(recipes, text, range(10), n_train=100, threads=2)
    assert [len(stack) for stack in stacks] == [1] * 10 + [5, 5]
    assert sizes_of([Recipe(8, 0.1, steps=5), Recipe(64, 0.1, steps=5)], 10, 2) == [5, 5, 10]


def test_rates_of_one_batch_size_share_a_stack_and_the_longest_comes_first():
    recipes = [Recipe(batch, lr, steps=5) for batch in (8, 16) for lr in (0.1, 0.2, 0.3)]
    stacks = jobs.plan(recipes, SMALL, range(20), n_train=100, threads=2)
    assert [{job.recipe.batch_size for job in stack} for stack in stacks] == [{8}, {16}, {16}]
    assert sizes_of(recipes, 20, threads=4) == [30, 30, 30, 30]
    assert sizes_of([*recipes, Recipe(32, 0.1, steps=50)], 20, threads=2) == [10, 10, 60, 30, 30]


class Doubled(MLP):
    """A model whose stacked computation is not its plain module's."""

    def logits(self, weights, x):
        return 2 * super().logits(weights, x)


class Normalized(Model):
    """A model with buffers."""

    def plain(self):
        return nn.Sequential(nn.Linear(64, 10), nn.BatchNorm1d(10))


def changed(**tensors):
    return dataclasses.replace(DATA, **tensors)


def with_nan(x):
    x = x.clone()
    x[3, 5] = float("nan")
    return x


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"recipe": Recipe(10, 0.1, steps=20, schedule=[1.0] * 19)},
            "schedule .* 20 updates, got 19",
        ),
        ({"recipe": Recipe(10, 0.1, steps=2, schedule=lambda step: -1)}, "schedule .* at least 0"),
        ({"recipe": Recipe(101, 0.1, steps=2, drop_last=True)}, "drop_last leaves no batch"),
        ({"data": changed(x_train=with_nan(DATA.x_train))}, "x_train must be finite"),
        ({"data": changed(x_val=with_nan(DATA.x_val))}, "x_val must be finite"),
        ({"data": changed(y_train=DATA.y_train + 1)}, "y_train must be int64 labels from 0 to 9"),
        ({"data": changed(y_val=DATA.y_val - 1)}, "y_val must be int64 labels from 0 to 9"),
        ({"data": changed(y_train=DATA.y_train.float())}, "y_train must be int64"),
        ({"data": changed(y_train=DATA.y_train[1:])}, "y_train shape"),
        (
            {"data": changed(y_train=DATA.y_train.view(-1, 1))},
            r"y_val must have labels of shape \(1,\) a sample",
        ),
        (
            {
                "data": changed(
                    y_train=DATA.y_train.view(-1, 1).expand(-1, 3),
                    y_val=DATA.y_val.view(-1, 1).expand(-1, 3),
                )
            },
            r"10 logits per label, shape \(6, 10, 3\) for 6 samples; .* gives \(6, 10\)",
        ),
        ({"model": nn.Linear(64, 10)}, "model must be a model whose replicas can be stacked"),
        ({"model": MLP(63, 10)}, "does not fit the data's features"),
        ({"model": MLP(64, 9)}, "model must give 10 logits"),
        ({"model": Doubled(64, 10)}, "something else stacked than its plain module"),
        ({"model": Normalized()}, "model must have no buffers"),
        ({"recipe": "batch 10"}, "recipe must be a Recipe, got 'batch 10'"),
        ({"seeds": []}, "seeds must be a list of at least one whole number"),
        ({"seeds": 5}, "seeds must be a list of at least one whole number, got 5"),
        ({"seeds": [1, 1]}, "seeds must be distinct"),
        ({"seeds": [-1]}, "seeds must be a whole number"),
        ({"dtype": torch.float16}, "dtype"),
        ({"every": 0}, "every must be a whole number"),
        ({"every": [5, 21]}, "every must lie from 0 to the run's 20 updates"),
        ({"data": "digits"}, "data must be a Data or a Dataset, got str"),
        (
            {"data": Dataset(lambda seed: random_data(100 + seed))},
            r"for all seeds, got \[\(101, 64, 40, 10\), \(102, 64, 40, 10\)\]",
        ),
        (
            {"data": Dataset(lambda seed: changed(y_val=DATA.y_val + 10))},
            "y_val must be int64 labels",
        ),
        ({"start": SMALL.initial_weights([1])}, "start must have weights of shapes"),
    ],
)
def test_errors_come_before_the_first_update(arguments, message, monkeypatch):
    monkeypatch.setattr(Stack, "run", lambda *_: pytest.fail("training began"))
    call = {"recipe": Recipe(10, 0.1, steps=20), "model": SMALL, "data": DATA, "seeds": [1, 2]}
    with pytest.raises(ValueError, match=message):
        train(**call | arguments)


def test_both_parts_of_the_data_need_the_same_features():
    narrow = changed(x_val=DATA.x_val[:, 1:])
    with pytest.raises(ValueError, match="x_val must have 64 features like x_train, got 63"):
        train(Recipe(10, 0.1, steps=2), SMALL, narrow, seeds=[1, 2])
