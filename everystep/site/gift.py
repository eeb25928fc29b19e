"""Write the question bank in GIFT, Moodle's text format that many other programs read.

https://docs.moodle.org/en/GIFT_format; for orderings, the notation that Moodle's type ``ordering``
adds (``question/type/ordering/questiontype.php``). Numeric items become one question a variant.
"""

import re
from collections.abc import Iterator

from everystep.site.bank import Bank
from everystep.site.display import displayed_options
from everystep.site.items import Matching, Multiple, Numeric, Ordering, Single
from everystep.site.markup import inline_html, plain_text
from everystep.site.moodle import shares
from everystep.site.written import TITLE, Written, written


def gift(bank: Bank) -> str:
    """Return the file: a category for every chapter and pool."""
    blocks = []
    for name, group in written(bank, all_variants=True).items():
        blocks.append(f"$CATEGORY: $course$/top/{TITLE}/{name}")
        blocks += [_question(one) for one in group]
    return "\n\n".join(blocks) + "\n"


def _question(one: Written) -> str:
    question, feedback = one.question, one.proofs
    if isinstance(question, Single | Multiple):
        answers = _options(question)
    else:
        # Options bring their rationales with them; steps and pairs cannot.
        feedback = one.reasons + feedback
        if isinstance(question, Ordering):
            answers = _steps(question)
        elif isinstance(question, Matching):
            answers = _pairs(question)
        else:
            answers = _numbers(one, question)
    lines = "\n".join([*answers, f"####{_escape(feedback)}"])
    return f"::{one.name}::[html]{_escape(one.html_with_unit)}{{{lines}\n}}"


def _options(question: Single | Multiple) -> Iterator[str]:
    yield ""
    for option, share in zip(displayed_options(question), shares(question), strict=True):
        sign = {"100": "=", "0": "~"}.get(share, f"~%{share}%")
        rationale = _escape(inline_html(option.rationale))
        yield f"{sign}{_escape(inline_html(option.text))}#{rationale}"


def _steps(question: Ordering) -> Iterator[str]:
    yield f">{len(question.steps)} ALL VERTICAL ALL_OR_NOTHING SHOW none"
    for step in question.steps:
        # Moodle does not undo escapes in this notation, but shows steps as HTML.
        text = inline_html(step.text)
        yield re.sub(r"[\\{}#]", lambda match: f"&#{ord(match[0])};", text)


def _pairs(question: Matching) -> Iterator[str]:
    yield ""
    for pair in question.pairs:
        yield f"={_escape(inline_html(pair.prompt))} -> {_escape(plain_text(pair.answer))}"
    for extra in question.extra:
        yield f"= -> {_escape(plain_text(extra.answer))}"


def _numbers(one: Written, question: Numeric) -> Iterator[str]:
    yield "#"
    numbers = [(one.variant.answer, 100, question.rationale)]
    for wrong, mistake in zip(one.variant.wrong, question.mistakes, strict=True):
        numbers.append((wrong, 0, mistake.rationale))
    for number, share, rationale in numbers:
        text = _escape(inline_html(one.text(rationale)))
        yield f"=%{share}%{number!r}:{question.tolerance!r}#{text}"


def _escape(text: str) -> str:
    """Put a backslash before the characters that mean something in GIFT."""
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text).replace("\n", "\\n")
