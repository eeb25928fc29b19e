"""What it means that a training equals a plain loop, in float64 and in float32."""

import functools

import numpy as np
import torch

from everystep.engine.datasets import digits
from everystep.engine.training import train
from tests.engine.plain_loop import largest_difference, plain_loop

DIGITS = digits(n_train=100)
# Plain loops that are tried, where the first end elsewhere: one of 60 has been the one that parted.
MANY = 100


def pairs(recipe, model, dtype, data=DIGITS):
    """Yield, for two seeds, the replica's module, the plain loop's, and the loop itself."""
    runs = train(recipe, model, data, seeds=[3, 8], dtype=dtype, every=200)
    for replica, seed in enumerate(runs.seeds):
        loop = functools.partial(plain_loop, recipe, model, data, seed, dtype, runs.lr)
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


def assert_equals_plain_loop(recipe, model, dtype, data=DIGITS):
    """In float32, one of the ways in which a plain loop can round must give the replica."""
    for replica, net, loop in pairs(recipe, model, dtype, data):
        difference, relative = largest_difference(net, replica)
        if dtype == torch.float64:
            assert difference <= 1e-10
        elif relative > 1e-4:
            assert any(largest_difference(n, replica)[1] <= 1e-4 for n in reordered(loop, MANY))
