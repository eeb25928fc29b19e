"""The order in which options, steps and answers are shown, the same on pages and in exports.

Numbers stand in ascending order, as readers expect. Everything else is shuffled by the item's id:
the order survives every rebuild, and says nothing about the key.
"""

import random
import re
import string
from collections.abc import Sequence
from typing import TypeVar

from everystep.bank.items import Matching, Multiple, Option, Ordering, Single, Step

# What shown options, steps and answers are called.
LETTERS = string.ascii_uppercase
QUANTITY = re.compile(
    r"(?P<sign>[-−+]?)(?P<number>\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?)(?P<unit>[^\d]*)", re.IGNORECASE
)
Shown = TypeVar("Shown")


def quantity(text: str) -> tuple[float, str] | None:
    """Return the number and the unit that a text consists of, or None.

    "1,437 updates" gives (1437.0, "update"): the plural does not count as another unit.
    """
    match = QUANTITY.fullmatch(text.replace("`", "").strip().rstrip("."))
    if match is None:
        return None
    number = float(match["number"].replace(",", ""))
    unit = match["unit"].strip().lower().removesuffix("s")
    return (-number if match["sign"] in ("-", "−") else number), unit


def displayed_options(item: Single | Multiple) -> tuple[Option, ...]:
    """Return the options in the order in which they are shown."""
    return _in_order(item.id, item.options, [option.text for option in item.options])


def displayed_steps(item: Ordering) -> tuple[Step, ...]:
    """Return the steps in an order that is not the right one."""
    steps = list(item.steps)
    shuffler = random.Random(item.id)
    while True:
        shuffler.shuffle(steps)
        if tuple(steps) != item.steps:
            return tuple(steps)


def displayed_answers(item: Matching) -> tuple[str, ...]:
    """Return each answer to choose from once, those that belong to no prompt among them."""
    given = [pair.answer for pair in item.pairs] + [extra.answer for extra in item.extra]
    answers = list(dict.fromkeys(given))
    return _in_order(item.id, answers, answers)


def right_letters(item: Single | Multiple | Matching) -> list[str]:
    """Return the letters of the right options, or of each prompt's answer, as they are shown."""
    if isinstance(item, Matching):
        answers = displayed_answers(item)
        return [LETTERS[answers.index(pair.answer)] for pair in item.pairs]
    return [LETTERS[i] for i, option in enumerate(displayed_options(item)) if option.correct]


def _in_order(seed: str, things: Sequence[Shown], texts: Sequence[str]) -> tuple[Shown, ...]:
    """Sort by the numbers in ``texts`` where all are numbers of one unit; shuffle otherwise."""
    quantities = [quantity(text) for text in texts]
    if None not in quantities and len({unit for _, unit in quantities}) == 1:
        places = sorted(range(len(things)), key=lambda place: quantities[place][0])
    else:
        places = list(range(len(things)))
        random.Random(seed).shuffle(places)
    return tuple(things[place] for place in places)
