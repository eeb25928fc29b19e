"""The rule of grading, all or nothing: what pages, exports and tests mean by a right answer.

On pages ``web/quiz/grading.js`` applies it; ``tests/reference/grading.json`` holds the two to the
same outcomes. Where another program grades, the shares in an export must come to the same.
"""

import math
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

# What a browser takes for white space.
SPACE = "[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]"
GROUPED_BY_SPACES = re.compile(rf"[-+]?[0-9]{{1,3}}({SPACE}[0-9]{{3}})+([.,][0-9]+)?")
# A group after a leading zero is no thousand: 0,125 is an eighth.
GROUPED_BY_COMMAS = re.compile(r"[-+]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?")
# 3 * 0.1 is not 0.3: a tolerance of 0 still forgives the last binary digits.
ROUNDING = 8 * sys.float_info.epsilon


@dataclass(frozen=True)
class Outcome:
    """What an answer is worth.

    Attributes:
        state: ``right`` or ``wrong``; ``empty``, ``partial`` and ``unreadable`` are no answers yet
            in a quiz, and wrong in an exam.
        mistake: index of the known mistake that leads to the number given, or -1.
    """

    state: Literal["empty", "partial", "unreadable", "wrong", "right"]
    mistake: int = -1


def parse_number(text: str) -> float | None:
    """Read a number as people write it: "1,000", "1 000", "1e3", "0,5"; None if it is none."""
    digits = _strip(text).replace("−", "-", 1)
    if GROUPED_BY_SPACES.fullmatch(digits):
        digits = re.sub(SPACE, "", digits)
    if GROUPED_BY_COMMAS.fullmatch(digits):
        digits = digits.replace(",", "")
    digits = digits.replace(",", ".", 1)
    number = float(digits) if NUMBER.fullmatch(digits) else math.inf
    return number if math.isfinite(number) else None


def grade(question: Mapping[str, Any], answer: Sequence[str]) -> Outcome:
    """Grade an answer, all or nothing.

    Args:
        question: one of a question's ``keys``, and its ``type``.
        answer: what the controls of the page hold: the letters chosen, in any order; a place for
            each step shown; a letter for each prompt; or the text typed for a number.
    """
    given = [part for part in answer if _strip(part)]
    if not given:
        return Outcome("empty")
    if question["type"] == "numeric":
        return _grade_number(question, given[0])
    key = question["key"]
    if len(given) < len(key):
        return Outcome("partial")
    in_order = question["type"] in ("ordering", "matching")
    same = given == key if in_order else sorted(given) == sorted(key)
    return Outcome("right" if same else "wrong")


def _grade_number(question: Mapping[str, Any], text: str) -> Outcome:
    number = parse_number(text)
    if number is None:
        return Outcome("unreadable")

    tolerance: float = question["tolerance"]

    def is_near(value: float) -> bool:
        return abs(number - value) <= tolerance + ROUNDING * abs(value)

    if is_near(question["key"]):
        return Outcome("right")
    made = (index for index, value in enumerate(question["wrong"]) if is_near(value))
    return Outcome("wrong", next(made, -1))


def _strip(text: str) -> str:
    return re.sub(rf"\A{SPACE}+|{SPACE}+\Z", "", text)
