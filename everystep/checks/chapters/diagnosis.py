"""Checks of chapter 7, "Given the curves, what is wrong and which knob do I turn?"."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from everystep.checks.judge import is_missing
from everystep.checks.tasks import DecidedChoiceTask, FunctionTask, ValueTask
from everystep.checks.values import as_text, cut
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict
from everystep.clinic.tree import KNOBS, TREE
from everystep.lab import exam_case, show_case

# Task 1: size of a validation set


def _samples(p=0.9, half=0.02, factor=1.96):
    return factor**2 * p * (1 - p) / half**2


validation_samples = ValueTask(
    name="validation_samples",
    value=next(n for n in itertools.count(1) if 1.96 * math.sqrt(0.9 * 0.1 / n) <= 0.02),
    mistakes={
        "rounded-down": Mistake(
            864, "Close, but with this many the interval is still a little too wide."
        ),
        "not-whole": Mistake(
            _samples(),
            "The formula is solved. How many *whole* samples do you need at least?",
            variants=(864.4, 864.36),
        ),
        "no-factor": Mistake(
            225.0, "That is one standard error. A 95% interval has 1.96 of them.", variants=(226,)
        ),
        "two-for-1.96": Mistake(
            900.0, "You took 2 for the factor. The task says 1.96.", variants=(901,)
        ),
        "even-odds": Mistake(
            2401.0,
            "That is for p = 0.5, where the interval is widest. You expect an accuracy of 0.9.",
            variants=(_samples(p=0.5), _samples(p=0.5, factor=2), 2501),
        ),
        "whole-width": Mistake(
            3458,
            "You made the whole interval 2 points wide; ± 2 points is 4 points wide.",
            variants=(3457, 3457.4, _samples(half=0.01), 3457.44),
        ),
        "no-root": Mistake(
            9,
            "You left the square root out: that solves 1.96 · p (1 − p) / n = 0.02.",
            variants=(_samples(factor=1.96**0.5) * 0.02, 8.8),
        ),
        "not-squared": Mistake(
            30,
            "That is √n. Square both sides to undo the root.",
            variants=(29, 29.4, _samples() ** 0.5),
        ),
        "90-percent": Mistake(
            609,
            "1.645 is the factor of a 90% interval.",
            variants=(608, _samples(factor=1.645), 608.9),
        ),
        "in-percent": Mistake(
            1,
            "2 percentage points are 0.02. The accuracy is a fraction, so both must be.",
            variants=(0, _samples(half=2), 0.09),
        ),
    },
)


# Task 2: a rule


def _judge(train_loss: list[float], val_loss: list[float]) -> int:
    risen = 10 * val_loss[-1] > 11 * sorted(val_loss)[0]
    falling = 20 * train_loss[-1] < 19 * train_loss[-6]
    return -1 if risen else int(falling)


def _above_lowest(train_loss, val_loss):
    return val_loss[-1] > 1.1 * min(val_loss)


def _below_five_earlier(train_loss, val_loss):
    return train_loss[-1] < 0.95 * train_loss[-6]


def _rule(*, risen=_above_lowest, falling=_below_five_earlier, falling_first=False, says=(-1, 1)):
    """Return a rule of the two questions, in one of the two orders."""

    def rule(train_loss, val_loss):
        answers = list(
            zip((risen(train_loss, val_loss), falling(train_loss, val_loss)), says, strict=True)
        )
        for holds, verdict in reversed(answers) if falling_first else answers:
            if holds:
                return verdict
        return 0

    return rule


def _falls_since(place):
    return lambda train, val: train[-1] < 0.95 * train[place]


# What a last record is, in parts of the one that it is compared with: on both sides of each limit,
# closely, and far from it. No case lies on a limit, where rounding would decide.
_TO_THE_LOWEST = (0.9, 1.0, 1.02, 1.09, 1.098, 1.102, 1.11, 1.3, 3.0)
_TO_FIVE_EARLIER = (0.3, 0.8, 0.94, 0.949, 0.951, 0.96, 1.0, 1.2, 2.0)


@st.composite
def _curves(draw: st.DrawFn) -> dict[str, list[float]]:
    """Draw two curves of their own lengths, with every record but the last anywhere."""
    # A seed of their own makes curves quickly, and few alike.
    random = Random(draw(st.integers(0, 10**6)))
    train, val = (
        [random.randint(5, 300) / 100 for _ in range(draw(st.integers(5, 11)))] for _ in range(2)
    )
    last = [
        draw(st.sampled_from(_TO_FIVE_EARLIER)) * train[-5],
        draw(st.sampled_from(_TO_THE_LOWEST)) * min(val),
    ]
    return {
        "train_loss": [*train, round(last[0], 5)],
        "val_loss": [*val, round(last[1], 5)],
    }


fit = FunctionTask(
    name="fit",
    oracle=_judge,
    cases=_curves(),
    mistakes={
        "training-curve": Mistake(
            _rule(risen=lambda train, val: train[-1] > 1.1 * min(train)),
            "Overfitting shows in the validation loss; you looked for a rise in the training loss.",
        ),
        "validation-curve": Mistake(
            _rule(falling=lambda train, val: val[-1] < 0.95 * val[-6]),
            "Whether to train longer is read from the training loss; you took validation's.",
        ),
        "from-the-first": Mistake(
            _rule(risen=lambda train, val: val[-1] > 1.1 * val[0]),
            "You compared the validation loss with its first record, not with its lowest.",
        ),
        "from-the-last-but-one": Mistake(
            _rule(risen=lambda train, val: val[-1] > 1.1 * val[-2]),
            "You compared the validation loss with the record before, not with the lowest.",
        ),
        "four-earlier": Mistake(
            _rule(falling=_falls_since(-5)),
            "`train_loss[-5]` is four records earlier: the last one is `train_loss[-1]`.",
        ),
        "six-earlier": Mistake(
            _rule(falling=lambda train, val: train[-1] < 0.95 * train[max(-7, -len(train))]),
            "You went back six records. The last one is `train_loss[-1]`.",
        ),
        "since-the-start": Mistake(
            _rule(falling=_falls_since(0)),
            "You compared the training loss with its first record. A run that learned long ago "
            "would be told to train longer.",
        ),
        "one-record-earlier": Mistake(
            _rule(falling=_falls_since(-2)),
            "You compared the training loss with the record before, not with that five earlier.",
        ),
        "to-the-fifth": Mistake(
            _rule(falling=_falls_since(5)),
            "`train_loss[5]` counts from the start. Five records earlier counts from the end.",
            variants=(_rule(falling=_falls_since(4)),),
        ),
        "falling-first": Mistake(
            _rule(falling_first=True),
            "Where both hold, the risen validation loss decides.",
        ),
        "nats": Mistake(
            _rule(
                risen=lambda train, val: val[-1] > min(val) + 0.1,
                falling=lambda train, val: train[-1] < train[-6] - 0.05,
            ),
            "10% and 5% are parts of the loss. You used them as nats.",
        ),
        "any-rise": Mistake(
            _rule(risen=lambda train, val: val[-1] > min(val)),
            "Any rise of the validation loss is too much for you. It may rise by 10%.",
        ),
        "any-fall": Mistake(
            _rule(falling=lambda train, val: train[-1] < train[-6]),
            "Any fall of the training loss is enough for you. It must be more than 5%.",
        ),
        "signs-swapped": Mistake(
            _rule(says=(1, -1)), "Your signs are swapped: −1 is for shorter, 1 for longer."
        ),
        "never-shorter": Mistake(
            _rule(risen=lambda train, val: False),
            "Your rule never says that the run should be shorter.",
        ),
        "never-longer": Mistake(
            _rule(falling=lambda train, val: False),
            "Your rule never says that the run should be longer.",
        ),
    },
)


# Task 3: a second run

Candidate = tuple[str, float, float, float]  # name, hours, and accuracy under each of two causes


def _cheapest_by_sorting(candidates: list[Candidate], noise: float) -> str | None:
    telling = [run for run in candidates if abs(run[2] - run[3]) > 2 * noise]
    ordered = sorted(telling, key=lambda run: run[1])
    return ordered[0][0] if ordered else None


def _chosen(*, tells, best, otherwise=None):
    """Return a choice of the best among those that tell."""

    def second_run(candidates, noise):
        telling = [run for run in candidates if tells(run, noise)]
        return min(telling, key=best)[0] if telling else otherwise

    return second_run


def _differs(run, noise):
    return abs(run[2] - run[3]) > 2 * noise


def _hours(run):
    return run[1]


@st.composite
def _candidates(draw: st.DrawFn) -> dict[str, list[Candidate] | float]:
    """Draw runs with different hours, whose predictions differ by less and more than the noise."""
    random, noise = Random(draw(st.integers(0, 10**6))), draw(st.sampled_from([0.5, 1.0, 2.0]))
    names = ["warm-up", "lower rate", "more epochs", "larger batch", "other seed"]
    hours = random.sample([1.0, 2.0, 3.0, 6.0, 12.0], draw(st.integers(1, 5)))
    runs = []
    for name, time in zip(random.sample(names, len(hours)), hours, strict=True):
        first = float(random.randint(40, 80))
        apart = random.choice([0.0, 1.0, 1.5, 1.75, 2.0, 2.25, 2.5, 4.0, 10.0])
        runs.append((name, time, first, first + random.choice([-1, 1]) * apart * noise))
    return {"candidates": runs, "noise": noise}


second_run = FunctionTask(
    name="second_run",
    oracle=_cheapest_by_sorting,
    cases=_candidates(),
    mistakes={
        "best-accuracy": Mistake(
            _chosen(tells=_differs, best=lambda run: -max(run[2:])),
            "You choose the run that promises most. A diagnosis wants the one that tells, and "
            "among those the cheapest.",
            variants=(
                _chosen(tells=lambda run, noise: True, best=lambda run: -max(run[2:])),
                _chosen(tells=lambda run, noise: True, best=lambda run: -min(run[2:])),
                _chosen(tells=lambda run, noise: True, best=lambda run: -sum(run[2:])),
            ),
        ),
        "cheapest": Mistake(
            _chosen(tells=lambda run, noise: True, best=_hours),
            "You choose the cheapest of all. If both causes predict the same, it tells nothing.",
        ),
        "most-telling": Mistake(
            _chosen(tells=_differs, best=lambda run: -abs(run[2] - run[3])),
            "You choose the largest difference. A smaller one is enough, if it is clear, and the "
            "hours count.",
        ),
        "one-direction": Mistake(
            _chosen(tells=lambda run, noise: run[2] - run[3] > 2 * noise, best=_hours),
            "A run tells as well if the second cause predicts the higher accuracy.",
            variants=(_chosen(tells=lambda run, noise: run[3] - run[2] > 2 * noise, best=_hours),),
        ),
        "noise-once": Mistake(
            _chosen(tells=lambda run, noise: abs(run[2] - run[3]) > noise, best=_hours),
            "You ask for one noise. Both predictions are uncertain: twice the noise is asked for.",
        ),
        "any-difference": Mistake(
            _chosen(tells=lambda run, noise: run[2] != run[3], best=_hours),
            "You leave the noise out. Predictions closer than that cannot be told apart.",
        ),
        "first-that-tells": Mistake(
            _chosen(tells=_differs, best=lambda run: 0),
            "You take the first run that tells. A later one may be cheaper.",
        ),
        "dearest": Mistake(
            _chosen(tells=_differs, best=lambda run: -run[1]), "You take the dearest run."
        ),
        "always-one": Mistake(
            lambda candidates, noise: (
                _cheapest_by_sorting(candidates, noise) or min(candidates, key=_hours)[0]
            ),
            "Where no run tells, there is none to choose: `None`.",
        ),
    },
)


# Tasks 4 to 8: a blind exam. Every whole number is an exam of its own.

EXAM = 37  # five cases that five different questions of the tree decide
# What the lab shows to fix a case as well.
OTHER_KNOBS = {
    "batch too large": ("higher rate",),
    "batch too small": ("lower rate",),
    "rate too high": ("larger batch",),
}
AGAINST = {
    "diverged": "What the first question catches ends far above the loss of guessing, 2.30. Does "
    "this one? A loss at rest near 2.30 belongs to a later question.",
    "evaluated in train mode": "Then the same weights would give two validation losses. The table "
    "has both.",
    "not shuffled": "Then a batch would hold far fewer classes than expected. The table says.",
    "validation set too small": "With that many validation samples, accuracy is known to within a "
    "few points.",
    "leak": "The table says how many validation samples were found in the training set.",
    "no warm-up": "A missing warm-up lets the first batch losses rise far above 2.30; later the "
    "loss comes back and stays flat. Look at the first dots, and at the end.",
    "horizon too long": "Then the rate would fall and not arrive. Look at the lowest panel.",
    "batch too small": "Did the rate do what it should, in the lowest panel? If so: is it fewer "
    "than a handful of samples per update, with a loss that jumps?",
    "rate too high": "At a rate too high the training loss jumps, or comes to rest high up, with "
    "an ordinary number of samples per update. Check the line and the table.",
    "noisy labels": "Then the training loss would come to rest high up, and training accuracy "
    "would stay clearly below validation accuracy.",
    "decayed too early": "Then the rate would be near zero for most of the run. Look at the lowest "
    "panel.",
    "too few epochs": "A run that is too short has a loss that still falls after a handful of "
    "epochs. Count them on the axis, and look at the end of the curve.",
    "batch too large": "Then an epoch would have only a handful of updates, and the loss would "
    "still fall. Divide training samples by samples per update.",
    "rate too low": "Then the training loss would be high at the end and still fall, slowly and "
    "smoothly, after many updates in many epochs, at a rate that has not been cut.",
    "too many epochs": "Then the training loss would be nearly zero, and the validation loss would "
    "have risen since its lowest point.",
}
# What a log may look like as well, for each cause. There the sentences above would describe it, and
# the order of the questions decides.
ALSO_LOOKS_LIKE = {
    "diverged": ("rate too high", "noisy labels"),
    "not shuffled": ("rate too high",),
    "validation set too small": ("too many epochs",),
    "no warm-up": ("rate too high", "noisy labels"),
    "horizon too long": ("rate too high", "too many epochs"),
    "batch too small": ("too many epochs",),
    "noisy labels": ("rate too high",),
}


@dataclass(frozen=True)
class CaseTask:
    """A task whose answer is the cause and the knob of one case of an exam.

    Attributes:
        name: what the learner's variable is called.
        number: the case's number in the exam, from 1.
        mistakes: the mistakes of the default exam by id; each wrong cause is one.
    """

    name: str
    number: int
    mistakes: Mapping[str, Mistake]

    def __call__(self, answer: object, exam: int = EXAM) -> Verdict:
        """Return the verdict on a pair of texts; case and outer spaces do not matter."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        given = _pair(answer)
        if given is None:
            return Verdict(
                self.name, NOT_YET, f"A cause and a knob are expected, got {cut(as_text(answer))}."
            )
        truth = exam_case(self.number, exam).cause
        known = _mistakes(truth)
        cause, knob = given
        if cause not in KNOBS:
            return Verdict(self.name, NOT_YET, f"Unknown cause {cut(as_text(cause))}.")
        if cause != truth:
            id = cause.replace(" ", "-")
            return Verdict(self.name, NOT_YET, known[id].hint, id)
        if knob not in {*KNOBS.values(), *itertools.chain(*OTHER_KNOBS.values())}:
            known_knobs = ", ".join(dict.fromkeys(KNOBS.values()))
            return Verdict(
                self.name,
                NOT_YET,
                f"The cause is right. Unknown knob {cut(as_text(knob))}; there are {known_knobs}.",
            )
        if knob not in (KNOBS[truth], *OTHER_KNOBS.get(truth, ())):
            return Verdict(self.name, NOT_YET, known["knob"].hint, "knob")
        return Verdict(self.name, CORRECT)


def look(number: int, exam: int = EXAM) -> None:
    """Show a case, as exercises asked for it before ``everystep.lab`` had ``show_case``."""
    show_case(exam_case(number, exam))


def _pair(answer: object) -> tuple[str, str] | None:
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return None
    if not all(isinstance(part, str) for part in answer):
        return None
    cause, knob = (part.strip().lower() for part in answer)
    return cause, knob


def _against(cause: str, truth: str) -> str:
    """Return what speaks against a cause in a log of another: a sign, or the order of questions."""
    if cause not in ALSO_LOOKS_LIKE.get(truth, ()):
        return AGAINST[cause]
    asked = next(q for q in TREE if any(sign.cause == truth for sign in q.signs))
    if any(sign.cause == cause for sign in asked.signs):
        decides = f"But “{asked.text}” has several answers, and the first sign that shows decides."
    else:
        decides = f"But the questions have an order, and an earlier one decides: “{asked.text}”"
    return f"The curves may look like that. {decides}"


def _mistakes(truth: str) -> dict[str, Mistake]:
    wrong = {
        cause.replace(" ", "-"): Mistake((cause, knob), _against(cause, truth))
        for cause, knob in KNOBS.items()
        if cause != truth
    }
    other = "more epochs" if KNOBS[truth] == "evaluation" else "evaluation"
    wrong["knob"] = Mistake(
        (truth, other),
        "The cause is right. This knob is not the one that removes it, or turns it the wrong way; "
        "it may still help.",
    )
    return wrong


case_1, case_2, case_3, case_4, case_5 = (
    CaseTask(f"case_{n}", n, _mistakes(exam_case(n, EXAM).cause)) for n in range(1, 6)
)

# Tasks 9 and 10: logs that other programs wrote, quoted in the exercise

_SPEED, _SECONDS, _PASSES, _UPDATES = 2484.91, 4.945, 12, 384
_BATCH = 32

training_samples = ValueTask(
    name="training_samples",
    value=round(_SPEED * _SECONDS / _PASSES),
    mistakes={
        "all-passes": Mistake(
            _UPDATES * _BATCH,
            "That is how many samples were processed, over all epochs. Each was seen in all 12.",
            variants=(_SPEED * _SECONDS, round(_SPEED * _SECONDS)),
        ),
        "an-update": Mistake(
            _BATCH,
            "That is what one update processed. The training set has as many as all updates of an "
            "epoch.",
            variants=(_SPEED / 77.653,),
        ),
        "updates": Mistake(
            _UPDATES, "That counts updates. How many samples has each of them?", variants=(32 * 12,)
        ),
        "a-second": Mistake(
            2485, "That is the speed, in samples per second.", variants=(2484.91, 2484)
        ),
        "validation": Mistake(
            round(0.1374 * 3640.168),
            "Those are the samples of the validation set, from the row of the evaluation.",
            variants=(0.1374 * 3640.168,),
        ),
    },
)

_LOW = sum(0.4**epoch < 0.1 for epoch in range(20))

flat_end = DecidedChoiceTask(
    name="flat_end",
    key="decayed too early",
    number=_LOW,
    asked="the number of the 20 epochs that were trained at less than a tenth of the first rate",
    reason="In most of the epochs the rate was next to nothing, and the losses stood still while "
    "they were high. Nothing was learned because nothing moved.",
    mistakes={
        "too-few-epochs": Mistake(
            ("too few epochs", _LOW),
            "Losses that stand still do not wait for more epochs. What was the rate by then?",
        ),
        "rate-too-high": Mistake(
            ("rate too high", _LOW),
            "A loss that rests at a high rate trembles. This one rests at a rate near zero.",
        ),
        "overfitting": Mistake(
            ("overfitting", _LOW),
            "The validation loss has not risen, and the training loss is as high. It underfits.",
        ),
        "above": Mistake(
            20 - _LOW,
            "Those are the epochs at a tenth of the first rate or more. Count the others.",
        ),
        "one-more": Mistake(
            _LOW + 1, "The third epoch has 0.4 · 0.4 = 0.16 of the first rate, still above a tenth."
        ),
        "one-less": Mistake(
            _LOW - 1, "The fourth epoch has 0.064 of the first rate, which is below a tenth."
        ),
        "share": Mistake(_LOW / 20, "That is the share of the epochs. How many are they?"),
    },
)
