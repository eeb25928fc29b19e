"""Run an answer safely, compare what comes out, and search for the smallest input that fails."""

import contextlib
import io
import signal
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import NoSuchExample
from hypothesis.strategies import SearchStrategy

Case = dict[str, Any]
Answer = Callable[..., object]

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


class OutOfTime(BaseException):
    """Raised inside the learner's code; not an Exception, so that nothing there catches it."""


@contextlib.contextmanager
def time_limit() -> Iterator[None]:
    """Stop what runs inside when the time is up, where the system has alarms (not on Windows).

    Raises:
        OutOfTime: after ``TIME_LIMIT_SECONDS``.
    """
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_: object) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, stop)
    signal.alarm(TIME_LIMIT_SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)


def outcome(observe: Callable[..., object], answer: Answer, case: Case) -> object:
    """Return what is observed of an answer, or the error that it raised, without its chatter.

    Args:
        observe: takes an answer and a case's inputs, and returns what is compared.
        answer: the learner's function, or a mistake's.
        case: the inputs by name.
    """
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return observe(answer, **case)
        except Exception as error:
            return error


def find_case(
    cases: SearchStrategy[Case], condition: Callable[[Case], bool], search: settings = SMALLEST
) -> Case | None:
    """Return a case that meets a condition, by default the smallest, or None."""
    try:
        return find(cases, condition, settings=search)
    except NoSuchExample:
        return None


def agree(got: object, expected: object, relative_tolerance: float) -> bool:
    """Tell whether two outcomes are the same: errors by their kind, numbers by their values.

    Args:
        got: a number, a tuple or an array of numbers, None, or an error.
        expected: the same.
        relative_tolerance: how far numbers may be off, relative to the largest one expected.
    """
    if isinstance(got, Exception) or isinstance(expected, Exception):
        return type(got) is type(expected)
    if got is None or expected is None:
        return got is expected
    ours, theirs = _numbers(got), _numbers(expected)
    if ours is None or theirs is None or ours.shape != theirs.shape:
        return False
    largest = np.abs(theirs).max(initial=0)
    return bool((np.abs(ours - theirs) <= relative_tolerance * largest).all())


def _numbers(value: object) -> np.ndarray | None:
    """Return numbers, or tuples and arrays of them, as floats; None for anything else."""
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError):
        return None
    return array.astype(float) if array.dtype.kind in "iuf" else None


def is_missing(answer: object) -> bool:
    """Tell whether nothing was handed in: None, or the ``...`` of the exercise."""
    return answer is None or answer is Ellipsis


def is_number(value: object) -> bool:
    """Tell whether a value is one number; truth values are none."""
    return isinstance(value, (int, float, np.number)) and not isinstance(value, bool)


def as_text(value: object, names: tuple[str, ...] = ()) -> str:
    """Return a value, or an error, as a verdict shows it: rounded, named, and cut off if long.

    Args:
        value: what is shown.
        names: what the numbers are called, if the value is a tuple or list of as many.
    """
    if isinstance(value, Exception):
        text = f"{type(value).__name__}: {value}"
    elif names and isinstance(value, (tuple, list)) and len(value) == len(names):
        text = ", ".join(f"{name} {as_text(v)}" for name, v in zip(names, value, strict=True))
    else:
        text = f"{value:.6g}" if isinstance(value, (float, np.floating)) else repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]} …"
