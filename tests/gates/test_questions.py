"""The question bank itself: every answer is proved, and none can be guessed."""

import datetime
import itertools
import math
import re
from collections import Counter

import pytest

from everystep import lab
from everystep.authoring.findings import find_all
from everystep.authoring.manifest import read_manifest
from everystep.bank.evidence import ComputedEvidence, FindingEvidence, SourceEvidence
from everystep.bank.exams import asked, shortage
from everystep.bank.kinds import Matching, Multiple, Numeric, Ordering, Single
from everystep.bank.lint import lint
from everystep.bank.read import read_bank
from tests.anchors import anchors
from tests.paths import ROOT

BANK = read_bank(ROOT / "questions")
MANIFEST = read_manifest()
WITH_QUIZ = MANIFEST.with_room("quiz")
QUESTIONS = list(BANK.questions())
POOL = [question for located in BANK.of_pools() for question in located.questions]
COMPUTED = [
    (question, evidence.computation)
    for question in QUESTIONS
    for evidence in question.evidence
    if isinstance(evidence, ComputedEvidence)
]
NUMBER = re.compile(r"(?<![\w.])[-−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?")


def by_id(case):
    return case.id if hasattr(case, "id") else None


# ----- Form


def test_the_linter_finds_nothing():
    # Compared with the newest question: what passes today must not fail by the calendar alone.
    breaches = lint(BANK, today=max(question.verified_on for question in QUESTIONS))
    assert not breaches, "\n".join(str(breach) for breach in breaches)


@pytest.mark.parametrize("chapter", WITH_QUIZ, ids=lambda chapter: chapter.name)
def test_every_chapter_has_enough_questions(chapter):
    assert len(BANK.of_chapter(chapter.name)) >= MANIFEST.kinds[chapter.kind].questions


def test_every_quiz_belongs_to_a_chapter():
    assert {located.chapter for located in BANK.items} - {None} <= {
        chapter.name for chapter in WITH_QUIZ
    }


def test_every_pool_stands_on_a_page():
    sources = [ROOT / f"{page}.md" for part in MANIFEST.parts for page in part.pages]
    texts = [path.read_text(encoding="utf-8") for path in sources if path.exists()]
    pools = {located.pool for located in BANK.of_pools()}
    shown = [name for text in texts for name in re.findall(r"^```{pool} (.+)$", text, re.M)]
    assert sorted(shown) == sorted(pools)


def test_no_matching_is_solved_by_the_order_of_its_answers():
    for question in QUESTIONS:
        if isinstance(question, Matching):
            assert question.right_letters != sorted(question.right_letters), question.id


def test_the_bank_is_large_and_mixed():
    assert len(BANK.of_pools()) >= 80
    levels = Counter(question.level for question in QUESTIONS)
    assert levels["apply"] + levels["diagnose"] >= len(QUESTIONS) / 3
    kinds = Counter(located.item.type for located in BANK.items)
    assert set(kinds) == {"single", "multiple", "ordering", "matching", "numeric", "case"}
    used = {question.objective for question in POOL}
    assert used == set(BANK.blueprint.objectives), "the pool asks for every objective"


@pytest.mark.parametrize("name", BANK.blueprint.exams)
def test_the_pools_have_enough_questions_for_an_exam(name):
    assert shortage(BANK, name) == ""


def test_exams_are_as_long_as_their_names_promise():
    lengths = {
        name: (exam.guide, sum(exam.questions.values()), exam.minutes)
        for name, exam in BANK.blueprint.exams.items()
    }
    assert lengths == {
        "full": ("MLA-C02", 65, 130),
        "topic": ("MLA-C02", 20, 40),
        "c01": ("MLA-C01", 65, 130),
    }


# ----- The real exams


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_every_question_is_about_a_topic_of_a_real_exam(question):
    placed = BANK.blueprint.objectives[question.objective].topics
    assert {"MLA-C01", "MLA-C02"} == set(placed)
    assert question.exams is None or set(question.exams) < set(placed)


def test_timed_exams_of_today_have_only_the_types_that_are_asked():
    for exam in BANK.blueprint.exams.values():
        kinds = {located.item.type for located in asked(BANK, exam)}
        assert kinds <= {"single", "multiple", "ordering", "matching", "case"}
        if exam.guide == "MLA-C02":
            assert kinds == {"single", "multiple"}


@pytest.mark.parametrize("name", BANK.blueprint.exams)
def test_an_exam_varies_from_one_attempt_to_the_next(name):
    """At most three questions of four are the same in two attempts, on average."""
    exam = BANK.blueprint.exams[name]
    there = sum(len(located.questions) for located in asked(BANK, exam))
    assert sum(exam.questions.values()) <= 0.75 * there


# ----- Evidence


FINDINGS = find_all(ROOT)


@pytest.mark.parametrize("question", QUESTIONS, ids=by_id)
def test_findings_exist_and_sources_are_recent(question):
    for evidence in question.evidence:
        if isinstance(evidence, FindingEvidence):
            assert evidence.finding in FINDINGS
        if isinstance(evidence, SourceEvidence):
            age = question.verified_on - evidence.source.read_on
            assert abs(age) <= datetime.timedelta(days=366)


@pytest.mark.parametrize("place", sorted({question.read for question in QUESTIONS} - {None}))
def test_the_section_to_read_again_exists(place):
    page, _, anchor = place.partition("#")
    assert anchor in anchors(ROOT / page)


def test_a_question_without_a_section_to_read_has_a_source():
    for question in QUESTIONS:
        if question.read is None:
            assert any(isinstance(proof, SourceEvidence) for proof in question.evidence), (
                question.id
            )


@pytest.fixture(scope="module")
def compute():
    # What a reader has after "from everystep.lab import *" and "import math".
    known = {"math": math} | {name: getattr(lab, name) for name in lab.__all__}

    def compute(expression, **values):
        return eval(expression, known | values)

    return compute


def numbers_in(text):
    return [float(found.replace(",", "").replace("−", "-")) for found in NUMBER.findall(text)]


def in_text(value, text):
    return any(math.isclose(value, number, rel_tol=1e-9) for number in numbers_in(text))


@pytest.mark.parametrize(
    ("question", "computation"), COMPUTED, ids=[f"{q.id}-{n}" for n, (q, _) in enumerate(COMPUTED)]
)
def test_answers_that_can_be_computed_are_computed(question, computation, compute):
    if isinstance(question, Numeric):
        for variant in question.variants:
            value = compute(computation, **variant.values)
            assert abs(value - variant.answer) <= max(question.tolerance, 1e-9 * abs(value))
            assert all(abs(value - wrong) > question.tolerance for wrong in variant.wrong)
        return
    value = compute(computation)
    if isinstance(value, bool):
        assert value
        return
    assert isinstance(question, Single), "a number proves the one key of a single choice"
    (key,), distractors = question.right_options, question.wrong_options
    assert numbers_in(key.text) == [pytest.approx(value, rel=1e-9)]
    assert not [option.text for option in distractors if in_text(value, option.text)]


def test_every_numeric_item_is_computed_with_its_variables():
    computed = {question.id for question, _ in COMPUTED}
    for question in QUESTIONS:
        if isinstance(question, Numeric):
            assert question.id in computed
            distinct = {tuple(variant.values.values()) for variant in question.variants}
            assert len(distinct) >= 4, question.id


# ----- Guessing


QUALIFIERS = re.compile(
    r"\b(?:usually|often|may|might|can|could|sometimes|generally|typically|likely|probably|tends?"
    r"|mostly|mainly|depends?|about|roughly|nearly|almost|some|most)\b",
    re.IGNORECASE,
)
CHOICES = [question for question in QUESTIONS if isinstance(question, Single | Multiple)]


def credit(options, scores):
    """Return the chance of full credit for choosing as many options as are right, best score first.

    Options with equal scores are chosen among at random.
    """
    wanted = sum(option.correct for option in options)
    bar = sorted(scores, reverse=True)[wanted - 1]
    sure = [o.correct for o, score in zip(options, scores, strict=True) if score > bar]
    tied = [o.correct for o, score in zip(options, scores, strict=True) if score == bar]
    missing = wanted - len(sure)
    if not all(sure) or sum(tied) < missing:
        return 0.0
    return 1 / math.comb(len(tied), missing)


def longest(options):
    return [len(option.text) for option in options]


def shortest(options):
    return [-len(option.text) for option in options]


def most_qualified(options):
    return [len(QUALIFIERS.findall(option.text)) for option in options]


def most_numbers(options):
    return [len(numbers_in(option.text)) for option in options]


def position(place):
    def scores(options):
        return [-((index - place) % len(options)) for index in range(len(options))]

    scores.__name__ = f"position {place + 1}"
    return scores


STRATEGIES = [longest, shortest, most_qualified, most_numbers, *map(position, range(5))]


@pytest.mark.parametrize("strategy", STRATEGIES, ids=lambda strategy: strategy.__name__)
@pytest.mark.parametrize("kinds", [(Single,), (Single, Multiple)], ids=["single", "all"])
def test_guessing_without_reading_the_stem_does_not_pay(strategy, kinds):
    chosen = [question for question in CHOICES if isinstance(question, kinds)]
    shown = [question.displayed_options for question in chosen]
    scored = sum(credit(options, strategy(options)) for options in shown) / len(shown)
    chance = sum(credit(options, [0] * len(options)) for options in shown) / len(shown)
    assert scored <= chance + 0.05, f"{scored:.1%} against {chance:.1%} by chance"


def test_credit_is_the_chance_to_be_right():
    key, wrong = (next(o for o in CHOICES[0].options if o.correct is c) for c in (True, False))
    assert credit([key, wrong, wrong, wrong], [0, 0, 0, 0]) == 1 / 4
    assert credit([key, wrong, wrong, wrong], [1, 0, 0, 1]) == 1 / 2
    assert credit([key, key, wrong, wrong, wrong], [0] * 5) == 1 / 10
    assert credit([key, key, wrong, wrong, wrong], [2, 1, 1, 0, 0]) == 1 / 2
    assert credit([key, key, wrong, wrong, wrong], [1, 1, 2, 0, 0]) == 0


def test_orderings_are_not_written_in_alphabetical_order_or_by_length():
    """Sorting the steps without reading the stem solves no more than one ordering in four."""
    orderings = [question for question in QUESTIONS if isinstance(question, Ordering)]
    for order in (str.lower, len, lambda text: -len(text)):
        solved = sum(
            all(order(a.text) <= order(b.text) for a, b in itertools.pairwise(question.steps))
            for question in orderings
        )
        assert solved <= len(orderings) / 4
