"""What every check is made of: hidden inputs, an oracle, and mistakes known by name.

A check runs the learner's answer on inputs that the learner has not seen and compares it with an
oracle. If they differ, the smallest input that shows it is searched for, and the answer is compared
with known mistakes, so that the hint can name the one that was made.
"""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis.strategies import SearchStrategy

from everystep.checks import judge
from everystep.checks.judge import Answer, Case, agree, as_text, find_case, is_missing

CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted yet"
SIGNS = {CORRECT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○"}


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
        variants: further functions by which the same mistake shows.
    """

    answer: Any
    hint: str
    as_given: bool = False
    variants: tuple[Answer, ...] = ()


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

    def __call__(self, answer: Any) -> Verdict:
        """Return the verdict on the learner's number."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        if not judge.is_number(answer):
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
        if is_missing(answer):
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
        shows: what the observed numbers are, where there are several.
        relative_tolerance: how far numbers may be off, relative to the largest one expected.
    """

    name: str
    oracle: Callable[..., object]
    cases: SearchStrategy[Case]
    mistakes: Mapping[str, Mistake]
    observe: Callable[..., object] = field(default=lambda answer, **case: answer(**case))
    shows: tuple[str, ...] = ()
    relative_tolerance: float = 0.0

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's function."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        if not callable(answer):
            return Verdict(self.name, NOT_YET, f"A function is expected, got {answer!r}.")
        try:
            with judge.time_limit():
                return self._judge(answer)
        except judge.OutOfTime:
            return Verdict(
                self.name,
                NOT_YET,
                f"The check was stopped after {judge.TIME_LIMIT_SECONDS} s. Does a loop never end?",
            )

    def _judge(self, answer: Answer) -> Verdict:
        case = find_case(self.cases, lambda case: not self._right(answer, case))
        if case is None:
            return Verdict(self.name, CORRECT)
        if self._behaves_like(answer, lambda *_, **__: None, case):
            return Verdict(self.name, NOT_ATTEMPTED, "So far the function returns nothing.")
        # A wrong number says more about a mistake than an error does.
        tells = not self._raises(answer, case)
        if not tells:
            told = find_case(
                self.cases,
                lambda case: not self._raises(answer, case) and not self._right(answer, case),
            )
            tells, case = told is not None, told or case
        symptom = self._symptom(answer, case)
        for id, mistake in self.mistakes.items() if tells else ():
            if any(
                self._behaves_like(answer, m, case) for m in (mistake.answer, *mistake.variants)
            ):
                if mistake.as_given:
                    return Verdict(self.name, NOT_ATTEMPTED, f"As given. {symptom}", id)
                return Verdict(self.name, NOT_YET, f"{symptom} {mistake.hint}", id)
        return Verdict(self.name, NOT_YET, symptom)

    def _symptom(self, answer: Answer, case: Case) -> str:
        inputs = ", ".join(f"{name}={as_text(value)}" for name, value in case.items())
        expected = as_text(self.oracle(**case), self.shows)
        got = as_text(self._outcome(answer, case), self.shows)
        return f"With {inputs}: expected {expected}, got {got}."

    def _outcome(self, answer: Answer, case: Case) -> object:
        return judge.outcome(self.observe, answer, case)

    def _raises(self, answer: Answer, case: Case) -> bool:
        return isinstance(self._outcome(answer, case), Exception)

    def _right(self, answer: Answer, case: Case) -> bool:
        return agree(self._outcome(answer, case), self.oracle(**case), self.relative_tolerance)

    def _behaves_like(self, answer: Answer, mistake: Answer, failure: Case) -> bool:
        """Tell whether two answers agree wherever they are tried, the known failure included.

        Where the answer raises an error, it may differ: ``n // (n // b)`` shows the mistake of
        rounding down whether or not its author thought of dividing by zero.
        """

        def differ(case: Case) -> bool:
            got = self._outcome(answer, case)
            if isinstance(got, Exception) and case != failure:
                return False
            return not agree(got, self._outcome(mistake, case), self.relative_tolerance)

        return not differ(failure) and find_case(self.cases, differ, judge.ANY) is None
