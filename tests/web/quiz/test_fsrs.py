"""The script schedules as FSRS-6 does in the package ``fsrs``."""

import json

import pytest

from tests.paths import ROOT
from tests.web.reader import QUIZ

SCRIPT = ROOT / "web" / "quiz" / "fsrs.js"
# tests/reference/repetition.py writes it; the package that it needs is not among the course's.
TABLE = ROOT / "tests" / "reference" / "repetition.json"
HISTORIES = 1_000


@pytest.fixture
def reference():
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    assert len(rows) == HISTORIES
    return rows


def scheduled(page, rows):
    """Return intervals, and the values at the end, that the script has for each history."""
    return page.evaluate(
        """rows => rows.map(([ratings, hours, , later]) => {
          const { review, interval, retrievability } = everystep.fsrs;
          let memory = null;
          const intervals = ratings.map((rating, i) => {
            memory = review(memory, rating, hours[i] / 24);
            return interval(memory);
          });
          const recall = retrievability(memory, later / 24);
          return [intervals, [memory.stability, memory.difficulty, recall]];
        })""",
        rows,
    )


def agrees(found, rows):
    return all(
        intervals == expected and ends == pytest.approx(known, rel=1e-9, abs=0)
        for (intervals, ends), (_, _, expected, _, known) in zip(found, rows, strict=True)
    )


def test_every_history_comes_out_as_in_the_table(tab, reference):
    assert agrees(scheduled(tab.open(QUIZ), reference), reference)


def test_the_table_has_answers_of_the_same_day_and_every_rating(reference):
    ratings = {rating for row in reference for rating in row[0]}
    assert ratings == {1, 2, 3, 4}
    repeated = [wait for row in reference for wait in row[1][1:]]
    assert len([wait for wait in repeated if wait < 24]) > 1_000
    assert len([wait for wait in repeated if wait >= 24]) > 1_000


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("0.1542", "0.5"),
        ("Math.floor(days)", "days"),
        ("days < 1", "days < 2"),
        ("Math.max(growth, 1)", "growth"),
        ("Math.min(later, stability / Math.exp(W[17] * W[18]))", "later"),
        ("rating === RATINGS.hard ? W[15] : ", ""),
        ("(1 - W[7]) * ", ""),
    ],
)
def test_a_fault_planted_in_the_script_is_found(tab, reference, right, wrong):
    source = SCRIPT.read_text(encoding="utf-8")
    assert right in source
    page = tab.open(QUIZ)
    page.add_script_tag(content=source.replace(right, wrong))
    assert not agrees(scheduled(page, reference), reference)
