"""The table that ties the two languages in which models are trained.

``python -m tests.reference.training`` writes it: schedules with their factors, recipes with their
batches or what is wrong with them, and trainings with what the package makes of them in float64.
The browser's scripts must do the same.
"""

import functools
import itertools
import json
from pathlib import Path

import numpy as np
import torch

from everystep.core import schedules
from everystep.core.recipe import Recipe
from everystep.engine.data import Data
from everystep.engine.models import MLP
from everystep.engine.replicas import batch_order, noisy_labels
from everystep.engine.training import train
from everystep.site.trainer import page_signals

TABLE = Path(__file__).with_suffix(".json")
STEPS = 200
SEED = 5
N_TRAIN, N_VAL, FEATURES, CLASSES = 21, 9, 5, 3
# Every 50th signal of those that a page has trains, and as many validate. A batch of 32 makes 4
# updates in an epoch of these.
EVERY_SIGNAL, SIGNAL_SIZES, SIGNAL_EPOCHS = 50, (40, 12, 10), STEPS // 4
HIDDEN = ((), (6,), (7, 5))
# Losses are kept of the first updates, where a fault shows its kind, and then of every tenth.
KEPT = [*range(10), *range(10, STEPS, 10), STEPS - 1]
# When schedules are looked at: often at the start, and beyond the horizon too.
MOMENTS = [*range(12), *range(12, STEPS - 1, 7), STEPS - 1, STEPS, STEPS + 13]

# A schedule is written as a list: its name, then its arguments, other schedules among them.
SCHEDULES = [
    ["constant"],
    ["step_decay", 30], ["step_decay", 7, 0.5], ["step_decay", 1, 0],
    ["exponential", 0.97], ["exponential", 0], ["exponential", 1],
    ["polynomial", 150], ["polynomial", 200, 2.5], ["polynomial", 1],
    ["cosine", 200], ["cosine", 60, 0.1], ["cosine", 1, 1],
    ["cosine_restarts", 40], ["cosine_restarts", 13, 2, 0.05], ["cosine_restarts", 1, 3],
    ["one_cycle", 200], ["one_cycle", 90, 0.5, 0.1, 0.01], ["one_cycle", 2],
    ["one_cycle", 50, 0, 0.2], ["one_cycle", 10, 0.1], ["one_cycle", 50, 1, 0.2],
    ["warmup", 10, ["constant"]], ["warmup", 0, ["cosine", 50]],
    ["warmup", 15, ["step_decay", 40]], ["warmup", 5, ["warmup", 9, ["exponential", 0.99]]],
    ["warmup_cosine", 200, 20], ["warmup_cosine", 100, 0, 0.2], ["warmup_cosine", 30, 29],
    ["cooldown", 200, 40], ["cooldown", 200, 200, 0.1], ["cooldown", 50, 1],
    # What is no schedule.
    ["step_decay", 0], ["step_decay", 2.5], ["step_decay", 5, 1.5], ["exponential", -0.1],
    ["exponential", "1"], ["polynomial", 0], ["polynomial", 5, 0], ["cosine", -3],
    ["cosine", 9, 2], ["cosine_restarts", 0], ["cosine_restarts", 5, 0],
    ["cosine_restarts", 5, 1, -1], ["one_cycle", 1], ["one_cycle", 9, 1.1],
    ["one_cycle", 9, 0.3, -1], ["one_cycle", 9, 0.3, 0.1, 2], ["warmup", -1, ["constant"]],
    ["warmup", 3, 5], ["warmup_cosine", 10, 10], ["warmup_cosine", 0, 0], ["cooldown", 10, 11],
    ["cooldown", 10, 0], ["cooldown", 10, 5, None],
]  # fmt: skip
LOSSES = [2.0, 1.5, 1.4, 1.41, 1.4, 1.3999, 1.2, 1.3, 1.3, 1.3, 1.3, 1.1, 1.2, 1.2, 1.2, 0.0, 1, 1]
PLATEAUS = [[], [0.5, 2], [0.1, 0, 0.0], [0.3, 1, 0.2], [2], [0.1, -1], [0.1, 1, 1.5]]

# The optimizers that a page has; the package has more.
ON_PAGES = ("sgd", "adamw")
BATCH = {"batch_size": 8, "lr": 0.1, "epochs": 3}
ADAMW = {"batch_size": 8, "lr": 0.01, "epochs": 3, "optimizer": "adamw"}
RECIPES = [
    BATCH,
    *({**BATCH, "batch_size": size} for size in (1, 7, 20, 21, 22, 100, 0, -1, 2.5, "8", None)),
    *({**BATCH, "epochs": None, "steps": steps} for steps in (1, 3, 4, 20, 0, 1.5, None, True)),
    *({**BATCH, "epochs": epochs} for epochs in (1, 0, -1, "3")),
    {**BATCH, "steps": 5},
    *({**BATCH, "drop_last": True, "batch_size": size} for size in (8, 7, 21, 22)),
    {**BATCH, "drop_last": True, "epochs": None, "steps": 7},
    *({**BATCH, "accumulation": accumulation} for accumulation in (1, 2, 8, 3, 16, 0, 1.5)),
    {**BATCH, "batch_growth": [[2, 16], [1, 12]]},
    {**BATCH, "batch_growth": [[1, 30]], "epochs": None, "steps": 9},
    {**BATCH, "batch_growth": [[1, 30]], "drop_last": True},
    {**BATCH, "batch_growth": [[1, 9]], "accumulation": 4},
    *({**BATCH, "batch_growth": growth} for growth in ([[0, 9]], [[1, 0]], [[1]], [5], 5, "no")),
    *({**BATCH, "lr": lr} for lr in (0, -0.1, "0.1", None, True)),
    *({**BATCH, "momentum": momentum} for momentum in (0, 0.9, 1, -0.5, "0")),
    {**BATCH, "nesterov": True},
    {**BATCH, "nesterov": True, "momentum": 0.5},
    *({**BATCH, "weight_decay": decay} for decay in (0.1, -1e-9, [])),
    *({**BATCH, "label_noise": noise} for noise in (0, 1, 0.2, 1.1, -0.1, "much")),
    *({**BATCH, "optimizer": name} for name in ("adam", "", 3, None, "muon")),
    {**BATCH, "betas": [0.8, 0.99]},
    {**BATCH, "eps": 1e-6},
    ADAMW,
    {**ADAMW, "momentum": 0.9},
    {**ADAMW, "momentum": 0.9, "nesterov": True},
    {**ADAMW, "weight_decay": 0.01, "betas": [0, 0], "eps": 0},
    *({**ADAMW, "betas": betas} for betas in ([0.9], [0.9, 1], [-0.1, 0.9], 0.9, [0.9, "x"])),
    {**ADAMW, "eps": -1},
    *({**BATCH, "schedule": factors} for factors in ([1.0] * 9, [1.0] * 8, [-1.0] * 9, "cosine")),
]

ONE = {"batch_size": 1, "lr": 0.02}
SMALL = {"batch_size": 8, "lr": 0.05}
FULL = {"batch_size": N_TRAIN, "lr": 0.2}
MOMENTUM = {**SMALL, "lr": 0.02, "momentum": 0.9}
ADAM = {**SMALL, "lr": 0.01, "optimizer": "adamw"}
# Hidden layers (a place in HIDDEN), the recipe, and its schedule.
TRAININGS = [
    *((hidden, recipe, None) for hidden in (0, 1, 2) for recipe in (ONE, SMALL, FULL)),
    *((hidden, recipe, None) for hidden in (0, 1, 2) for recipe in (MOMENTUM, ADAM)),
    (1, {**MOMENTUM, "nesterov": True}, None),
    (2, {**MOMENTUM, "nesterov": True, "weight_decay": 0.01}, None),
    (1, {**SMALL, "weight_decay": 0.02}, None),
    (2, {**MOMENTUM, "weight_decay": 0.01}, None),
    (1, {**ADAM, "weight_decay": 0.1}, None),
    (2, {**ADAM, "betas": [0.8, 0.95], "eps": 1e-3, "weight_decay": 0.5}, None),
    *((1, {**recipe, "drop_last": True}, None) for recipe in (SMALL, MOMENTUM, ADAM)),
    # Micro-batches of a short last batch: of 5 samples in 4, fewer; of 5 in 2, shorter.
    *((1, {**recipe, "accumulation": 4}, None) for recipe in (SMALL, MOMENTUM, ADAM)),
    (2, {**ADAM, "accumulation": 2, "weight_decay": 0.1}, None),
    (1, {**FULL, "accumulation": 3}, None),
    (1, {**SMALL, "label_noise": 0.4}, None),
    (1, {**ADAM, "batch_growth": [[3, 12], [8, 30]]}, None),
    # Far too high: from some update on, nothing is finite.
    *((hidden, {**SMALL, "lr": 3, "weight_decay": 50}, None) for hidden in (0, 1, 2)),
    *((1, MOMENTUM, schedule) for schedule in (
        ["step_decay", 50, 0.3], ["exponential", 0.98], ["polynomial", STEPS, 2],
        ["cosine", STEPS], ["cosine_restarts", 20, 2], ["one_cycle", STEPS],
        ["warmup", 20, ["constant"]], ["warmup_cosine", STEPS, 20, 0.1], ["cooldown", STEPS, 60],
    )),
    (2, {**ADAM, "weight_decay": 0.1}, ["warmup_cosine", STEPS, 20]),
]  # fmt: skip

# The same, on signals of MNIST-1D.
ON_SIGNALS = [
    ({"batch_size": 32, "lr": 0.1, "label_noise": 0.2}, None),
    ({"batch_size": 32, "lr": 0.02, "momentum": 0.9}, ["cosine", STEPS]),
    ({"batch_size": 8, "lr": 0.01, "optimizer": "adamw"}, None),
]


def made(schedule):
    """Return the package's schedule that a list describes."""
    name, *arguments = schedule
    parts = (made(part) if isinstance(part, list) else part for part in arguments)
    return getattr(schedules, name)(*parts)


def attempt(make):
    """Return what is made, or the rule that its arguments break: the error without their values."""
    try:
        return make()
    except ValueError as error:
        return str(error).split(", got ")[0]


def factors_of(schedule):
    """Return a schedule's factors at the moments at which it is looked at."""
    function = made(schedule)
    return [function(step) for step in MOMENTS]


def batches_of(fields):
    """Return the sizes of the batches of a recipe that a page can run."""
    if fields.get("optimizer", "sgd") not in ON_PAGES:
        raise ValueError(f"optimizer must be one of {', '.join(map(repr, ON_PAGES))}")
    recipe = Recipe(**fields)
    recipe.rates(N_TRAIN)
    return recipe.epoch_batches(N_TRAIN)


@functools.cache
def data():
    """Return few samples that no line divides; features are coarse, and some are 0, like pixels."""
    generator = torch.Generator().manual_seed(SEED)
    n = N_TRAIN + N_VAL
    x = torch.randint(-8, 17, (n, FEATURES), generator=generator).clamp(min=0) / 16
    y = torch.randint(CLASSES, (n,), generator=generator)
    return Data(x[:N_TRAIN], y[:N_TRAIN], x[N_TRAIN:], y[N_TRAIN:], CLASSES)


def rows_of_signals():
    """Return the rows of the signals that train and of those that validate."""
    return (range(first, len(page_signals()[1]), EVERY_SIGNAL) for first in (0, 1))


@functools.cache
def signals():
    """Return a few of the signals that a page has, in the float32 numbers that it has."""
    places, y, low, step = page_signals()
    x = torch.tensor(low + step * np.array(places), dtype=torch.float32)
    parts = [part for rows in rows_of_signals() for part in (x[rows], torch.tensor(y)[rows])]
    return Data(*parts, SIGNAL_SIZES[-1])


@functools.cache
def start(*sizes):
    """Return initial weights that few digits write exactly, for one replica, in float64."""
    model = MLP(*sizes)
    weights = model.initial_weights([SEED], torch.float64)
    return model, tuple((weight * 1000).round() / 1000 for weight in weights)


def sizes_of(hidden):
    """Return the sizes of a network with the hidden layers at a place of ``HIDDEN``."""
    return FEATURES, *HIDDEN[hidden], CLASSES


def rounded(numbers):
    """Return numbers with 13 digits; what is not finite, JSON has no word for."""
    flat = np.asarray(numbers, dtype=float).ravel().tolist()
    return [float(f"{number:.13g}") if np.isfinite(number) else None for number in flat]


def trained(split, sizes, fields, schedule):
    """Return a training as a row: what goes in, and what comes out."""
    model, weights = start(*sizes)
    function = schedule and made(schedule)
    recipe = Recipe(**fields, steps=STEPS, schedule=function)
    options = {"seeds": [SEED], "every": STEPS, "dtype": torch.float64, "progress": False}
    runs = train(recipe, model, split, start=weights, **options)
    measures = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    return {
        "recipe": {**fields, "steps": STEPS},
        "schedule": schedule,
        "labels": noisy_labels(split.y_train, recipe.label_noise, split.n_classes, SEED).tolist(),
        "batch_loss": rounded(runs.batch_loss[0][KEPT]),
        "weights": [rounded(weight) for weight in runs.weights],
        "end": rounded([getattr(runs, name)[0, -1] for name in measures]),
        "clocks": [float(runs.epochs[-1]), int(runs.samples[-1])],
    }


def orders(n, epochs):
    """Return the order of n samples in so many epochs."""
    return [order.tolist() for order in itertools.islice(batch_order(n, SEED), epochs)]


def listed(*sizes):
    """Return the initial weights of a network of these sizes as lists."""
    return [weight.flatten().tolist() for weight in start(*sizes)[1]]


def rows_on_signals():
    """Return what the trainings on signals are given, and what comes out."""
    train, val = map(list, rows_of_signals())
    given = {
        "sizes": SIGNAL_SIZES,
        "weights": listed(*SIGNAL_SIZES),
        "train": train,
        "val": val,
        "orders": orders(len(train), SIGNAL_EPOCHS),
        "trainings": [trained(signals(), SIGNAL_SIZES, *row) for row in ON_SIGNALS],
    }
    return list(given.items())


def rows():
    """Return the table by its parts, each a list of rows."""
    sizes = [sizes_of(hidden) for hidden in range(len(HIDDEN))]
    given = {
        "sizes": sizes,
        "weights": [listed(*each) for each in sizes],
        "x": data().x_train.flatten().tolist(),
        "x_val": data().x_val.flatten().tolist(),
        "y_val": data().y_val.tolist(),
        "losses": LOSSES,
        "kept": KEPT,
        "moments": MOMENTS,
    }
    return {
        "given": list(given.items()),
        # Where a batch is all samples, an epoch is an update.
        "orders": orders(N_TRAIN, STEPS),
        "schedules": [[row, attempt(functools.partial(factors_of, row))] for row in SCHEDULES],
        "plateaus": [
            [row, attempt(functools.partial(schedules.reduce_on_plateau, LOSSES, *row))]
            for row in PLATEAUS
        ],
        "recipes": [[row, attempt(functools.partial(batches_of, row))] for row in RECIPES],
        "trainings": [
            {"hidden": hidden, **trained(data(), sizes[hidden], fields, schedule)}
            for hidden, fields, schedule in TRAININGS
        ],
        "signals": rows_on_signals(),
    }


def table():
    """Return the table: JSON, with a line for every row."""
    blocks = (
        f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, lines)) + "\n]"
        for name, lines in rows().items()
    )
    return "{" + ",\n".join(blocks) + "}\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
