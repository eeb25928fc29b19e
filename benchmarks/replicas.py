"""Compare three ways to train many seeds, each with one thread, and print tables in Markdown.

A plain loop, one seed after another; ``everystep.lab.train``; and JAX with ``vmap``, ``scan`` and
``jit``. The first table has the 64-128-10 MLP on digits, with a ``DataLoader`` in the plain loop as
in a tutorial, and whole calls of ``train``. The second has other data and models, with the fastest
plain loop there is, and only the updates. Times are processor time, medians over repetitions in
which the programs take turns, because other programs disturb them less than the clock on the wall.

Run with ``python benchmarks/replicas.py`` after ``pip install -r benchmarks/requirements.txt``; a
number such as ``2`` behind it asks for one table.
"""

import os

# Before jax and torch are imported, so that both keep to one thread.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import jax
import jax_programs
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset

from everystep.engine.models import Model
from everystep.lab import (
    MLP,
    CNN1d,
    Dataset,
    Recipe,
    Transformer,
    characters,
    digits,
    mnist1d,
    sweep,
    train,
)

MODEL, RATE = MLP(64, 128, 10), 0.1
SEEDS = (16, 64)
REPETITIONS = 5
# Multiply-adds of the two layers: forward, gradients of weights, gradient of the hidden layer.
FLOP_PER_SAMPLE = 2 * (2 * (64 * 128 + 128 * 10) + 128 * 10)
UPDATES_WITH_COMPILATION = 2000
UPDATES = {8: 1000, 32: 500, 128: 200, 512: 60}  # measured at each batch size


@dataclass(frozen=True)
class Case:
    """A row's data, model and optimizer; ``updates`` has the batch sizes and what is measured."""

    name: str
    data: Dataset
    model: Model
    fields: dict
    logits: Callable
    updates: dict[int, int]


def main() -> None:
    wanted = sys.argv[1:] or ["1", "2"]
    print(f"{describe_machine()}\n")
    if "1" in wanted:
        print_digits()
        print(f"\n{memory_of_a_large_sweep()}\n")
    if "2" in wanted:
        print_other_data()


def print_digits() -> None:
    data = digits(1024, 360)
    print(
        "| seeds | batch | plain loop, µs | stacked, µs | times faster | JAX, µs "
        "| JAX with compilation, µs | stacked / JAX | share of peak |\n" + "|---:" * 9 + "|"
    )
    for seeds in SEEDS:
        for batch, updates in UPDATES.items():
            print(row(data, seeds, batch, updates), flush=True)


def row(data: Dataset, seeds: int, batch: int, updates: int) -> str:
    """Measure microseconds for one update of one seed, and format them."""
    start = time.process_time()
    jax_run = jax_programs.program(
        jax_programs.mlp, jax_programs.sgd(RATE), MODEL, data, seeds, batch, updates
    )
    jax_run()
    first = time.process_time() - start
    recipe = Recipe(batch, RATE, steps=updates)
    median = medians(
        {
            "peak": matrix_product,
            "plain": lambda: tutorial_loop(data, batch, updates),
            "stacked": lambda: train(
                recipe, MODEL, data, seeds=range(seeds), every=updates, threads=1
            ),
            "jax": jax_run,
        }
    )
    plain = median["plain"] / updates * 1e6
    stacked, with_jax = (median[name] / updates / seeds * 1e6 for name in ("stacked", "jax"))
    compilation = (first - median["jax"]) / UPDATES_WITH_COMPILATION / seeds * 1e6
    share = (FLOP_PER_SAMPLE * batch / stacked) / (2 * 1024**3 * 10 / median["peak"] / 1e6)
    return (
        f"| {seeds} | {batch} | {plain:.0f} | {stacked:.1f} | {plain / stacked:.0f} "
        f"| {with_jax:.1f} | {with_jax + compilation:.1f} | {stacked / with_jax:.2f} "
        f"| {share:.0%} |"
    )


def print_other_data() -> None:
    momentum = {"lr": 0.01, "momentum": 0.9}
    adamw = {"lr": 0.002, "optimizer": "adamw"}
    signals, text = mnist1d(1024, 360), characters(1024, 32)
    mlp, short = MLP(40, 100, 100, 10), {8: 300, 32: 150, 128: 60}
    transformer, long = Transformer(text.n_classes), {2: 100, 8: 40, 32: 16, 128: 12}
    cases = [
        Case("MLP, momentum", signals, mlp, momentum, jax_programs.mlp, short),
        Case("MLP, AdamW", signals, mlp, adamw, jax_programs.mlp, short),
        Case("CNN, AdamW", signals, CNN1d(), adamw, jax_programs.cnn1d, short),
        Case("transformer, AdamW", text, transformer, adamw, jax_programs.transformer, long),
    ]
    print(
        "| model and optimizer | batch | plain loop, µs | stacked, µs | times faster | JAX, µs "
        "| stacked / JAX |\n|:---" + "|---:" * 6 + "|"
    )
    for case in cases:
        for batch in case.updates:
            print(row_of_case(case, batch), flush=True)


def row_of_case(case: Case, batch: int, seeds: int = 16) -> str:
    """Measure microseconds for one update of one seed, and format them."""
    updates = case.updates[batch]
    recipe = Recipe(batch, steps=updates, **case.fields)
    one = {"sgd": jax_programs.sgd, "adamw": jax_programs.adamw}[recipe.optimizer]
    optimizer = one(recipe.lr, recipe.momentum) if recipe.momentum else one(recipe.lr)
    jax_run = jax_programs.program(
        case.logits, optimizer, case.model, case.data, seeds, batch, updates
    )
    jax_run()

    def stacked() -> float:
        runs = train(recipe, case.model, case.data, seeds=range(seeds), every=updates, threads=1)
        return runs.seconds[:, -1].sum()

    median = medians(
        {
            "plain": lambda: plain_loop(case, recipe),
            "stacked": stacked,
            "jax": jax_run,
        }
    )
    plain = median["plain"] / updates * 1e6
    ours, with_jax = (median[name] / updates / seeds * 1e6 for name in ("stacked", "jax"))
    return (
        f"| {case.name} | {batch} | {plain:.0f} | {ours:.0f} | {plain / ours:.1f} "
        f"| {with_jax:.0f} | {ours / with_jax:.2f} |"
    )


def medians(programs: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return seconds for each program; a program that returns a number has measured itself."""
    seconds = {name: [] for name in programs}
    for _ in range(REPETITIONS):
        for name, program in programs.items():
            taken, said = processor_time(program)
            seconds[name].append(said if isinstance(said, float) else taken)
    return {name: statistics.median(times) for name, times in seconds.items()}


def processor_time(program: Callable[[], object]) -> tuple[float, object]:
    start = time.process_time()
    said = program()
    return time.process_time() - start, said


def matrix_product() -> None:
    square = torch.ones(1024, 1024)
    for _ in range(10):
        square @ square


def tutorial_loop(data: Dataset, batch: int, updates: int) -> None:
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


def plain_loop(case: Case, recipe: Recipe) -> float:
    """Train one seed with fused optimizers and batches by index; return seconds of the updates."""
    own = case.data.split(0)
    x, y = own.x_train, own.y_train
    net = case.model.plain()
    if recipe.optimizer == "adamw":
        optimizer = torch.optim.AdamW(net.parameters(), recipe.lr, weight_decay=0, fused=True)
    else:
        optimizer = torch.optim.SGD(net.parameters(), recipe.lr, recipe.momentum, fused=True)
    start, done = time.process_time(), 0
    while done < recipe.steps:
        for rows in torch.randperm(len(x)).split(recipe.batch_size)[: recipe.steps - done]:
            optimizer.zero_grad()
            functional.cross_entropy(net(x[rows]), y[rows]).backward()
            optimizer.step()
            done += 1
    return time.process_time() - start


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
    gflops = 2 * 1024**3 * 10 / min(processor_time(matrix_product)[0] for _ in range(5)) / 1e9
    return (
        f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores, "
        f"{platform.machine()}; torch {torch.__version__}, jax {jax.__version__}; "
        f"1024³ product on one thread: {gflops:.0f} GFLOP/s"
    )


if __name__ == "__main__":
    main()
