"""Checks of chapter 6, "Why can a faster run end in a worse model?"."""

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from everystep.checks import judge
from everystep.checks.earlier import Earlier
from everystep.checks.judge import Answer, is_missing
from everystep.checks.tasks import FunctionTask, ValueTask
from everystep.checks.values import as_text, cut
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict
from everystep.clinic.fixes import FAST, SLOW, kept_speed, recovered
from everystep.core.recipe import Recipe
from everystep.lab import records_of_four_jobs as records_of_four_jobs

# Task 1: the time of equal updates

equal_update_hours = ValueTask(
    name="equal_update_hours",
    value=sum([2] * (512 // 32)),
    mistakes={
        "factor": Mistake(16, "By that factor updates are missing. How long does it take then?"),
        "as-slow": Mistake(
            12, "That is the time of batch 32. One update of batch 512 takes longer than one of 32."
        ),
        "one-pass": Mistake(2, "That is the time of the run as it is, with a 16th of the updates."),
        "slow-times-ratio": Mistake(
            192, "You multiplied the hours of batch 32. Which of the two runs is to go on longer?"
        ),
        "speed-times-hours": Mistake(
            6 * 12, "You multiplied by the speed-up. By what factor are updates missing?"
        ),
    },
)


# Task 2: epochs for equal updates


def _epochs_by_counting(n: int, small: int, large: int, epochs: int) -> int:
    wanted, made, passed = epochs * len(range(0, n, small)), 0, 0
    while made < wanted:
        made += len(range(0, n, large))
        passed += 1
    return passed


equal_update_epochs = ValueTask(
    name="equal_update_epochs",
    value=_epochs_by_counting(50_000, 64, 1024, 30),
    mistakes={
        "not-whole": Mistake(
            23_460 / 49,
            "That many epochs make just as many updates. How many *whole* epochs are needed?",
            variants=(478.8, 478.78),
        ),
        "ratio": Mistake(
            480, "That is the ratio of the batch sizes. Count the updates, short batches included."
        ),
        "rounded-down": Mistake(478, "After that many epochs, a few updates are still missing."),
        "dropped": Mistake(489, "You left the short last batches out, but they are kept here."),
        "updates": Mistake(23_460, "That is a number of updates."),
        "unchanged": Mistake(30, "With as many epochs as before, batch 1,024 makes fewer updates."),
    },
)


# Task 3: judge a fix

Run = tuple[int, int]  # accuracy in percent and hours


def _judge_exactly(slow: Run, fast: Run, fix: Run) -> tuple[float, float]:
    missing = Fraction(slow[0] - fix[0], slow[0] - fast[0])
    times_slower_than_fast = Fraction(fix[1], fast[1])
    return float(1 - missing), float(1 / times_slower_than_fast)


def _judge(recovered, kept):
    return lambda slow, fast, fix: (recovered(slow, fast, fix), kept(slow, fast, fix))


def _recovered(slow, fast, fix):
    return (fix[0] - fast[0]) / (slow[0] - fast[0])


def _kept(slow, fast, fix):
    return fast[1] / fix[1]


@st.composite
def _three_runs(draw: st.DrawFn) -> dict[str, Run]:
    slow, fall, back = draw(st.integers(70, 99)), draw(st.integers(2, 20)), draw(st.integers(0, 20))
    fast_hours = draw(st.integers(1, 10))
    hours = [
        fast_hours + draw(st.integers(1, 40)),
        fast_hours,
        fast_hours + draw(st.integers(0, 9)),
    ]
    fast = slow - fall
    return {
        "slow": (slow, hours[0]),
        "fast": (fast, hours[1]),
        "fix": (min(fast + back, slow + 1), hours[2]),
    }


judge_fix = FunctionTask(
    name="judge_fix",
    oracle=_judge_exactly,
    cases=_three_runs(),
    shows=("recovered", "kept"),
    mistakes={
        "still-missing": Mistake(
            _judge(lambda s, f, m: (s[0] - m[0]) / (s[0] - f[0]), _kept),
            "Your first number is the share of the lost accuracy that is still missing.",
        ),
        "of-accuracy": Mistake(
            _judge(lambda s, f, m: m[0] / s[0], _kept),
            "Your first number is a share of the accuracy, not of what was lost.",
        ),
        "swapped": Mistake(
            lambda slow, fast, fix: _judge(_kept, _recovered)(slow, fast, fix),
            "Your two numbers are in the other order: what is recovered comes first.",
        ),
        "points": Mistake(
            _judge(lambda s, f, m: m[0] - f[0], _kept),
            "Your first number is in points. What share is it of the points that were lost?",
        ),
        "percent": Mistake(
            _judge(lambda s, f, m: 100 * _recovered(s, f, m), lambda s, f, m: 100 * _kept(s, f, m)),
            "Your numbers are percentages. Shares are asked for: 1 is the whole.",
        ),
        "upside-down": Mistake(
            _judge(_recovered, lambda s, f, m: m[1] / f[1]),
            "Your second number grows when the fix gets slower.",
        ),
        "own-speed-up": Mistake(
            _judge(_recovered, lambda s, f, m: s[1] / m[1]),
            "Your second number is the speed-up of the fix. What share of the fast run's is it?",
        ),
        "hours-saved": Mistake(
            _judge(_recovered, lambda s, f, m: (s[1] - m[1]) / (s[1] - f[1])),
            "Your second number is the share of the hours saved. A speed-up is a ratio of times.",
        ),
    },
)


# Task 4: scale the rate


def _by_logarithms(
    rate: float, batch: int, new_batch: int, rule: str, step: int, warmup: int
) -> float:
    growth = math.log(new_batch) - math.log(batch)
    full = math.exp(math.log(rate) + growth / {"linear": 1, "root": 2}[rule])
    return float(np.interp(step, [-1, warmup], [0, full]))


def _scaled(
    rate,
    batch,
    new_batch,
    rule,
    step,
    warmup,
    *,
    power=None,
    first=1,
    more=None,
    warm=True,
    low=0.0,
):
    """Scale with any of five details changed."""
    power = (1 if rule == "linear" else 0.5) if power is None else power
    full = rate * (new_batch / batch) ** power
    more = first if more is None else more
    done = (step + first) / (warmup + more) if warm and step < warmup else 1.0
    return low * rate + (full - low * rate) * done


scaled_rate = FunctionTask(
    name="scaled_rate",
    oracle=_by_logarithms,
    cases=st.fixed_dictionaries(
        {
            "rate": st.sampled_from([0.01, 0.05, 0.1, 0.2]),
            "batch": st.integers(1, 64),
            "new_batch": st.integers(65, 4096),
            "rule": st.sampled_from(["linear", "root"]),
            "step": st.integers(0, 40),
            "warmup": st.integers(0, 30),
        }
    ),
    mistakes={
        "always-linear": Mistake(
            partial(_scaled, power=1),
            "You scale linearly under both rules. The root asks for less.",
        ),
        "always-root": Mistake(
            partial(_scaled, power=0.5), "You take the square root under both rules."
        ),
        "no-warm-up": Mistake(partial(_scaled, warm=False), "There is no warm-up."),
        "starts-at-zero": Mistake(
            partial(_scaled, first=0), "Your first update has the rate 0: it moves nothing."
        ),
        "full-too-early": Mistake(
            partial(_scaled, more=0),
            "Your last update of the warm-up has the full rate already. Divide by one more.",
        ),
        "upside-down": Mistake(
            lambda rate, batch, new_batch, **rest: _scaled(rate, new_batch, batch, **rest),
            "Your rate falls with a larger batch: the ratio is upside down.",
        ),
        "from-the-old-rate": Mistake(
            partial(_scaled, low=1.0),
            "Your warm-up rises from the old rate. Here it is to rise in equal steps from nothing.",
        ),
        "old-rate": Mistake(
            partial(_scaled, power=0), "You warm up, but to the old rate: it is not scaled."
        ),
    },
)


# Task 5: repair a comparison. What is compared is the number of points that the answer reports.

RATES = (0.125, 0.25, 0.5, 1.0, 2.0)  # powers of two, so that no rounding disturbs


def _observe_comparison(
    answer: Answer,
    large: int,
    updates: int,
    best_rates: tuple[float, float],
    best_accuracies: tuple[int, int],
) -> object:
    """Hand the answer a training whose accuracy follows a simple rule."""
    small = 32
    rates = dict(zip((small, large), best_rates, strict=True))
    accuracies = dict(zip((small, large), best_accuracies, strict=True))

    wanted = updates
    price = {small: 20, large: 30}  # of another number of updates; equal prices would cancel

    def train(batch, rate, updates):
        off = abs(math.log2(rate / rates[batch]))
        return accuracies[batch] - 3 * off - price[batch] * (updates != wanted)

    return answer(train, list(RATES), small, large, wanted)


def _fair(
    large: int,
    updates: int,
    best_rates: tuple[float, float],
    best_accuracies: tuple[int, int],
) -> int:
    return best_accuracies[0] - best_accuracies[1]


def _best_rate(train, rates, batch, updates):
    return max(rates, key=lambda rate: train(batch, rate, updates))


def _comparison(*, own_rates, equal_updates, tuned_on="small", sign=1, small_too=False):
    def compare(train, rates, small, large, updates):
        fewer = updates if equal_updates else updates * small // large
        updates = fewer if small_too else updates
        for_small = _best_rate(train, rates, small, updates)
        for_large = _best_rate(train, rates, large, fewer)
        if not own_rates and tuned_on == "small":
            for_large = for_small
        elif not own_rates:
            for_small = for_large
        return sign * (train(small, for_small, updates) - train(large, for_large, fewer))

    return compare


def _by_the_linear_rule(train, rates, small, large, updates):
    rate = _best_rate(train, rates, small, updates)
    return train(small, rate, updates) - train(large, rate * large / small, updates)


def _average_of_rates(train, rates, small, large, updates):
    ours, theirs = ([train(b, r, updates) for r in rates] for b in (small, large))
    return sum(ours) / len(rates) - sum(theirs) / len(rates)


compare = FunctionTask(
    name="compare",
    oracle=_fair,
    observe=_observe_comparison,
    parameters=("train", "rates", "small", "large", "updates"),
    cases=st.fixed_dictionaries(
        {
            "large": st.sampled_from([64, 128, 512]),
            "updates": st.integers(64, 640),
            "best_rates": st.tuples(st.sampled_from(RATES), st.sampled_from(RATES)),
            "best_accuracies": st.tuples(st.integers(80, 99), st.integers(80, 99)),
        }
    ),
    mistakes={
        "as-given": Mistake(_comparison(own_rates=False, equal_updates=False), "", as_given=True),
        "one-rate": Mistake(
            _comparison(own_rates=False, equal_updates=True),
            "Both make equally many updates now, but at the rate that is best for the small batch.",
        ),
        "rate-of-the-large": Mistake(
            _comparison(own_rates=False, equal_updates=True, tuned_on="large"),
            "Now both use the rate that is best for the large batch.",
        ),
        "fewer-updates": Mistake(
            _comparison(own_rates=True, equal_updates=False),
            "Each has its own rate now, but the large batch still makes fewer updates.",
        ),
        "linear-rule": Mistake(
            _by_the_linear_rule,
            "You give the large batch the rate that the linear rule says. Look for the best of the "
            "rates for it.",
        ),
        "both-fewer": Mistake(
            _comparison(own_rates=True, equal_updates=False, small_too=True),
            "Both make equally many updates, but not as many as `updates` says.",
        ),
        "average": Mistake(
            _average_of_rates,
            "You compare averages over the rates. Each batch size is to have the best rate for it.",
        ),
        "sign": Mistake(
            _comparison(own_rates=True, equal_updates=True, sign=-1),
            "Your number says by how much the large batch is better.",
        ),
    },
)


# Task 6: grow the batch in place of decaying the rate


def _epoch_by_epoch(
    epoch: int, batch: int, rate: float, every: int, factor: int, largest: int
) -> tuple[int, float]:
    for begun in range(1, epoch + 1):
        if begun % every:
            continue
        if factor * batch > largest:
            rate /= factor
        else:
            batch *= factor
    return batch, rate


def _grown(
    epoch,
    batch,
    rate,
    every,
    factor,
    largest,
    *,
    shift=0,
    limit=True,
    decay=True,
    always=False,
    room=0,
):
    """Grow with any of five details changed."""
    cuts, grown = max(epoch + shift, 0) // every, 0
    while grown < cuts and (not limit or batch * factor <= largest - room):
        batch, grown = batch * factor, grown + 1
    left = cuts if always else cuts - grown
    return batch, rate / factor**left if decay else rate


@st.composite
def _growing_plans(draw: st.DrawFn) -> dict[str, int | float]:
    batch, every, factor = (
        draw(st.integers(8, 64)),
        draw(st.integers(5, 30)),
        draw(st.integers(2, 5)),
    )
    # Half of the plans end at the limit exactly, or one sample beside it.
    close = batch * factor ** draw(st.integers(1, 3)) + draw(st.sampled_from([0, 0, -1, 1]))
    epoch = max(0, every * draw(st.integers(0, 6)) + draw(st.sampled_from([0, 0, -1, 1, 3])))
    return {
        "epoch": epoch,
        "batch": batch,
        "rate": draw(st.sampled_from([0.1, 0.4, 1.0])),
        "every": every,
        "factor": factor,
        "largest": close if draw(st.booleans()) else draw(st.integers(64, 1024)),
    }


grow_or_decay = FunctionTask(
    name="grow_or_decay",
    oracle=_epoch_by_epoch,
    cases=_growing_plans(),
    shows=("batch", "rate"),
    mistakes={
        "no-limit": Mistake(partial(_grown, limit=False), "Your batch grows beyond `largest`."),
        "never-decays": Mistake(
            partial(_grown, decay=False),
            "When the batch cannot grow anymore, your rate must fall in its place.",
        ),
        "both": Mistake(
            partial(_grown, always=True),
            "You grow the batch and cut the rate. Do one or the other.",
        ),
        "one-early": Mistake(
            partial(_grown, shift=1), "Your changes come one epoch too early. Epochs count from 0."
        ),
        "one-late": Mistake(
            partial(_grown, shift=-1),
            "Your changes come one epoch too late. Epoch `every` is the first with a change.",
        ),
        "limit-itself": Mistake(
            partial(_grown, room=1),
            "Your batch stays below `largest`. It may become as large as that.",
        ),
        "clipped": Mistake(
            lambda epoch, batch, rate, every, factor, largest: (
                min(batch * factor ** (epoch // every), max(largest, batch)),
                rate,
            ),
            "You cut the batch off at `largest`. It is to grow by whole factors, then the rate "
            "falls.",
        ),
    },
)


# Task 7: tell missing updates from a gap. Exercises handed out earlier ask the check for the
# records, and for the verdict on a choice.

End = dict[str, float]  # accuracies "train" and "val" in percent, "updates", "loss" in nats
GUESSING = 2.2
job_with_gap = Earlier("job_with_gap", "b", now="read_pair")


def _by_table(small: End, large: End) -> str:
    rows = [
        (not -math.inf < large["loss"] < GUESSING, "diverged"),
        (large["val"] + 1 > small["val"], "no difference"),
        (large["train"] + 1 > small["train"], "gap"),
        (small["updates"] <= large["updates"], "other"),
        (small["val"] + large["train"] >= large["val"] + small["train"] + 2, "both"),
        (True, "too few updates"),
    ]
    return next(word for holds, word in rows if holds)


def _reading(
    *,
    broken=lambda loss: not loss < GUESSING,
    fell=lambda points: points >= 1,
    lags=lambda train, val: val - train >= 2,
    updates_count=True,
    skip=(),
    training_first=False,
):
    """Return a reading with any of six details changed."""

    def read(small, large):
        train, val = (small[part] - large[part] for part in ("train", "val"))
        answers = {
            "diverged": broken(large["loss"]),
            "no difference": not fell(val),
            "gap": not fell(train),
            "other": updates_count and large["updates"] >= small["updates"],
            "both": lags(train, val),
            "too few updates": True,
        }
        if training_first:
            answers = {"diverged": answers["diverged"], "gap": answers["gap"]} | answers
        return next(word for word, holds in answers.items() if holds and word not in skip)

    return read


def _updates_alone(small, large):
    if not large["loss"] < GUESSING:
        return "diverged"
    if small["val"] - large["val"] < 1:
        return "no difference"
    return "too few updates" if large["updates"] < small["updates"] else "gap"


@st.composite
def _two_ends(draw: st.DrawFn) -> dict[str, End]:
    """Draw two ends whose falls lie on the limits, beside them, or at 5 points of validation."""
    # Halves of points have no rounding.
    fall = draw(st.sampled_from([-2.0, 0.0, 0.5, 1.0, 1.5, 3.0, 3.5, 5.0, 9.0]))
    beyond = draw(st.sampled_from([-4.0, 0.0, 1.5, 2.0, 2.5, 5.0]))
    val_fall = draw(st.sampled_from([fall + beyond, 5.0, 0.5, 1.0]))
    small = {"train": draw(st.integers(90, 98)) + 0.5, "val": draw(st.integers(80, 90)) + 0.5}
    updates = draw(st.integers(100, 2000))
    more = draw(st.sampled_from([1 / 16, 1 / 4, 0.99, 1, 2]))
    losses = st.sampled_from([0.001, 0.3, 1.9, 2.19, 2.21, 4.0, math.inf, math.nan])
    ordinary = st.sampled_from([0.0, 0.004, 0.5])
    return {
        "small": small | {"updates": updates, "loss": draw(ordinary)},
        "large": {
            "train": small["train"] - fall,
            "val": small["val"] - val_fall,
            "updates": math.floor(more * updates),
            "loss": draw(st.one_of(ordinary, losses)),
        },
    }


read_pair = FunctionTask(
    name="read_pair",
    oracle=_by_table,
    cases=_two_ends(),
    mistakes={
        "validation-alone": Mistake(
            _reading(skip=("other", "both", "too few updates"), fell=lambda points: points >= 1),
            "You call every fall of the validation accuracy a gap. What did the training accuracy "
            "do?",
            variants=(
                lambda small, large: (
                    "diverged"
                    if not large["loss"] < GUESSING
                    else "gap"
                    if small["val"] - large["val"] >= 1
                    else "no difference"
                ),
            ),
        ),
        "updates-alone": Mistake(
            _updates_alone,
            "You decide by the number of updates. A batch that made fewer can have learned its "
            "training set as well.",
        ),
        "never-diverged": Mistake(
            _reading(broken=lambda loss: False), "You never look at the loss of the large batch."
        ),
        "infinite-missed": Mistake(
            _reading(broken=lambda loss: loss >= GUESSING),
            "NaN is no finite number, and every comparison with it is false.",
            variants=(_reading(broken=lambda loss: GUESSING <= loss < math.inf),),
        ),
        "finite-missed": Mistake(
            _reading(broken=lambda loss: not math.isfinite(loss)),
            "A loss can be finite and still be that of guessing, or worse.",
        ),
        "never-both": Mistake(
            _reading(skip=("both",)),
            "Validation can fall much further than training: then updates are missing, and there "
            "is a gap besides.",
        ),
        "limits-excluded": Mistake(
            _reading(fell=lambda points: points > 1),
            "A fall of exactly 1 point counts. It is not *less* than 1 point.",
        ),
        "both-at-more-than-2": Mistake(
            _reading(lags=lambda train, val: val - train > 2),
            "Exactly 2 points further is `at least` 2 points further.",
        ),
        "any-fall": Mistake(
            _reading(fell=lambda points: points > 0),
            "You count every fall. One of less than a point is none here.",
        ),
        "training-first": Mistake(
            _reading(training_first=True),
            "Keep to the order: without a fall in validation there is nothing to explain.",
        ),
        "updates-not-compared": Mistake(
            _reading(updates_count=False),
            "If the large batch made as many updates, none are missing, whatever else fell.",
        ),
    },
)


# Task 8: plan a recipe again when the batch changes


def _plan_by_fractions(
    samples: int,
    batch: int,
    rate: float,
    epochs: int,
    warmup: int,
    horizon: int,
    ceiling: float,
    new_batch: int,
) -> tuple[float, int, int, int]:
    before, after = (epochs * len(range(0, samples, size)) for size in (batch, new_batch))
    share = Fraction(after, before)
    nearest = [math.floor(share * count + Fraction(1, 2)) for count in (warmup, horizon)]
    first = nearest[0] if nearest[0] or not warmup else 1
    return float(np.clip(rate / batch * new_batch, None, ceiling)), after, first, nearest[1]


def _planned(
    samples,
    batch,
    rate,
    epochs,
    warmup,
    horizon,
    ceiling,
    new_batch,
    *,
    power=1.0,
    capped=True,
    per_epoch=lambda samples, size: -(-samples // size),
    rescale=("warm-up", "horizon"),
    rounded=round,
    least=1,
    same_updates=False,
    by_share=False,
):
    """Plan again with any of seven details changed, or with the rounding errors of a share."""
    before = epochs * per_epoch(samples, batch)
    after = before if same_updates else epochs * per_epoch(samples, new_batch)
    scaled = rate * (new_batch / batch) ** power
    first, last = (
        rounded(after / before * count if by_share else count * after / before)
        for count in (warmup, horizon)
    )
    first = first if "warm-up" in rescale else warmup
    last = last if "horizon" in rescale else horizon
    return (
        min(scaled, ceiling) if capped else scaled,
        after,
        max(first, least) if warmup else 0,
        last,
    )


@st.composite
def _plans(draw: st.DrawFn) -> dict[str, int | float]:
    samples, batch = draw(st.integers(2000, 60_000)), draw(st.sampled_from([16, 32, 50, 64]))
    new_batch = draw(st.sampled_from([128, 256, 500, 512, 1024]))
    epochs, rate = draw(st.integers(2, 90)), draw(st.sampled_from([0.01, 0.05, 0.1, 0.2]))
    before, after = (epochs * math.ceil(samples / size) for size in (batch, new_batch))
    warmup = draw(st.one_of(st.sampled_from([0, 1, 5]), st.integers(0, before // 5)))
    horizon = draw(st.sampled_from([before, before, before * 3 // 4, 2 * before]))
    for count in (warmup, horizon):  # nothing lies halfway between two whole numbers
        assume(abs(count * after / before % 1 - 0.5) > 0.02)
    return {
        "samples": samples,
        "batch": batch,
        "rate": rate,
        "epochs": epochs,
        "warmup": warmup,
        "horizon": horizon,
        "ceiling": rate * draw(st.sampled_from([1.5, 4, 8, 12, 100])),
        "new_batch": new_batch,
    }


replan = FunctionTask(
    name="replan",
    oracle=_plan_by_fractions,
    cases=_plans(),
    shows=("rate", "updates", "warmup", "horizon"),
    mistakes={
        "not-capped": Mistake(
            partial(_planned, capped=False), "Your rate goes beyond the ceiling."
        ),
        "root": Mistake(
            partial(_planned, power=0.5),
            "You scale by the root. The rule is the linear one.",
        ),
        "old-rate": Mistake(partial(_planned, power=0.0), "Your rate is not scaled."),
        "at-the-ceiling": Mistake(
            lambda ceiling, **rest: (ceiling, *_planned(ceiling=ceiling, **rest)[1:]),
            "Your rate is always the ceiling. It is a limit and no target.",
        ),
        "old-horizon": Mistake(
            partial(_planned, rescale=("warm-up",)),
            "Your horizon is counted in updates of the old batch: the run ends long before it.",
        ),
        "old-warm-up": Mistake(
            partial(_planned, rescale=("horizon",)),
            "Your warm-up has as many updates as before. What share of the new run is that?",
        ),
        "old-counts": Mistake(
            partial(_planned, rescale=()),
            "Warm-up and horizon are counted in updates, and there are fewer of them now.",
        ),
        "equal-updates": Mistake(
            partial(_planned, same_updates=True),
            "You keep the number of updates. The plan is to keep the epochs.",
        ),
        "dropped": Mistake(
            partial(_planned, per_epoch=lambda samples, size: samples // size),
            "You leave the short last batch of an epoch out, but it is kept.",
        ),
        "by-the-ratio": Mistake(
            lambda samples, batch, epochs, new_batch, warmup, horizon, **rest: (
                min(rest["rate"] * new_batch / batch, rest["ceiling"]),
                *(
                    round(count * batch / new_batch)
                    for count in (epochs * math.ceil(samples / batch), warmup, horizon)
                ),
            ),
            "You divide by the ratio of the batch sizes. Count updates, short batches included.",
        ),
        "no-warm-up-left": Mistake(
            partial(_planned, least=0),
            "Your warm-up is rounded away. One update of it is to stay.",
        ),
        "rounded-down": Mistake(
            partial(_planned, rounded=math.floor),
            "You round down. The nearest whole number is asked for.",
            variants=(partial(_planned, rounded=math.floor, by_share=True),),
        ),
        "rounded-up": Mistake(
            partial(_planned, rounded=math.ceil),
            "You round up. The nearest whole number is asked for.",
            variants=(partial(_planned, rounded=math.ceil, by_share=True),),
        ),
        "not-rounded": Mistake(
            partial(_planned, rounded=float), "Updates are whole: warm-up and horizon, too."
        ),
    },
)


# Task 9: is a difference real?

# Student's factors for a 95% interval from so many values.
FACTORS = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 8: 2.365, 10: 2.262}


def _interval_by_pairs(
    first: list[float], second: list[float], factor: float
) -> tuple[float, float, int]:
    """Use that s² is the mean of (a − b)² / 2 over all pairs of different values."""
    points = [Fraction(a) - Fraction(b) for a, b in zip(first, second, strict=True)]
    pairs = list(itertools.combinations(points, 2))
    variance = sum((a - b) ** 2 for a, b in pairs) / (2 * len(pairs))
    half = factor * math.sqrt(variance / len(points))
    low, high = (float(sum(points) / len(points)) + sign * half for sign in (-1, 1))
    return low, high, 1 if low > 0 else -1 if high < 0 else 0


def _side(low, high):
    return int(low > 0) - int(high < 0)


def _interval(
    first, second, factor, *, left=1, root=True, paired=True, sign=1, own_factor=None, side=None
):
    """Give an interval and a verdict, with any of six details changed."""
    a, b = sign * np.array(first), sign * np.array(second)
    n, mean = len(a), np.mean(a - b)
    spread = np.std(a - b, ddof=left) if paired else np.hypot(a.std(ddof=1), b.std(ddof=1))
    half = (own_factor or factor) * spread / (math.sqrt(n) if root else 1)
    low, high = float(mean - half), float(mean + half)
    return low, high, side(first, second, factor) if side else _side(low, high)


def _by_the_mean(first, second, factor):
    return int(np.sign(np.mean(first) - np.mean(second)))


def _by_5_points(first, second, factor):
    points = np.mean(first) - np.mean(second)
    return int(np.sign(points)) if abs(points) >= 5 else 0


def _by_separate_intervals(first, second, factor):
    ends = []
    for values in (first, second):
        half = factor * np.std(values, ddof=1) / math.sqrt(len(values))
        ends.append((np.mean(values) - half, np.mean(values) + half))
    (low, high), (other_low, other_high) = ends
    return 1 if low > other_high else -1 if other_low > high else 0


@st.composite
def _paired_accuracies(draw: st.DrawFn) -> dict[str, list[float] | float]:
    """Draw accuracies, in halves of a percent, whose seeds matter more than the recipe."""
    n = draw(st.sampled_from(sorted(FACTORS)))
    effect = draw(st.sampled_from([-5.0, -1.5, 0.0, 1.5, 5.0, 5.0]))
    width = draw(st.sampled_from([1, 4, 10]))
    halves = st.integers(-width, width).map(lambda k: k / 2)
    second = [80 + draw(st.integers(-16, 16)) / 2 for _ in range(n)]
    first = [accuracy + effect + draw(halves) for accuracy in second]
    case: dict[str, list[float] | float] = {"first": first, "second": second}
    case["factor"] = FACTORS[n]
    assume(all(abs(end) > 0.02 for end in _interval(**case)[:2]))  # no end lies at 0
    return case


real_difference = FunctionTask(
    name="real_difference",
    oracle=_interval_by_pairs,
    cases=_paired_accuracies(),
    shows=("low", "high", "verdict"),
    mistakes={
        "not-paired": Mistake(
            partial(_interval, paired=False),
            "You add the spreads of the two recipes. What a seed does to both cancels in the "
            "differences, seed by seed.",
        ),
        "population": Mistake(
            partial(_interval, left=0),
            "Your standard deviation divides by n. Of a sample it divides by n − 1.",
        ),
        "single-runs": Mistake(
            partial(_interval, root=False),
            "That is where a single run's difference lies. The mean's interval has √n in it.",
        ),
        "standard-error": Mistake(
            partial(_interval, own_factor=1.0),
            "That is one standard error to each side. `factor` says how many are needed.",
        ),
        "normal": Mistake(
            partial(_interval, own_factor=1.96),
            "1.96 is for many seeds. For a few, `factor` is larger.",
            variants=(partial(_interval, own_factor=2.0),),
        ),
        "sign": Mistake(partial(_interval, sign=-1), "You subtract the first from the second."),
        "by-the-mean": Mistake(
            partial(_interval, side=_by_the_mean),
            "Your interval is right. Your verdict follows the mean: where 0 lies inside, it is 0.",
        ),
        "by-5-points": Mistake(
            partial(_interval, side=_by_5_points),
            "Your interval is right. Whether 5 points are real depends on it, not on the 5.",
        ),
        "by-overlap": Mistake(
            partial(_interval, side=_by_separate_intervals),
            "Your interval is right. Your verdict compares the two recipes' own intervals, which "
            "may overlap though the difference is clear.",
        ),
    },
)


# Task 10: fix it for real. Exercises handed out earlier ask for the verdict on a choice.

no_fix = Earlier("no_fix", "parts", now="fixed")
ENOUGH_RECOVERED, ENOUGH_KEPT = 0.9, 0.5


@dataclass(frozen=True)
class RecipeTask:
    """A task whose answer is a recipe, which is trained and judged by two numbers.

    Attributes:
        name: what the learner's variable is called.
        mistakes: mistakes by id, whose answers are recipes; ``signs`` tell them.
    """

    name: str
    mistakes: Mapping[str, Mistake]

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's recipe."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        if not isinstance(answer, Recipe):
            return Verdict(self.name, NOT_YET, f"A recipe is expected, got {cut(as_text(answer))}.")
        if answer.replace(name=FAST.name) == FAST:
            said = self.mistakes["as-given"].hint
            return Verdict(self.name, NOT_ATTEMPTED, f"As given. {said}", "as-given")
        try:
            with judge.time_limit():
                return self._judge(answer)
        except judge.OutOfTime:
            return Verdict(self.name, NOT_YET, "The check was stopped: its schedule never ends.")
        except (Exception, SystemExit) as error:
            return Verdict(self.name, NOT_YET, f"It cannot be trained: {cut(as_text(error))}")

    def _judge(self, recipe: Recipe) -> Verdict:
        kept = kept_speed(recipe)
        if kept < ENOUGH_KEPT:
            said = f"It keeps {kept:.0%} of the speed-up, less than half."
            return self._not_yet(recipe, said, too_slow=True)
        back = recovered(recipe)
        if back < ENOUGH_RECOVERED:
            brought = (
                f"recovers {back:.0%} of the lost accuracy" if back > 0 else "recovers nothing"
            )
            said = f"It keeps {kept:.0%} of the speed-up, but {brought}."
            return self._not_yet(recipe, said, too_slow=False)
        said = f"At least 90% of the lost accuracy is back, and {kept:.0%} of the speed-up is kept."
        return Verdict(self.name, CORRECT, said)

    def _not_yet(self, recipe: Recipe, said: str, too_slow: bool) -> Verdict:
        for id, shows in SIGNS_OF_A_RECIPE.items():
            if shows(recipe, too_slow):
                return Verdict(self.name, NOT_YET, f"{said} {self.mistakes[id].hint}", id)
        return Verdict(self.name, NOT_YET, said)


def _effective_rate(recipe: Recipe) -> float:
    return recipe.lr / (1 - recipe.momentum) if recipe.optimizer == "sgd" else 0.0


def _as_before_but(recipe: Recipe, *changed: str) -> bool:
    free = {name: getattr(FAST, name) for name in (*changed, "name")}
    return recipe.replace(**free) == FAST


SIGNS_OF_A_RECIPE: dict[str, Callable[[Recipe, bool], bool]] = {
    "accumulated": lambda recipe, too_slow: recipe.accumulation > 1,
    "batch-32-again": lambda recipe, too_slow: too_slow and max(recipe.batch_sizes) <= 32,
    "only-longer": lambda recipe, too_slow: _as_before_but(recipe, "epochs", "steps"),
    "smaller-batch-alone": lambda recipe, too_slow: _as_before_but(recipe, "batch_size"),
    "too-long": lambda recipe, too_slow: too_slow,
    "beyond-the-ceiling": lambda recipe, too_slow: _effective_rate(recipe) >= 1.6,
    "only-a-longer-step": lambda recipe, too_slow: _as_before_but(recipe, "lr", "schedule"),
}
fixed = RecipeTask(
    name="fixed",
    mistakes={
        "as-given": Mistake(FAST, "It recovers nothing.", as_given=True),
        "accumulated": Mistake(
            FAST.replace(accumulation=16),
            "Accumulation computes the same update in parts: there are as few of them, each is as "
            "long, and every part costs its fixed part.",
        ),
        "batch-32-again": Mistake(
            SLOW, "With batch 32 as it was the accuracy is back, and so is the price."
        ),
        "only-longer": Mistake(
            FAST.replace(epochs=120),
            "More epochs alone bring updates back one by one, each as dear as before. Enough of "
            "them cost more than batch 32 did. What else makes up for missing updates?",
        ),
        "smaller-batch-alone": Mistake(
            FAST.replace(batch_size=128),
            "A batch in between makes more updates. At the old rate that is not enough, or too "
            "slow.",
        ),
        "too-long": Mistake(
            FAST.replace(lr=0.4, epochs=400),
            "At most twice the cost of batch 512 is allowed: 720 units.",
        ),
        "beyond-the-ceiling": Mistake(
            FAST.replace(lr=6.4),
            "Such a rate is at or beyond the ceiling of this network, which a larger batch does "
            "not lift. Go back below it, and bring a few updates back instead.",
        ),
        "only-a-longer-step": Mistake(
            FAST.replace(lr=0.2),
            "Longer steps make up for missing ones. Yours are not long enough, or a few updates "
            "more are needed besides.",
        ),
    },
)
