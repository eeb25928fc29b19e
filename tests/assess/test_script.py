"""The script by itself: its size, and its pure functions."""

import gzip
from collections import Counter

from everystep.bank.read import read_bank
from tests.assess.reader import QUIZ
from tests.paths import ROOT

SCRIPT = ROOT / "book" / "_static" / "quiz.js"


def test_the_script_is_small_and_cannot_run_data_as_code():
    source = SCRIPT.read_text(encoding="utf-8")
    assert len(gzip.compress(source.encode(), 9)) <= 8 * 1024
    for dangerous in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"):
        assert dangerous not in source
    assert "import " not in source


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
    read = page.evaluate("texts => texts.map(everystep.parseNumber)", [text for text, _ in NUMBERS])
    assert dict(zip(NUMBERS, read, strict=True)) == {case: case[1] for case in NUMBERS}


def test_the_grading_table(tab):
    page = tab.open(QUIZ)
    graded = page.evaluate(
        "cases => cases.map(([question, answer]) => everystep.grade(question, answer))",
        [[question, given] for question, given, *_ in GRADES],
    )
    expected = [{"state": state, "mistake": mistake} for *_, state, mistake in GRADES]
    assert list(zip(GRADES, graded, strict=True)) == list(zip(GRADES, expected, strict=True))


LEITNER = [
    # box, due, is right, and the box and the due day that follow on day 100
    (0, 0, True, 0, 0), (0, 0, False, 1, 100), (1, 100, True, 2, 101), (2, 90, True, 3, 103),
    (3, 100, True, 4, 107), (4, 100, True, 5, 121), (5, 100, True, 5, 121),
    (5, 100, False, 1, 100), (2, 101, True, 2, 101), (2, 101, False, 1, 100),
]  # fmt: skip


def test_leitner_boxes(tab):
    page = tab.open(QUIZ)
    for box, due, right, next_box, next_due in LEITNER:
        record = {"box": box, "due": due, "seen": 3, "right": 1}
        after = page.evaluate("([r, right]) => everystep.leitner(r, right, 100)", [record, right])
        assert after == {"box": next_box, "due": next_due, "seen": 4, "right": 1 + right}


def test_an_exam_is_drawn_by_its_quotas_with_cases_whole(tab):
    units = [[{"ref": f"s{i}", "task": "2.2" if i % 3 else "1.3"}] for i in range(60)]
    units += [[{"ref": f"c{i}{j}", "task": "2.2"} for j in "abc"] for i in range(4)]
    drawn = tab.open(QUIZ).evaluate(
        """([units, quotas]) =>
          [...Array(300).keys()].map(seed => everystep.draw(units, quotas, seed * 7919))""",
        [units, {"2.2": 20, "1.3": 7}],
    )
    tasks = {question["ref"]: question["task"] for unit in units for question in unit}
    for refs in drawn:
        assert len(set(refs)) == len(refs) == 27
        assert [tasks[ref] for ref in refs].count("1.3") == 7
        for i in range(4):
            assert len([ref for ref in refs if ref.startswith(f"c{i}")]) in (0, 3)
    assert len({tuple(refs) for refs in drawn}) == 300
    seen = [ref for refs in drawn for ref in refs]
    assert min(seen.count(ref) for ref in tasks) > 30


def test_the_exams_of_the_blueprint_can_be_drawn_from_the_pools(tab):
    bank = read_bank(ROOT / "questions")
    tasks = {q.id: bank.blueprint.objectives[q.objective].task for q in bank.questions()}
    units = [
        [{"ref": q.id, "task": tasks[q.id]} for q in located.questions]
        for located in bank.of_pools()
    ]
    page = tab.open(QUIZ)
    for exam in bank.blueprint.exams.values():
        for refs in page.evaluate(
            """([units, quotas]) =>
              [...Array(100).keys()].map(seed => everystep.draw(units, quotas, seed * 7919))""",
            [units, exam.questions],
        ):
            assert Counter(tasks[ref] for ref in refs) == exam.questions
