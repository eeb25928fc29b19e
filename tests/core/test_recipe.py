import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.utils.data import BatchSampler

from everystep.core.recipe import OPTIMIZERS, Recipe
from everystep.core.schedules import cosine
from everystep.core.steps import updates_per_epoch


@given(
    n_train=st.integers(1, 200),
    batch_size=st.integers(1, 60),
    epochs=st.integers(1, 4),
    drop_last=st.booleans(),
)
def test_batches_are_those_of_pytorch(n_train, batch_size, epochs, drop_last):
    recipe = Recipe(batch_size, 0.1, epochs=epochs, drop_last=drop_last)
    expected = [len(b) for b in BatchSampler(range(n_train), batch_size, drop_last)]
    if not expected:
        with pytest.raises(ValueError, match="drop_last leaves no batch"):
            recipe.updates(n_train)
        return
    assert recipe.epoch_batches(n_train) == [expected] * epochs
    one = updates_per_epoch(n_train, batch_size, drop_last=drop_last)
    assert recipe.updates(n_train) == epochs * one
    steps = Recipe(batch_size, 0.1, steps=epochs * len(expected), drop_last=drop_last)
    assert steps.epoch_batches(n_train) == [expected] * epochs


@given(n_train=st.integers(1, 200), batch_size=st.integers(1, 60), steps=st.integers(1, 50))
def test_steps_end_in_the_middle_of_an_epoch(n_train, batch_size, steps):
    epochs = Recipe(batch_size, 0.1, steps=steps).epoch_batches(n_train)
    assert sum(map(len, epochs)) == steps
    assert all(sum(sizes) == n_train for sizes in epochs[:-1])
    assert 0 < sum(epochs[-1]) <= n_train


def test_the_batch_grows_at_the_start_of_an_epoch():
    recipe = Recipe(10, 0.1, epochs=4, batch_growth={3: 30, 1: 20})
    assert recipe.epoch_batches(40) == [[10] * 4, [20, 20], [20, 20], [30, 10]]


def test_rates_follow_the_schedule():
    assert Recipe(10, 0.5, steps=3).rates(20).tolist() == [0.5, 0.5, 0.5]
    halves = Recipe(10, 0.5, steps=3, schedule=lambda step: 0.5**step)
    assert halves.rates(20).tolist() == [0.5, 0.25, 0.125]
    assert Recipe(10, 0.5, steps=3, schedule=[1, 0, 2]).rates(20).tolist() == [0.5, 0, 1]


def test_numbers_may_be_numpys():
    half = np.float32(0.5)
    recipe = Recipe(np.int64(10), half, steps=5, schedule=cosine(np.int64(4), half))
    plain = Recipe(10, 0.5, steps=5, schedule=cosine(4, 0.5))
    np.testing.assert_allclose(recipe.rates(20), plain.rates(20), rtol=1e-6)


@pytest.mark.parametrize("schedule", [[1.0] * 4, [1.0] * 6, [], [1.0, np.nan, 1, 1, 1]])
def test_a_schedule_must_fit_the_run(schedule):
    with pytest.raises(ValueError, match="schedule"):
        Recipe(10, 0.5, epochs=5, schedule=schedule).rates(10)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"epochs": 60}, "batch 32, lr 0.1, 60 epochs"),
        ({"steps": 7, "name": "mine"}, "mine"),
        (
            {"steps": 7, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
            "batch 32, lr 0.1, 7 steps, Nesterov momentum 0.9, weight decay 0.01",
        ),
        (
            {"steps": 7, "optimizer": "adamw", "label_noise": 0.2, "accumulation": 4},
            "batch 32, lr 0.1, 7 steps, adamw, 20% label noise, 4 micro-batches",
        ),
        (
            {"steps": 7, "optimizer": "muon", "momentum": 0.95, "nesterov": True},
            "batch 32, lr 0.1, 7 steps, muon, Nesterov momentum 0.95",
        ),
        (
            {"epochs": 9, "batch_growth": {3: 64, 6: 128}, "drop_last": True},
            "batch 32→64→128, lr 0.1, 9 epochs, short batch dropped",
        ),
        ({"steps": 1, "schedule": [1.0]}, "batch 32, lr 0.1, 1 steps, schedule"),
        ({"steps": 1, "schedule": abs}, "batch 32, lr 0.1, 1 steps, abs"),
    ],
)
def test_the_name_says_what_distinguishes_a_recipe(fields, text):
    assert str(Recipe(32, 0.1, **fields)) == text


def test_what_optimizers_read_are_fields_of_a_recipe():
    fields = {field.name for field in dataclasses.fields(Recipe)}
    assert {name for names in OPTIMIZERS.values() for name in names} <= fields


def test_settings_of_another_optimizer_may_be_given_as_they_are():
    assert Recipe(32, 0.1, steps=2, betas=[0.9, 0.999], eps=1e-8).optimizer == "sgd"


def test_a_recipe_is_immutable_hashable_and_replaceable():
    lists = {"schedule": [1.0, 0.5], "batch_growth": {1: 64}, "betas": [0.5, 0.9]}
    recipe = Recipe(32, 0.1, steps=2, optimizer="adamw", **lists)
    with pytest.raises(dataclasses.FrozenInstanceError):
        recipe.lr = 1
    other = recipe.replace(lr=0.2)
    assert (other.lr, other.schedule, recipe.lr) == (0.2, (1.0, 0.5), 0.1)
    assert len({recipe, other, other.replace(lr=0.1)}) == 2


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"batch_size": 0}, "batch_size must be a whole number"),
        ({"batch_size": 2.0}, "batch_size must be a whole number"),
        ({"batch_size": True}, "batch_size must be a whole number"),
        ({"lr": -0.1}, "lr must be a finite number of at least 0"),
        ({"lr": float("nan")}, "lr must be a finite number"),
        ({"lr": "fast"}, "lr must be a finite number"),
        ({"epochs": 2}, "either epochs or steps"),
        ({"steps": None}, "either epochs or steps"),
        ({"steps": 0}, "steps must be a whole number"),
        ({"steps": None, "epochs": 1.5}, "epochs must be a whole number"),
        (
            {"optimizer": "adam"},
            "optimizer must be one of 'sgd', 'adamw', 'muon', 'schedulefree', got 'adam'",
        ),
        ({"momentum": 1.0}, "momentum must be a number of at least 0 and below 1"),
        ({"nesterov": True}, "nesterov needs a momentum"),
        (
            {"optimizer": "adamw", "momentum": 0.9},
            "momentum is no setting of adamw, which has lr, betas, eps, weight_decay",
        ),
        ({"betas": (0.8, 0.9)}, "betas is no setting of sgd, which has lr, momentum, nesterov"),
        ({"eps": 1e-4}, "eps is no setting of sgd"),
        (
            {"optimizer": "schedulefree", "momentum": 0.9},
            "momentum is no setting of schedulefree, which has lr, betas, eps, weight_decay",
        ),
        ({"weight_decay": -1}, "weight_decay"),
        ({"betas": (0.9,)}, "betas must be two numbers"),
        ({"betas": 0.9}, "betas must be two numbers, got 0.9"),
        ({"betas": (0.9, None)}, "betas must be a number of at least 0 and below 1, got None"),
        ({"betas": (0.9, 1.0)}, "betas must be a number of at least 0 and below 1"),
        ({"eps": -1}, "eps"),
        ({"label_noise": 1.1}, "label_noise must be a number from 0 to 1"),
        ({"accumulation": 3}, "accumulation must divide the batch size"),
        ({"accumulation": 8, "batch_growth": {2: 12}}, "accumulation must divide"),
        ({"batch_growth": {0: 64}}, "batch_growth's epoch"),
        ({"batch_growth": {1: 0}}, "batch_growth's batch size"),
        ({"batch_growth": {1: 64, "2": 128}}, "batch_growth's epoch .* got '2'"),
        ({"batch_growth": [1, 2]}, r"batch_growth must be {epoch: batch size}, got \[1, 2\]"),
        ({"batch_growth": 64}, "batch_growth must be {epoch: batch size}, got 64"),
        ({"schedule": 0.5}, "schedule must be a function of the step, or a list .* got 0.5"),
        ({"schedule": "11"}, "schedule must be a function of the step, or a list .* got '11'"),
        ({"schedule": [0.5, "1"]}, "each factor of schedule must be a finite number .* got '1'"),
    ],
)
def test_a_wrong_field_is_refused_by_name(fields, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**{"batch_size": 32, "lr": 0.1, "steps": 10} | fields)
