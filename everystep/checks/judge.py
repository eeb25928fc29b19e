"""Run an answer safely, on inputs of its own, and search for the smallest input that fails."""

import contextlib
import copy
import dis
import inspect
import io
import random
import signal
import sys
import threading
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import Flaky, NoSuchExample
from hypothesis.strategies import SearchStrategy

Case = dict[str, Any]
Answer = Callable[..., object]

# How many inputs a check tries, unless its task says otherwise.
EXAMPLES = 300
# An answer that runs longer than this has an endless loop; checks take a few seconds.
TIME_LIMIT_SECONDS = 60
# From then on it is interrupted again and again, at least this often, until it gives up.
AGAIN_SECONDS = 0.05
LONGEST_PRINT = 200


class OutOfTime(BaseException):
    """Raised inside the learner's code; not an Exception, so that few things there catch it."""


@dataclass(frozen=True)
class Outcome:
    """What came of one call.

    Attributes:
        value: what is observed of the answer, or the error that it raised.
        printed: the beginning of what it printed.
    """

    value: object
    printed: str = ""


@dataclass
class _Clock:
    expired: bool = False


_clock = _Clock()


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Stop what runs inside when the time is up, where the system has alarms (not on Windows).

    Code that catches what interrupts it is interrupted again, after times drawn at random, until
    this happens where nothing catches it. Two things escape: a single operation that takes for
    ever, such as the sum of a huge range, since Python sees no alarm within it; and a function that
    catches everything at every depth of an endless recursion.

    Raises:
        OutOfTime: after ``TIME_LIMIT_SECONDS``, with what the answer printed.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not in_main_thread:
        yield
        return
    delays = random.Random(0)

    def ring(_: int, frame: types.FrameType | None) -> None:
        _clock.expired = True
        if not _is_in_answer(frame):
            return
        signal.setitimer(signal.ITIMER_REAL, 10 ** delays.uniform(-6, -3), AGAIN_SECONDS)
        raise OutOfTime

    _clock.expired = False
    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, TIME_LIMIT_SECONDS, AGAIN_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        _clock.expired = False


def _call(observe: Callable[..., object], answer: Answer, case: Case) -> object:
    return observe(answer, **case)


def _is_in_answer(frame: types.FrameType | None) -> bool:
    """Tell whether a frame lies within a call of an answer, where it may be interrupted."""
    while frame is not None and frame.f_code is not _call.__code__:
        frame = frame.f_back
    return frame is not None


class _Beginning(io.StringIO):
    """Keeps the beginning of what is written into it."""

    def write(self, text: str) -> int:
        """Keep the text while there is room, and return its length."""
        super().write(text[: max(0, LONGEST_PRINT - self.tell())])
        return len(text)


@contextlib.contextmanager
def _shielded(printed: io.StringIO) -> Iterator[None]:
    """Keep an answer's prints, warnings and questions from the notebook; exit() closes nothing.

    Nothing is said either of errors that Python can only report, such as those at the recursion
    limit.
    """
    stdin, sys.stdin = sys.stdin, io.StringIO()
    hook, sys.unraisablehook = sys.unraisablehook, lambda _: None
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.stdin, sys.unraisablehook = stdin, hook


def outcome(observe: Callable[..., object], answer: Answer, case: Case) -> Outcome:
    """Return what is observed of an answer, or the error that it raised, and what it printed.

    Args:
        observe: takes an answer and a case's inputs, and returns what is compared.
        answer: the learner's function, or a mistake's.
        case: the inputs by name, of which the answer gets copies.

    Raises:
        OutOfTime: if the time of ``time_limit`` is up, also where the answer caught it; with what
            was printed.
        KeyboardInterrupt: if the answer, or somebody at the keyboard, raised it.
    """
    printed = _Beginning()
    own = copy.deepcopy(case)
    value: object
    with _shielded(printed):
        try:
            value = _call(observe, answer, own)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            value = error
    if _clock.expired:
        raise OutOfTime(printed.getvalue())
    return Outcome(value, printed.getvalue())


def find_case(
    cases: SearchStrategy[Case],
    condition: Callable[[Case], bool],
    *,
    examples: int = EXAMPLES,
    smallest: bool = True,
) -> Case | None:
    """Return a case that meets a condition, or None.

    The same condition always gets the same case. If it does not hold when the same case comes
    again, as with an answer that keeps something from call to call, a case that met it once is
    returned.

    Args:
        cases: what cases are drawn from.
        condition: what is asked of a case.
        examples: how many are drawn.
        smallest: whether to look for the smallest; without, any is returned.
    """
    met: list[Case] = []

    def noted(case: Case) -> bool:
        if condition(case):
            met.append(case)
            return True
        return False

    phases = (Phase.generate, Phase.shrink) if smallest else (Phase.generate,)
    search = settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(cases, noted, settings=search)
    except (NoSuchExample, Flaky):
        return met[-1] if met else None


def is_missing(answer: object) -> bool:
    """Tell whether nothing was handed in: None, or the ``...`` of the exercise."""
    return answer is None or answer is Ellipsis


def is_empty(answer: object) -> bool:
    """Tell whether a function's body does nothing at all, as that of an exercise."""
    if not isinstance(answer, types.FunctionType):
        return False
    allowed = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}
    return all(
        step.opname in allowed and ("CONST" not in step.opname or step.argval is None)
        for step in dis.get_instructions(answer)
    )


def takes(answer: Answer, names: tuple[str, ...], *, by_name: bool) -> bool:
    """Tell whether a function can be called with these parameters, by name or in this order."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # some functions written in C do not say
        return True
    try:
        if by_name:
            signature.bind(**dict.fromkeys(names))
        else:
            signature.bind(*names)
    except TypeError:
        return False
    return True
