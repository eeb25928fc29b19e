"""Checks of chapter 11, "Does it hold elsewhere?"."""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from everystep.checks.judge import is_missing
from everystep.checks.tasks import FunctionTask
from everystep.checks.values import as_text, cut, number
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict
from everystep.core.recipe import Recipe
from everystep.core.seeds import seeds
from everystep.core.statistics import Estimate, estimate
from everystep.engine.datasets import digits
from everystep.engine.models import CNN
from everystep.engine.training import sweep

HOLDS, PARTLY, FAILS, UNCLEAR = "holds", "partly", "does not hold", "unclear"

# Task 1: the verdict of a cell


def _verdict_by_counting(mean: float, low: float, high: float, least: float) -> str:
    inside = [half / 2 for half in range(round(2 * low), round(2 * high) + 1)]
    enough = [effect for effect in inside if effect >= least]
    if enough:
        return HOLDS if len(enough) == len(inside) else UNCLEAR
    return FAILS if [effect for effect in inside if effect <= 0] else PARTLY


def _told(
    *,
    enough: Callable = lambda mean, low, high, least: low >= least,
    too_small: Callable = lambda high, least: high < least,
    there: Callable = lambda mean, low: low > 0,
    doubt: str = UNCLEAR,
    some: str = PARTLY,
) -> Callable:
    def tell(mean, low, high, least):
        if enough(mean, low, high, least):
            return HOLDS
        if not too_small(high, least):
            return doubt
        return some if there(mean, low) else FAILS

    return tell


def _by_mean(**more: Any) -> Callable:
    return _told(enough=lambda m, lo, hi, least: m >= least, too_small=lambda *_: True, **more)


@st.composite
def _cells(draw: st.DrawFn) -> dict[str, float]:
    """Draw intervals in halves, so that whole steps do not decide."""
    low, below, above = draw(st.integers(-12, 18)), draw(st.integers(1, 8)), draw(st.integers(1, 8))
    return {
        "mean": (low + below) / 2,
        "low": low / 2,
        "high": (low + below + above) / 2,
        "least": draw(st.integers(4, 18)) / 2,
    }


verdict_of = FunctionTask(
    name="verdict_of",
    oracle=_verdict_by_counting,
    cases=_cells(),
    aimed=(
        {"mean": 7, "low": 5, "high": 9, "least": 5},
        {"mean": 3, "low": 1, "high": 5, "least": 5},
        {"mean": 2, "low": 0, "high": 4, "least": 5},
        {"mean": 1, "low": -2, "high": 4, "least": 5},
        {"mean": 2, "low": 0.5, "high": 3.5, "least": 5},
        {"mean": 6, "low": 4.5, "high": 7.5, "least": 5},
        {"mean": 3, "low": 1.5, "high": 4.5, "least": 5},
    ),
    mistakes={
        "by-the-mean": Mistake(
            _by_mean(there=lambda mean, low: mean > 0),
            "You decide by the mean. Which other effects are in the interval?",
            variants=(_by_mean(), _told(there=lambda mean, low: mean > 0)),
        ),
        "by-the-high-end": Mistake(
            _told(enough=lambda m, lo, hi, least: hi >= least),
            "You let the best case decide. Is the worst case large enough, too?",
        ),
        "no-doubt": Mistake(
            _told(doubt=FAILS),
            "Where some effects in the interval are large enough and others are not, the data "
            "leave it open.",
            variants=(_told(doubt=PARTLY), _told(too_small=lambda *_: True)),
        ),
        "more-than-least": Mistake(
            _told(enough=lambda m, lo, hi, least: lo > least),
            "At least that large is large enough: look at an interval that begins there.",
        ),
        "least-is-too-small": Mistake(
            _told(too_small=lambda high, least: high <= least),
            "At least that large is large enough: look at an interval that ends there.",
        ),
        "zero-is-an-effect": Mistake(
            _told(there=lambda mean, low: low >= 0),
            "An interval that begins at 0 allows that there is no effect.",
        ),
        "never-partly": Mistake(
            _told(some=FAILS), "An effect that is too small, but surely there, is more than none."
        ),
    },
)


# Task 2: the share of a fall that is recovered

Accuracies = list[int]  # one a seed, in percent


def _shares_exactly(small: Accuracies, large: Accuracies, scaled: Accuracies) -> list[float]:
    fall = Fraction(sum(small) - sum(large), len(small))
    return [float((new - old) / fall * 100) for old, new in zip(large, scaled, strict=True)]


def _shares(of_a_seed: Callable) -> Callable:
    def share(small, large, scaled):
        fall = (sum(small) - sum(large)) / len(small)
        mean = sum(large) / len(large)
        runs = zip(small, large, scaled, strict=True)
        return [of_a_seed(*run, fall, mean) for run in runs]

    return share


def _mean_share(small, large, scaled):
    return 100 * (sum(scaled) - sum(large)) / (sum(small) - sum(large))


@st.composite
def _three_runs(draw: st.DrawFn) -> dict[str, Accuracies]:
    n = draw(st.integers(2, 5))

    def accuracies(lowest: int, highest: int) -> Accuracies:
        return draw(st.lists(st.integers(lowest, highest), min_size=n, max_size=n))

    return {
        "small": accuracies(85, 99),
        "large": accuracies(40, 80),
        "scaled": accuracies(40, 99),
    }


share_recovered = FunctionTask(
    name="share_recovered",
    oracle=_shares_exactly,
    cases=_three_runs(),
    mistakes={
        "own-fall": Mistake(
            _shares(lambda s, same, x, fall, mean: 100 * (x - same) / (s - same)),
            "You divide by each seed's own fall. Where that is near 0, the share is anything: "
            "divide by the mean fall.",
        ),
        "unpaired": Mistake(
            _shares(lambda s, same, x, fall, mean: 100 * (x - mean) / fall),
            "You compare each seed with the mean of the large batch. What did the large batch do "
            "from the same seed?",
        ),
        "one-number": Mistake(
            _mean_share, "That is the mean. Without a number for each seed it has no interval."
        ),
        "still-missing": Mistake(
            _shares(lambda s, same, x, fall, mean: 100 * (s - x) / fall),
            "That is the share that is still missing.",
        ),
        "of-the-accuracy": Mistake(
            _shares(lambda s, same, x, fall, mean: 100 * x / s),
            "That is a share of the accuracy. Of what was lost, how much is back?",
        ),
        "not-in-percent": Mistake(
            _shares(lambda s, same, x, fall, mean: (x - same) / fall),
            "The share is asked in percent.",
        ),
    },
)


# Tasks 3 to 5: predictions, which are trained whatever was predicted

EPOCHS, UPDATES = 4, 256
SMALL = Recipe(8, 0.03, epochs=EPOCHS, momentum=0.9, name="small")
LARGE = SMALL.replace(batch_size=128, name="large")
RECIPES = (
    SMALL,
    LARGE,
    LARGE.replace(epochs=None, steps=UPDATES, name="equal updates"),
    LARGE.replace(lr=16 * SMALL.lr, name="scaled"),
)
# A predicted size counts if it is at most this many times too large or too small.
NEAR = 2.0

Trained = Mapping[str, np.ndarray]  # training accuracy in percent, one a seed, by the recipe's name


@functools.cache
def _trained(chosen: tuple[int, ...]) -> Trained:
    """Train all recipes from the seeds chosen, once for all tasks.

    Raises:
        KeyboardInterrupt: if it was interrupted.
    """
    found = sweep(
        RECIPES, CNN(channels=4), digits(512, 512), seeds=chosen, every=10**9, progress=False
    )
    if found.unfinished:
        raise KeyboardInterrupt
    return {str(runs.recipe): 100 * runs.train_accuracy[:, -1] for runs in found}


@dataclass(frozen=True)
class PredictionTask:
    """A task whose answer is a prediction: a verdict on a claim, and the size of an effect.

    Whatever was predicted, the recipes are trained, and the verdict says what was measured.

    Attributes:
        name: what the learner's variable is called.
        effect: takes what was trained and returns the effect, one value a seed.
        holds: whether the claim holds, by the estimate of the effect.
        said: a sentence on what was measured, with ``{}`` for the size.
        rounded_to: what the size is rounded to when it is said: coarsely, so that the text is the
            same on every machine, and hardly ever another from other seeds.
        reason: why it came out so; said to a right prediction.
        mistakes: mistakes by id: ``other-verdict``, ``other-direction``, ``too-small`` and
            ``too-large``.
    """

    name: str
    effect: Callable[[Trained], np.ndarray]
    holds: Callable[[Estimate], bool]
    said: str
    rounded_to: int
    reason: str
    mistakes: Mapping[str, Mistake]

    def __call__(self, answer: Any) -> Verdict:
        """Return the verdict on a pair: ``"holds"`` or ``"does not hold"``, and a number."""
        parts = list(answer) if isinstance(answer, (tuple, list)) else []
        if is_missing(answer) or any(map(is_missing, parts)):
            return Verdict(self.name, NOT_ATTEMPTED)
        predicted, size = self._read(parts)
        if predicted is None or size is None:
            wanted = f"A pair is expected, {HOLDS!r} or {FAILS!r} and a number"
            return Verdict(self.name, NOT_YET, f"{wanted}; got {cut(as_text(answer))}.")
        try:
            found = measured(self)
        except KeyboardInterrupt:
            return Verdict(self.name, NOT_YET, "The training was interrupted.")
        came = HOLDS if self.holds(found) else FAILS
        size_said = self.rounded_to * round(found.mean / self.rounded_to)
        told = f"Trained from {found.n} seeds: {self.said.format(size_said)}. The claim {came}."
        id = self._mistake(predicted == came, size, sorted((found.mean, size_said)))
        if id is None:
            return Verdict(self.name, CORRECT, f"{told} {self.reason}")
        return Verdict(self.name, NOT_YET, f"{told} {self.mistakes[id].hint}", id)

    @staticmethod
    def _read(parts: list) -> tuple[str | None, float | None]:
        if len(parts) != 2 or not isinstance(parts[0], str):
            return None, None
        predicted, size = parts[0].strip().lower(), number(parts[1])
        known = predicted in (HOLDS, FAILS) and size is not None and not math.isnan(size)
        return (predicted, size) if known else (None, None)

    @staticmethod
    def _mistake(right: bool, size: float, effects: list[float]) -> str | None:
        """Return the mistake in a size; nothing if it is near the effect measured, or as said."""
        least, most = effects
        if not right:
            return "other-verdict"
        if size < 0:
            return "other-direction"
        if size < least / NEAR:
            return "too-small"
        return "too-large" if size > NEAR * most else None


def measured(task: PredictionTask) -> Estimate:
    """Return the effect that a task is about, from the seeds of the current base seed.

    Raises:
        KeyboardInterrupt: if the training was interrupted.
    """
    return estimate(task.effect(_trained(tuple(seeds()))))


equal_epochs = PredictionTask(
    name="equal_epochs",
    effect=lambda trained: trained["small"] - trained["large"],
    holds=lambda fall: fall.low >= 10,
    said="at equal epochs and rate, training accuracy falls by about {} points",
    rounded_to=10,
    reason="16 updates leave the network where it began, as the record of batch 8 showed.",
    mistakes={
        "other-verdict": Mistake(
            (FAILS, 2),
            "Batch 128 makes 16 updates here. Look up how far batch 8 was after as many.",
        ),
        "other-direction": Mistake(
            (HOLDS, -70), "A fall is asked, so it is positive where the large batch is lower."
        ),
        "too-small": Mistake(
            (HOLDS, 20),
            "The fall is larger than you said: at 16 updates, batch 8 had hardly learned anything.",
        ),
        "too-large": Mistake(
            (HOLDS, 150), "More than all of the accuracy cannot be lost: how much was there?"
        ),
    },
)

equal_updates = PredictionTask(
    name="equal_updates",
    effect=lambda trained: trained["equal updates"] - trained["small"],
    holds=lambda lead: lead.low >= -3 and lead.high <= 3,
    said="at equal updates and rate, batch 128 is ahead by about {} points of training accuracy",
    rounded_to=4,
    reason=(
        "At this rate, the noise of batch 8 keeps its loss up. Batch 128 has a quarter of that "
        "noise, for 16 times the samples."
    ),
    mistakes={
        "other-verdict": Mistake(
            (HOLDS, 1),
            "Updates are worth nearly the same where rate times noise is small. Is it small here, "
            "with 8 samples an update, and a loss far from 0 after all of them?",
        ),
        "other-direction": Mistake(
            (FAILS, -10),
            "The lead of batch 128 is asked, and it is ahead: less noise costs no accuracy here.",
        ),
        "too-small": Mistake(
            (FAILS, 4),
            "The lead is larger than you said: batch 8 has four times the noise of batch 128, at a "
            "rate at which that counts.",
        ),
        "too-large": Mistake(
            (FAILS, 40),
            "The lead is smaller than you said: how far is batch 8 from 100%?",
        ),
    },
)

scaled_rate = PredictionTask(
    name="scaled_rate",
    effect=lambda trained: (
        100 * (trained["scaled"] - trained["large"]) / (trained["small"] - trained["large"]).mean()
    ),
    holds=lambda share: share.low >= 75,
    said="with 16 times the rate, batch 128 recovers about {}% of the fall",
    rounded_to=25,
    reason=(
        "With momentum 0.9, a rate of 0.48 is more than this network bears, and with lower rates "
        "16 updates are too few."
    ),
    mistakes={
        "other-verdict": Mistake(
            (HOLDS, 90),
            "A rate has a ceiling, whatever the batch. How long are steps of rate 0.48 with "
            "momentum 0.9, and how many of them are there?",
        ),
        "other-direction": Mistake(
            (FAILS, -20), "The longer steps do help: the share is above 0, if far from 100%."
        ),
        "too-small": Mistake(
            (FAILS, 5), "More is recovered than you said: long steps beat short ones here, too."
        ),
        "too-large": Mistake(
            (FAILS, 70),
            "Less is recovered than you said: 16 updates are few, and 0.48 is a high rate.",
        ),
    },
)
