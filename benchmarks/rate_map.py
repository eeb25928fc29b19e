"""Record the map of rates, batches and schedules that chapter 4's page lets a reader walk on.

The recipe is that of the map in chapter 4's lab: half of the labels random, equal epochs, ten
seeds, each with a split of its own, measured on the same half of its validation images. To the
lab's constant rate come two schedules with the same peak. ``make map`` writes ``rate_map.json``
beside this file, in half a minute.
"""

import datetime
import hashlib
import importlib.metadata
import itertools
import json
import math
import platform
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from everystep.core.schedules import cosine, warmup
from everystep.engine.runs import Runs
from everystep.lab import MLP, Recipe, digits, estimate, sweep

FILE = Path(__file__).with_suffix(".json")
NETWORK = MLP(64, 32, 10)
DATA = digits(n_train=1024, n_val=773).halves()[1]
COMMON = {"epochs": 8, "label_noise": 0.5}
SEEDS = range(10)
BATCHES = (8, 16, 32, 64, 128, 256, 512)
RATES = (0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
SCHEDULES = ("constant", "cosine", "warm-up, cosine")
POINTS = 8  # of a curve, beside its start: one an epoch
GUESSING = math.log(10)  # the loss of guessing one of ten classes, in nats
Cell = tuple[str, int, float]  # schedule, batch, rate


def warm_up_of(updates: int) -> int:
    """Return how many of a run's updates the warm-up takes: an eighth, and one at least."""
    return max(1, round(updates / 8))


def recipe_of(schedule: str, batch: int, rate: float) -> Recipe:
    """Return the recipe of a cell of the map."""
    recipe = Recipe(batch_size=batch, lr=rate, name=f"{schedule}, {batch}, {rate}", **COMMON)
    updates = recipe.updates(DATA.n_train)
    first = warm_up_of(updates)
    made = {
        "constant": None,
        "cosine": cosine(updates),
        "warm-up, cosine": warmup(first, cosine(updates - first)),
    }
    return recipe.replace(schedule=made[schedule])


def diverged(runs: Runs) -> np.ndarray:
    """Return which seeds' runs broke: their loss leapt, and they ended no better than guessing.

    The loss leapt if that of a batch was above 1.05 times the loss of guessing, or not finite. No
    better than guessing one of ten is an accuracy below 15%. Slow runs end there, too, and did not
    leap.
    """
    leapt = ~(runs.batch_loss.max(axis=1) < 1.05 * GUESSING)
    return leapt & (runs.val_accuracy[:, -1] < 0.15)


def curve(values: np.ndarray, digits: int) -> list[float | None]:
    """Return means over seeds, rounded; None where one is not finite."""
    means = [float(mean) for mean in values.mean(axis=0)]
    return [round(mean, digits) if math.isfinite(mean) else None for mean in means]


def cell(runs: Runs) -> dict[str, object]:
    """Return what the map holds of a recipe: its end, in percent, and its curves."""
    end = estimate(100 * runs.val_accuracy[:, -1])
    return {
        "accuracy": [round(value, 1) for value in (end.mean, end.low, end.high)],
        "diverged": int(diverged(runs).sum()),
        "train_loss": curve(runs.train_loss, 2),
        "val_loss": curve(runs.val_loss, 2),
        "train_accuracy": curve(runs.train_accuracy, 3),
        "val_accuracy": curve(runs.val_accuracy, 3),
    }


def record(cells: Iterable[Cell]) -> dict[Cell, dict[str, object]]:
    """Train cells of the map, those of a batch together, and return what it holds of each."""
    found = {}
    for batch in BATCHES:
        mine = [one for one in cells if one[1] == batch]
        if not mine:
            continue
        updates = recipe_of(*mine[0]).updates(DATA.n_train)
        every = [round(k * updates / POINTS) for k in range(1, POINTS + 1)]
        recipes = [recipe_of(*one) for one in mine]
        runs = sweep(recipes, NETWORK, DATA, seeds=SEEDS, every=every, progress=False)
        found |= {one: cell(of_one) for one, of_one in zip(mine, runs, strict=True)}
    return found


def code_digest() -> str:
    """Return a hash of this program's text."""
    return hashlib.sha256(Path(__file__).read_text("utf-8").encode()).hexdigest()[:16]


def head() -> dict[str, object]:
    """Return what is recorded beside the cells: recipe, program, versions and date."""
    updates = {batch: recipe_of("constant", batch, 0.1).updates(DATA.n_train) for batch in BATCHES}
    return {
        "code": code_digest(),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "versions": {name: importlib.metadata.version(name) for name in ("torch", "numpy")},
        "python": platform.python_version(),
        "recipe": {
            "optimizer": "sgd", "hidden": 32, "images": DATA.n_train, **COMMON,
            "seeds": list(SEEDS),
        },
        "validation_images": DATA.n_val,
        "batches": BATCHES,
        "rates": RATES,
        "schedules": SCHEDULES,
        "updates": updates,
        "warm_up": {batch: warm_up_of(count) for batch, count in updates.items()},
        "epochs": [COMMON["epochs"] * k / POINTS for k in range(POINTS + 1)],
    }  # fmt: skip


def main() -> None:
    """Train the whole map and write it, a line for each cell."""
    places = list(itertools.product(SCHEDULES, BATCHES, RATES))
    found = record(places)
    names = ("schedule", "batch", "rate")
    cells = [dict(zip(names, one, strict=True)) | found[one] for one in places]
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cells)
    FILE.write_text(f'{json.dumps(head())[:-1]}, "cells": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
