"""Write the question bank in GIFT, Moodle's text format that many other programs read.

https://docs.moodle.org/en/GIFT_format. GIFT has no orderings: they become matchings of places and
steps. Numeric items become one question a variant.
"""

import re
from collections.abc import Iterator

from everystep.bank.exports.moodle import shares
from everystep.bank.exports.written import TITLE, Written, written
from everystep.bank.items import Matching, Multiple, Ordering, Single
from everystep.bank.markup import inline_html, plain_text
from everystep.bank.order import displayed_options
from everystep.bank.read import Bank


def gift(bank: Bank) -> str:
    """Return the file: a category for every chapter and pool."""
    blocks = []
    for name, group in written(bank, all_variants=True).items():
        blocks.append(f"$CATEGORY: $course$/top/{TITLE}/{name}")
        blocks += [_question(one) for one in group]
    return "\n\n".join(blocks) + "\n"


def _question(one: Written) -> str:
    question = one.question
    if isinstance(question, Single | Multiple):
        answers = _options(question)
    elif isinstance(question, Ordering | Matching):
        answers = _pairs(question)
    else:
        answers = _numbers(one)
    lines = "\n".join([*answers, f"####{_escape(one.feedback)}"])
    opening = "{#" if one.variant else "{"
    return f"::{one.name}::[html]{_escape(one.html_with_unit)}{opening}\n{lines}\n}}"


def _options(question: Single | Multiple) -> Iterator[str]:
    for option, share in zip(displayed_options(question), shares(question), strict=True):
        sign = {"100": "=", "0": "~"}.get(share, f"~%{share}%")
        rationale = _escape(inline_html(option.rationale))
        yield f"{sign}{_escape(inline_html(option.text))}#{rationale}"


def _pairs(question: Ordering | Matching) -> Iterator[str]:
    if isinstance(question, Ordering):
        rows = [(f"Step {place}", step.text) for place, step in enumerate(question.steps, 1)]
    else:
        rows = [(inline_html(pair.prompt), pair.answer) for pair in question.pairs]
        rows += [("", extra.answer) for extra in question.extra]
    for prompt, answer in rows:
        yield f"={_escape(prompt)} -> {_escape(plain_text(answer))}"


def _numbers(one: Written) -> Iterator[str]:
    for number, share, rationale in one.numbers:
        feedback = _escape(inline_html(rationale))
        yield f"=%{share}%{number!r}:{one.question.tolerance!r}#{feedback}"


def _escape(text: str) -> str:
    """Put a backslash before the characters that mean something in GIFT."""
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text).replace("\n", "\\n")
