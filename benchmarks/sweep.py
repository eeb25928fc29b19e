"""Compare the time on the clock of a sweep of 9 recipes × 64 seeds: ``sweep`` and JAX.

Both have all cores. JAX trains the three rates of a batch size as one program, in which all seeds
have the same rate, since the arithmetic is the same; the rows of its batches are drawn beforehand.
``sweep`` draws them while it trains, and records loss and accuracy at start and end. Prints a table
in Markdown, of medians over repetitions in which the two take turns.

Run with ``python benchmarks/sweep.py`` after ``pip install -r benchmarks/requirements.txt``.
"""

import os

# Before jax is imported. Its threads are as many as it likes.
os.environ["JAX_PLATFORMS"] = "cpu"

import statistics
import time
from collections.abc import Callable

import jax_programs

from everystep.lab import MLP, Recipe, digits, sweep

SEEDS, REPETITIONS = 64, 5
RATES = (0.001, 0.003, 0.01)
UPDATES = {8: 600, 64: 300, 512: 60}  # by batch size
CASES = {
    "64-128-10, plain SGD": (MLP(64, 128, 10), "sgd", jax_programs.sgd),
    "64-128-128-10, AdamW": (MLP(64, 128, 128, 10), "adamw", jax_programs.adamw),
}


def main() -> None:
    print(f"{os.cpu_count()} cores\n")
    print(
        "| model and optimizer | `sweep`, s | JAX, s | JAX with compilation, s | `sweep` / JAX |\n"
        "|:---|---:|---:|---:|---:|"
    )
    for name in CASES:
        print(row(name), flush=True)


def row(name: str) -> str:
    """Measure the seconds of a sweep, and format them."""
    model, optimizer, jax_optimizer = CASES[name]
    data = digits(1024, 360)
    recipes = [
        Recipe(batch, rate, steps=updates, optimizer=optimizer)
        for batch, updates in UPDATES.items()
        for rate in RATES
    ]
    programs = [
        jax_programs.program(
            jax_programs.mlp,
            jax_optimizer(RATES[0]),
            model,
            data,
            SEEDS * len(RATES),
            batch,
            updates,
        )
        for batch, updates in UPDATES.items()
    ]
    end = max(UPDATES.values())

    def ours() -> None:
        sweep(recipes, model, data, seeds=range(SEEDS), every=end, progress=False)

    def with_jax() -> None:
        for program in programs:
            program()

    first = seconds(with_jax)
    times = [(seconds(ours), seconds(with_jax)) for _ in range(REPETITIONS)]
    mine, theirs = map(statistics.median, zip(*times, strict=True))
    return f"| {name} | {mine:.1f} | {theirs:.1f} | {first:.1f} | {mine / theirs:.2f} |"


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
