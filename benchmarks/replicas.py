"""Compare three ways to train many seeds of the 64-128-10 MLP, each with one thread.

A plain loop over a ``DataLoader``, one seed after another; ``everystep.lab.train``; and JAX with
``vmap``, ``scan`` and ``jit``. Prints a table in Markdown. Times are processor time, medians over
repetitions in which the three take turns, because other programs disturb them less than the clock
on the wall.

Run with ``python benchmarks/replicas.py`` after ``pip install -r benchmarks/requirements.txt``.
"""

import os

# Before jax and torch are imported, so that both keep to one thread.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import platform
import resource
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from everystep.lab import MLP, Recipe, digits, sweep, train

MODEL, RATE = MLP(64, 128, 10), 0.1
SEEDS = (16, 64)
REPETITIONS = 5
# Multiply-adds of the two layers: forward, gradients of weights, gradient of the hidden layer.
FLOP_PER_SAMPLE = 2 * (2 * (64 * 128 + 128 * 10) + 128 * 10)
UPDATES_WITH_COMPILATION = 2000
UPDATES = {8: 1000, 32: 500, 128: 200, 512: 60}  # measured at each batch size


def main() -> None:
    data = digits(1024, 360)
    print(f"{describe_machine()}\n")
    print(
        "| seeds | batch | plain loop, µs | stacked, µs | times faster | JAX, µs "
        "| JAX with compilation, µs | stacked / JAX | share of peak |\n" + "|---:" * 9 + "|"
    )
    for seeds in SEEDS:
        for batch, updates in UPDATES.items():
            print(row(data, seeds, batch, updates), flush=True)
    print(f"\n{memory_of_a_large_sweep()}")


def row(data, seeds: int, batch: int, updates: int) -> str:
    """Measure microseconds for one update of one seed, and format them."""
    start = time.process_time()
    jax_run = jax_program(data, seeds, batch, updates)
    jax_run()
    first = time.process_time() - start
    programs = {
        "peak": lambda: matrix_product(),
        "plain": lambda: plain_loop(data, batch, updates),
        "stacked": lambda: train(
            Recipe(batch, RATE, steps=updates),
            MODEL,
            data,
            seeds=range(seeds),
            every=updates,
            threads=1,
        ),
        "jax": jax_run,
    }
    seconds = {name: [] for name in programs}
    for _ in range(REPETITIONS):
        for name, program in programs.items():
            seconds[name].append(processor_time(program))
    median = {name: statistics.median(times) for name, times in seconds.items()}
    plain = median["plain"] / updates * 1e6
    stacked, with_jax = (median[name] / updates / seeds * 1e6 for name in ("stacked", "jax"))
    compilation = (first - median["jax"]) / UPDATES_WITH_COMPILATION / seeds * 1e6
    share = (FLOP_PER_SAMPLE * batch / stacked) / (2 * 1024**3 * 10 / median["peak"] / 1e6)
    return (
        f"| {seeds} | {batch} | {plain:.0f} | {stacked:.1f} | {plain / stacked:.0f} "
        f"| {with_jax:.1f} | {with_jax + compilation:.1f} | {stacked / with_jax:.2f} "
        f"| {share:.0%} |"
    )


def processor_time(program: Callable[[], object]) -> float:
    start = time.process_time()
    program()
    return time.process_time() - start


def matrix_product() -> None:
    square = torch.ones(1024, 1024)
    for _ in range(10):
        square @ square


def plain_loop(data, batch: int, updates: int) -> None:
    """Train one seed as a tutorial would."""
    torch.manual_seed(0)
    net = MODEL.plain()
    optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
    loss_function = torch.nn.CrossEntropyLoss()
    own = data.split(0)
    loader = DataLoader(TensorDataset(own.x_train, own.y_train), batch, shuffle=True)
    done = 0
    while done < updates:
        for x, y in loader:
            optimizer.zero_grad()
            loss_function(net(x), y).backward()
            optimizer.step()
            done += 1
            if done == updates:
                break


def jax_program(data, seeds: int, batch: int, updates: int) -> Callable[[], object]:
    """Return a program that makes the same updates; its first call compiles it."""
    own = data.split(0)
    x, y = jnp.asarray(own.x_train.numpy()), jnp.asarray(own.y_train.numpy())
    weights = [jnp.asarray(w.numpy()) for w in MODEL.initial_weights(range(seeds))]
    draw = np.random.default_rng(0)
    rows = jnp.asarray(draw.integers(0, len(x), (seeds, updates, batch)))

    def loss(weights, x, y):
        w1, b1, w2, b2 = weights
        logits = jax.nn.relu(x @ w1.T + b1) @ w2.T + b2
        return -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], 1).mean()

    def update(weights, rows):
        value, gradients = jax.value_and_grad(loss)(weights, x[rows], y[rows])
        return [w - RATE * g for w, g in zip(weights, gradients, strict=True)], value

    program = jax.jit(jax.vmap(lambda weights, rows: jax.lax.scan(update, weights, rows)))
    return lambda: jax.block_until_ready(program(weights, rows))


def memory_of_a_large_sweep() -> str:
    recipes = [
        Recipe(batch, lr, steps=100, optimizer="adamw")
        for batch in (8, 64, 512)
        for lr in (0.001, 0.003, 0.01)
    ]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sweep(recipes, MLP(64, 128, 128, 10), digits(), seeds=range(64))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (
        f"Peak memory of the process: {before / 2**20:.2f} GiB before, {after / 2**20:.2f} GiB "
        "after a sweep of 9 recipes × 64 seeds of the 64-128-128-10 MLP with AdamW."
    )


def describe_machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    gflops = 2 * 1024**3 * 10 / min(processor_time(matrix_product) for _ in range(5)) / 1e9
    return (
        f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, "
        f"{platform.machine()}; torch {torch.__version__}, jax {jax.__version__}; "
        f"1024³ product on one thread: {gflops:.0f} GFLOP/s"
    )


if __name__ == "__main__":
    main()
