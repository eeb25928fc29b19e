"""Checks of chapter 7, "Given the curves, what is wrong and which knob do I turn?"."""

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

from everystep.checks.judge import is_missing
from everystep.checks.tasks import (
    CORRECT,
    NOT_ATTEMPTED,
    NOT_YET,
    ChoiceTask,
    FunctionTask,
    Mistake,
    ValueTask,
    Verdict,
)
from everystep.checks.values import as_text, cut
from everystep.clinic.tree import KNOBS
from everystep.lab import exam_case, show_case

# Tasks 1 to 5: a blind exam. Every whole number is an exam of its own.

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
    "noisy labels": "Then training accuracy would stay clearly below validation accuracy.",
    "decayed too early": "Then the rate would be near zero for most of the run. Look at the lowest "
    "panel.",
    "too few epochs": "A run that is too short has a loss that still falls after a handful of "
    "epochs. Count them on the axis, and look at the end of the curve.",
    "batch too large": "Then an epoch would have only a handful of updates, and the loss would "
    "still fall. Divide training samples by samples per update.",
    "rate too low": "Then the training loss would still fall at the end, slowly and smoothly, "
    "after many updates in many epochs.",
    "too many epochs": "Then the training loss would be nearly zero, and the validation loss would "
    "have risen since its lowest point.",
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
        given, shown = _pair(answer), cut(as_text(answer))
        if given is None:
            return Verdict(self.name, NOT_YET, f"A cause and a knob are expected, got {shown}.")
        truth = exam_case(self.number, exam).cause
        known = _mistakes(truth)
        cause, knob = given
        if cause not in KNOBS:
            return Verdict(self.name, NOT_YET, f"Unknown cause in {shown}.")
        if cause != truth:
            id = cause.replace(" ", "-")
            return Verdict(self.name, NOT_YET, known[id].hint, id)
        if knob not in (KNOBS[truth], *OTHER_KNOBS.get(truth, ())):
            return Verdict(self.name, NOT_YET, known["knob"].hint, "knob")
        return Verdict(self.name, CORRECT)


def look(number: int, exam: int = EXAM) -> object:
    """Show a case, as exercises asked for it before ``everystep.lab`` had ``show_case``."""
    return show_case(exam_case(number, exam))


def _pair(answer: object) -> tuple[str, str] | None:
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return None
    if not all(isinstance(part, str) for part in answer):
        return None
    cause, knob = (part.strip().lower() for part in answer)
    return cause, knob


def _mistakes(truth: str) -> dict[str, Mistake]:
    wrong = {
        cause.replace(" ", "-"): Mistake((cause, knob), AGAINST[cause])
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


# Task 6: a rule


def _judge(train_loss: list[float], val_loss: list[float]) -> int:
    risen = 10 * val_loss[-1] > 11 * sorted(val_loss)[0]
    falling = 20 * train_loss[-1] < 19 * train_loss[-6]
    return -1 if risen else int(falling)


def _rule(*, risen, falling=lambda train, val: train[-1] < 0.95 * train[-6], falling_first=False):
    """Return a rule of the two questions, in one of the two orders."""

    def rule(train_loss, val_loss):
        answers = [(risen(train_loss, val_loss), -1), (falling(train_loss, val_loss), 1)]
        for holds, verdict in reversed(answers) if falling_first else answers:
            if holds:
                return verdict
        return 0

    return rule


def _above_lowest(train_loss, val_loss):
    return val_loss[-1] > 1.1 * min(val_loss)


def _curve(ratios: list[float]) -> list[float]:
    return [round(loss, 4) for loss in itertools.accumulate(ratios, lambda a, b: a * b)]


_curves = st.lists(
    st.sampled_from([1.0, 0.8, 0.97, 0.99, 1.02, 1.07, 1.25]), min_size=6, max_size=9
).map(_curve)

fit = FunctionTask(
    name="fit",
    oracle=_judge,
    cases=st.fixed_dictionaries({"train_loss": _curves, "val_loss": _curves}),
    mistakes={
        "training-curve": Mistake(
            _rule(risen=lambda train, val: train[-1] > 1.1 * min(train)),
            "Overfitting shows in the validation loss; you looked for a rise in the training loss.",
        ),
        "from-the-first": Mistake(
            _rule(risen=lambda train, val: val[-1] > 1.1 * val[0]),
            "You compared the validation loss with its first record, not with its lowest.",
        ),
        "from-the-last-but-one": Mistake(
            _rule(risen=lambda train, val: val[-1] > 1.1 * val[-2]),
            "You compared the validation loss with the record before, not with the lowest.",
        ),
        "falling-first": Mistake(
            _rule(risen=_above_lowest, falling_first=True),
            "Where both hold, the risen validation loss decides.",
        ),
        "nats": Mistake(
            _rule(
                risen=lambda train, val: val[-1] > min(val) + 0.1,
                falling=lambda train, val: train[-1] < train[-6] - 0.05,
            ),
            "10% and 5% are parts of the loss. You used them as nats.",
        ),
        "never-longer": Mistake(
            _rule(risen=_above_lowest, falling=lambda train, val: False),
            "Your rule never says that the run should be longer.",
        ),
    },
)


# Task 7: size of a validation set

validation_samples = ValueTask(
    name="validation_samples",
    value=next(n for n in itertools.count(1) if 1.96 * math.sqrt(0.9 * 0.1 / n) <= 0.02),
    mistakes={
        "rounded-down": Mistake(
            864, "Close, but with this many the interval is still a little too wide."
        ),
        "no-factor": Mistake(225, "That is one standard error. A 95% interval has 1.96 of them."),
        "whole-width": Mistake(
            3458, "You made the whole interval 2 points wide; ± 2 points is 4 points wide."
        ),
        "not-squared": Mistake(9, "Solve for n: the square root must be undone."),
    },
)


# Task 8: a second run

second_run = ChoiceTask(
    name="second_run",
    key="warm-up",
    mistakes={
        "lower-rate": Mistake(
            "lower rate",
            "A lower rate is likely to help both, so its success says nothing about the cause.",
        ),
        "more-epochs": Mistake(
            "more epochs", "The loss does not fall any more; more of the same shows the same."
        ),
        "larger-batch": Mistake(
            "larger batch", "Less noise does not help units that were broken in the first updates."
        ),
    },
)
