"""The script by itself: its size, and its pure functions."""

from tests.web.reader import QUIZ

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


def test_numbers_are_read_as_people_write_them(tab):
    page = tab.open(QUIZ)
    read = page.evaluate(
        "texts => texts.map(everystep.grading.parseNumber)", [text for text, _ in NUMBERS]
    )
    assert dict(zip(NUMBERS, read, strict=True)) == {case: case[1] for case in NUMBERS}


def test_the_grading_table(tab):
    page = tab.open(QUIZ)
    graded = page.evaluate(
        "cases => cases.map(([question, answer]) => everystep.grading.grade(question, answer))",
        [[question, given] for question, given, *_ in GRADES],
    )
    expected = [{"state": state, "mistake": mistake} for *_, state, mistake in GRADES]
    assert list(zip(GRADES, graded, strict=True)) == list(zip(GRADES, expected, strict=True))
