"""Turn a numeric item into variants: the same question with other numbers."""

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from simpleeval import InvalidExpression, SimpleEval

FUNCTIONS = {
    "ceil": math.ceil,
    "floor": math.floor,
    "round": round,
    "sqrt": math.sqrt,
    "cos": math.cos,
    "min": min,
    "max": max,
}
CONSTANTS = {"pi": math.pi}
MOST_VARIANTS = 6
# Numbers are shown and compared with so many digits: nobody should have to type 0.30000000000000004
DIGITS = 10


@dataclass(frozen=True)
class Variant:
    """One set of numbers for a numeric item.

    Attributes:
        values: the variables.
        answer: the right number.
        wrong: the number that each mistake leads to, in the order of the item's mistakes.
    """

    values: dict[str, int | float]
    answer: int | float
    wrong: tuple[int | float, ...]

    @property
    def shown(self) -> dict[str, str]:
        """The texts of all numbers by name: the variables, ``answer``, ``wrong0``, ``wrong1``."""
        wrong = {f"wrong{index}": number for index, number in enumerate(self.wrong)}
        numbers = {**self.values, "answer": self.answer, **wrong}
        return {name: show(number) for name, number in numbers.items()}

    def fill(self, text: str) -> str:
        """Put the numbers of ``shown`` into a text; thousands are set off by commas.

        Raises:
            ValueError: if the text has another placeholder, or a brace by itself.
        """
        try:
            return text.format_map(self.shown)
        except (LookupError, ValueError) as error:
            raise ValueError(f"cannot fill in {text!r}: {error}") from error


def show(value: int | float) -> str:
    """Write a number as pages do: 1,437 or 0.05 or 0.00001."""
    return f"{Decimal(value if isinstance(value, int) else f'{value:.{DIGITS}g}'):,f}"


def compute(formula: str, values: dict[str, int | float]) -> int | float:
    """Return the value of an arithmetic formula.

    Args:
        formula: numbers, variables, ``+ - * / // % **``, and the functions in ``FUNCTIONS``.
        values: the variables.

    Returns:
        The value; if it is no integer, rounded to ``DIGITS`` significant digits.

    Raises:
        ValueError: if the formula cannot be computed, or gives no finite number.
    """
    evaluator = SimpleEval(functions=FUNCTIONS, names={**CONSTANTS, **values})
    try:
        result = evaluator.eval(formula)
        finite = type(result) in (int, float) and math.isfinite(result)
    except (InvalidExpression, SyntaxError, ArithmeticError, TypeError, ValueError) as error:
        raise ValueError(f"cannot compute {formula!r}: {error}") from error
    if not finite:
        raise ValueError(f"{formula!r} must give a finite number, got {result!r}")
    return result if isinstance(result, int) else float(f"{result:.{DIGITS}g}")


def find_variants(
    seed: str,
    variables: Mapping[str, Sequence[int | float]],
    answer: str,
    mistakes: Sequence[str],
    tolerance: float,
) -> tuple[Variant, ...]:
    """Return up to ``MOST_VARIANTS`` variants, the same ones at every build.

    A set of values is left out if a mistake leads to the right number, or to the same number as
    another mistake: it could not tell them apart.

    Args:
        seed: decides which sets of values are taken, and in which order.
        variables: the values that each variable can have.
        answer: formula for the answer.
        mistakes: formulas that lead to wrong numbers.
        tolerance: largest accepted difference from the answer.

    Raises:
        ValueError: if a formula cannot be computed, or no set of values tells the mistakes apart.
    """
    combinations = list(itertools.product(*variables.values()))
    random.Random(seed).shuffle(combinations)
    chosen: list[Variant] = []
    for combination in combinations:
        values = dict(zip(variables, combination, strict=True))
        right = compute(answer, values)
        wrong = tuple(compute(formula, values) for formula in mistakes)
        if _told_apart([right, *wrong], tolerance):
            chosen.append(Variant(values, right, wrong))
        if len(chosen) == MOST_VARIANTS:
            break
    if not chosen:
        raise ValueError("no values of the variables tell answer and mistakes apart")
    return tuple(chosen)


def _told_apart(numbers: list[float], tolerance: float) -> bool:
    return all(abs(a - b) > 2 * tolerance for a, b in itertools.combinations(numbers, 2))
