"""What is checked before the first update, and which replicas are then trained together."""

import sys
from collections.abc import Hashable, Iterable, Sequence

import torch
from IPython import get_ipython
from tqdm import tqdm

from everystep.core.recipe import Recipe
from everystep.core.steps import divide_up
from everystep.core.validation import is_list, require_whole
from everystep.engine.data import Data, Dataset
from everystep.engine.models import Model, Weights
from everystep.engine.optimizers import KINDS
from everystep.engine.replicas import PARTS, Job, Settings, micro_batches, record_steps

# Rows of matrix products, for most models one a sample, that a stack's replicas process in one
# update. With more, what an update touches no longer fits in a processor core's cache, and the
# stack takes longer than its parts would. It also bounds the memory of training, together with the
# largest number of replicas.
STACKED_ROWS = 2048
SMALLEST_STACK, LARGEST_STACK = 16, 64
# Fewer replicas, or fewer rows, leave too little arithmetic between two turns of the interpreter.
SMALLEST_PART = 8
PART_ROWS = 256
UPDATE_IN_SAMPLES = 8  # what an update costs a replica beside its samples
BAR_DELAY = 2.0  # seconds; shorter trainings show no progress bar


def check(
    recipes: Sequence[Recipe], seeds: Sequence[int], settings: Settings, start: Weights | None
) -> None:
    """Raise ValueError if anything is wrong that can be known before the first update."""
    model, data, dtype = settings.model, settings.data, settings.dtype
    if dtype not in (torch.float32, torch.float64):
        raise ValueError(f"dtype must be torch.float32 or torch.float64, got {dtype!r}")
    if not is_list(seeds) or not len(seeds):
        raise ValueError(f"seeds must be a list of at least one whole number, got {seeds!r}")
    for seed in seeds:
        require_whole("seeds", seed, minimum=0)
    if len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds must be distinct, got {list(seeds)}")
    if not is_list(settings.measure) or any(p not in PARTS for p in settings.measure):
        raise ValueError(f"measure must be a list of parts among {PARTS}, got {settings.measure!r}")
    first = _check_splits(data, seeds)
    for recipe in recipes:
        if not isinstance(recipe, Recipe):
            raise ValueError(f"recipe must be a Recipe, got {recipe!r}")
        record_steps(settings.every, len(recipe.rates(data.n_train)))
    _check_model(model, first)
    _check_batches(model, recipes, first)
    if start is not None:
        replicas = len(recipes) * len(seeds)
        expected = [(replicas, *p.shape) for p in model.plain().parameters()]
        got = [tuple(weight.shape) for weight in start]
        if got != expected:
            raise ValueError(f"start must have weights of shapes {expected}, got {got}")


def _check_splits(data: Data | Dataset, seeds: Iterable[int]) -> Data:
    """Raise ValueError if a seed's split is unfit or unlike the others; return the first."""
    if not isinstance(data, (Data, Dataset)):
        raise ValueError(f"data must be a Data or a Dataset, got {type(data).__name__}")
    splits = [data.split(seed) for seed in seeds]
    for split in {id(split): split for split in splits}.values():
        _check_data(split)
    sizes = {
        (*split.x_train.shape, split.n_val, split.n_classes, *split.y_train.shape[1:])
        for split in splits
    }
    if len(sizes) > 1:
        raise ValueError(
            "data must have the same numbers of training samples, features, validation samples, "
            f"classes and positions for all seeds, got {sorted(sizes)}"
        )
    return splits[0]


def _check_data(data: Data) -> None:
    for part in ("train", "val"):
        x, y = getattr(data, f"x_{part}"), getattr(data, f"y_{part}")
        if x.ndim != 2 or y.ndim not in (1, 2) or len(x) != len(y) or not y.numel():
            raise ValueError(
                f"x_{part} must have shape (n, features) and y_{part} shape (n,) or (n, positions) "
                f"with both of at least 1, got {tuple(x.shape)} and {tuple(y.shape)}"
            )
        if not torch.isfinite(x).all():
            raise ValueError(f"x_{part} must be finite, got NaN or infinity among its values")
        if y.dtype != torch.int64 or y.min() < 0 or y.max() >= data.n_classes:
            raise ValueError(
                f"y_{part} must be int64 labels from 0 to {data.n_classes - 1}, "
                f"got {y.dtype} from {y.min()} to {y.max()}"
            )
    features, got = data.x_train.shape[1], data.x_val.shape[1]
    if got != features:
        raise ValueError(f"x_val must have {features} features like x_train, got {got}")
    trained, validated = (tuple(y.shape[1:]) for y in (data.y_train, data.y_val))
    if trained != validated:
        raise ValueError(
            f"y_val must have labels of shape {trained} a sample like y_train, got {validated}"
        )


def _check_model(model: Model, data: Data) -> None:
    """Compare the stacked computation with the plain module's on a few samples."""
    if not isinstance(model, Model):
        raise ValueError(
            "model must be a model whose replicas can be stacked, such as MLP(64, 128, 10) or "
            f"another subclass of everystep.engine.models.Model, got {type(model).__name__}"
        )
    weights = model.initial_weights((0, 1), torch.float64)
    x = data.x_train[:6].double()
    x = x[torch.arange(6) % len(x)]
    modules = [model.to_module(weights, replica) for replica in (0, 1)]
    if any(True for _ in modules[0].buffers()):
        raise ValueError(
            f"model must have no buffers (as batch norm's running statistics), {model!r} has some"
        )
    try:
        with torch.no_grad():
            plain = torch.stack([module(x) for module in modules])
    except (RuntimeError, IndexError) as error:
        raise ValueError(f"model {model!r} does not fit the data's features: {error}") from error
    expected = (6, data.n_classes, *data.y_train.shape[1:])
    if plain.shape[1:] != expected:
        raise ValueError(
            f"model must give {data.n_classes} logits per label, shape {expected} for 6 samples; "
            f"{model!r} gives {tuple(plain.shape[1:])}"
        )
    stacked, plain = model.logits(weights, x.expand(2, -1, -1)).detach(), plain.transpose(1, 2)
    if stacked.shape != plain.shape or not torch.allclose(stacked, plain):
        raise ValueError(f"model {model!r} computes something else stacked than its plain module")


def _check_batches(model: Model, recipes: Sequence[Recipe], data: Data) -> None:
    """Raise ValueError if samples are computed together that are too few for the model."""
    least = model.smallest_batch
    for part, n in (("training", data.n_train), ("validation", data.n_val)):
        if n < least:
            raise ValueError(
                f"data must have at least {least} {part} samples for {model!r}, got {n}"
            )
    for recipe in recipes:
        batches = {size for sizes in recipe.epoch_batches(data.n_train) for size in sizes}
        smallest = min(min(micro_batches(size, recipe.accumulation)) for size in batches)
        if smallest < least:
            raise ValueError(
                f"recipe must have at least {least} samples in every batch for {model!r}, {recipe} "
                f"has {smallest}; drop_last=True leaves out a short last batch"
            )


def stackable(recipes: Sequence[Recipe], n_train: int) -> list[list[Recipe]]:
    """Group recipes that differ only in what each replica can have for itself."""
    groups: dict[Hashable, list[Recipe]] = {}
    for recipe in recipes:
        batches = tuple(map(tuple, recipe.epoch_batches(n_train)))
        key = (
            batches,
            recipe.accumulation,
            recipe.optimizer,
            KINDS[recipe.optimizer].shared(recipe),
        )
        groups.setdefault(key, []).append(recipe)
    return list(groups.values())


def stack_size(recipe: Recipe, model: Model) -> int:
    """Return how many replicas take their updates together at most."""
    fitting = STACKED_ROWS // (max(recipe.batch_sizes) * model.rows)
    return min(max(fitting, SMALLEST_STACK // model.rows, 1), LARGEST_STACK)


def plan(
    recipes: Sequence[Recipe], model: Model, seeds: Sequence[int], n_train: int, threads: int
) -> list[list[Job]]:
    """Share the replicas out among stacks, those of a group evenly, the longest stack first.

    Where there are fewer groups than threads, they are divided further, and where the parts have
    rows enough, into as many for every thread, unless the parts get too small to be worth it.
    """
    groups = stackable(recipes, n_train)
    stacks = []
    for group in groups:
        jobs = [Job(recipe, seed) for recipe in group for seed in seeds]
        parts = divide_up(len(jobs), stack_size(group[0], model))
        useful = min(divide_up(threads, len(groups)), len(jobs) // SMALLEST_PART)
        enough = divide_up(PART_ROWS, max(group[0].batch_sizes) * model.rows)
        even = threads * divide_up(parts, threads)
        parts = max(parts, useful, even if even * enough <= len(jobs) else 1)
        size = divide_up(len(jobs), parts)
        stacks += [jobs[first : first + size] for first in range(0, len(jobs), size)]
    # A long stack that began last would keep one thread at work alone.
    return sorted(stacks, key=lambda jobs: _length(jobs, n_train), reverse=True)


def _length(jobs: Sequence[Job], n_train: int) -> int:
    """Return about how long a stack takes, in samples."""
    sizes = [size for sizes in jobs[0].recipe.epoch_batches(n_train) for size in sizes]
    return len(jobs) * (sum(sizes) + UPDATE_IN_SAMPLES * len(sizes))


def progress_bar(
    recipes: Sequence[Recipe], replicas: int, data: Data | Dataset, shown: bool
) -> tqdm:
    """Return a progress bar over the updates of all replicas, for a notebook or a terminal."""
    watched = get_ipython() is not None or sys.stderr.isatty()
    return tqdm(
        total=replicas * sum(recipe.updates(data.n_train) for recipe in recipes),
        unit="update",
        unit_scale=True,
        leave=False,
        delay=BAR_DELAY,
        disable=not (shown and watched),
    )
