"""The script grades as ``everystep.bank.grading`` does."""

import json

import pytest

from tests.reference.grading import TABLE
from tests.web.reader import QUIZ


@pytest.fixture
def reference():
    return json.loads(TABLE.read_text(encoding="utf-8"))


def test_numbers_are_read_as_people_write_them(tab, reference):
    page = tab.open(QUIZ)
    texts = [text for text, _ in reference["numbers"]]
    read = page.evaluate("texts => texts.map(everystep.grading.parseNumber)", texts)
    assert [list(row) for row in zip(texts, read, strict=True)] == reference["numbers"]


def test_answers_are_graded_by_the_table(tab, reference):
    page = tab.open(QUIZ)
    graded = page.evaluate(
        "rows => rows.map(([question, given]) => everystep.grading.grade(question, given))",
        reference["grades"],
    )
    found = [[*row[:2], outcome] for row, outcome in zip(reference["grades"], graded, strict=True)]
    assert found == reference["grades"]
