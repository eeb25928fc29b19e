import pytest
import torch
from torch import nn

from everystep.core.recipe import Recipe
from everystep.engine.batch_norm import BatchNormMLP
from everystep.engine.cnn1d import CNN1d
from everystep.engine.models import CNN, MLP, Model
from everystep.engine.training import train
from everystep.engine.transformer import Transformer
from tests.engine.plain_loop import random_data

MODELS = [
    MLP(64, 10),
    MLP(64, 12, 10),
    MLP(64, 12, 7, 10),
    CNN(),
    CNN(4, 2, 3),
    CNN1d(),
    CNN1d(9, channels=2, classes=3),
    BatchNormMLP(64, 10),
    BatchNormMLP(64, 12, 7, 10),
    Transformer(7, context=5, width=6, heads=3),
    Transformer(7, context=5, width=6, layers=1, norm="post"),
]


def samples(model):
    """Return 5 samples for each of 3 replicas."""
    if isinstance(model, Transformer):
        return torch.randint(model.symbols, (3, 5, model.context)).double()
    if isinstance(model, CNN):
        features = model.side**2
    else:
        features = model.length if isinstance(model, CNN1d) else model.sizes[0]
    return torch.rand(3, 5, features, dtype=torch.float64)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_initial_weights_are_those_of_pytorch(model):
    state = torch.get_rng_state()
    weights = model.initial_weights([11, 4], torch.float64)
    assert torch.equal(torch.get_rng_state(), state)
    for replica, seed in enumerate([11, 4]):
        torch.manual_seed(seed)
        for parameter, stack in zip(model.plain().parameters(), weights, strict=True):
            assert torch.equal(parameter.double(), stack[replica])


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_logits_are_the_plain_modules(model):
    weights = model.initial_weights(range(3), torch.float64)
    x = samples(model)
    logits = model.logits(weights, x)
    for replica in range(3):
        plain = model.to_module(weights, replica)(x[replica])
        torch.testing.assert_close(logits[replica].transpose(0, 1), plain)


@pytest.mark.parametrize("model", MODELS, ids=repr)
def test_gradients_are_autograds_and_are_added(model):
    weights = model.initial_weights(range(3), torch.float64)
    x = samples(model)
    for weight in weights:
        weight.requires_grad_()
    with torch.no_grad():
        tape = model.forward(weights, x)
        d = torch.rand_like(tape[-1])
        out = [torch.ones_like(weight) for weight in weights]
        model.backward(weights, tape, d, out)
    for replica in range(3):
        module = model.to_module(weights, replica)
        module(x[replica]).backward(d[replica].transpose(0, 1))
        for parameter, gradient in zip(module.parameters(), out, strict=True):
            torch.testing.assert_close(1 + parameter.grad, gradient[replica])


class Linear(Model):
    """The shortest model that can be added."""

    def plain(self):
        return nn.Linear(64, 10, bias=False)

    def logits(self, weights, x):
        return weights[0] @ x.mT


def test_a_new_model_needs_only_its_module_and_its_logits():
    runs = train(Recipe(10, 0.1, epochs=10), Linear(), random_data(), seeds=[1, 2])
    assert (runs.train_accuracy[:, -1] > 0.5).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MLP(64), "sizes must be at least two"),
        (lambda: MLP(64, 0, 10), "sizes must be a whole number"),
        (lambda: MLP(64, 2.5, 10), "sizes must be a whole number"),
        (lambda: CNN(side=6), "side must be a multiple of 4"),
        (lambda: CNN(channels=0), "channels must be a whole number"),
        (lambda: CNN(classes=0), "classes must be a whole number"),
    ],
)
def test_a_wrong_size_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
