"""What counts as a number, when two outcomes are the same, and how a verdict shows them.

Whatever has ``.item()`` (NumPy scalars, arrays and tensors of one element), fractions and decimals
are numbers like any other, and True and False count as 1 and 0, as in Python itself.
"""

import math
import re
import types
from collections.abc import Mapping
from decimal import Decimal
from numbers import Rational, Real
from typing import Any

import numpy as np

# Relative error that is never held against an answer with decimals: float32 computes with 6e-8, and
# a handful of operations in a row add up.
FLOAT32 = 1e-5
# What float64 may be off by: 0.5 / (1 - 0.95) / 0.1 is 99.9999999999999.
FLOAT64 = 1e-12
# What is smaller than this is compared as if it were this large, so that 1e-17 passes for 0.
SMALL = 1e-6
DIGITS = (6, 9, 12, 17)
LONGEST_SHOWN = 80
LONGEST_MESSAGE = 300


def number(value: object) -> float | None:
    """Return a value as a float, infinite if it is too large for one; None if it is no number."""
    try:
        if hasattr(value, "item"):
            value = value.item()
        if not isinstance(value, (Real, Decimal)):
            return None
        try:
            return float(value)
        except OverflowError:
            return math.inf
    except Exception:  # item() may be anything, and Decimal("sNaN") is no float
        return None


def _numbers(value: object) -> np.ndarray | None:
    """Return numbers, or lists, tuples and arrays of them, as floats; None for anything else."""
    try:
        return _as_array(value)
    except Exception:  # whatever an answer returns, it is judged
        return None


def _as_array(value: object) -> np.ndarray | None:
    if hasattr(value, "tolist"):
        value = value.tolist()
    if not isinstance(value, (list, tuple, range)):
        one = number(value)
        return None if one is None else np.array(one)
    parts: list[np.ndarray] = []
    for element in value:
        one = number(element)
        part = _as_array(element) if one is None else np.array(one)
        if part is None or part.shape != (parts[0].shape if parts else part.shape):
            return None
        parts.append(part)
    return np.array(parts, dtype=float)


def agree(
    got: object, expected: object, relative_tolerance: float = 0.0, scale: float = SMALL
) -> bool:
    """Tell whether two outcomes are the same.

    Errors are compared by their kind, texts without regard to case and outer spaces, mappings key
    by key, and numbers by their values, within what float64 gives where whole numbers are expected,
    and within what float32 gives elsewhere.
    The numbers of a list or an array are one quantity, and each may be off by a part of the largest
    expected; those of a tuple are several, each with a tolerance of its own.

    Args:
        got: a number, text, None, an error, or a tuple, list, array or mapping of these.
        expected: the same.
        relative_tolerance: how far numbers may be off.
        scale: smaller numbers are compared as if they were as large as this.
    """
    got = _alone(got)
    if isinstance(got, BaseException) or isinstance(expected, BaseException):
        return type(got) is type(expected)
    if got is None or expected is None:
        return got is expected
    if isinstance(expected, str):
        return isinstance(got, str) and got.strip().lower() == expected.strip().lower()
    if isinstance(expected, Mapping):
        return (
            isinstance(got, Mapping)
            and set(got) == set(expected)
            and all(agree(got[k], expected[k], relative_tolerance, scale) for k in expected)
        )
    theirs = None if isinstance(expected, tuple) else _numbers(expected)
    if theirs is None:
        parts, wanted = _parts(got), _parts(expected)
        if parts is None or wanted is None or len(parts) != len(wanted):
            return False
        pairs = zip(parts, wanted, strict=True)
        return all(agree(a, b, relative_tolerance, scale) for a, b in pairs)
    ours = _numbers(got)
    if ours is not None and ours.size == theirs.size == 1 and hasattr(got, "item"):
        ours = ours.reshape(theirs.shape)
    if ours is None or ours.shape != theirs.shape:
        return False
    whole = np.asarray(expected).dtype.kind in "biu"
    relative_tolerance = max(relative_tolerance, FLOAT64 if whole else FLOAT32)
    largest = max(np.abs(theirs[np.isfinite(theirs)]).max(initial=0), scale)
    with np.errstate(invalid="ignore"):
        close = np.abs(ours - theirs) <= relative_tolerance * largest
        return bool((close | (ours == theirs)).all())


def _alone(value: object) -> object:
    """Return the text or None that an array without axes holds; anything else as it is."""
    if not isinstance(value, np.ndarray) or value.shape:
        return value
    held = value.item()
    return held if held is None or isinstance(held, str) else value


def _parts(value: object) -> list | None:
    """Return the elements of a tuple, list or array; None for anything else."""
    try:
        plain: Any = value.tolist() if hasattr(value, "tolist") else value
    except Exception:
        return None
    return list(plain) if isinstance(plain, (tuple, list)) else None


def as_text(value: object, digits: int = DIGITS[0]) -> str:
    """Return a value, or an error, as a verdict shows it: arrays as lists, numbers rounded."""
    try:
        return re.sub(r" at 0x[0-9a-f]+", "", _as_text(value, digits))
    except Exception:  # a repr that fails
        return f"a value of type {type(value).__name__}"


def _as_text(value: object, digits: int) -> str:
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}" if str(value) else type(value).__name__
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return f"{value:.{digits}g}"
    if isinstance(value, int) and value.bit_length() > 100:
        return f"a whole number of about {int(value.bit_length() * math.log10(2))} digits"
    if isinstance(value, (Rational, Decimal)):
        return str(value)
    if isinstance(value, types.GeneratorType):
        return "a generator"
    if isinstance(value, types.FunctionType):
        return f"the function {value.__name__}"
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        inside = ", ".join(as_text(element, digits) for element in value)
        if type(value) is list:
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if type(value) is dict:
        return "{" + ", ".join(f"{k!r}: {as_text(v, digits)}" for k, v in value.items()) + "}"
    return repr(value)


def cut(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Return a text, cut off if it is longer than ``longest``."""
    return text if len(text) <= longest else f"{text[:longest]} …"


def side_by_side(
    expected: object,
    got: object,
    names: tuple[str, ...] = (),
    relative_tolerance: float = 0.0,
    scale: float = SMALL,
) -> tuple[str, str]:
    """Return what was expected and what came out as texts in which the difference shows.

    Numbers get as many digits as it takes. What is long is reduced to where it differs.

    Args:
        expected: what the oracle says.
        got: what the answer gave; the two do not agree.
        names: what the parts are called, if there are several.
        relative_tolerance: as in ``agree``.
        scale: as in ``agree``.
    """
    ours, theirs = _parts(got), _parts(expected)
    if ours is None or theirs is None:
        one, other = _with_digits(expected, got)
        return cut(one), cut(other)
    if names and len(ours) == len(theirs) == len(names):
        rows = [
            (name, (as_text(a), as_text(b)) if same else _with_digits(a, b), same)
            for name, a, b in zip(names, theirs, ours, strict=True)
            for same in [agree(b, a, relative_tolerance, scale)]
        ]
        long = sum(len(name) + max(map(len, texts)) for name, texts, _ in rows) > LONGEST_SHOWN
        kept = [(name, texts) for name, texts, same in rows if not (long and same)]
        one, other = (", ".join(f"{n} {texts[side]}" for n, texts in kept) for side in (0, 1))
        return cut(one), cut(other)
    texts = _with_digits(expected, got)
    if max(map(len, texts)) <= LONGEST_SHOWN:
        return texts
    if len(ours) != len(theirs):
        return f"{len(theirs)} values", f"{len(ours)}"
    if not isinstance(expected, tuple):
        flat = _numbers(expected)
        if flat is not None:
            scale = max(scale, np.abs(flat[np.isfinite(flat)]).max(initial=0))
    for place, (a, b) in enumerate(zip(theirs, ours, strict=True), start=1):
        if not agree(b, a, relative_tolerance, scale):
            one, other = _with_digits(a, b)
            return f"{cut(one)} as value {place} of {len(theirs)}", cut(other)
    return cut(texts[0]), cut(texts[1])


def _with_digits(expected: object, got: object) -> tuple[str, str]:
    """Return both as texts with the fewest digits that tell them apart."""
    for digits in DIGITS:
        texts = as_text(expected, digits), as_text(got, digits)
        if texts[0] != texts[1]:
            break
    return texts
