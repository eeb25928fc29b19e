"""The table that ties the page's spaced repetition to FSRS-6 as the Python package ``fsrs`` has it.

It holds histories, each of ratings with the hours that passed before them, and what the package
makes of each: the interval after every answer, and at the end stability, difficulty, and the
probability of recall some hours later. The browser's script must say the same.

The course uses the package for nothing else, so it belongs to no requirement. To write the table
anew, install it apart, in the root of the repository:

    python -m venv /tmp/fsrs && /tmp/fsrs/bin/pip install fsrs==6.3.2
    /tmp/fsrs/bin/python -m tests.reference.repetition
"""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fsrs import Card, Rating, Scheduler

TABLE = Path(__file__).with_suffix(".json")
HISTORIES, LONGEST = 1_000, 10
# Nothing at random, and no steps of minutes: what a page repeats at once is its own affair.
SCHEDULER = Scheduler(enable_fuzzing=False, learning_steps=(), relearning_steps=())
BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
# More than 9 digits agree with what is written in so many.
DIGITS = 13


def hours(dice: random.Random, due: timedelta) -> float:
    """Draw the time until an answer: on the same day, some days, or about when it is due."""
    return round(
        dice.choice(
            [
                dice.uniform(0, 23.9),
                dice.uniform(1, 40 * 24),
                dice.uniform(0.5, 2) * due.total_seconds() / 3600,
            ]
        ),
        1,
    )


def history(dice: random.Random) -> list[object]:
    """Return a history with what the package makes of it: a row of the table."""
    card, now = Card(card_id=0, due=BEGIN), BEGIN
    ratings, waits, intervals = [], [], []
    for _ in range(dice.randint(1, LONGEST)):
        wait = hours(dice, card.due - now) if ratings else 0
        now += timedelta(hours=wait)
        rating = dice.choices(list(Rating), weights=(3, 2, 5, 2))[0]
        card, _ = SCHEDULER.review_card(card, rating, now)
        ratings.append(int(rating))
        waits.append(wait)
        intervals.append((card.due - now).days)
    later = hours(dice, card.due - now)
    recall = SCHEDULER.get_card_retrievability(card, now + timedelta(hours=later))
    ends = [
        float(f"{value:.{DIGITS}g}")
        for value in (card.stability or 0, card.difficulty or 0, recall)
    ]
    return [ratings, waits, intervals, later, ends]


def table() -> str:
    """Return the table: JSON, with a line for every history."""
    dice = random.Random("repetition")
    rows = [json.dumps(history(dice), separators=(",", ":")) for _ in range(HISTORIES)]
    return "[\n" + ",\n".join(rows) + "\n]\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
