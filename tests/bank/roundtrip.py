"""What must come back when an export is read again, built from the bank and nothing else."""

from dataclasses import dataclass
from html import escape

import pytest

from everystep.bank.evidence import SourceEvidence
from everystep.bank.kinds import Matching, Multiple, Ordering, Single
from everystep.bank.markup import block_html, inline_html, plain_text
from everystep.bank.read import read_bank
from tests.bank.questions import ITEMS, WHY, item, option, write_bank
from tests.paths import ROOT

SIGNS = (
    r"{a} = b: ~c# -> \d \n <e> & `f{g}=h` 100%"
    r""" "i" 'j' {{c1::k}} ::l:: ]]> <!-- m --> &amp; <b>"""
    r""" $\eta \le 1$"""
)
# Signs for texts that are filled in, and so cannot have single braces.
FILLED = SIGNS.replace("{", "{{").replace("}", "}}")
HOSTILE_UNIT = "µg/mL <5 & <b> \"q\" 'r' {{c1::s}} ::t:: ~=#{u}:\\v ]]> *w* `x`"
EVIDENCE = [
    {"finding": SIGNS},
    {"computation": SIGNS},
    {"source": {"title": SIGNS, "url": "https://e.org/?a='&b=<c>#d", "read_on": "2026-11-23"}},
]
FORMULA = r"$\frac{\eta}{\sqrt{B}} < 1$"
HOSTILE = [
    item("single", id="formula", stem=f"At {FORMULA} and\n\n$$\nx^2\n$$\n\nwhat follows?")
    | {"options": [option(f"By {FORMULA}"), *(option(f"{n} $\\eta$", "x") for n in range(3))]},
    item("single", id="signs", stem=f"{SIGNS}\n\n    x = {{1: '#'}}\n\nWhat?", evidence=EVIDENCE)
    | {"options": [option(SIGNS), *(option(f"{n} {SIGNS}", "x") for n in range(3))],
       "code": f"a = {{}}\n\n#b {SIGNS}", "read": f"book/01-steps/concept.md#{SIGNS}"},
    item("multiple", id="signs-chosen", options=[
        *(option(f"{n} {SIGNS}") for n in range(3)), option(f"{SIGNS} {SIGNS}", "x")
    ]),
    item("matching", id="signs-matched", evidence=EVIDENCE, pairs=[
        {"prompt": f"{n} {SIGNS}", "answer": f"{SIGNS} {n}", "rationale": WHY} for n in range(3)
    ]),
    item("ordering", id="signs-ordered", steps=[
        {"text": f"{SIGNS} {n}", "rationale": f"{SIGNS} {WHY}"} for n in range(3)
    ]),
    item("numeric", id="small", answer="0.1 / b / n", tolerance=1e-9, unit=HOSTILE_UNIT,
         stem=f"{FILLED} {{n}}?", rationale=f"{FILLED} {{answer}}", evidence=EVIDENCE),
    item("numeric", id="huge", answer="0 - 10 ** 25 / b * n", tolerance=1e-9),
]  # fmt: skip


def hostile(folder):
    """Return a small bank whose texts have every sign that means something in a format."""
    return read_bank(write_bank(folder, *ITEMS.values(), *HOSTILE))


@pytest.fixture(scope="module", params=["course", "hostile"])
def bank(request, tmp_path_factory):
    """Return the course's bank, then the hostile one."""
    if request.param == "course":
        return read_bank(ROOT / "questions")
    return hostile(tmp_path_factory.mktemp("bank"))


@dataclass
class Expected:
    """A question as a reader of the export should get it.

    Attributes:
        text: pieces of HTML that its text must have, in this order.
        answers: type and answers: options with their shares of the mark and their rationales, steps
            in the right order, pairs, or numbers with tolerances, shares and rationales.
        explained: pieces of HTML that the feedback must have.
    """

    text: list[str]
    answers: tuple
    explained: list[str]


def expected(bank, answer_text=plain_text):
    """Map the name of every question that leaves the bank to what it should be.

    Args:
        bank: the question bank.
        answer_text: what an answer of a matching is turned into from Markdown.
    """
    found = {}
    for located in bank.items:
        scenario = located.item.scenario or ""
        for question in located.questions:
            for number, variant in enumerate(question.variants or (None,), 1):
                fill = variant.fill if variant else str
                text = [block_html(scenario), block_html(fill(question.stem))]
                text += [escape((question.code or "").rstrip())]
                text += [escape(question.unit)] if variant else []
                name = f"{question.id}-{number}" if variant else question.id
                answers, explained = _answers(question, variant, answer_text)
                explained += ["Read again: "] if question.read else []
                explained += [escape(text) for one in question.evidence for text in _said(one)]
                found[name] = Expected(text, answers, explained)
    return found


def _said(evidence):
    """Return the texts of a piece of evidence that readers get."""
    if isinstance(evidence, SourceEvidence):
        return [str(evidence.source.url), evidence.source.title]
    return evidence.model_dump().values()


def _answers(question, variant, answer_text):
    """Return the answers, and the rationales that are not beside one of them."""
    if isinstance(question, Single | Multiple):
        keys = sum(option.correct for option in question.options)
        wrong = 0 if keys == 1 else -100
        options = {
            inline_html(option.text): (
                pytest.approx(100 / keys if option.correct else wrong, abs=1e-4),
                inline_html(option.rationale),
            )
            for option in question.options
        }
        return ("single" if keys == 1 else "multiple", options), []
    if isinstance(question, Ordering):
        steps = [inline_html(step.text) for step in question.steps]
        return ("ordering", steps), [inline_html(step.rationale) for step in question.steps]
    if isinstance(question, Matching):
        pairs = [(inline_html(p.prompt), answer_text(p.answer)) for p in question.pairs]
        pairs += [("", answer_text(extra.answer)) for extra in question.extra]
        parts = (*question.pairs, *question.extra)
        return ("matching", pairs), [inline_html(part.rationale) for part in parts]
    right = (variant.answer, question.tolerance, 100, inline_html(variant.fill(question.rationale)))
    wrong = [
        (number, question.tolerance, 0, inline_html(variant.fill(mistake.rationale)))
        for number, mistake in zip(variant.wrong, question.mistakes, strict=True)
    ]
    return ("numeric", [right, *wrong]), [inline_html(variant.fill(question.rationale))]


def assert_in_order(pieces, text):
    """Fail unless all pieces stand in the text, one behind the other."""
    place = 0
    for piece in pieces:
        place = text.find(piece, place)
        assert place >= 0, f"{piece!r} is missing in {text!r}"
        place += len(piece)
