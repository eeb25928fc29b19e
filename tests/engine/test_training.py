import dataclasses
import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import everystep.engine.training as training
from everystep.core.recipe import Recipe
from everystep.core.seeds import seeds
from everystep.engine.data import digits
from everystep.engine.models import CNN, MLP, Model
from everystep.engine.replicas import evaluate, noisy_labels
from everystep.engine.training import train
from tests.engine.plain_loop import largest_difference, plain_loop, random_data

DATA = random_data()
SMALL = MLP(64, 16, 10)
DIGITS = digits(n_train=100)


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


def pairs(recipe, model, dtype):
    """Yield, for two seeds, the replica's module, the plain loop's, and the loop itself."""
    runs = train(recipe, model, DIGITS, seeds=[3, 8], dtype=dtype, every=200)
    for replica, seed in enumerate(runs.seeds):
        loop = functools.partial(plain_loop, recipe, model, DIGITS, seed, dtype, runs.lr)
        net, losses = loop()
        if dtype == torch.float64:
            np.testing.assert_allclose(runs.batch_loss[replica], losses, rtol=1e-8, atol=1e-10)
        torch.manual_seed(seed)
        moved, _ = largest_difference(net, model.plain().to(dtype))
        assert moved > 1e-3, "the training must have done something, or equality shows nothing"
        yield runs.module(replica), net, loop


def reordered(loop, times):
    """Yield the nets of plain loops that differ from ``loop`` in nothing but rounding."""
    for attempt in range(times):
        yield loop(shuffle=torch.Generator().manual_seed(attempt))[0]


def assert_equals_plain_loop(recipe, model, dtype):
    """In float32, one of the ways in which a plain loop can round must give the replica."""
    for replica, net, loop in pairs(recipe, model, dtype):
        difference, relative = largest_difference(net, replica)
        if dtype == torch.float64:
            assert difference <= 1e-10
        elif relative > 1e-4:
            assert any(largest_difference(n, replica)[1] <= 1e-4 for n in reordered(loop, 20))


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
            drift = max(largest_difference(net, other)[1] for other in reordered(loop, 5))
            assert relative <= 10 * drift


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


@pytest.mark.parametrize("model", [SMALL, CNN(channels=2)], ids=repr)
@pytest.mark.parametrize("batch_size", [3, 33])  # 100 samples: both leave a last batch of one
@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
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


def test_the_size_of_stacks_changes_nothing(monkeypatch):
    recipe = Recipe(8, 0.1, steps=60, label_noise=0.3)
    start = SMALL.initial_weights(range(7))
    whole = train(recipe, SMALL, DATA, seeds=range(7), start=start)
    monkeypatch.setattr(training, "SMALLEST_STACK", 3)
    monkeypatch.setattr(training, "LARGEST_STACK", 3)
    parts = train(recipe, SMALL, DATA, seeds=range(7), start=start)
    assert parts.seeds == whole.seeds
    for a, b in zip(whole.weights, parts.weights, strict=True):
        assert torch.equal(a, b)
    np.testing.assert_array_equal(whole.val_loss, parts.val_loss)


def test_stacks_get_smaller_as_batches_get_larger():
    sizes = [training.stack_size(Recipe(batch, 0.1, steps=1)) for batch in (8, 64, 128, 512)]
    assert sizes == [64, 32, 16, 16]
    assert training.stack_size(Recipe(8, 0.1, steps=1, batch_growth={3: 512})) == 16


def test_a_diverging_replica_is_recorded_and_disturbs_no_other():
    start = [w.clone() for w in SMALL.initial_weights([1, 2, 3])]
    healthy = train(Recipe(10, 0.1, steps=30), SMALL, DATA, seeds=[1, 2, 3])
    start[0][1] = 1e30
    runs = train(Recipe(10, 0.1, steps=30), SMALL, DATA, seeds=[1, 2, 3], start=start)
    assert runs.diverged.tolist() == [False, True, False]
    assert not np.isfinite(runs.train_loss[1, -1])
    assert not healthy.diverged.any()
    for a, b in zip(runs.weights, healthy.weights, strict=True):
        assert torch.equal(a[[0, 2]], b[[0, 2]])


def test_a_rate_far_too_large_diverges():
    assert train(Recipe(10, 1e20, steps=20), SMALL, DATA, seeds=[1, 2]).diverged.all()


def test_records_and_clocks():
    recipe = Recipe(30, 0.1, epochs=3, schedule=lambda step: 0.5**step)
    runs = train(recipe, SMALL, DATA, seeds=[1, 2], every=5)
    assert runs.steps.tolist() == [0, 5, 10, 12]
    np.testing.assert_allclose(runs.epochs, [0, 1.25, 2.5, 3])
    assert runs.samples.tolist() == [0, 130, 260, 300]
    np.testing.assert_allclose(runs.lr, 0.1 * 0.5 ** np.arange(12))
    assert runs.updates == 12
    assert runs.batch_loss.shape == (2, 12)
    assert (np.diff(runs.seconds, axis=1) > 0).all()
    assert (runs.train_loss[:, -1] < runs.train_loss[:, 0]).all()


def test_recorded_values_are_the_plain_modules():
    recipe = Recipe(10, 0.1, steps=40, label_noise=0.5)
    runs = train(recipe, SMALL, DATA, seeds=[4, 5], every=[7, 20], checkpoints=True)
    assert runs.steps.tolist() == [0, 7, 20, 40]
    for record in range(4):
        logits = runs.module(1, record)(DATA.x_val)
        loss = nn.functional.cross_entropy(logits, DATA.y_val).item()
        right = (logits.argmax(1) == DATA.y_val).double().mean().item()
        assert runs.val_loss[1, record] == pytest.approx(loss, rel=1e-5)
        assert runs.val_accuracy[1, record] == pytest.approx(right)
    labels = noisy_labels(DATA.y_train, 0.5, 10, 5)
    assert (labels != DATA.y_train).float().mean() > 0.2
    loss, _ = evaluate(SMALL, runs.weights, DATA.x_train, labels)
    assert runs.train_loss[1, -1] == pytest.approx(loss[1])


def test_training_goes_on_from_given_weights():
    first = train(Recipe(10, 0.1, steps=10), SMALL, DATA, seeds=[1, 2])
    kept = [w.clone() for w in first.weights]
    more = train(Recipe(10, 0.1, steps=10), SMALL, DATA, seeds=[1, 2], start=first.weights)
    np.testing.assert_array_equal(more.val_loss[:, 0], first.val_loss[:, -1])
    for before, now in zip(kept, first.weights, strict=True):
        assert torch.equal(before, now), "the weights given must stay as they are"


def test_an_earlier_record_needs_checkpoints():
    runs = train(Recipe(10, 0.1, steps=10), SMALL, DATA, seeds=[1])
    with pytest.raises(ValueError, match="record"):
        runs.module(0, 0)


def test_sixteen_seeds_of_the_base_seed_are_the_default():
    runs = train(Recipe(50, 0.1, steps=2), SMALL, DATA)
    assert list(runs.seeds) == seeds(16)


def test_the_table_has_one_row_for_each_seed_and_record():
    table = train(Recipe(50, 0.1, steps=4), SMALL, DATA, seeds=[6, 7], every=2).table()
    assert table[["seed", "steps"]].values.tolist() == [
        [seed, step] for seed in (6, 7) for step in (0, 2, 4)
    ]
    assert set(table.recipe) == {"batch 50, lr 0.1, 4 steps"}


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
        ({"model": nn.Linear(64, 10)}, "model must be a model whose replicas can be stacked"),
        ({"model": MLP(63, 10)}, "does not fit the data's features"),
        ({"model": MLP(64, 9)}, "model must give 10 logits"),
        ({"model": Doubled(64, 10)}, "something else stacked than its plain module"),
        ({"model": Normalized()}, "model must have no buffers"),
        ({"seeds": []}, "seeds must be distinct and at least one"),
        ({"seeds": [1, 1]}, "seeds must be distinct"),
        ({"seeds": [-1]}, "seeds must be a whole number"),
        ({"dtype": torch.float16}, "dtype"),
        ({"every": 0}, "every must be a whole number"),
        ({"every": [5, 21]}, "every must lie from 0 to the run's 20 updates"),
        ({"start": SMALL.initial_weights([1])}, "start must have weights of shapes"),
    ],
)
def test_errors_come_before_the_first_update(arguments, message, monkeypatch):
    monkeypatch.setattr(training.Stack, "run", lambda *_: pytest.fail("training began"))
    call = {"recipe": Recipe(10, 0.1, steps=20), "model": SMALL, "data": DATA, "seeds": [1, 2]}
    with pytest.raises(ValueError, match=message):
        train(**call | arguments)


def test_both_parts_of_the_data_need_the_same_features():
    narrow = changed(x_val=DATA.x_val[:, 1:])
    with pytest.raises(ValueError, match="x_val must have 64 features like x_train, got 63"):
        train(Recipe(10, 0.1, steps=2), SMALL, narrow, seeds=[1, 2])
