"""What every check is made of: hidden inputs, an oracle, and mistakes known by name.

A check runs the learner's answer on inputs that the learner has not seen and compares it with an
oracle. If they differ, the smallest input that shows it is searched for, and the answer is compared
with known mistakes, so that the hint can name the one that was made.
"""

import contextlib
import html
import io
import signal
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted yet"
SIGNS = {CORRECT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○"}

# Derandomized, so that the same answer always gets the same verdict.
SMALLEST = settings(
    max_examples=100,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
# Whether there is such a case at all is known without looking for the smallest.
ANY = settings(SMALLEST, phases=(Phase.generate,))

# An answer that runs longer than this has an endless loop; checks take a few seconds.
TIME_LIMIT_SECONDS = 60
LONGEST_SHOWN = 80


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

    answer: object
    hint: str
    as_given: bool = False
    variants: tuple[Callable[..., object], ...] = ()


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
        shows: what the observed numbers are, where there are several.
        relative_tolerance: how far numbers may be off, relative to the largest one expected.
    """

    name: str
    oracle: Callable[..., object]
    cases: SearchStrategy[dict[str, object]]
    mistakes: Mapping[str, Mistake]
    observe: Callable[..., object] = field(default=lambda answer, **case: answer(**case))
    shows: tuple[str, ...] = ()
    relative_tolerance: float = 0.0

    def __call__(self, answer: object) -> Verdict:
        """Return the verdict on the learner's function."""
        if answer is None or answer is Ellipsis:
            return Verdict(self.name, NOT_ATTEMPTED)
        if not callable(answer):
            return Verdict(self.name, NOT_YET, f"A function is expected, got {answer!r}.")
        try:
            with _time_limit():
                return self._judge(answer)
        except _OutOfTime:
            return Verdict(
                self.name,
                NOT_YET,
                f"The check was stopped after {TIME_LIMIT_SECONDS} s. Does a loop never end?",
            )

    def _judge(self, answer: Callable[..., object]) -> Verdict:
        case = self._find(lambda case: not self._right(answer, case))
        if case is None:
            return Verdict(self.name, CORRECT)
        if self._behaves_like(answer, lambda *_, **__: None, case):
            return Verdict(self.name, NOT_ATTEMPTED, "So far the function returns nothing.")
        # A wrong number says more about a mistake than an error does.
        tells = not self._raises(answer, case)
        if not tells:
            told = self._find(
                lambda case: not self._raises(answer, case) and not self._right(answer, case)
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

    def _symptom(self, answer: Callable[..., object], case: dict[str, object]) -> str:
        inputs = ", ".join(f"{name}={_show(value)}" for name, value in case.items())
        expected = _show(self.oracle(**case), self.shows)
        got = _show(self._outcome(answer, case), self.shows)
        return f"With {inputs}: expected {expected}, got {got}."

    def _outcome(self, answer: Callable[..., object], case: dict[str, object]) -> object:
        """Return what is observed, or the error that the answer raised, without its chatter."""
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return self.observe(answer, **case)
            except Exception as error:
                return error

    def _raises(self, answer: Callable[..., object], case: dict[str, object]) -> bool:
        return isinstance(self._outcome(answer, case), Exception)

    def _right(self, answer: Callable[..., object], case: dict[str, object]) -> bool:
        return self._agree(self._outcome(answer, case), self.oracle(**case))

    def _find(
        self, condition: Callable[[dict[str, object]], bool], search: settings = SMALLEST
    ) -> dict[str, object] | None:
        """Return a case that meets a condition, by default the smallest, or None."""
        try:
            return find(self.cases, condition, settings=search)
        except NoSuchExample:
            return None

    def _behaves_like(
        self, answer: Callable[..., object], mistake: Callable[..., object], failure: dict
    ) -> bool:
        """Tell whether two answers agree wherever they are tried, the known failure included.

        Where the answer raises an error, it may differ: ``n // (n // b)`` shows the mistake of
        rounding down whether or not its author thought of dividing by zero.
        """

        def differ(case: dict[str, object]) -> bool:
            outcome = self._outcome(answer, case)
            if isinstance(outcome, Exception) and case != failure:
                return False
            return not self._agree(outcome, self._outcome(mistake, case))

        return not differ(failure) and self._find(differ, ANY) is None

    def _agree(self, got: object, expected: object) -> bool:
        if isinstance(got, Exception) or isinstance(expected, Exception):
            return type(got) is type(expected)
        if got is None or expected is None:
            return got is expected
        got, expected = _numbers(got), _numbers(expected)
        if got is None or expected is None or got.shape != expected.shape:
            return False
        largest = np.abs(expected).max(initial=0)
        return bool((np.abs(got - expected) <= self.relative_tolerance * largest).all())


class _OutOfTime(BaseException):
    """Raised inside the learner's code; not an Exception, so that nothing there catches it."""


@contextlib.contextmanager
def _time_limit() -> Iterator[None]:
    """Raise ``_OutOfTime`` when the time is up, where the system has alarms (not on Windows)."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise _OutOfTime

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(TIME_LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def _numbers(value: object) -> np.ndarray | None:
    """Return numbers, or tuples and arrays of them, as floats; None for anything else."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):
        return None
    return array.astype(float) if array.dtype.kind in "iuf" else None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def _show(value: object, names: tuple[str, ...] = ()) -> str:
    if isinstance(value, Exception):
        text = f"{type(value).__name__}: {value}"
    elif names and isinstance(value, (tuple, list)) and len(value) == len(names):
        text = ", ".join(f"{name} {_show(v)}" for name, v in zip(names, value, strict=True))
    else:
        text = f"{value:.6g}" if isinstance(value, (float, np.floating)) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
