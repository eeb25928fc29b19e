"""What every check is made of: hidden inputs, an oracle, and mistakes known by name.

A check runs the learner's answer on inputs that the learner has not seen and compares it with an
oracle. If they differ, the smallest input that shows it is searched for, and the answer is compared
with known mistakes, so that the hint can name the one that was made.
"""

import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hypothesis.strategies import SearchStrategy

from everystep.checks import judge
from everystep.checks.judge import Answer, Case, Outcome, find_case, is_missing
from everystep.checks.values import SMALL, agree, as_text, cut, number, side_by_side
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict

# How many inputs are tried to see whether an answer that raised an error always does.
FEW = 60


@dataclass(frozen=True)
class ValueTask:
    """A task whose answer is one number.

    Attributes:
        name: what the learner's variable is called.
        value: the number expected; a count if it is an int, of which not even float32's error is
            forgiven.
        mistakes: mistakes by id, whose answers are numbers.
        relative_tolerance: how far off an answer may be; a number with decimals may always be off
            by what float32 gives.
    """

    name: str
    value: float
    mistakes: Mapping[str, Mistake]
    relative_tolerance: float = 0.0

    def __call__(self, answer: Any) -> Verdict:
        """Return the verdict on the learner's number; True and False count as 1 and 0."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        given, shown = number(answer), cut(as_text(answer))
        if given is None:
            return Verdict(self.name, NOT_YET, f"A number is expected, got {shown}.")
        if self.agree(given, self.value):
            return Verdict(self.name, CORRECT)
        for id, mistake in self.mistakes.items():
            if any(self.agree(given, known) for known in mistake.answers):
                return Verdict(self.name, NOT_YET, mistake.hint, id)
        if isinstance(self.value, int) and given % 1 and abs(given - self.value) < 1:
            nearly = cut(side_by_side(given, self.value)[0])
            return Verdict(self.name, NOT_YET, f"{nearly} is near it. A whole number is expected.")
        if not isinstance(self.value, int) and abs(given - self.value) < 0.01 * abs(self.value):
            shown = f"{cut(as_text(answer, 12))} is close, but not exact enough"
            return Verdict(self.name, NOT_YET, f"{shown}: hand in the formula, or more digits.")
        shown, _ = side_by_side(given, self.value)
        return Verdict(self.name, NOT_YET, f"{shown} is not it. Work it out on paper first.")

    def agree(self, given: float, known: float) -> bool:
        """Tell whether two numbers are the same within the tolerance."""
        return agree(given, known, self.relative_tolerance)


@dataclass(frozen=True)
class DecidedChoiceTask:
    """A task whose answer is one of several options, with the number that decides it.

    The number is judged first, and nothing is said of the choice before the number is right for it.
    So options do not fall one by one.

    Attributes:
        name: what the learner's variable is called.
        key: the right option, in lower case.
        number: the number that belongs to it.
        asked: what the number is, such as "the updates of the run that you chose".
        reason: why the answer is right; said when it is given.
        mistakes: mistakes by id. The answer of one is a pair of another option, in lower case, and
            the number that belongs to that; or a number alone, if only the number is wrong.
        margin: how far a number that was measured may be off, as a part of it.
    """

    name: str
    key: str
    number: float
    asked: str
    reason: str
    mistakes: Mapping[str, Mistake]
    margin: float = 0.0

    def __call__(self, answer: Any) -> Verdict:
        """Return the verdict on a pair of choice and number; case and spaces do not matter."""
        if is_missing(answer) or (
            isinstance(answer, (tuple, list)) and any(is_missing(part) for part in answer)
        ):
            return Verdict(self.name, NOT_ATTEMPTED)
        options = self._options()
        choice, given = self._pair(answer)
        if choice not in options or given is None:
            listed = ", ".join(map(repr, sorted(options)))
            wanted = f"A pair is expected: one of {listed}, and a number"
            return Verdict(self.name, NOT_YET, f"{wanted}; got {cut(as_text(answer))}.")
        if self.agree(given, options[choice]):
            if choice == self.key:
                return Verdict(self.name, CORRECT, self.reason)
            id, mistake = next(
                (id, m) for id, m in self.mistakes.items() if self._chosen(m) == choice
            )
            return Verdict(self.name, NOT_YET, mistake.hint, id)
        for id, mistake in self.mistakes.items():
            numbers = () if self._chosen(mistake) else mistake.answers
            if any(self.agree(given, known) for known in numbers):
                return Verdict(self.name, NOT_YET, mistake.hint, id)
        told = f"{as_text(given)} is not {self.asked}. Of the choice, more when the number is right"
        return Verdict(self.name, NOT_YET, f"{told}.")

    def agree(self, given: float, known: float) -> bool:
        """Tell whether two numbers are the same within the margin."""
        return agree(given, known, self.margin)

    def _options(self) -> dict[str, float]:
        pairs = [m.answer for m in self.mistakes.values() if self._chosen(m)]
        return {self.key: self.number, **dict(pairs)}

    @staticmethod
    def _chosen(mistake: Mistake) -> str | None:
        return mistake.answer[0] if isinstance(mistake.answer, tuple) else None

    @staticmethod
    def _pair(answer: object) -> tuple[str | None, float | None]:
        if not isinstance(answer, (tuple, list)) or len(answer) != 2:
            return None, None
        choice, given = answer
        return (choice.strip().lower() if isinstance(choice, str) else None), number(given)


def _by_name(answer: Answer, **case: Any) -> object:
    return answer(**case)


@dataclass(frozen=True)
class FunctionTask:
    """A task whose answer is a function.

    The answer gets copies of all inputs, and the oracle copies of its own, before the answer runs.

    Attributes:
        name: what the learner's function is called.
        oracle: takes a case's inputs and returns what is expected; shares no code with a solution.
        cases: draws the inputs, as dictionaries that are passed by keyword.
        mistakes: mistakes by id, whose answers are functions of the same inputs.
        observe: takes an answer and a case's inputs and returns what is compared; calls the answer
            with the inputs unless a task needs more than that.
        parameters: the names of the answer's parameters where ``observe`` passes others than the
            case's inputs; it passes them in this order.
        shows: what the observed numbers are, where there are several.
        relative_tolerance: how far numbers may be off; see ``everystep.checks.values.agree``.
        scale: smaller numbers are compared as if they were as large as this; 1 for factors.
        examples: how many inputs are drawn.
        aimed: inputs that are tried besides, at each boundary that chance would miss.
    """

    name: str
    oracle: Callable[..., object]
    cases: SearchStrategy[Case]
    mistakes: Mapping[str, Mistake]
    observe: Callable[..., object] = field(default=_by_name)
    parameters: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()
    relative_tolerance: float = 0.0
    scale: float = SMALL
    examples: int = judge.EXAMPLES
    aimed: tuple[Case, ...] = ()

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's function, whatever the function does."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        if not callable(answer):
            return self._not_yet(f"A function is expected, got {cut(as_text(answer))}.")
        if judge.is_empty(answer):
            return Verdict(self.name, NOT_ATTEMPTED, "So far the function does nothing.")
        try:
            with judge.time_limit():
                return self._judge(answer)
        except judge.OutOfTime as stopped:
            message = f"The check was stopped after {judge.TIME_LIMIT_SECONDS} s."
            printed = _printed(str(stopped))
            return self._not_yet(f"{message} Does a loop never end?{printed}")
        except KeyboardInterrupt:
            return self._not_yet("The check was interrupted before it came to an end.")

    def _judge(self, answer: Answer) -> Verdict:
        if misfit := self._misfit(answer):
            return self._not_yet(misfit)
        case = self.find(lambda case: not self._right(answer, case))
        if case is None:
            some = self._any_case()
            printed = self.outcome(answer, some).printed if some else ""
            return Verdict(self.name, CORRECT, _printed(printed).strip())
        # A wrong number says more about a mistake than an error does.
        tells = not self._raises(answer, case)
        if not tells:
            told = self.find(
                lambda case: not self._raises(answer, case) and not self._right(answer, case),
                examples=FEW,
            )
            tells, case = told is not None, told or case
        symptom = self._symptom(answer, case)
        for id, mistake in self.mistakes.items() if tells else ():
            if any(self._behaves_like(answer, m, case) for m in mistake.answers):
                if mistake.as_given:
                    still = "So far it does what the code as given does."
                    return Verdict(self.name, NOT_ATTEMPTED, f"{still} {symptom}", id)
                return self._not_yet(f"{symptom} {mistake.hint}", id)
        return self._not_yet(symptom)

    def _not_yet(self, message: str, mistake: str | None = None) -> Verdict:
        return Verdict(self.name, NOT_YET, message, mistake)

    def _misfit(self, answer: Answer) -> str:
        """Return what is wrong with an answer's parameters; empty if it can be called."""
        by_name = self.observe is _by_name
        names = self.parameters
        if by_name:
            names = tuple(self._any_case() or ())
        if not names or judge.takes(answer, names, by_name=by_name):
            return ""
        called = f"It is called with ({', '.join(names)}), but takes {inspect.signature(answer)}."
        return f"{called} Keep the names of the parameters, and their order."

    def _symptom(self, answer: Answer, case: Case) -> str:
        inputs = ", ".join(f"{name}={cut(as_text(value))}" for name, value in case.items())
        expected, came = self._expected(case), self.outcome(answer, case)
        if self._same(came.value, expected):
            return (
                f"With {inputs}: right in one call and wrong in another. Does the function keep "
                f"something from call to call?{_printed(came.printed)}"
            )
        wanted, got = side_by_side(
            expected, came.value, self.shows, self.relative_tolerance, self.scale
        )
        nothing = " Is a return missing?" if came.value is None and self._always_something() else ""
        got = got.removesuffix(".")
        return f"With {inputs}: expected {wanted}, got {got}.{nothing}{_printed(came.printed)}"

    def _always_something(self) -> bool:
        """Return whether None is never right, and so no answer that somebody chose."""
        if self.observe is not _by_name:
            return False
        return self.find(lambda case: self._expected(case) is None, smallest=False) is None

    def find(
        self,
        condition: Callable[[Case], bool],
        *,
        smallest: bool = True,
        examples: int | None = None,
    ) -> Case | None:
        """Return a case that meets a condition, among those drawn or those aimed, or None.

        Args:
            condition: what is asked of a case.
            smallest: whether to look for the smallest; without, any is returned.
            examples: how many cases are drawn, if not as many as usual.
        """
        drawn = self.examples if examples is None else examples
        case = find_case(self.cases, condition, examples=drawn, smallest=smallest)
        return next(filter(condition, self.aimed), None) if case is None else case

    def _any_case(self) -> Case | None:
        return self.find(lambda case: True, smallest=False, examples=1)

    def outcome(self, answer: Answer, case: Case) -> Outcome:
        """Return what comes of one call with a case's inputs."""
        return judge.outcome(self.observe, answer, case)

    def _expected(self, case: Case) -> object:
        return self.oracle(**copy.deepcopy(case))

    def _same(self, got: object, expected: object) -> bool:
        return agree(got, expected, self.relative_tolerance, self.scale)

    def _raises(self, answer: Answer, case: Case) -> bool:
        return isinstance(self.outcome(answer, case).value, BaseException)

    def _right(self, answer: Answer, case: Case) -> bool:
        expected = self._expected(case)
        return self._same(self.outcome(answer, case).value, expected)

    def differ(self, answer: Answer, mistake: Answer, case: Case) -> bool:
        """Tell whether two answers differ in a case."""
        return not self._same(self.outcome(answer, case).value, self.outcome(mistake, case).value)

    def _behaves_like(self, answer: Answer, mistake: Answer, failure: Case) -> bool:
        """Tell whether two answers agree wherever they are tried, the known failure included.

        Where the answer raises an error, it may differ: ``n // (n // b)`` shows the mistake of
        rounding down whether or not its author thought of dividing by zero.
        """

        def differs(case: Case) -> bool:
            got = self.outcome(answer, case).value
            if isinstance(got, BaseException) and case != failure:
                return False
            return not self._same(got, self.outcome(mistake, case).value)

        return not differs(failure) and (
            self.find(differs, smallest=False, examples=judge.EXAMPLES // 3) is None
        )


def _printed(text: str) -> str:
    lines = " / ".join(text.split("\n")).strip(" /")
    return f" It printed: {cut(lines, judge.LONGEST_PRINT)}" if lines else ""
