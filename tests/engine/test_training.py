import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from everystep.core.recipe import OPTIMIZERS, Recipe
from everystep.core.seeds import seeds
from everystep.engine.data import Dataset
from everystep.engine.models import CNN, MLP
from everystep.engine.replicas import Stack
from everystep.engine.training import sweep, train
from tests.engine.equality import MANY, assert_equals_plain_loop, pairs, reordered
from tests.engine.plain_loop import (
    PerPosition,
    assert_same,
    largest_difference,
    random_data,
    random_text,
)

DATA = random_data()
SMALL = MLP(64, 16, 10)


def optimizers(*, sgd, momentum, adamw):
    """Return a strategy for the optimizer's fields, with the rates given for each kind."""
    return st.one_of(
        st.fixed_dictionaries({"lr": st.sampled_from(sgd)}),
        st.fixed_dictionaries(
            {
                "lr": st.sampled_from(momentum),
                "momentum": st.sampled_from([0.5, 0.9]),
                "nesterov": st.booleans(),
            }
        ),
        st.fixed_dictionaries(
            {
                "lr": st.sampled_from(adamw),
                "optimizer": st.just("adamw"),
                "betas": st.sampled_from([(0.9, 0.999), (0.8, 0.95)]),
                "eps": st.sampled_from([1e-8, 1e-4]),
            }
        ),
    )


# Where a ReLU or a pooling window stands on the edge, float32 rounding decides which way it goes,
# and plain loops that add up in another order part too: rarely at low rates, often at high ones.
CALM = optimizers(sgd=[0.001, 0.01], momentum=[0.0003, 0.001], adamw=[0.0001, 0.0003])
HIGH = optimizers(sgd=[0.03, 0.1], momentum=[0.003, 0.02], adamw=[0.001, 0.003])
REST = st.fixed_dictionaries(
    {
        "batch_size": st.sampled_from([4, 16, 32, 128]),
        "accumulation": st.sampled_from([1, 2, 4]),
        "weight_decay": st.sampled_from([0.0, 0.01]),
        "schedule": st.sampled_from([None, lambda step: 1 / (1 + step / 50)]),
        "label_noise": st.sampled_from([0.0, 0.2]),
        "batch_growth": st.sampled_from([{}, {2: 64}]),
        "steps": st.just(200),
    }
)


@st.composite
def recipes(draw, optimizers):
    fields = draw(optimizers) | draw(REST)
    # 100 samples: 4 divides them, 16 and 32 leave a short last batch, 128 has only a short one
    drop_last = fields["batch_size"] < 100 and draw(st.booleans())
    return Recipe(**fields, drop_last=drop_last)


models = pytest.mark.parametrize("model", [MLP(64, 24, 12, 10), CNN(channels=4)], ids=repr)
dtypes = pytest.mark.parametrize("dtype", [torch.float64, torch.float32])


@settings(max_examples=6)
@given(recipe=recipes(CALM))
@models
@dtypes
def test_every_replica_equals_a_plain_loop(recipe, model, dtype):
    assert_equals_plain_loop(recipe, model, dtype)


@settings(max_examples=3)
@given(recipe=recipes(HIGH))
@models
def test_at_high_rates_too_in_float64(recipe, model):
    assert_equals_plain_loop(recipe, model, torch.float64)


@settings(max_examples=3)
@given(recipe=recipes(HIGH))
@models
def test_at_high_rates_float32_drifts_as_plain_loops_do(recipe, model):
    for replica, net, loop in pairs(recipe, model, torch.float32):
        _, relative = largest_difference(net, replica)
        if relative > 1e-4:
            drifts = (largest_difference(net, other)[1] for other in reordered(loop, MANY))
            assert any(relative <= 10 * drift for drift in drifts)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"momentum": 0.9, "lr": 0.001},
        {"momentum": 0.9, "nesterov": True, "lr": 0.001},
        {"optimizer": "adamw", "lr": 0.0003},
        {"weight_decay": 0.05},
        {"optimizer": "adamw", "lr": 0.0003, "weight_decay": 0.05},
        {"schedule": lambda step: 0.5 if step % 2 else 1.0},
        {"accumulation": 4},
        {"batch_size": 48},
        {"drop_last": True},
    ],
    ids=lambda fields: "+".join(fields) or "sgd",
)
@models
@dtypes
def test_each_ingredient_alone_equals_a_plain_loop(fields, model, dtype):
    recipe = Recipe(**({"batch_size": 32, "lr": 0.01, "steps": 200} | fields))
    assert_equals_plain_loop(recipe, model, dtype)


@pytest.mark.parametrize(
    "fields",
    [{}, {"momentum": 0.9}, {"optimizer": "adamw"}, {"accumulation": 4}, {"label_noise": 0.2}],
    ids=lambda fields: "+".join(fields) or "sgd",
)
def test_labels_at_several_positions_equal_a_plain_loop(fields):
    data = Dataset(lambda seed: random_text(seed=seed))
    recipe = Recipe(**({"batch_size": 16, "lr": 0.01, "steps": 100} | fields))
    assert_equals_plain_loop(recipe, PerPosition(), torch.float64, data)


@pytest.mark.parametrize("model", [SMALL, CNN(channels=2)], ids=repr)
@pytest.mark.parametrize("batch_size", [3, 33])  # 100 samples: both leave a last batch of one
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_seed_does_not_depend_on_its_company_or_the_threads(model, batch_size, optimizer):
    recipe = Recipe(batch_size, 0.01, steps=70, optimizer=optimizer)
    alone = train(recipe, model, DATA, seeds=[5], every=10)
    threads = torch.get_num_threads()
    try:
        torch.set_num_threads(2)
        together = train(recipe, model, DATA, seeds=[25, *range(20)], every=10)
        assert torch.get_num_threads() == 2, "training must leave the setting as it was"
    finally:
        torch.set_num_threads(threads)
    for one, many in zip(alone.weights, together.weights, strict=True):
        assert torch.equal(one[0], many[6])
    np.testing.assert_array_equal(alone.batch_loss[0], together.batch_loss[6])
    np.testing.assert_array_equal(alone.train_loss[0], together.train_loss[6])
    np.testing.assert_array_equal(alone.val_accuracy[0], together.val_accuracy[6])


def test_training_goes_on_from_given_weights():
    first = train(Recipe(10, 0.1, steps=10), SMALL, DATA, seeds=[1, 2])
    kept = [w.clone() for w in first.weights]
    more = train(Recipe(10, 0.1, steps=10), SMALL, DATA, seeds=[1, 2], start=first.weights)
    np.testing.assert_array_equal(more.val_loss[:, 0], first.val_loss[:, -1])
    for before, now in zip(kept, first.weights, strict=True):
        assert torch.equal(before, now), "the weights given must stay as they are"


def test_sixteen_seeds_of_the_base_seed_are_the_default():
    runs = train(Recipe(50, 0.1, steps=2), SMALL, DATA)
    assert list(runs.seeds) == seeds(16)


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
    for runs, recipe in zip(sweep(recipes, SMALL, DATA, seeds=[1, 2, 3]), recipes, strict=True):
        assert runs.recipe == recipe
        assert_same(runs, train(recipe, SMALL, DATA, seeds=[1, 2, 3]))


def interrupt_in_stack(monkeypatch, number):
    """Press the interrupt key, so to speak, while the stack of that number trains."""
    update, stacks = Stack._updates, []

    def interrupted(stack):
        stacks.append(stack)
        for step, item in enumerate(update(stack)):
            if len(stacks) == number and step == 3:
                raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(Stack, "_updates", interrupted)


def test_an_interrupted_sweep_keeps_what_is_finished(monkeypatch):
    recipes = [Recipe(batch, 0.1, steps=5) for batch in (32, 16, 8)]
    expected = train(recipes[0], SMALL, DATA, seeds=[1, 2])
    threads = torch.get_num_threads()
    interrupt_in_stack(monkeypatch, 2)
    with pytest.warns(UserWarning, match="interrupted: 1 of 3 recipes"):
        result = sweep(recipes, SMALL, DATA, seeds=[1, 2], threads=1)
    assert len(result) == 1
    assert result.unfinished == tuple(recipes[1:])
    assert_same(result[0], expected)
    assert torch.get_num_threads() == threads


def test_an_interruption_before_anything_is_finished_passes_through(monkeypatch):
    interrupt_in_stack(monkeypatch, 1)
    with pytest.raises(KeyboardInterrupt):
        sweep([Recipe(8, 0.1, steps=5)], SMALL, DATA, seeds=[1, 2])


@pytest.mark.parametrize(
    ("recipes", "message"),
    [
        (Recipe(8, 0.1, steps=5), "recipes must be a list of recipes, got Recipe"),
        ([], "recipes must be at least one"),
        ([Recipe(8, 0.1, steps=5)] * 2, "distinct names"),
        ([Recipe(8, 0.1, steps=5), Recipe(8, 0.2, steps=5, schedule=[1.0])], "schedule"),
    ],
)
def test_recipes_that_do_not_fit_are_refused_before_the_first_update(recipes, message, monkeypatch):
    monkeypatch.setattr(Stack, "run", lambda *_: pytest.fail("training began"))
    with pytest.raises(ValueError, match=message):
        sweep(recipes, SMALL, DATA, seeds=[1, 2])


@pytest.mark.parametrize("measure", ["val", ["validation"], [["val"]], None])
def test_measure_must_be_a_list_of_parts(measure):
    with pytest.raises(ValueError, match="measure must be a list of parts among"):
        sweep([Recipe(8, 0.1, steps=5)], SMALL, DATA, seeds=[1, 2], measure=measure)


def test_threads_must_be_a_positive_number():
    with pytest.raises(ValueError, match="threads must be a whole number of at least 1, got 0"):
        train(Recipe(8, 0.1, steps=5), SMALL, DATA, seeds=[1, 2], threads=0)
