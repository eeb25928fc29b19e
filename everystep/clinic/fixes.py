"""The case of a batch that was raised from 32 to 512: what a recipe brings back, at which price.

The price is counted and not timed, so that every machine comes to the same verdict: an update of
b samples costs 1 + b / 256 units, a fixed part and one for each sample. By that an epoch with batch
512 is 6 times as fast as one with batch 32. With accumulation, every part costs its fixed part.
"""

import functools

import pandas as pd

from everystep.core.recipe import Recipe
from everystep.core.seeds import seeds
from everystep.engine.datasets import digits
from everystep.engine.models import MLP
from everystep.engine.training import train

N_TRAIN, N_VAL, N_SEEDS = 1024, 773, 8
SAMPLES_OF_A_UNIT = 256
SLOW = Recipe(batch_size=32, lr=0.1, epochs=60, name="batch 32, as it was")
FAST = SLOW.replace(batch_size=512, name="batch 512, nothing else changed")


def cost(recipe: Recipe) -> float:
    """Return what all updates of a recipe cost, in units."""
    sizes = [size for epoch in recipe.epoch_batches(N_TRAIN) for size in epoch]
    return len(sizes) * recipe.accumulation + sum(sizes) / SAMPLES_OF_A_UNIT


def kept_speed(recipe: Recipe) -> float:
    """Return a recipe's speed-up over batch 32, as a share of the speed-up of batch 512.

    Raises:
        ValueError: if the recipe makes no update.
    """
    longest = 100 * cost(SLOW)
    length = recipe.epochs or recipe.steps or 0
    # An epoch has at least one update, and an update costs more than a unit.
    return cost(FAST) / (length if length > longest else cost(recipe))


def accuracy(recipe: Recipe) -> float:
    """Train a recipe from 8 seeds; return the mean final validation accuracy in percent.

    Raises:
        ValueError: if the recipe does not fit the data.
    """
    return _accuracy(recipe, tuple(seeds(N_SEEDS)))


def recovered(recipe: Recipe) -> float:
    """Return the share of the accuracy lost by batch 512 that a recipe brings back.

    Raises:
        ValueError: if the recipe does not fit the data.
    """
    return (accuracy(recipe) - accuracy(FAST)) / (accuracy(SLOW) - accuracy(FAST))


def judge_recipe(recipe: Recipe) -> pd.DataFrame:
    """Train a recipe; return how it compares with batch 32 and batch 512, one row a recipe.

    Raises:
        ValueError: if ``recipe`` is none, or does not fit the data.
    """
    if not isinstance(recipe, Recipe):
        raise ValueError(f"recipe must be a Recipe, got {recipe!r}")
    rows = {str(SLOW): SLOW, str(FAST): FAST, "your recipe": recipe}
    return pd.DataFrame(
        {
            "updates": [r.updates(N_TRAIN) for r in rows.values()],
            "cost (units)": [round(cost(r)) for r in rows.values()],
            "validation accuracy (%)": [round(accuracy(r), 1) for r in rows.values()],
            "recovered (%)": [round(100 * recovered(r)) for r in rows.values()],
            "speed-up kept (%)": [round(100 * kept_speed(r)) for r in rows.values()],
        },
        index=pd.Index(rows, name="recipe"),
    )


@functools.lru_cache
def _accuracy(recipe: Recipe, chosen: tuple[int, ...]) -> float:
    data, network = digits(N_TRAIN, N_VAL), MLP(64, 64, 10)
    runs = train(recipe, network, data, seeds=chosen, every=10**6, progress=False)
    return float(100 * runs.val_accuracy[:, -1].mean())
