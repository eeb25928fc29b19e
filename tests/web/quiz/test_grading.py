"""The script grades as ``everystep.bank.grading`` does."""

import json

import pytest

from tests.paths import ROOT
from tests.reference.grading import TABLE
from tests.web.reader import QUIZ

SCRIPT = ROOT / "web" / "quiz" / "grading.js"


@pytest.fixture
def reference():
    return json.loads(TABLE.read_text(encoding="utf-8"))


def graded(page, reference):
    """Return the table as the script on the page would write it."""
    return page.evaluate(
        """({numbers, grades}) => ({
          numbers: numbers.map(([text]) => [text, everystep.grading.parseNumber(text)]),
          grades: grades.map(([question, given]) =>
            [question, given, everystep.grading.grade(question, given)]),
        })""",
        reference,
    )


@pytest.mark.parametrize("part", ["numbers", "grades"])
def test_the_script_says_what_the_table_says(tab, reference, part):
    found = graded(tab.open(QUIZ), reference)
    for row, expected in zip(found[part], reference[part], strict=True):
        assert row == expected


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("8 * Number.EPSILON", "0"),
        ("[1-9]\\d{0,2}", "\\d{1,3}"),
        ("inOrder ? given[i] === part : ", ""),
        ("given.length < key.length", "false"),
    ],
)
def test_a_fault_planted_in_the_script_is_found(tab, reference, right, wrong):
    source = SCRIPT.read_text(encoding="utf-8")
    assert right in source
    page = tab.open(QUIZ)
    page.add_script_tag(content=source.replace(right, wrong))
    assert graded(page, reference) != reference
