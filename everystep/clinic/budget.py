"""The capstone's project: a budget of hours, a target, and a score that no machine changes.

The hours are those of chapter 6's case, where batch 32 takes 12 hours and batch 512 takes 2. By
``everystep.clinic.fixes.cost`` an update of b samples costs 1 + b / 256 units, so that the first
takes 2,160 units and an hour has 180. Nothing is timed.

For each base seed, images are set aside before anything is trained: those that measure never train
and never choose, whichever seed looks at them.
"""

import dataclasses
import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch

from everystep.clinic.fixes import SLOW, cost
from everystep.core import schedules
from everystep.core.digits import N_DIGITS, images_and_labels
from everystep.core.recipe import Recipe
from everystep.core.seeds import base_seed, derive
from everystep.core.seeds import seeds as course_seeds
from everystep.core.statistics import difference, estimate
from everystep.core.steps import divide_up
from everystep.core.validation import require_number, require_whole
from everystep.engine.data import Data, Dataset, stack_splits
from everystep.engine.models import MLP
from everystep.engine.replicas import evaluate
from everystep.engine.training import sweep

HOURS_OF_A_UNIT = 12 / cost(SLOW)
N_TRAIN, N_CHOOSE, N_MEASURE, N_SET_ASIDE = 1024, 176, 300, 597
BUDGET = 1.0  # hours
N_SEEDS = 16  # of a score; the first of the course's seeds, and a search has those after them
PROJECT_NETWORK = MLP(64, 64, 10)
SCHEDULES = ("constant", "cosine", "linear")


@dataclass(frozen=True)
class Plan:
    """What a learner chooses. The horizon and the warm-up follow from the number of updates.

    Attributes:
        batch_size: samples per update, from 1 to 1,024.
        lr: the peak of the learning rate.
        epochs: passes over the 1,024 training images.
        momentum: SGD's momentum, from 0 up to but not including 1.
        schedule: ``"constant"``, ``"cosine"`` or ``"linear"``; the last two fall to 0 at the end.
        warmup: share of the updates in which the rate rises, from 0 to 0.5.

    Raises:
        ValueError: if a choice is outside what is described here.
    """

    batch_size: int
    lr: float
    epochs: int
    momentum: float = 0.0
    schedule: str = "constant"
    warmup: float = 0.0

    def __post_init__(self) -> None:
        require_whole("batch_size", self.batch_size, minimum=1, maximum=N_TRAIN)
        require_whole("epochs", self.epochs, minimum=1)
        require_number("lr", self.lr)
        require_number("momentum", self.momentum, below=1)
        require_number("warmup", self.warmup, maximum=0.5)
        if self.schedule not in SCHEDULES:
            names = ", ".join(map(repr, SCHEDULES))
            raise ValueError(f"schedule must be one of {names}, got {self.schedule!r}")

    def replace(self, **changes: int | float | str) -> "Plan":
        """Return a copy with the given choices changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]

    def recipe(self) -> Recipe:
        """Return the recipe that trains by this plan."""
        plain = Recipe(self.batch_size, self.lr, epochs=self.epochs, momentum=self.momentum)
        rise = round(self.warmup * self.updates)
        rest = max(self.updates - rise, 1)
        then = {
            "constant": schedules.constant(),
            "cosine": schedules.cosine(rest),
            "linear": schedules.polynomial(rest),
        }[self.schedule]
        return plain.replace(schedule=schedules.warmup(rise, then), name=str(self))

    @property
    def updates(self) -> int:
        """Number of updates."""
        return self.epochs * divide_up(N_TRAIN, self.batch_size)

    @property
    def samples(self) -> int:
        """Number of training samples processed, each as often as it is seen."""
        return self.epochs * N_TRAIN

    @property
    def hours(self) -> float:
        """Hours that the job of the case would take."""
        return cost(Recipe(self.batch_size, self.lr, epochs=self.epochs)) * HOURS_OF_A_UNIT

    def __str__(self) -> str:
        """All choices, in one line."""
        return (
            f"batch {self.batch_size}, rate {self.lr:g}, {self.epochs} epochs, momentum "
            f"{self.momentum:g}, {self.schedule}, warm-up {self.warmup:g}"
        )


TWELVE_HOURS = Plan(batch_size=32, lr=0.1, epochs=60)
# Three recipes for one hour: nothing but fewer epochs; 16 times the batch with half the rate of
# the linear rule; the result of a search.
CUT_SHORT = Plan(batch_size=32, lr=0.1, epochs=5)
SCALED = Plan(batch_size=512, lr=0.8, epochs=30, warmup=0.1)
SEARCHED = Plan(64, lr=0.32, epochs=9, momentum=0.9, schedule="cosine", warmup=0.1)
REFERENCE_PLANS = {"cut short": CUT_SHORT, "scaled": SCALED, "searched": SEARCHED}
# What a report changes at a time. With another batch goes another number of epochs, or the hours
# would change; and momentum m makes a step 1 / (1 - m) times as long, so it belongs to a rate.
CHOICES = (
    ("batch_size", "epochs"),
    ("lr",),
    ("momentum",),
    ("lr", "momentum"),
    ("schedule",),
    ("warmup",),
)


def _project_data() -> Dataset:
    """Return the images: 1,024 train, and 476 validate, of which the first 176 choose.

    597 of the 1,797 digits are set aside for the whole project, by the base seed; 300 of them
    measure a seed's run. The others train and choose, and a seed draws which do what.
    """
    return _data(base_seed())


@functools.cache
def _data(base: int) -> Dataset:
    x, y = map(torch.from_numpy, images_and_labels())
    order = _permutation(N_DIGITS, derive(base, "split", 1))
    aside, rest = order[:N_SET_ASIDE], order[N_SET_ASIDE:]

    def draw(seed: int) -> Data:
        own = rest[_permutation(len(rest), derive(seed, "split", 2))]
        measuring = aside[_permutation(len(aside), derive(seed, "split", 3))][:N_MEASURE]
        train, val = own[:N_TRAIN], torch.cat([own[N_TRAIN:], measuring])
        return Data(x[train], y[train], x[val], y[val], n_classes=10)

    return Dataset(draw)


def _permutation(n: int, seed: int) -> torch.Tensor:
    return torch.randperm(n, generator=torch.Generator().manual_seed(seed))


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a plan came to.

    Attributes:
        choosing: accuracy in percent on the images that choose, shape ``(seeds,)``.
        measuring: accuracy in percent on the images that measure, shape ``(seeds,)``.
        seconds: processor time of a seed's updates on this machine.
    """

    choosing: np.ndarray
    measuring: np.ndarray
    seconds: float


def train_plans(plans: Iterable[Plan], seeds: Sequence[int]) -> dict[Plan, Outcome]:
    """Train plans from every seed.

    Args:
        plans: plans; equal ones are trained once.
        seeds: distinct seeds.

    Raises:
        ValueError: if there is no plan, or something else among them.
    """
    plans = list(dict.fromkeys(plans))
    for plan in plans:
        if not isinstance(plan, Plan):
            raise ValueError(f"plans must be a list of Plan, got {plan!r} among them")
    data = _project_data()
    recipes = [plan.recipe() for plan in plans]
    trained = sweep(recipes, PROJECT_NETWORK, data, seeds=seeds, every=10**9, progress=False)
    images = stack_splits(data, seeds)
    parts = (slice(None, N_CHOOSE), slice(N_CHOOSE, None))
    found = {}
    for plan, runs in zip(plans, trained, strict=True):
        choosing, measuring = (
            100 * evaluate(PROJECT_NETWORK, runs.weights, x, y)[1]
            for x, y in ((images.x_val[:, p], images.y_val[:, p]) for p in parts)
        )
        found[plan] = Outcome(choosing, measuring, float(runs.seconds[:, -1].mean()))
    return found


class Search:
    """Tries plans out on the images that choose, and keeps account of what that costs.

    Attributes:
        hours: what all trials so far would have taken on the job of the case.
        trials: how many runs that were.
    """

    def __init__(self) -> None:
        self.hours, self.trials = 0.0, 0

    def try_out(self, plans: Iterable[Plan], seeds: int = 3) -> pd.DataFrame:
        """Train plans, and return their accuracy on the images that choose, the best first.

        Args:
            plans: the plans to try.
            seeds: how many seeds each is trained from; they differ from those of a score.

        Raises:
            ValueError: as ``train_plans``, or if ``seeds`` is not a whole number from 1 to 100.
        """
        require_whole("seeds", seeds, minimum=1, maximum=100)
        found = train_plans(plans, course_seeds(N_SEEDS + seeds)[N_SEEDS:])
        self.hours += seeds * sum(plan.hours for plan in found)
        self.trials += seeds * len(found)
        rows = [
            {"plan": plan, "hours": plan.hours, "accuracy (%)": outcome.choosing.mean()}
            for plan, outcome in found.items()
        ]
        best_first = pd.DataFrame(rows).sort_values("accuracy (%)", ascending=False, kind="stable")
        return best_first.reset_index(drop=True)


def score_plan(plan: Plan) -> pd.DataFrame:
    """Measure a plan beside the references, on the images that measure, over 16 seeds.

    Do this once, at the end: a plan that is changed after a look at its score has been chosen by
    the images that measure.

    Returns:
        One row for the plan, each reference and the run of 12 hours, with hours of the case,
        updates, samples, seconds of this machine, mean accuracy with its 95% interval, how far the
        mean lies above that of the 12 hours, with the interval of the paired difference, and
        whether the plan keeps to the budget.

    Raises:
        ValueError: if ``plan`` is none.
    """
    rows = {"your plan": plan, **REFERENCE_PLANS, "12 hours": TWELVE_HOURS}
    found = train_plans(rows.values(), course_seeds(N_SEEDS))
    target = found[TWELVE_HOURS].measuring
    table = {}
    for name, one in rows.items():
        accuracy, above = found[one].measuring, found[one].measuring - target
        mean, paired = estimate(accuracy), estimate(above)
        table[name] = {
            "hours": one.hours,
            "updates": one.updates,
            "samples": one.samples,
            "seconds": found[one].seconds,
            "accuracy (%)": mean.mean,
            "interval": f"{mean.low:.1f} to {mean.high:.1f}",
            "above 12 hours": paired.mean,
            "interval of that": f"{paired.low:.1f} to {paired.high:.1f}",
            "in budget": "yes" if one.hours <= BUDGET + 1e-9 else "no",
        }
    return pd.DataFrame(table).T.infer_objects().rename_axis("plan")


def report_choices(plan: Plan, best: Plan = SEARCHED, seeds: int = 10) -> pd.DataFrame:
    """Exchange one choice at a time between a plan and a better one: which choice costs most?

    On the images that choose, and the seeds of a search, so that you may act on it.

    Args:
        plan: the plan to examine.
        best: the plan whose choices are tried.
        seeds: how many seeds, at least 2.

    Returns:
        One row for each choice in which the two differ, the largest loss first, then a row for all:
        what the plan has and what the better one has; ``gain``, the points that the plan gains if
        it takes over this choice alone; ``loss``, the points that the better plan loses if it takes
        over the plan's; each with its 95% interval.

    Raises:
        ValueError: if an argument is no plan, the two are equal, or ``seeds`` is not a whole number
            from 2 to 100.
    """
    for name, given in (("plan", plan), ("best", best)):
        if not isinstance(given, Plan):
            raise ValueError(f"{name} must be a Plan, got {given!r}")
    if plan == best:
        raise ValueError("plan must differ from best in at least one choice")
    require_whole("seeds", seeds, minimum=2, maximum=100)
    differing = dict.fromkeys(_differing(plan, best, names) for names in CHOICES)
    exchanged = {
        names: (_take_over(plan, best, names), _take_over(best, plan, names))
        for names in differing
        if names
    }
    every = [plan, best, *itertools.chain.from_iterable(exchanged.values())]
    found = train_plans(every, course_seeds(N_SEEDS + seeds)[N_SEEDS:])

    rows = [_row(names, plan, best, found, *pair) for names, pair in exchanged.items()]
    rows.sort(key=lambda one: -one["loss"])
    rows.append(_row((), plan, best, found, best, plan) | {"choice": "all"})
    return pd.DataFrame(rows).set_index("choice")


def _row(
    names: Sequence[str],
    plan: Plan,
    best: Plan,
    found: dict[Plan, Outcome],
    better: Plan,
    worse: Plan,
) -> dict:
    gain = difference(found[better].choosing.tolist(), found[plan].choosing.tolist())
    loss = difference(found[best].choosing.tolist(), found[worse].choosing.tolist())
    return {
        "choice": " and ".join(names)
        .replace("_", " ")
        .replace("lr", "rate")
        .replace("warmup", "warm-up"),
        "yours": ", ".join(str(getattr(plan, name)) for name in names),
        "better": ", ".join(str(getattr(best, name)) for name in names),
        "gain": gain.mean,
        "interval of gain": f"{gain.low:.1f} to {gain.high:.1f}",
        "loss": loss.mean,
        "interval of loss": f"{loss.low:.1f} to {loss.high:.1f}",
    }


def _differing(plan: Plan, best: Plan, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if getattr(plan, name) != getattr(best, name))


def _take_over(plan: Plan, other: Plan, names: Sequence[str]) -> Plan:
    return plan.replace(**{name: getattr(other, name) for name in names})
