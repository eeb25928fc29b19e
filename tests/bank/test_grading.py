import itertools
import json

import pytest

from everystep.bank.exports.moodle import shares
from everystep.bank.exports.written import written
from everystep.bank.grading import Outcome, grade, parse_number
from everystep.bank.order import LETTERS
from everystep.bank.read import read_bank
from tests.bank.questions import parsed
from tests.paths import ROOT
from tests.reference.grading import GRADES, NUMBERS, TABLE, table

BANK = read_bank(ROOT / "questions")
QUESTIONS = list(BANK.questions())


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_numbers_are_read_as_people_write_them(text, number):
    assert parse_number(text) == number


@pytest.mark.parametrize(("question", "given", "state", "mistake"), GRADES)
def test_answers_are_graded_all_or_nothing(question, given, state, mistake):
    assert grade(question, given) == Outcome(state, mistake)


def test_the_table_for_the_script_is_up_to_date():
    advice = "run python -m tests.reference.grading, and look at what changed"
    assert TABLE.read_text(encoding="utf-8") == table(), advice


def test_the_table_has_every_outcome_of_every_kind():
    rows = json.loads(TABLE.read_text(encoding="utf-8"))["grades"]
    there = {(question["type"], outcome["state"]) for question, _, outcome in rows}
    kinds = {"single", "multiple", "ordering", "matching", "numeric"}
    wanted = set(itertools.product(kinds, ["empty", "wrong", "right"]))
    wanted |= set(itertools.product(kinds - {"single", "numeric"}, ["partial"]))
    assert there == wanted | {("numeric", "unreadable")}


def keys_of(question):
    return [{"type": question.type, **key} for key in question.keys]


def test_every_key_of_the_bank_is_right_and_every_known_mistake_is_recognized():
    for question in QUESTIONS:
        for key in keys_of(question):
            right = key["key"] if isinstance(key["key"], list) else [key["shown"]["answer"]]
            assert grade(key, right) == Outcome("right"), question.id
            for index, _ in enumerate(key.get("wrong", ())):
                typed = key["shown"][f"wrong{index}"]
                assert grade(key, [typed]) == Outcome("wrong", index), question.id


CHOICES = [parsed("single"), parsed("multiple")]
CHOICES += [question for question in QUESTIONS if question.displayed_options]


@pytest.mark.parametrize("question", CHOICES, ids=lambda question: question.id)
def test_moodle_gives_the_full_mark_to_right_answers_alone(question):
    [key] = keys_of(question)
    brings = dict(zip(LETTERS, map(float, shares(question)), strict=False))
    for count in range(1, 2 if question.type == "single" else len(brings) + 1):
        for given in itertools.combinations(brings, count):
            mark = sum(brings[letter] for letter in given)
            assert (mark > 99.99) == (grade(key, given).state == "right")


def test_exports_give_the_full_mark_to_the_right_number_alone():
    for group in written(BANK, all_variants=True).values():
        for one in group:
            if one.variant is None:
                continue
            key = keys_of(one.question)[one.question.variants.index(one.variant)]
            outcomes = [grade(key, [repr(number)]) for number, *_ in one.numbers]
            assert [outcome.state == "right" for outcome in outcomes] == [
                share == 100 for _, share, _ in one.numbers
            ]
