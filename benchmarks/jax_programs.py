"""The trainings that ``replicas.py`` times, written in JAX with ``vmap``, ``scan`` and ``jit``."""

import math
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np


def mlp(weights, x):
    *hidden, w, b = weights
    for v, c in zip(hidden[::2], hidden[1::2], strict=True):
        x = jax.nn.relu(x @ v.T + c)
    return x @ w.T + b


def cnn1d(weights, x):
    *convolutions, w, b = weights
    h = x[:, None]
    for v, c in zip(convolutions[::2], convolutions[1::2], strict=True):
        h = jax.lax.conv_general_dilated(
            h, v, (2,), [(1, 1)], dimension_numbers=("NCH", "OIH", "NCH")
        )
        h = jax.nn.relu(h + c[:, None])
    return h.reshape(len(h), -1) @ w.T + b


def transformer(weights, x):
    """Two layers of two heads, with the norm before each part."""
    symbols, positions, *parts, scale, shift, w, b = weights
    h = symbols[x.astype(int)] + positions
    for layer in (parts[:12], parts[12:]):
        g1, s1, w1, b1, w2, b2, g2, s2, w3, b3, w4, b4 = layer
        h = h + attention(normalized(h, g1, s1) @ w1.T + b1) @ w2.T + b2
        h = h + jax.nn.gelu(normalized(h, g2, s2) @ w3.T + b3, approximate=False) @ w4.T + b4
    return normalized(h, scale, shift) @ w.T + b


def normalized(h, scale, shift):
    return jax.nn.standardize(h, epsilon=1e-5) * scale + shift


def attention(h, heads=2):
    batch, context, width = h.shape
    q, k, v = h.reshape(batch, context, 3, heads, -1).transpose(2, 0, 3, 1, 4)
    scores = q @ k.swapaxes(2, 3) / math.sqrt(q.shape[-1])
    seen = jnp.tril(jnp.ones((context, context), bool))
    mixed = jax.nn.softmax(jnp.where(seen, scores, -jnp.inf)) @ v
    return mixed.swapaxes(1, 2).reshape(batch, context, width // 3)


def sgd(rate, momentum=0.0):
    def update(weight, gradient, state, step):
        velocity = momentum * state + gradient
        return weight - rate * velocity, velocity

    return jnp.zeros_like, update


def adamw(rate, betas=(0.9, 0.999), eps=1e-8):
    def start(weight):
        return jnp.zeros_like(weight), jnp.zeros_like(weight)

    def update(weight, gradient, state, step):
        m, v = state
        m = betas[0] * m + (1 - betas[0]) * gradient
        v = betas[1] * v + (1 - betas[1]) * gradient**2
        scale = jnp.sqrt(v / (1 - betas[1] ** step)) + eps
        return weight - rate * m / (1 - betas[0] ** step) / scale, (m, v)

    return start, update


def program(logits, optimizer, model, data, seeds: int, batch: int, updates: int) -> Callable:
    """Return a program that makes the updates of all seeds; its first call compiles it.

    The rows of each batch are drawn beforehand.
    """
    start, change = optimizer
    own = data.split(0)
    x, y = jnp.asarray(own.x_train.numpy()), jnp.asarray(own.y_train.numpy())
    weights = [jnp.asarray(w.numpy()) for w in model.initial_weights(range(seeds))]
    rows = np.random.default_rng(0).integers(0, len(x), (seeds, updates, batch))

    def loss(weights, x, y):
        return -jnp.take_along_axis(jax.nn.log_softmax(logits(weights, x)), y[..., None], -1).mean()

    def update(carried, given):
        weights, states = carried
        rows, step = given
        value, gradients = jax.value_and_grad(loss)(weights, x[rows], y[rows])
        changed = [change(*one, step) for one in zip(weights, gradients, states, strict=True)]
        return tuple(map(list, zip(*changed, strict=True))), value

    def run(weights, rows):
        steps = jnp.arange(1.0, updates + 1)
        return jax.lax.scan(update, (weights, [start(w) for w in weights]), (rows, steps))

    compiled, rows = jax.jit(jax.vmap(run)), jnp.asarray(rows)
    return lambda: jax.block_until_ready(compiled(weights, rows))
