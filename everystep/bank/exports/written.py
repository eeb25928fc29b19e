"""Questions as HTML for programs and paper that know nothing of this site.

Choices have letters, numbers are those of one variant, and a question of a case carries the
scenario, so that each can stand by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import singledispatch
from html import escape
from pathlib import Path

from everystep.bank.evidence import ComputedEvidence, Evidence, FindingEvidence
from everystep.bank.kinds import Choice, Matching, Numeric, Ordering, Question
from everystep.bank.markup import block_html, inline_html
from everystep.bank.order import LETTERS, quantity
from everystep.bank.read import Bank
from everystep.bank.variants import Variant

TITLE = "Every Step Counts"


@dataclass(frozen=True)
class Written:
    """One question as it leaves the bank.

    Attributes:
        question: the question.
        scenario: scenario of the case that it belongs to, Markdown, or None.
        variant: the numbers of a numeric item, else None.
        name: the question's id; numeric items have the variant's number behind it.
        file: the question file that it was read from.
    """

    question: Question
    scenario: str | None
    variant: Variant | None
    name: str
    file: Path

    def text(self, text: str) -> str:
        """Return a text of the question with the variant's numbers filled in."""
        return self.variant.fill(text) if self.variant else text

    @property
    def html(self) -> str:
        """Scenario, stem and listing."""
        parts = [block_html(self.text(self.question.stem))]
        if self.scenario is not None:
            parts.insert(0, block_html(self.scenario))
        if self.question.code is not None:
            parts.append(f"<pre><code>{escape(self.question.code.rstrip())}</code></pre>")
        return "\n".join(parts)

    @property
    def html_with_unit(self) -> str:
        """The same, with the unit of the number that is asked for."""
        unit = getattr(self.question, "unit", "")
        return f"{self.html}\n<p>Unit: {escape(unit)}</p>" if unit else self.html

    @property
    def choices(self) -> str:
        """What there is to choose from, as a lettered list; where to write, for a number."""
        return _choices(self.question)

    @property
    def shuffled(self) -> bool:
        """Whether a program may show the choices in another order; numbers stay in theirs."""
        return not all(quantity(text) for text in self.question.choices)

    @property
    def answer(self) -> str:
        """The right answer in a line of plain text, with the letters of ``choices``."""
        return self.question.solution(self.variant)

    @property
    def numbers(self) -> list[tuple[int | float, int, str]]:
        """The right number and those of the mistakes, with percentage of the mark and rationale.

        Other kinds than numeric have none.
        """
        if self.variant is None:
            return []
        found = (self.variant.answer, *self.variant.wrong)
        reasons = self.question.reasons(self.variant)
        return [
            (number, 100 if reason.misconception is None else 0, reason.why)
            for number, reason in zip(found, reasons, strict=True)
        ]

    @property
    def reasons(self) -> str:
        """Every rationale, in a list."""
        # What a number's reason explains is the number with its unit, which is no Markdown.
        claim_html = escape if self.variant else inline_html
        named = (
            f"<b>{claim_html(reason.claim)}</b> {inline_html(reason.why)}"
            for reason in self.question.reasons(self.variant)
        )
        return _list("ol" if self.question.ranked else "ul", named)

    @property
    def feedback(self) -> str:
        """What to say after any answer: proofs, and the rationales that stand beside no option."""
        return self.proofs if self.question.displayed_options else self.reasons + self.proofs

    @property
    def proofs(self) -> str:
        """Where to read again, and what proves the answer."""
        parts = []
        if self.question.read is not None:
            page, _, anchor = self.question.read.partition("#")
            chapter = page.split("/")[1].removesuffix(".md")
            parts.append(f"Read again: {escape(', '.join([chapter, anchor.replace('-', ' ')]))}")
        parts += map(_proof, self.question.evidence)
        return f"<p>{'. '.join(parts)}.</p>"


def written(bank: Bank, all_variants: bool) -> dict[str, list[Written]]:
    """Return every question of the bank, those of cases among them, by chapter or pool.

    Args:
        bank: the question bank.
        all_variants: whether numeric items come in all their variants or in the first alone.
    """
    homes: dict[str, list[Written]] = {}
    for located in bank.items:
        home = located.chapter or f"mock-exams-{located.pool}"
        for question in located.questions:
            numbers = question.variants or (None,)
            for place, variant in enumerate(numbers if all_variants else numbers[:1], 1):
                name = f"{question.id}-{place}" if variant else question.id
                one = Written(question, located.item.scenario, variant, name, located.file)
                homes.setdefault(home, []).append(one)
    return homes


def plain_number(value: int | float | Decimal) -> str:
    """Write a number with all its digits and no exponent, which some programs cannot read."""
    return f"{Decimal(str(value)):f}"


def _proof(evidence: Evidence) -> str:
    match evidence:
        case FindingEvidence(finding=finding):
            return f"Experiment: {escape(finding)}"
        case ComputedEvidence(computation=computation):
            return f"Computed: <code>{escape(computation)}</code>"
    source = evidence.source
    link = f'<a href="{escape(str(source.url))}">{escape(source.title)}</a>'
    return f"{link}, read on {source.read_on}"


@singledispatch
def _choices(question: Question) -> str:
    """Return what there is to choose from; every kind of question has its own function."""
    raise NotImplementedError(f"no choices are written for questions of type {question.type!r}")


@_choices.register
def _options(question: Choice) -> str:
    return _lettered(question.choices)


@_choices.register
def _steps(question: Ordering) -> str:
    blanks = "<p>Order:" + " ____" * len(question.steps) + "</p>\n"
    return _lettered(question.choices) + blanks


@_choices.register
def _pairs(question: Matching) -> str:
    prompts = _list("ol", (f"____ {inline_html(pair.prompt)}" for pair in question.pairs))
    return prompts + _lettered(question.choices)


@_choices.register
def _blank(question: Numeric) -> str:
    return f"<p>Answer: ____________ {escape(question.unit)}</p>"


def _lettered(texts: Iterable[str]) -> str:
    named = zip(LETTERS, texts, strict=False)
    lines = (f"<b>{letter}</b> {inline_html(text)}" for letter, text in named)
    return _list("ul", lines, ' class="lettered"')


def _list(kind: str, lines: Iterable[str], attributes: str = "") -> str:
    items = "".join(f"<li>{line}</li>\n" for line in lines)
    return f"<{kind}{attributes}>\n{items}</{kind}>\n"
