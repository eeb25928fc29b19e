"""What every check is made of: hidden inputs, an oracle, and mistakes known by name.

A check runs the learner's answer on inputs that the learner has not seen and compares it with an
oracle. If they differ, the smallest input that shows it is searched for, and the answer is compared
with known mistakes, so that the hint can name the one that was made.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted yet"
SIGNS = {CORRECT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○"}

# Derandomized, so that the same answer always gets the same verdict.
SEARCH = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Verdict:
    """What a check says: a status, a message, and the id of the mistake it recognized."""

    task: str
    status: str
    message: str = ""
    mistake: str | None = None

    @property
    def correct(self) -> bool:
        """Whether the answer was accepted."""
        return self.status == CORRECT

    def __repr__(self) -> str:
        text = f"{SIGNS[self.status]} {self.task}: {self.status}"
        return f"{text}. {self.message}" if self.message else text

    def _repr_html_(self) -> str:
        return (
            f'<p class="verdict verdict-{self.status.replace(" ", "-")}">'
            f"{html.escape(repr(self))}</p>"
        )


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer and the hint that helps the learner who made it.

    Attributes:
        answer: what a learner who makes the mistake hands in: a function, or a value.
        hint: one or two sentences that name the mistake without giving the solution away.
        as_given: true for the broken code that the learner is asked to repair.
    """

    answer: object
    hint: str
    as_given: bool = False


@dataclass(frozen=True)
class ValueTask:
    """A task whose answer is one number.

    Attributes:
        name: what the learner's variable is called.
        value: the number expected.
        mistakes: mistakes by id, whose answers are numbers.
        relative_tolerance: how far off an answer may be; 0 for counts.
    """

    name: str
    value: float
    mistakes: Mapping[str, Mistake]
    relative_tolerance: float = 0.0

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's number."""
        if answer is None or answer is Ellipsis:
            return Verdict(self.name, NOT_ATTEMPTED)
        if not _is_number(answer):
            return Verdict(self.name, NOT_YET, f"A number is expected, got {answer!r}.")
        if self._agree(answer, self.value):
            return Verdict(self.name, CORRECT)
        for id, mistake in self.mistakes.items():
            if self._agree(answer, mistake.answer):
                return Verdict(self.name, NOT_YET, mistake.hint, id)
        return Verdict(self.name, NOT_YET, f"{answer} is not it. Work it out on paper first.")

    def _agree(self, a: float, b: float) -> bool:
        return abs(a - b) <= self.relative_tolerance * abs(b)


@dataclass(frozen=True)
class ChoiceTask:
    """A task whose answer is one of several options, written as a text.

    Attributes:
        name: what the learner's variable is called.
        key: the right option, in lower case.
        mistakes: mistakes by id, whose answers are the other options, in lower case.
    """

    name: str
    key: str
    mistakes: Mapping[str, Mistake]

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's choice; case and outer spaces do not matter."""
        if answer is None or answer is Ellipsis:
            return Verdict(self.name, NOT_ATTEMPTED)
        chosen = answer.strip().lower() if isinstance(answer, str) else None
        if chosen == self.key:
            return Verdict(self.name, CORRECT)
        for id, mistake in self.mistakes.items():
            if chosen == mistake.answer:
                return Verdict(self.name, NOT_YET, mistake.hint, id)
        options = sorted([self.key, *(mistake.answer for mistake in self.mistakes.values())])
        listed = ", ".join(map(repr, options))
        return Verdict(self.name, NOT_YET, f"One of {listed} is expected, got {answer!r}.")


@dataclass(frozen=True)
class FunctionTask:
    """A task whose answer is a function.

    Attributes:
        name: what the learner's function is called.
        oracle: takes a case's inputs and returns what is expected; shares no code with a solution.
        cases: draws the inputs, as dictionaries that are passed by keyword.
        mistakes: mistakes by id, whose answers are functions of the same inputs.
        observe: takes an answer and a case's inputs and returns what is compared; calls the answer
            with the inputs unless a task needs more than that.
        relative_tolerance: how far numbers may be off, relative to the largest one expected.
    """

    name: str
    oracle: Callable[..., object]
    cases: SearchStrategy[dict[str, object]]
    mistakes: Mapping[str, Mistake]
    observe: Callable[..., object] = field(default=lambda answer, **case: answer(**case))
    relative_tolerance: float = 0.0

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's function."""
        if answer is None or answer is Ellipsis:
            return Verdict(self.name, NOT_ATTEMPTED)
        if not callable(answer):
            return Verdict(self.name, NOT_YET, f"A function is expected, got {answer!r}.")
        case = self._smallest_failure(answer)
        if case is None:
            return Verdict(self.name, CORRECT)
        got = self._outcome(answer, case)
        if got is None or got is Ellipsis:
            return Verdict(
                self.name,
                NOT_ATTEMPTED,
                "The function returns nothing so far; is a return missing?",
            )
        inputs = ", ".join(f"{name}={value}" for name, value in case.items())
        symptom = f"With {inputs}: expected {_show(self.oracle(**case))}, got {_show(got)}."
        for id, mistake in self.mistakes.items():
            if self._behaves_like(answer, mistake.answer, case):
                if mistake.as_given:
                    return Verdict(self.name, NOT_ATTEMPTED, symptom, id)
                return Verdict(self.name, NOT_YET, f"{symptom} {mistake.hint}", id)
        return Verdict(self.name, NOT_YET, symptom)

    def _outcome(self, answer: Callable[..., object], case: dict[str, object]) -> object:
        """Return what is observed, or the error that the answer raised."""
        try:
            return self.observe(answer, **case)
        except Exception as error:
            return error

    def _right(self, answer: Callable[..., object], case: dict[str, object]) -> bool:
        return self._agree(self._outcome(answer, case), self.oracle(**case))

    def _smallest_failure(self, answer: Callable[..., object]) -> dict[str, object] | None:
        try:
            return find(self.cases, lambda case: not self._right(answer, case), settings=SEARCH)
        except NoSuchExample:
            return None

    def _behaves_like(
        self, answer: Callable[..., object], mistake: Callable[..., object], failure: dict
    ) -> bool:
        """Tell whether two answers agree wherever they are tried, the known failure included."""

        def differ(case: dict[str, object]) -> bool:
            return not self._agree(self._outcome(answer, case), self._outcome(mistake, case))

        if differ(failure):
            return False
        try:
            find(self.cases, differ, settings=SEARCH)
        except NoSuchExample:
            return True
        return False

    def _agree(self, got: object, expected: object) -> bool:
        if isinstance(got, Exception) or isinstance(expected, Exception):
            return type(got) is type(expected)
        try:
            got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
        except (TypeError, ValueError):
            return False
        if got.shape != expected.shape:
            return False
        largest = np.abs(expected).max(initial=0)
        return bool((np.abs(got - expected) <= self.relative_tolerance * largest).all())


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _show(value: object) -> str:
    if isinstance(value, Exception):
        return f"{type(value).__name__}: {value}"
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(_show(v) for v in value) + ")"
    return f"{value:.6g}" if isinstance(value, (float, np.floating)) else str(value)
