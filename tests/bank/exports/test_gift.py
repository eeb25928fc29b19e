"""GIFT is read back by the public grammar, in a browser since it is written in JavaScript."""

import re
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Error

from everystep.bank.exports.gift import gift
from tests.bank.roundtrip import assert_in_order, bank, expected, hostile  # noqa: F401

PARSER = Path(__file__).parent / "readers" / "gift-parser.js"


@pytest.fixture(scope="module")
def parse(browser):
    """Return a function that gives the questions of a GIFT file, as the grammar finds them."""
    page = browser.new_page()
    page.add_script_tag(path=PARSER)
    yield lambda text: page.evaluate("text => giftParser.parse(text)", text)
    page.close()


def options(question):
    """Return kind, and the mark and the rationale of every option."""
    single = any(choice["isCorrect"] for choice in question["choices"])
    found = {}
    for choice in question["choices"]:
        share = 100 if choice["isCorrect"] else choice["weight"] or 0
        found[choice["text"]["text"]] = (share, choice["feedback"]["text"])
    return ("single" if single else "multiple", found)


def numbers(question):
    found = []
    for choice in question["choices"]:
        number = choice["text"]
        assert number["type"] == "range"
        feedback = choice["feedback"]["text"]
        found.append((number["number"], number["range"], choice["weight"], feedback))
    return ("numeric", found)


def pairs(question):
    found = [
        (pair["subquestion"]["text"], without_marks(pair["subanswer"]))
        for pair in question["matchPairs"]
    ]
    return ("matching", found)


def without_marks(text):
    """Put signs for the marks that the parser makes of escaped ones, and forgets in this place."""
    return re.sub(r"&&(\d+);", lambda match: chr(int(match[1])), text)


READERS = {"MC": options, "Numerical": numbers, "Matching": pairs}


def read(questions):
    """Map names to text, answers and feedback."""
    found, category = {}, None
    for question in questions:
        if question["type"] == "Category":
            category = question["title"]
            continue
        assert category.startswith("$course$/top/Every Step Counts/")
        assert question["title"] not in found
        assert question["stem"]["format"] == question["globalFeedback"]["format"] == "html"
        found[question["title"]] = (
            question["stem"]["text"],
            READERS[question["type"]](question),
            question["globalFeedback"]["text"],
        )
    return found


def without_tags(text):
    return unescape(re.sub("<[^>]+>", "", text))


def test_every_question_comes_back_as_it_was(bank, parse):  # noqa: F811
    found, wanted = read(parse(gift(bank))), expected(bank)
    assert found.keys() == wanted.keys()
    for name, (text, answers, explained) in found.items():
        assert_in_order(wanted[name].text, text)
        kind, parts = wanted[name].answers
        if kind == "ordering":
            steps = enumerate(map(without_tags, parts), 1)
            kind, parts = "matching", [(f"Step {place}", step) for place, step in steps]
        assert answers == (kind, parts), name
        assert_in_order(wanted[name].explained, explained)


@pytest.mark.parametrize("number", ["1e-05", "1E5", "inf"])
def test_the_grammar_refuses_other_numbers_than_plain_ones(number, parse):
    assert parse("::a::b{#\n=%100%1:0.1#c\n}")
    with pytest.raises(Error, match="SyntaxError"):
        parse(f"::a::b{{#\n=%100%1:{number}#c\n}}")


def test_lines_cannot_be_taken_for_comments_or_new_questions(bank):  # noqa: F811
    for block in gift(bank).split("\n\n"):
        assert not re.search(r"^\s*//", block, re.MULTILINE)
        assert block.strip()
