"""The table that ties the two languages in which exams are drawn.

``python -m tests.reference.drawing`` writes it: units and quotas with what ``everystep.bank.exams``
draws from them. The browser's script must draw the same.
"""

import json
import random
from pathlib import Path

from everystep.bank.exams import draw

TABLE = Path(__file__).with_suffix(".json")
ROWS = 60
SEEDS = (0, 1, 7919, 10**9 - 1, 2**31 - 1, 2**31, 2**32 - 1)


def pool(dice: random.Random) -> tuple[list[list[list[str]]], dict[str, int]]:
    """Return units, cases and look-alikes among them, and quotas that may be too high for them."""
    topics = ["2.2", "2.3", "4.2.6", "out of scope"]
    groups = [f"apart-{n}" for n in range(3)]
    units = [
        [
            [dice.choice(topics), *(group for group in groups if dice.random() < 0.15)]
            for _ in range(1 if dice.random() < 0.8 else dice.randint(2, 4))
        ]
        for _ in range(dice.randint(1, 25))
    ]
    quotas = {topic: dice.randint(1, 8) for topic in topics[:3]}
    return units, quotas | dict.fromkeys(groups, 1)


def table() -> str:
    """Return the table: JSON, with a line for every row."""
    dice = random.Random("drawing")
    rows = []
    for number in range(ROWS):
        units, quotas = pool(dice)
        seed = SEEDS[number] if number < len(SEEDS) else dice.randrange(2**32)
        rows.append([units, quotas, seed, draw(units, quotas, seed)])
    return "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
