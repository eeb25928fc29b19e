import pytest
import torch

from everystep.core.recipe import Recipe
from everystep.engine.cnn1d import CNN1d
from everystep.engine.datasets import mnist1d
from everystep.engine.training import train
from tests.engine.equality import assert_equals_plain_loop

DATA = mnist1d(100, 40)


@pytest.mark.parametrize(
    "fields",
    [{"lr": 0.003, "momentum": 0.9}, {"lr": 0.001, "optimizer": "adamw", "weight_decay": 0.01}],
    ids=["momentum", "adamw"],
)
def test_every_replica_equals_a_plain_loop(fields):
    recipe = Recipe(batch_size=16, steps=150, **fields)
    assert_equals_plain_loop(recipe, CNN1d(channels=5), torch.float64, DATA)


@pytest.mark.parametrize("batch_size", [3, 33])  # 100 samples: both leave a last batch of one
def test_a_seed_does_not_depend_on_its_company(batch_size):
    recipe = Recipe(batch_size, 0.003, steps=40, optimizer="adamw")
    alone, together = (
        train(recipe, CNN1d(), DATA, seeds=seeds) for seeds in ([5], [25, *range(20)])
    )
    for one, many in zip(alone.weights, together.weights, strict=True):
        assert torch.equal(one[0], many[6])


def test_what_it_sees_of_a_signal_is_learned():
    runs = train(Recipe(16, 0.01, epochs=8, optimizer="adamw"), CNN1d(), mnist1d(1024, 500))
    assert (runs.val_accuracy[:, -1] > 0.3).all(), "three times as often right as by chance"


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"length": 2}, "length must be a whole number of at least 3, got 2"),
        ({"channels": 0}, "channels must be a whole number of at least 1"),
        ({"classes": 2.5}, "classes must be a whole number of at least 1"),
    ],
)
def test_wrong_sizes_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        CNN1d(**sizes)


@pytest.mark.parametrize("length", [3, 4, 5, 40])
def test_signals_of_every_length_fit(length):
    model = CNN1d(length, channels=2, classes=3)
    weights = model.initial_weights([1, 2], torch.float64)
    x = torch.rand(2, 4, length, dtype=torch.float64)
    plain = torch.stack([model.to_module(weights, r)(x[r]) for r in (0, 1)])
    torch.testing.assert_close(model.logits(weights, x), plain.mT)
