"""Questions as HTML for programs and paper that know nothing of this site.

Choices have letters, numbers are those of one variant, and a question of a case carries the
scenario, so that each can stand by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from everystep.bank.items import (
    Case,
    ComputedEvidence,
    FindingEvidence,
    Matching,
    Multiple,
    Numeric,
    Ordering,
    Question,
    Single,
)
from everystep.bank.markup import block_html, inline_html
from everystep.bank.order import (
    LETTERS,
    displayed_answers,
    displayed_options,
    displayed_steps,
    right_letters,
)
from everystep.bank.read import Bank
from everystep.bank.variants import Variant, show, variants

TITLE = "Every Step Counts"


@dataclass(frozen=True)
class Written:
    """One question as it leaves the bank.

    Attributes:
        question: the question.
        scenario: scenario of the case that it belongs to, Markdown, or None.
        variant: the numbers of a numeric item, else None.
        name: the question's id; numeric items have the variant's number behind it.
    """

    question: Question
    scenario: str | None
    variant: Variant | None
    name: str

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
        question = self.question
        if isinstance(question, Single | Multiple):
            return _lettered(option.text for option in displayed_options(question))
        if isinstance(question, Ordering):
            blanks = "<p>Order:" + " ____" * len(question.steps) + "</p>\n"
            return _lettered(step.text for step in displayed_steps(question)) + blanks
        if isinstance(question, Matching):
            prompts = _list("ol", (f"____ {inline_html(pair.prompt)}" for pair in question.pairs))
            return prompts + _lettered(displayed_answers(question))
        return f"<p>Answer: ____________ {escape(question.unit)}</p>"

    @property
    def answer(self) -> str:
        """The right answer in a line of plain text, with the letters of ``choices``."""
        question = self.question
        if isinstance(question, Single | Multiple):
            return ", ".join(right_letters(question))
        if isinstance(question, Ordering):
            shown = displayed_steps(question)
            return ", ".join(LETTERS[shown.index(step)] for step in question.steps)
        if isinstance(question, Matching):
            lettered = enumerate(right_letters(question), 1)
            return ", ".join(f"{number} {letter}" for number, letter in lettered)
        number = show(self.variant.answer)
        if question.tolerance:
            number += f" ± {show(question.tolerance)}"
        return f"{number} {question.unit}".strip()

    @property
    def numbers(self) -> list[tuple[int | float, int, str]]:
        """The right number and those of the mistakes, with percentage of the mark and rationale."""
        question, variant = self.question, self.variant
        found = [(variant.answer, 100, self.text(question.rationale))]
        for wrong, mistake in zip(variant.wrong, question.mistakes, strict=True):
            found.append((wrong, 0, self.text(mistake.rationale)))
        return found

    @property
    def reasons(self) -> str:
        """Every rationale, in a list."""
        question = self.question
        if isinstance(question, Single | Multiple):
            lettered = zip(LETTERS, displayed_options(question), strict=False)
            named = [(f"{letter}. {o.text}", o.rationale) for letter, o in lettered]
        elif isinstance(question, Ordering):
            named = [(step.text, step.rationale) for step in question.steps]
        elif isinstance(question, Matching):
            named = [(f"{pair.prompt}: {pair.answer}", pair.rationale) for pair in question.pairs]
            named += [(extra.answer, extra.rationale) for extra in question.extra]
        else:
            named = [(show(number), rationale) for number, _, rationale in self.numbers]
            named[0] = (self.answer, named[0][1])
        kind = "ol" if isinstance(question, Ordering) else "ul"
        return _list(kind, (f"<b>{inline_html(n)}</b> {inline_html(why)}" for n, why in named))

    @property
    def feedback(self) -> str:
        """What to say after any answer: proofs, and the rationales that stand beside no option."""
        beside = isinstance(self.question, Single | Multiple)
        return self.proofs if beside else self.reasons + self.proofs

    @property
    def proofs(self) -> str:
        """Where to read again, and what proves the answer."""
        parts = []
        if self.question.read is not None:
            page, _, anchor = self.question.read.partition("#")
            chapter = page.split("/")[1].removesuffix(".md")
            parts.append(f"Read again: {escape(', '.join([chapter, anchor.replace('-', ' ')]))}")
        for evidence in self.question.evidence:
            if isinstance(evidence, FindingEvidence):
                parts.append(f"Experiment: {escape(evidence.finding)}")
            elif isinstance(evidence, ComputedEvidence):
                parts.append(f"Computed: <code>{escape(evidence.computation)}</code>")
            else:
                source = evidence.source
                link = f'<a href="{escape(str(source.url))}">{escape(source.title)}</a>'
                parts.append(f"{link}, read on {source.read_on}")
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
        scenario = located.item.scenario if isinstance(located.item, Case) else None
        for question in located.questions:
            numbers = variants(question) if isinstance(question, Numeric) else (None,)
            for place, variant in enumerate(numbers if all_variants else numbers[:1], 1):
                name = f"{question.id}-{place}" if variant else question.id
                one = Written(question, scenario, variant, name)
                homes.setdefault(home, []).append(one)
    return homes


def _lettered(texts: Iterable[str]) -> str:
    named = zip(LETTERS, texts, strict=False)
    lines = (f"<b>{letter}</b> {inline_html(text)}" for letter, text in named)
    return _list("ul", lines, ' class="lettered"')


def _list(kind: str, lines: Iterable[str], attributes: str = "") -> str:
    items = "".join(f"<li>{line}</li>\n" for line in lines)
    return f"<{kind}{attributes}>\n{items}</{kind}>\n"
