"""HTML of questions: what a reader without JavaScript sees, and what the script works with."""

import datetime
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from everystep.bank import exams, markup
from everystep.bank.evidence import (
    ComputedEvidence,
    Evidence,
    FindingEvidence,
    SourceEvidence,
)
from everystep.bank.items import Blueprint, Item
from everystep.bank.kinds import Question
from everystep.bank.order import LETTERS
from everystep.bank.read import Bank, Located

# Characters of Unicode's private area mark where numbers go, and survive Markdown untouched.
OPEN, CLOSE = "\ue000", "\ue001"
PLACE = re.compile(f"{OPEN}(\\w+){CLOSE}")


class Certainty(NamedTuple):
    """How sure a reader may be of an answer.

    Attributes:
        name: what scripts keep.
        words: what the reader chooses.
        share: the probability of being right that the words stand for.
    """

    name: str
    words: str
    share: float


CERTAINTY = (
    Certainty("guess", "A guess", 0.25),
    Certainty("unsure", "Unsure", 0.5),
    Certainty("fair", "Fairly sure", 0.75),
    Certainty("certain", "Certain", 0.95),
)


class Links(Protocol):
    """Where the links of a question lead."""

    def section(self, place: str) -> tuple[str, str]:
        """Return title and URL of a section such as ``book/01-steps/concept.md#anchor``."""

    def finding(self, id: str) -> str:
        """Return the URL of the experiment that asserts a finding."""

    def trainer(self, question: Question) -> tuple[str, str] | None:
        """Return title and URL of a small trainer in the chapter that a question is about."""

    def sheet(self, name: str) -> tuple[str, str, str]:
        """Return title and URL of where a question file is shown, and the URL of its script."""


def block(text: str) -> str:
    """Render paragraphs; tables and formulas scroll inside themselves where they are too wide."""
    rendered = markup.block_html(text)
    formula = '<div class="formula" role="group" aria-label="Formula" tabindex="0">'
    rendered = rendered.replace('<div class="formula">', formula)
    box = '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>'
    return rendered.replace("<table>", box).replace("</table>", "</table></div>")


def value(item: Question, name: str) -> Markup:
    """Return a number of the first variant; the script puts in those of the others."""
    shown = item.variants[0].shown[name]
    return Markup('<span data-number="{}">{}</span>').format(name, shown)


def filled(item: Question, text: str, render: Callable[[str], str] = markup.inline_html) -> Markup:
    """Render a text of a question, with the numbers of a variant marked for the script."""
    if not item.variants:
        return Markup(render(text))
    names = item.variants[0].shown
    marked = text.format_map({name: f"{OPEN}{name}{CLOSE}" for name in names})
    return Markup(PLACE.sub(lambda match: value(item, match[1]), render(marked)))


def lettered(answers: Iterable[str]) -> list[tuple[str, str]]:
    """Pair answers with letters, as plain text: the options of a select hold no markup."""
    plain = map(markup.plain_text, answers)
    return [(letter, f"{letter}. {text}") for letter, text in zip(LETTERS, plain, strict=False)]


def evidence_html(evidence: Evidence, links: Links) -> Markup:
    """Return what proves an answer: an experiment, a computation or a dated source."""
    match evidence:
        case FindingEvidence(finding=finding):
            url = links.finding(finding)
            return Markup('<a href="{}">The experiment that shows it</a>').format(url)
        case ComputedEvidence(computation=computation):
            return Markup("Computed: <code>{}</code>").format(computation)
    source = evidence.source
    linked = Markup('<a href="{}">{}</a>, read on {}')
    return linked.format(source.url, source.title, day(source.read_on))


def words_of(finding: str) -> str:
    """Return the id of a finding as words: its prefix, which says the chapter, is left out."""
    return finding.partition(".")[2].replace("-", " ")


def refutation(question: Question, links: Links) -> tuple[str, str] | None:
    """Return title and URL of what refutes wrong answers: a finding, a section, or a source."""
    for evidence in question.evidence:
        if isinstance(evidence, FindingEvidence):
            return f"Experiment: {words_of(evidence.finding)}", links.finding(evidence.finding)
    if question.read:
        return links.section(question.read)
    sources = [one.source for one in question.evidence if isinstance(one, SourceEvidence)]
    return (sources[0].title, str(sources[0].url)) if sources else None


def ref_of(question: Question) -> str:
    """Return the name under which scripts keep what a reader did with a question."""
    return f"{question.id}@{question.version}"


def day(date: datetime.date) -> str:
    """Return a date as people write it, such as March 5, 2026."""
    return f"{date:%B} {date.day}, {date.year}"


def topics_of(blueprint: Blueprint, item: Question) -> str:
    """Return where the guides place a question: MLA-C02 skill 2.2.4, MLA-C01 task 2.2."""
    placed = blueprint.objectives[item.objective].topics
    return ", ".join(
        f"{name} {guide.topic} {placed[name]}"
        for name, guide in blueprint.guides.items()
        if name in placed and (item.exams is None or name in item.exams)
    )


def limits_html(blueprint: Blueprint, item: Item) -> Markup:
    """Return which exams would not ask an item, as a line above it; nothing if all would."""
    others = [
        name
        for name, guide in blueprint.guides.items()
        if item.type in guide.kinds and name not in blueprint.asked_in(item)
    ]
    without = [name for name, guide in blueprint.guides.items() if item.type not in guide.kinds]
    texts = [f"Practice: items of this type are not in {' or '.join(without)}."] if without else []
    texts += [f"No longer asked in {' or '.join(others)}."] if others else []
    return Markup('<p class="hint">{}</p>').format(" ".join(texts)) if texts else Markup("")


class Renderer:
    """Renders the parts of pages that hold questions.

    Args:
        bank: the question bank.
        links: where the links on the page being written lead.
    """

    def __init__(self, bank: Bank, links: Links) -> None:
        self.bank = bank
        self.templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.links = links
        objectives = bank.blueprint.objectives
        self.templates.globals |= {
            "LETTERS": LETTERS,
            "CERTAINTY": CERTAINTY,
            "block": lambda text: Markup(block(text)),
            "inline": lambda text: Markup(markup.inline_html(text)),
            "lettered": lettered,
            "numbered": lambda count: [(i, i) for i in range(1, count + 1)],
            "value": value,
            "filled": filled,
            "stem": lambda item: filled(item, item.stem, block),
            "day": day,
            "topics": lambda item: topics_of(bank.blueprint, item),
            "limits": lambda item: limits_html(bank.blueprint, item),
            "objective": lambda item: objectives[item.objective].text,
            "tasks": lambda one: [" ".join(placed) for placed in one.topics.items()],
            "evidence_html": lambda evidence: evidence_html(evidence, links),
            "read_again": lambda item: Markup('<a href="{1}">{0}</a>').format(
                *links.section(item.read)
            ),
        }

    def units(self, file: str) -> str:
        """Return the questions of a file, such as ``chapters/01-steps``, those of a case in one."""
        return self._render("units.html", items=_numbered(self.bank.of_files()[file]))

    def quiz(self, units: str, chapter: str | None = None) -> str:
        """Return a quiz of questions that are rendered, those of a chapter if it is named."""
        return self._render("quiz.html", units=Markup(units), chapter=chapter)

    def drill(self) -> str:
        """Return the drill, with links to every question of the bank for the script to follow."""
        of_chapters = sum(len(located.questions) for located in self.bank.items if located.chapter)
        listed = self._sheets(self.bank.items, lambda question: {})
        return self._render("drill.html", listed=listed, of_chapters=of_chapters)

    def exam(self, name: str) -> str:
        """Return a mock exam, with links to every question that its script may draw."""
        blueprint = self.bank.blueprint
        exam = blueprint.exams[name]
        return self._render(
            "exam.html",
            name=name,
            exam=exam,
            guide=blueprint.guides[exam.guide],
            objectives=[
                (name, objective)
                for name, objective in blueprint.objectives.items()
                if objective.topics[exam.guide] in exam.questions
            ],
            listed=self._sheets(
                exams.asked(self.bank, exam),
                lambda question: {"takes": " ".join(exams.takes(blueprint, exam, question))},
            ),
            quotas=exams.quotas(blueprint, exam),
        )

    def _sheets(
        self, asked: Iterable[Located], more: Callable[[Question], dict[str, str]]
    ) -> list[dict[str, object]]:
        """Return where items that may be asked are found, and what the script has to know of them.

        Args:
            asked: the items.
            more: what is said of a question beside its name in the browser's memory.
        """
        wanted = {located.item.id for located in asked}
        sheets: list[dict[str, object]] = []
        for name, items in self.bank.of_files().items():
            units = [
                [{"ref": ref_of(question)} | more(question) for question in located.questions]
                for located in items
                if located.item.id in wanted
            ]
            if units:
                title, url, src = self.links.sheet(name)
                sheets.append(
                    {"name": name, "title": title, "url": url, "src": src, "units": units}
                )
        return sheets

    def flashcards(self) -> str:
        """Return the controls that turn the glossary under them into flashcards."""
        return self._render("flashcards.html")

    def progress(self) -> str:
        """Return the tables of the progress page, for the script to fill in."""
        exams = self.bank.blueprint.exams
        return self._render(
            "progress.html",
            exams={
                name: {"title": exam.title, "guide": exam.guide} for name, exam in exams.items()
            },
            guides=self.bank.blueprint.guides,
            objectives=self.bank.blueprint.objectives.items(),
            trails=self._trails(),
        )

    def _trails(self) -> dict[str, object]:
        """Return, for every question, where a reader who missed it finds what refutes the answer.

        ``places`` has titles and URLs, each once; ``questions`` has for each objective, by the name
        under which the script keeps a question's history, which of them the question leads to.
        """
        places: dict[tuple[str, str], int] = {}
        questions: dict[str, dict[str, list[int]]] = {}
        for question in self.bank.questions():
            led_to = filter(None, (refutation(question, self.links), self.links.trainer(question)))
            questions.setdefault(question.objective, {})[ref_of(question)] = [
                places.setdefault(place, len(places)) for place in led_to
            ]
        return {"places": list(places), "questions": questions}

    def _render(self, template: str, **values: object) -> str:
        return self.templates.get_template(template).render(**values)


def _numbered(located: Iterable[Located]) -> list[tuple[Item, int]]:
    """Pair every item with the number of its first question."""
    pairs, number = [], 1
    for one in located:
        pairs.append((one.item, number))
        number += len(one.questions)
    return pairs
