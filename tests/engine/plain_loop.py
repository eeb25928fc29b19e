"""The loop that the stacked training must equal, written with torch.nn and torch.optim alone."""

import math

import numpy as np
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from everystep.engine.data import Data
from everystep.engine.models import Model
from everystep.engine.replicas import noisy_labels


def random_data(n_train=100, n_val=40, *, features=64, n_classes=10, seed=0):
    """Return samples of a few noisy clusters, which a model can learn in part."""
    generator = torch.Generator().manual_seed(seed)
    centers = torch.rand(n_classes, features, generator=generator)
    y = torch.randint(n_classes, (n_train + n_val,), generator=generator)
    x = centers[y] + 0.5 * torch.rand(n_train + n_val, features, generator=generator)
    return Data(x[:n_train], y[:n_train], x[n_train:], y[n_train:], n_classes)


def random_text(n_train=60, n_val=20, *, context=6, symbols=5, seed=0):
    """Return windows of symbols of which each depends on the one before, with a label at each."""
    generator = torch.Generator().manual_seed(seed)
    likely = torch.rand(symbols, symbols, generator=generator) ** 4
    text = torch.zeros(n_train + n_val, context + 1, dtype=torch.int64)
    for place in range(context):
        text[:, place + 1] = likely[text[:, place]].multinomial(1, generator=generator).flatten()
    x, y = text[:, :-1].float(), text[:, 1:]
    return Data(x[:n_train], y[:n_train], x[n_train:], y[n_train:], symbols)


class PerPosition(Model):
    """A symbol at each of 6 positions, predicted from the one there: the shortest such model."""

    rows = 6

    def plain(self):
        return Table()

    def logits(self, weights, x):
        replicas, batch, positions = x.shape
        chosen = x.long().flatten(1).unsqueeze(2).expand(-1, -1, 5)
        rows = weights[0].gather(1, chosen)
        return rows.view(replicas, batch, positions, 5).permute(0, 3, 1, 2)


class Table(torch.nn.Embedding):
    def __init__(self):
        super().__init__(5, 5)

    def forward(self, x):
        return super().forward(x.long()).mT


def plain_optimizer(recipe, net):
    if recipe.optimizer == "adamw":
        return torch.optim.AdamW(
            net.parameters(),
            lr=recipe.lr,
            betas=recipe.betas,
            eps=recipe.eps,
            weight_decay=recipe.weight_decay,
        )
    return torch.optim.SGD(
        net.parameters(),
        lr=recipe.lr,
        momentum=recipe.momentum,
        nesterov=recipe.nesterov,
        weight_decay=recipe.weight_decay,
    )


def plain_loop(
    recipe, model, data, seed, dtype, rates, *, shuffle=None, make_optimizer=plain_optimizer
):
    """Train one replica with a DataLoader, and return its module and the loss of every batch.

    With ``shuffle``, a generator, samples change places within each batch. That is the same
    training in exact arithmetic, but sums are rounded otherwise.
    """
    data = data.split(seed)
    torch.manual_seed(seed)
    net = model.plain().to(dtype)
    optimizer = make_optimizer(recipe, net)
    y = noisy_labels(data.y_train, recipe.label_noise, data.n_classes, seed)
    samples = TensorDataset(data.x_train.to(dtype), y)
    generator = torch.Generator().manual_seed(seed)
    losses, epoch, size = [], 0, recipe.batch_size
    while len(losses) < len(rates):
        size = dict(recipe.batch_growth).get(epoch, size)
        order = torch.randperm(len(samples), generator=generator).tolist()
        loader = DataLoader(samples, size, sampler=order, drop_last=recipe.drop_last)
        for x, y in loader:
            if len(losses) < len(rates):
                if shuffle is not None:
                    places = torch.randperm(len(x), generator=shuffle)
                    x, y = x[places], y[places]
                optimizer.param_groups[0]["lr"] = rates[len(losses)]
                losses.append(plain_update(net, optimizer, x, y, recipe.accumulation))
        epoch += 1
    return net, np.array(losses)


def plain_update(net, optimizer, x, y, accumulation):
    optimizer.zero_grad()
    total = 0.0
    size = math.ceil(len(x) / accumulation)
    for part_x, part_y in zip(x.split(size), y.split(size), strict=True):
        loss = functional.cross_entropy(net(part_x), part_y) * (len(part_x) / len(x))
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


def largest_difference(net, other):
    """Return the largest weight difference, and the same as a share of the largest weight."""
    pairs = list(zip(net.parameters(), other.parameters(), strict=True))
    difference = max((p - q).abs().max().item() for p, q in pairs)
    return difference, difference / max(p.abs().max().item() for p, _ in pairs)


def assert_same(a, b):
    """Assert that two runs are the same to the last bit."""
    for first, second in zip(a.weights, b.weights, strict=True):
        assert torch.equal(first, second)
    np.testing.assert_array_equal(a.val_loss, b.val_loss)
    np.testing.assert_array_equal(a.batch_loss, b.batch_loss)
