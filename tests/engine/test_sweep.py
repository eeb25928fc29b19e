import numpy as np
import pytest
import torch

import everystep.engine.training as training
from everystep.core.recipe import Recipe
from everystep.engine.models import MLP
from everystep.engine.sweep import sweep
from everystep.engine.training import train
from tests.engine.plain_loop import random_data

DATA = random_data()
MODEL = MLP(64, 16, 10)


def assert_same(a, b):
    for first, second in zip(a.weights, b.weights, strict=True):
        assert torch.equal(first, second)
    np.testing.assert_array_equal(a.val_loss, b.val_loss)
    np.testing.assert_array_equal(a.batch_loss, b.batch_loss)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"momentum": 0.5},
        {"momentum": 0.5, "weight_decay": 0.01, "nesterov": True},
        {"optimizer": "adamw", "weight_decay": 0.01},
        {"label_noise": 0.2},
    ],
    ids=lambda fields: "+".join(fields) or "sgd",
)
def test_recipes_in_a_sweep_end_as_they_end_alone(fields):
    one = Recipe(16, 0.01, steps=30, **fields)
    changes = [
        {"lr": 0.02},
        {"momentum": 0.8} if "momentum" in fields else {"schedule": lambda step: 0.9**step},
        {"weight_decay": 0.1},
        {"batch_size": 50},
        {"label_noise": 0.5},
    ]
    recipes = [one, *(one.replace(**change) for change in changes)]
    for runs, recipe in zip(sweep(recipes, MODEL, DATA, seeds=[1, 2, 3]), recipes, strict=True):
        assert runs.recipe == recipe
        assert_same(runs, train(recipe, MODEL, DATA, seeds=[1, 2, 3]))


def test_rates_of_one_batch_size_share_a_stack(monkeypatch):
    sizes = []
    run = training.Stack.run

    def counted(stack, bar):
        sizes.append(len(stack.jobs))
        return run(stack, bar)

    monkeypatch.setattr(training.Stack, "run", counted)
    recipes = [Recipe(batch, lr, steps=5) for batch in (8, 16) for lr in (0.1, 0.2, 0.3)]
    result = sweep(recipes, MODEL, DATA, seeds=range(20))
    assert sizes == [60, 60]
    assert [runs.recipe for runs in result] == recipes
    monkeypatch.setattr(training, "LARGEST_STACK", 25)
    sizes.clear()
    split = sweep(recipes, MODEL, DATA, seeds=range(20))
    assert sizes == [25, 25, 10] * 2
    for a, b in zip(result, split, strict=True):
        assert_same(a, b)


def test_the_tables_are_tidy():
    recipes = [Recipe(batch, 0.1, epochs=2) for batch in (20, 50)]
    result = sweep(recipes, MODEL, DATA, seeds=[4, 5], every=2)
    table, final = result.table(), result.final()
    assert len(table) == 2 * (6 + 3)
    assert final[["batch_size", "seed", "steps"]].values.tolist() == [
        [20, 4, 10],
        [20, 5, 10],
        [50, 4, 4],
        [50, 5, 4],
    ]
    assert final.val_accuracy.tolist() == [
        *result[0].val_accuracy[:, -1],
        *result[1].val_accuracy[:, -1],
    ]
    assert result[recipes[1]] is result[1]
    with pytest.raises(KeyError, match="batch 9"):
        result[Recipe(9, 0.1, epochs=2)]


def interrupt_in_stack(monkeypatch, number):
    """Press the interrupt key, so to speak, while the stack of that number trains."""
    update, stacks = training.Stack._updates, []

    def interrupted(stack):
        stacks.append(stack)
        for step, item in enumerate(update(stack)):
            if len(stacks) == number and step == 3:
                raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(training.Stack, "_updates", interrupted)


def test_an_interrupted_sweep_keeps_what_is_finished(monkeypatch):
    recipes = [Recipe(batch, 0.1, steps=5) for batch in (8, 16, 32)]
    expected = train(recipes[0], MODEL, DATA, seeds=[1, 2])
    threads = torch.get_num_threads()
    interrupt_in_stack(monkeypatch, 2)
    with pytest.warns(UserWarning, match="interrupted: 1 of 3 recipes"):
        result = sweep(recipes, MODEL, DATA, seeds=[1, 2])
    assert len(result) == 1
    assert result.unfinished == tuple(recipes[1:])
    assert_same(result[0], expected)
    assert torch.get_num_threads() == threads


def test_an_interruption_before_anything_is_finished_passes_through(monkeypatch):
    interrupt_in_stack(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        sweep([Recipe(8, 0.1, steps=5)], MODEL, DATA, seeds=[1, 2])


@pytest.mark.parametrize(
    ("recipes", "message"),
    [
        ([], "recipes must be at least one"),
        ([Recipe(8, 0.1, steps=5)] * 2, "distinct names"),
        ([Recipe(8, 0.1, steps=5), Recipe(8, 0.2, steps=5, schedule=[1.0])], "schedule"),
    ],
)
def test_errors_come_before_the_first_update(recipes, message, monkeypatch):
    monkeypatch.setattr(training.Stack, "run", lambda *_: pytest.fail("training began"))
    with pytest.raises(ValueError, match=message):
        sweep(recipes, MODEL, DATA, seeds=[1, 2])
