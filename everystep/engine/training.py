"""Train every seed of one recipe, or of many, at once."""

import contextlib
import warnings
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor

import torch

from everystep.core.recipe import Recipe
from everystep.core.seeds import seeds as default_seeds
from everystep.core.validation import require_whole
from everystep.engine.data import Data, Dataset
from everystep.engine.jobs import check, plan, progress_bar
from everystep.engine.models import Model, Weights
from everystep.engine.replicas import PARTS, Settings
from everystep.engine.runs import Runs, Sweep, by_recipe
from everystep.engine.threads import cores, in_threads, threads_left_as_they_are
from everystep.engine.workers import by_workers


def train(
    recipe: Recipe,
    model: Model,
    data: Data | Dataset,
    *,
    seeds: Sequence[int] | None = None,
    every: int | Sequence[int] | None = None,
    dtype: torch.dtype = torch.float32,
    start: Weights | None = None,
    checkpoints: bool = False,
    measure: Sequence[str] = PARTS,
    progress: bool = True,
    threads: int | None = None,
) -> Runs:
    """Train a model from every seed at once.

    A seed decides everything: the initial weights (those of ``torch.manual_seed(seed);
    model.plain()``), the order of the samples (``batch_order``), the label noise
    (``noisy_labels``), and which samples are trained and validated on (``Dataset.split``).

    Args:
        recipe: how to train.
        model: what to train.
        data: what to train and validate on: a data set of which each seed draws its own split, or
            one split for all of them.
        seeds: distinct seeds; the 16 of ``everystep.lab.seeds()`` if not given.
        every: updates between two records, or the numbers of updates at which to record; 50
            records spread evenly if not given. The start and the end are always recorded.
        dtype: ``torch.float32`` or ``torch.float64``.
        start: stacked weights to start from, one replica a seed, such as ``runs.weights``.
        checkpoints: whether to keep the weights of every record; they take as much memory as
            records × seeds × the model's weights.
        measure: the parts of the data on which records measure loss and accuracy, of ``"train"``
            and ``"val"``. In a short run records can take longer than the updates.
        progress: whether a training that takes long shows a progress bar.
        threads: how many stacks of replicas train at a time, which changes no result; one for
            each core, up to 4, if not given.

    Raises:
        ValueError: before the first update, if an argument does not fit the others.
    """
    settings = Settings(model, data, every, dtype, checkpoints, measure)
    return _train_all((recipe,), seeds, settings, progress, threads, start)[0]


def sweep(
    recipes: Iterable[Recipe],
    model: Model,
    data: Data | Dataset,
    *,
    seeds: Sequence[int] | None = None,
    every: int | Sequence[int] | None = None,
    dtype: torch.dtype = torch.float32,
    checkpoints: bool = False,
    measure: Sequence[str] = PARTS,
    progress: bool = True,
    threads: int | None = None,
    executor: Executor | None = None,
) -> Sweep:
    """Train a model by every recipe from every seed.

    Recipes whose updates have the same batch sizes are stacked as replicas, so that a sweep over
    learning rates costs no more than one over seeds. Interrupted, the sweep warns and returns the
    recipes that are finished; if none is, the interruption passes through.

    Args:
        recipes: recipes with different names.
        model: what to train.
        data: what to train and validate on: a data set of which each seed draws its own split, or
            one split for all of them.
        seeds: distinct seeds; the 16 of ``everystep.lab.seeds()`` if not given.
        every: when to record, as in ``train``.
        dtype: ``torch.float32`` or ``torch.float64``.
        checkpoints: whether to keep the weights of every record.
        measure: what records measure, as in ``train``.
        progress: whether a sweep that takes long shows a progress bar.
        threads: how many stacks of replicas train at a time, as in ``train``.
        executor: who trains, in place of threads of this process: any executor with the interface
            of ``concurrent.futures``. ``threads`` should then be its number of workers; see
            ``everystep.engine.workers``.

    Raises:
        ValueError: before the first update, if two recipes have the same name or an argument
            does not fit the others.
    """
    if not isinstance(recipes, Iterable):
        raise ValueError(f"recipes must be a list of recipes, got {recipes!r}")
    recipes = tuple(recipes)
    names = [str(recipe) for recipe in recipes]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"recipes must be at least one, with distinct names, got {names}")
    settings = Settings(model, data, every, dtype, checkpoints, measure)
    return _train_all(recipes, seeds, settings, progress, threads, executor=executor)


def _train_all(
    recipes: tuple[Recipe, ...],
    seeds: Sequence[int] | None,
    settings: Settings,
    progress: bool,
    threads: int | None,
    start: Weights | None = None,
    executor: Executor | None = None,
) -> Sweep:
    seeds = default_seeds() if seeds is None else seeds
    threads = cores() if threads is None else require_whole("threads", threads, minimum=1)
    check(recipes, seeds, settings, start)
    if not (executor is None or isinstance(executor, Executor)):
        raise ValueError(f"executor must be an executor of concurrent.futures, got {executor!r}")
    seeds = [int(seed) for seed in seeds]
    stacks = plan(recipes, settings.model, seeds, settings.data.n_train, threads)
    finished = {}
    try:
        with (
            threads_left_as_they_are(),
            progress_bar(recipes, len(seeds), settings.data, progress) as bar,
            contextlib.closing(
                in_threads(stacks, seeds, settings, start, bar, threads)
                if executor is None
                else by_workers(stacks, seeds, settings, bar, threads, executor)
            ) as done,
        ):
            for runs in by_recipe(done, seeds, settings):
                finished[runs.recipe] = runs
    except KeyboardInterrupt:
        if not finished:
            raise
        warnings.warn(
            f"interrupted: {len(finished)} of {len(recipes)} recipes are finished", stacklevel=3
        )
    return Sweep(
        tuple(finished[recipe] for recipe in recipes if recipe in finished),
        tuple(recipe for recipe in recipes if recipe not in finished),
    )
