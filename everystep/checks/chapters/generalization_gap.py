"""Checks of chapter 6, "Why can a faster run end in a worse model?"."""

import math
from fractions import Fraction
from functools import partial

import numpy as np
from hypothesis import strategies as st

from everystep.checks.judge import Answer
from everystep.checks.tasks import ChoiceTask, FunctionTask, Mistake, ValueTask
from everystep.lab import records_of_four_jobs as records_of_four_jobs

# Task 1: the time of equal updates

equal_update_hours = ValueTask(
    name="equal_update_hours",
    value=sum([2] * (512 // 32)),
    mistakes={
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
    relative_tolerance=1e-9,
    mistakes={
        "still-missing": Mistake(
            _judge(lambda s, f, m: (s[0] - m[0]) / (s[0] - f[0]), _kept),
            "Your first number is the share of the lost accuracy that is still missing.",
        ),
        "of-accuracy": Mistake(
            _judge(lambda s, f, m: m[0] / s[0], _kept),
            "Your first number is a share of the accuracy, not of what was lost.",
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


def _scaled(rate, batch, new_batch, rule, step, warmup, *, power=None, first=1, warm=True, low=0.0):
    """Scale with any of four details changed."""
    power = (1 if rule == "linear" else 0.5) if power is None else power
    full = rate * (new_batch / batch) ** power
    done = (step + first) / (warmup + first) if warm and step < warmup else 1.0
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
    relative_tolerance=1e-9,
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

    def train(batch, rate, updates_made):
        off = abs(math.log2(rate / rates[batch]))
        return accuracies[batch] - 3 * off - 20 * (updates_made < updates)

    return answer(train, RATES, small, large, updates)


def _fair(
    large: int,
    updates: int,
    best_rates: tuple[float, float],
    best_accuracies: tuple[int, int],
) -> int:
    return best_accuracies[0] - best_accuracies[1]


def _best_rate(train, rates, batch, updates):
    return max(rates, key=lambda rate: train(batch, rate, updates))


def _comparison(*, own_rates, equal_updates, tuned_on="small", sign=1):
    def compare(train, rates, small, large, updates):
        fewer = updates if equal_updates else updates * small // large
        for_small = _best_rate(train, rates, small, updates)
        for_large = _best_rate(train, rates, large, fewer)
        if not own_rates and tuned_on == "small":
            for_large = for_small
        elif not own_rates:
            for_small = for_large
        return sign * (train(small, for_small, updates) - train(large, for_large, fewer))

    return compare


compare = FunctionTask(
    name="compare",
    oracle=_fair,
    observe=_observe_comparison,
    cases=st.fixed_dictionaries(
        {
            "large": st.sampled_from([64, 128, 512]),
            "updates": st.integers(64, 640),
            "best_rates": st.tuples(st.sampled_from(RATES), st.sampled_from(RATES)),
            "best_accuracies": st.tuples(st.integers(80, 99), st.integers(80, 99)),
        }
    ),
    relative_tolerance=1e-9,
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
    epoch, batch, rate, every, factor, largest, *, shift=0, limit=True, decay=True, always=False
):
    """Grow with any of four details changed."""
    cuts, grown = (epoch + shift) // every, 0
    while grown < cuts and (not limit or batch * factor <= largest):
        batch, grown = batch * factor, grown + 1
    left = cuts if always else cuts - grown
    return batch, rate / factor**left if decay else rate


grow_or_decay = FunctionTask(
    name="grow_or_decay",
    oracle=_epoch_by_epoch,
    cases=st.fixed_dictionaries(
        {
            "epoch": st.integers(0, 60),
            "batch": st.integers(8, 64),
            "rate": st.sampled_from([0.1, 0.4, 1.0]),
            "every": st.integers(5, 30),
            "factor": st.integers(2, 5),
            "largest": st.integers(64, 1024),
        }
    ),
    shows=("batch", "rate"),
    relative_tolerance=1e-9,
    mistakes={
        "no-limit": Mistake(partial(_grown, limit=False), "Your batch grows beyond `largest`."),
        "never-decays": Mistake(
            partial(_grown, decay=False),
            "When the batch cannot grow any more, your rate must fall in its place.",
        ),
        "both": Mistake(
            partial(_grown, always=True),
            "You grow the batch and cut the rate. Do one or the other.",
        ),
        "one-early": Mistake(
            partial(_grown, shift=1), "Your changes come one epoch too early. Epochs count from 0."
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


# Task 7: find the gap among four jobs. Exercises handed out earlier ask the check for the records.


job_with_gap = ChoiceTask(
    name="job_with_gap",
    key="b",
    mistakes={
        "a": Mistake("a", "In job a the training accuracy fell as far. What does that mean?"),
        "c": Mistake("c", "In job c the large batch is as good as the small one."),
        "d": Mistake(
            "d", "In job d the large batch has not even learned its training set. It diverged."
        ),
    },
)


# Task 8: find the one that fixes nothing

no_fix = ChoiceTask(
    name="no_fix",
    key="parts",
    mistakes={
        "rate": Mistake(
            "rate", "Longer steps make up for missing ones, up to a limit. That is a fix."
        ),
        "longer": Mistake("longer", "That brings missing updates back, at a price in time."),
        "between": Mistake(
            "between", "Fewer samples in an update, more updates in an epoch. That is a fix."
        ),
    },
)
