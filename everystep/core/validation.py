"""Checks of arguments, so that every part of the package words its errors alike."""

import math
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, TypeGuard

import numpy as np


def require_whole(name: str, value: object, *, minimum: int, maximum: int | None = None) -> int:
    """Return ``value`` as an int if it is a whole number from ``minimum`` to ``maximum``.

    Raises:
        ValueError: naming the argument, what was expected and what came.
    """
    if _is_whole(value) and minimum <= value and (maximum is None or value <= maximum):
        return int(value)
    expected = f"of at least {minimum}" if maximum is None else f"from {minimum} to {maximum}"
    raise ValueError(f"{name} must be a whole number {expected}, got {value!r}")


def require_number(
    name: str,
    value: object,
    *,
    maximum: float = math.inf,
    below: float = math.inf,
    positive: bool = False,
) -> None:
    """Raise unless ``value`` is a finite number of at least 0, or above it if ``positive``.

    Args:
        name: the argument.
        value: a number of Python's or NumPy's; a truth value is none.
        maximum: the largest number allowed; give this, ``below`` or ``positive``, or none.
        below: what the number must be below.
        positive: whether 0 is refused too.

    Raises:
        ValueError: naming the argument, what was expected and what came.
    """
    inside = _is_number(value) and 0 <= value <= maximum and value < below
    if inside and (value != 0 or not positive):
        return
    if positive:
        expected = "a positive number that is finite"
    elif maximum < math.inf:
        expected = f"a number from 0 to {maximum:g}"
    elif below < math.inf:
        expected = f"a number of at least 0 and below {below:g}"
    else:
        expected = "a finite number of at least 0"
    raise ValueError(f"{name} must be {expected}, got {value!r}")


def is_list(value: object) -> TypeGuard[Sequence[Any] | np.ndarray]:
    """Return whether ``value`` is a list, a tuple, a range or an array of one dimension."""
    if isinstance(value, np.ndarray):
        return value.ndim == 1
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


# NumPy's numbers are registered as whole or real, and calculate as int and float do.
def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, Integral) and not isinstance(value, bool)


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, Real) and not isinstance(value, bool)
