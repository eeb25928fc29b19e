import pytest
import torch
from torch.nn import functional

from everystep.core.recipe import Recipe
from everystep.engine.data import Dataset
from everystep.engine.datasets import characters
from everystep.engine.training import train
from everystep.engine.transformer import Transformer, _attended
from everystep.measure.gradient_noise import noise_scale
from tests.engine.equality import assert_equals_plain_loop
from tests.engine.plain_loop import assert_same, random_text

SMALL = {"symbols": 5, "context": 6, "width": 8, "layers": 2, "heads": 2}


@pytest.mark.parametrize("norm", ["pre", "post"])
@pytest.mark.parametrize(
    "fields",
    [{"lr": 0.03, "momentum": 0.9}, {"lr": 0.003, "optimizer": "adamw", "weight_decay": 0.01}],
    ids=["momentum", "adamw"],
)
def test_every_replica_equals_a_plain_loop(norm, fields):
    data = Dataset(lambda seed: random_text(seed=seed))
    recipe = Recipe(batch_size=16, steps=60, **fields)
    assert_equals_plain_loop(recipe, Transformer(**SMALL, norm=norm), torch.float64, data)


@pytest.mark.parametrize("batch_size", [3, 59])  # 60 samples: the second leaves a batch of one
def test_a_seed_does_not_depend_on_its_company(batch_size):
    data, recipe = random_text(), Recipe(batch_size, 0.003, steps=30, optimizer="adamw")
    alone = train(recipe, Transformer(**SMALL), data, seeds=[5])
    together = train(recipe, Transformer(**SMALL), data, seeds=[25, *range(20)])
    for one, many in zip(alone.weights, together.weights, strict=True):
        assert torch.equal(one[0], many[6])


def test_replicas_that_never_share_a_stack_depend_on_nobody_either():
    data = characters(140, 20)
    model = Transformer(data.n_classes, width=4, layers=1, heads=1)
    recipe = Recipe(65, 0.003, steps=3, optimizer="adamw")
    alone, together = (train(recipe, model, data, seeds=seeds) for seeds in ([5], [5, 6, 7]))
    for one, many in zip(alone.weights, together.weights, strict=True):
        assert torch.equal(one[0], many[0])
    again = train(recipe, model, data, seeds=[5, 6, 7], threads=2)
    assert_same(together, again)


def test_attention_is_pytorchs():
    x = torch.randn(5, 7, 24, dtype=torch.float64)
    q, k, v = (part.unflatten(2, (2, 4)).transpose(1, 2) for part in x.chunk(3, 2))
    known = functional.scaled_dot_product_attention(q, k, v, is_causal=True)
    torch.testing.assert_close(_attended(x, heads=2), known.transpose(1, 2).flatten(2))


def test_its_gradients_can_be_measured_sample_by_sample(recwarn):
    data, model = random_text(), Transformer(**SMALL)
    module = model.to_module(model.initial_weights([1, 2]), 1)
    assert noise_scale(module, data.x_train, data.y_train).batch_size > 0
    assert not recwarn.list, "no sample is computed alone"


def test_no_position_sees_what_comes_after_it():
    model = Transformer(9, context=8, width=6, heads=2)
    weights = model.initial_weights([1, 2], torch.float64)
    x = torch.randint(9, (2, 3, 8)).double()
    changed = x.clone()
    changed[:, :, 5:] = (x[:, :, 5:] + 1) % 9
    before, after = model.logits(weights, x), model.logits(weights, changed)
    torch.testing.assert_close(before[..., :5], after[..., :5])
    assert (before[..., 5:] != after[..., 5:]).any(1).all()


def test_what_is_learned_is_more_than_how_often_each_character_occurs():
    data = characters(512, 128)
    model = Transformer(data.n_classes)
    recipe = Recipe(16, 0.003, epochs=3, optimizer="adamw")
    runs = train(recipe, model, data, seeds=[1, 2], every=96)
    labels = data.split(1).y_val.flatten()
    share = labels.bincount(minlength=data.n_classes) / len(labels)
    entropy = -(share * share.clamp(min=1e-9).log()).sum().item()
    assert (runs.val_loss[:, -1] < entropy - 0.3).all()


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"symbols": 0}, "symbols must be a whole number"),
        ({"context": 2.5}, "context must be a whole number"),
        ({"layers": 0}, "layers must be a whole number"),
        ({"heads": 0}, "heads must be a whole number"),
        ({"width": 7}, "width must be a multiple of heads, 2, got 7"),
        ({"norm": "both"}, "norm must be 'pre' or 'post', got 'both'"),
    ],
)
def test_wrong_sizes_are_refused(sizes, message):
    with pytest.raises(ValueError, match=message):
        Transformer(**SMALL | sizes)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Transformer(5, context=7, width=4), "does not fit the data's features"),
        (Transformer(4, context=6, width=4), "does not fit the data's features"),
        (Transformer(6, context=6, width=4), "must give 5 logits per label"),
    ],
)
def test_a_transformer_for_other_texts_is_refused(model, message):
    with pytest.raises(ValueError, match=message):
        train(Recipe(10, 0.1, steps=2), model, random_text(), seeds=[1, 2])
