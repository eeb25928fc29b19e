"""Write the question bank in GIFT, Moodle's text format that many other programs read.

https://docs.moodle.org/en/GIFT_format. GIFT has no orderings: they become matchings of places and
steps. Numeric items become one question a variant.
"""

import re
from collections.abc import Iterator
from functools import singledispatch

from everystep.bank.exports.moodle import shares
from everystep.bank.exports.written import TITLE, Written, plain_number, written
from everystep.bank.kinds import Choice, Matching, Numeric, Ordering, Question
from everystep.bank.markup import inline_html, plain_text
from everystep.bank.read import Bank


def gift(bank: Bank) -> str:
    """Return the file: a category for every chapter and pool."""
    blocks = []
    for name, group in written(bank, all_variants=True).items():
        blocks.append(f"$CATEGORY: $course$/top/{TITLE}/{name}")
        blocks += [_question(one) for one in group]
    return "\n\n".join(blocks) + "\n"


def _question(one: Written) -> str:
    answers = _answers(one.question, one)
    lines = "\n".join([*answers, f"####{_escape(one.feedback)}"])
    opening = "{#" if one.variant else "{"
    return f"::{one.name}::[html]{_escape(one.html_with_unit)}{opening}\n{lines}\n}}"


@singledispatch
def _answers(question: Question, one: Written) -> Iterator[str]:
    """Yield the lines of the answers; every kind of question has its own function."""
    raise NotImplementedError(f"GIFT has no form for questions of type {question.type!r}")


@_answers.register
def _options(question: Choice, one: Written) -> Iterator[str]:
    for option, share in zip(question.displayed_options, shares(question), strict=True):
        sign = {"100": "=", "0": "~"}.get(share, f"~%{share}%")
        rationale = _escape(inline_html(option.rationale))
        yield f"{sign}{_escape(inline_html(option.text))}#{rationale}"


@_answers.register
def _steps(question: Ordering, one: Written) -> Iterator[str]:
    for place, step in enumerate(question.steps, 1):
        yield _pair(f"Step {place}", step.text)


@_answers.register
def _pairs(question: Matching, one: Written) -> Iterator[str]:
    for pair in question.pairs:
        yield _pair(inline_html(pair.prompt), pair.answer)
    for extra in question.extra:
        yield _pair("", extra.answer)


@_answers.register
def _numbers(question: Numeric, one: Written) -> Iterator[str]:
    tolerance = plain_number(question.tolerance)
    for number, share, rationale in one.numbers:
        feedback = _escape(inline_html(rationale))
        yield f"=%{share}%{plain_number(number)}:{tolerance}#{feedback}"


def _pair(prompt: str, answer: str) -> str:
    return f"={_escape(prompt)} -> {_escape(plain_text(answer))}"


def _escape(text: str) -> str:
    """Put a backslash before the characters that mean something in GIFT."""
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text).replace("\n", "\\n")
