"""Many recipes at once."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd
import torch

from everystep.core.recipe import Recipe
from everystep.core.seeds import seeds as default_seeds
from everystep.engine.data import Data
from everystep.engine.models import Model
from everystep.engine.replicas import Job, Settings
from everystep.engine.training import Runs, check_jobs, progress_bar, train_jobs


@dataclass(frozen=True, eq=False)
class Sweep:
    """The runs of several recipes, in the order of the recipes.

    Attributes:
        runs: one ``Runs`` a recipe.
        unfinished: the recipes that an interruption left out.
    """

    runs: tuple[Runs, ...]
    unfinished: tuple[Recipe, ...] = ()

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[Runs]:
        return iter(self.runs)

    def __getitem__(self, key: int | Recipe) -> Runs:
        """Return the runs at a position, or of a recipe."""
        if isinstance(key, Recipe):
            found = [runs for runs in self.runs if runs.recipe == key]
            if not found:
                raise KeyError(f"no finished runs of {key}")
            return found[0]
        return self.runs[key]

    def table(self) -> pd.DataFrame:
        """Return a tidy table: one row for each recipe, seed and record."""
        return pd.concat([runs.table() for runs in self.runs], ignore_index=True)

    def final(self) -> pd.DataFrame:
        """Return the last record alone: one row for each recipe and seed."""
        ends = [runs.table().groupby("seed", sort=False).tail(1) for runs in self.runs]
        return pd.concat(ends, ignore_index=True)


def sweep(
    recipes: Sequence[Recipe],
    model: Model,
    data: Data,
    *,
    seeds: Sequence[int] | None = None,
    every: int | Sequence[int] | None = None,
    dtype: torch.dtype = torch.float32,
    checkpoints: bool = False,
    progress: bool = True,
) -> Sweep:
    """Train a model by every recipe from every seed.

    Recipes whose updates have the same batch sizes are stacked as replicas, so that a sweep over
    learning rates costs no more than one over seeds. Interrupted, the sweep warns and returns the
    recipes that are finished; if none is, the interruption passes through.

    Args:
        recipes: recipes with different names.
        model: what to train.
        data: what to train and validate on.
        seeds: distinct seeds; the 16 of ``everystep.core.seeds()`` if not given.
        every: when to record, as in ``train``.
        dtype: ``torch.float32`` or ``torch.float64``.
        checkpoints: whether to keep the weights of every record.
        progress: whether a sweep that takes long shows a progress bar.

    Raises:
        ValueError: before the first update, if two recipes have the same name or an argument
            does not fit the others.
    """
    recipes, seeds = tuple(recipes), tuple(default_seeds() if seeds is None else seeds)
    names = [str(recipe) for recipe in recipes]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"recipes must be at least one, with distinct names, got {names}")
    groups = _stackable(recipes, data.n_train)
    jobs = [[Job(recipe, seed) for recipe in group for seed in seeds] for group in groups]
    everything = [job for group in jobs for job in group]
    settings = Settings(model, data, every, dtype, checkpoints)
    check_jobs(everything, settings)
    finished = {}
    try:
        with progress_bar(everything, data, progress) as bar:
            for group in jobs:
                for runs in train_jobs(group, settings, None, bar):
                    finished[runs.recipe] = runs
    except KeyboardInterrupt:
        if not finished:
            raise
        warnings.warn(
            f"interrupted: {len(finished)} of {len(recipes)} recipes are finished", stacklevel=2
        )
    return Sweep(
        tuple(finished[recipe] for recipe in recipes if recipe in finished),
        tuple(recipe for recipe in recipes if recipe not in finished),
    )


def _stackable(recipes: Sequence[Recipe], n_train: int) -> list[list[Recipe]]:
    """Group recipes that differ only in what each replica can have for itself."""
    groups = {}
    for recipe in recipes:
        batches = tuple(map(tuple, recipe.epoch_batches(n_train)))
        adam = (recipe.betas, recipe.eps) if recipe.optimizer == "adamw" else ()
        sgd = (recipe.momentum > 0, recipe.nesterov, recipe.weight_decay > 0)
        key = (batches, recipe.accumulation, recipe.optimizer, adam, sgd)
        groups.setdefault(key, []).append(recipe)
    return list(groups.values())
