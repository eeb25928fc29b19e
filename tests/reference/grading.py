"""The table that ties the two languages in which answers are graded.

``python -m tests.reference.grading`` writes it: numbers as people write them and answers, with what
``everystep.bank.grading`` says of them. The browser's script must say the same.
"""

import itertools
import json
from dataclasses import asdict
from pathlib import Path

from everystep.bank.grading import grade, parse_number

TABLE = Path(__file__).with_suffix(".json")
# Written by hand: what a text is, and what an answer is worth.
NUMBERS = [
    ("900", 900), (" 900 ", 900), ("\t900\n", 900), ("+900", 900), ("-900", -900), ("−900", -900),
    ("1,000", 1000), ("1 000", 1000), ("1\u00a0000", 1000), ("1\u202f000", 1000),
    ("1,234,567", 1234567), ("1 234 567.5", 1234567.5), ("1,437.25", 1437.25),
    ("1e3", 1000), ("1E+3", 1000), ("1.5e-3", 0.0015), (".5", 0.5), ("5.", 5),
    ("0,5", 0.5), ("2,75", 2.75), ("0,125", 0.125), ("-0,001", -0.001), ("1 000,5", 1000.5),
    ("12,3456", 12.3456), ("0", 0),
    ("", None), ("  ", None), ("abc", None), ("12 updates", None), ("1.000.000", None),
    ("1,00,000", None), ("1 00", None), ("0x10", None), ("Infinity", None), ("NaN", None),
    ("1e999", None), ("1e", None), ("--1", None), ("1/2", None), ("1,000,00", None),
]  # fmt: skip
COUNT = {"type": "numeric", "key": 900, "tolerance": 0, "wrong": [880, 45]}
RATE = {"type": "numeric", "key": 0.3, "tolerance": 0, "wrong": [0.03]}
ROUGH = {"type": "numeric", "key": 12.5, "tolerance": 0.1, "wrong": [12.0, 14.0]}
LARGE = {"type": "numeric", "key": 10**12, "tolerance": 0, "wrong": [10**12 - 1]}
ONE = {"type": "single", "key": ["B"]}
TWO = {"type": "multiple", "key": ["A", "D"]}
ORDER = {"type": "ordering", "key": ["2", "3", "1"]}
MATCH = {"type": "matching", "key": ["C", "A", "C"]}
GRADES = [
    (ONE, ["B"], "right", -1), (ONE, ["A"], "wrong", -1), (ONE, [], "empty", -1),
    (ONE, ["A", "B"], "wrong", -1),
    (TWO, ["A", "D"], "right", -1), (TWO, ["D", "A"], "right", -1), (TWO, ["A"], "partial", -1),
    (TWO, ["A", "C"], "wrong", -1), (TWO, ["A", "C", "D"], "wrong", -1), (TWO, [], "empty", -1),
    (ORDER, ["2", "3", "1"], "right", -1), (ORDER, ["1", "2", "3"], "wrong", -1),
    (ORDER, ["2", "", "1"], "partial", -1), (ORDER, ["", "", ""], "empty", -1),
    (ORDER, ["2", "2", "2"], "wrong", -1),
    (MATCH, ["C", "A", "C"], "right", -1), (MATCH, ["C", "C", "A"], "wrong", -1),
    (MATCH, ["C", "A", ""], "partial", -1), (MATCH, ["", "", ""], "empty", -1),
    (COUNT, ["900"], "right", -1), (COUNT, [" 900 "], "right", -1), (COUNT, ["9e2"], "right", -1),
    (COUNT, ["900.0000001"], "wrong", -1), (COUNT, ["899"], "wrong", -1),
    (COUNT, ["880"], "wrong", 0), (COUNT, ["45"], "wrong", 1), (COUNT, [""], "empty", -1),
    (COUNT, ["  "], "empty", -1), (COUNT, ["nine"], "unreadable", -1), (COUNT, ["0"], "wrong", -1),
    (RATE, ["0.3"], "right", -1), (RATE, ["0,3"], "right", -1), (RATE, ["3e-1"], "right", -1),
    (RATE, ["0.30000000000000004"], "right", -1), (RATE, ["0.3001"], "wrong", -1),
    (RATE, [".03"], "wrong", 0),
    (ROUGH, ["12.4"], "right", -1), (ROUGH, ["12.6"], "right", -1), (ROUGH, ["12.39"], "wrong", -1),
    (ROUGH, ["12.05"], "wrong", 0), (ROUGH, ["14"], "wrong", 1),
    (LARGE, ["1,000,000,000,000"], "right", -1), (LARGE, ["999999999999"], "wrong", 0),
]  # fmt: skip

# Whatever these parts make together. A browser's white space is not Python's.
SIGNS = ("", "-", "+", "−", "±")
BODIES = (
    "7", "07", "1,000", "1,0000", "01,000", "10,000,5", "1,000,000.25", "1.000", "1.000,5",
    "1 000", "1\u2009000 000", "1\u20070 00", "12 3456", "1 000,25", "1 000.25", "1 000,000",
    ".5", ",5", "5,", "5.", "5..", ".", ",", "1_000", "1'000", "٣", "½", "1\x1c000",
)  # fmt: skip
EXPONENTS = ("", "e2", "E-3", "e", "e+400", "e1.5")
PADS = ("", "\ufeff", "\u3000\n", "\x85", "\x1f")


def texts() -> list[str]:
    """Return the texts whose numbers are read."""
    made = itertools.product(SIGNS, BODIES, EXPONENTS)
    padded = itertools.product(PADS, ("12", "1 000"))
    return [
        *(text for text, _ in NUMBERS),
        *(sign + body + exponent for sign, body, exponent in made),
        *(pad + body + pad for pad, body in padded),
    ]


def answers() -> list[tuple[dict, list[str]]]:
    """Return questions with answers: those written by hand, and every short one."""
    short = [
        (question, list(parts))
        for question, values in ((ONE, "AB "), (TWO, "ACD "), (ORDER, "123 "), (MATCH, "AC\ufeff"))
        for count in range(len(question["key"]) + 1)
        for parts in itertools.product(values, repeat=count)
    ]
    # Around both ends of the tolerance, and within the last digits of a double.
    near = [
        (question, [repr(number)])
        for question in (ROUGH, RATE, LARGE)
        for value in (question["key"], *question["wrong"])
        for edge in (value - question["tolerance"], value, value + question["tolerance"])
        for number in (edge * (1 + 2**-n * sign) for n in (30, 48, 49, 50, 52) for sign in (-1, 1))
    ]
    return [*((question, given) for question, given, *_ in GRADES), *short, *near]


def table() -> str:
    """Return the table: JSON, with a line for every row."""
    rows = {
        "numbers": [[text, parse_number(text)] for text in texts()],
        "grades": [
            [question, given, asdict(grade(question, given))] for question, given in answers()
        ],
    }
    blocks = (
        f"{json.dumps(name)}: [\n" + ",\n".join(map(json.dumps, lines)) + "\n]"
        for name, lines in rows.items()
    )
    return "{" + ",\n".join(blocks) + "}\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
