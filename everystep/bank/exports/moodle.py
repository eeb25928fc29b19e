"""Write the question bank as Moodle XML.

The elements are those that Moodle's importer reads: https://docs.moodle.org/en/Moodle_XML_format,
``question/format/xml/format.php`` and, for the type ``ordering`` (part of Moodle since 4.4),
``question/type/ordering/questiontype.php`` of Moodle's source. Numeric items become one question a
variant. Moodle has no credit for all or nothing in multiple response: a wrong option costs
everything, a missing one its share.
"""

import xml.etree.ElementTree as ET
from functools import singledispatch

from everystep.bank.exports.tree import child, document
from everystep.bank.exports.written import TITLE, Written, plain_number, written
from everystep.bank.kinds import Choice, Matching, Numeric, Ordering, Question
from everystep.bank.markup import inline_html, plain_text
from everystep.bank.read import Bank

# Moodle's name of each kind of question.
TYPES = {
    "single": "multichoice",
    "multiple": "multichoice",
    "ordering": "ordering",
    "matching": "match",
    "numeric": "numerical",
}


def moodle_xml(bank: Bank) -> str:
    """Return the file: a category for every chapter and pool."""
    quiz = ET.Element("quiz")
    for name, group in written(bank, all_variants=True).items():
        category = child(quiz, "question", type="category")
        _text(child(category, "category"), f"$course$/top/{TITLE}/{name}")
        quiz.extend([_question(one) for one in group])
    ET.indent(quiz)
    return document(quiz)


def _question(one: Written) -> ET.Element:
    element = ET.Element("question", type=TYPES[one.question.type])
    _add_common(element, one)
    _add_answers(one.question, element, one)
    return element


def _add_common(element: ET.Element, one: Written) -> None:
    _text(child(element, "name"), one.name)
    _html(element, "questiontext", one.html_with_unit)
    _html(element, "generalfeedback", one.feedback)
    for name, value in (
        ("defaultgrade", "1"),
        ("penalty", "0.3333333"),
        ("hidden", "0"),
        ("idnumber", one.name),
    ):
        child(element, name, value)
    tags = child(element, "tags")
    for tag in (one.question.objective, one.question.level):
        _text(child(tags, "tag"), tag)


@singledispatch
def _add_answers(question: Question, element: ET.Element, one: Written) -> None:
    """Add the answers; every kind of question has its own function."""
    raise NotImplementedError(f"Moodle has no form for questions of type {question.type!r}")


@_add_answers.register
def _add_options(question: Choice, element: ET.Element, one: Written) -> None:
    child(element, "single", _bool(len(question.right_options) == 1))
    child(element, "shuffleanswers", _bool(one.shuffled))
    child(element, "answernumbering", "ABCD")
    for option, share in zip(question.displayed_options, shares(question), strict=True):
        answer = child(element, "answer", fraction=share, format="html")
        _text(answer, inline_html(option.text))
        _html(answer, "feedback", inline_html(option.rationale))


def shares(question: Choice) -> list[str]:
    """Return the percentage of the mark that each option brings, in the order shown."""
    keys = len(question.right_options)
    wrong = "0" if keys == 1 else "-100"
    # Moodle compares with its own list of fractions, which has five decimals.
    right = f"{100 / keys:.7g}"
    return [right if option.correct else wrong for option in question.displayed_options]


@_add_answers.register
def _add_steps(question: Ordering, element: ET.Element, one: Written) -> None:
    steps = question.steps
    for name, value in (
        ("layouttype", "VERTICAL"),
        ("selecttype", "ALL"),
        ("selectcount", str(len(steps))),
        ("gradingtype", "ALL_OR_NOTHING"),
        ("showgrading", "SHOW"),
        ("numberingstyle", "none"),
    ):
        child(element, name, value)
    for place, step in enumerate(steps, 1):
        answer = child(element, "answer", fraction=str(place), format="html")
        _text(answer, inline_html(step.text))


@_add_answers.register
def _add_pairs(question: Matching, element: ET.Element, one: Written) -> None:
    child(element, "shuffleanswers", "true")
    rows = [(inline_html(pair.prompt), pair.answer) for pair in question.pairs]
    for prompt, answer in rows + [("", extra.answer) for extra in question.extra]:
        row = child(element, "subquestion", format="html")
        _text(row, prompt)
        # Answers stand in a select, which has no markup.
        _text(child(row, "answer"), plain_text(answer))


@_add_answers.register
def _add_numbers(question: Numeric, element: ET.Element, one: Written) -> None:
    for number, share, rationale in one.numbers:
        answer = child(element, "answer", fraction=str(share), format="plain_text")
        _text(answer, plain_number(number))
        child(answer, "tolerance", plain_number(question.tolerance))
        _html(answer, "feedback", inline_html(rationale))


def _text(parent: ET.Element, text: str) -> None:
    child(parent, "text", text)


def _html(parent: ET.Element, name: str, html: str) -> None:
    _text(child(parent, name, format="html"), html)


def _bool(value: bool) -> str:
    return "true" if value else "false"
