"""The order in which options, steps and answers are shown, the same on pages and in exports.

Numbers stand in ascending order, as readers expect. Everything else is shuffled by the item's id:
the order survives every rebuild, and says nothing about the key.
"""

import random
import re
import string
from collections.abc import Sequence
from typing import TypeVar

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


def out_of_order(seed: str, things: Sequence[Shown]) -> tuple[Shown, ...]:
    """Shuffle at least two different things until they stand in another order than before."""
    shuffled = list(things)
    shuffler = random.Random(seed)
    while True:
        shuffler.shuffle(shuffled)
        if shuffled != list(things):
            return tuple(shuffled)


def in_order(seed: str, things: Sequence[Shown], texts: Sequence[str]) -> tuple[Shown, ...]:
    """Sort by the numbers in ``texts`` where all are numbers of one unit; shuffle otherwise."""
    found = [quantity(text) for text in texts]
    quantities = [one for one in found if one is not None]
    if len(quantities) == len(texts) and len({unit for _, unit in quantities}) == 1:
        places = sorted(range(len(things)), key=lambda place: quantities[place][0])
    else:
        places = list(range(len(things)))
        random.Random(seed).shuffle(places)
    return tuple(things[place] for place in places)
