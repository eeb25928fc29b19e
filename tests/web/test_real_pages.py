"""The course's own pages, in the built site."""

import json

import pytest

from everystep.bank.read import read_bank
from tests.paths import ROOT
from tests.web.reader import Reader, answer, check, current, notice, outcome, right_parts, start

BANK = read_bank(ROOT / "questions")
CHAPTERS = sorted({located.chapter for located in BANK.items if located.chapter})


@pytest.fixture
def visitor(site, browser):
    context = browser.new_context(offline=True)
    one = Reader(context, site)
    yield one
    context.close()
    assert one.problems == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_question_of_a_chapter_can_be_answered(visitor, chapter):
    page = visitor.open(f"book/{chapter}/concept")
    expected = [f"q-{q.id}" for located in BANK.of_chapter(chapter) for q in located.questions]
    questions = page.locator("form.question").all()
    assert [question.get_attribute("id") for question in questions] == expected
    for question in questions:
        answer(question, right_parts(question))
        check(question)
        assert outcome(question) == "✓ Right."
    count = len(expected)
    assert page.locator(".score").inner_text() == f"{count} of {count} answered, {count} right."


def test_buttons_that_copy_code_have_a_name(visitor):
    page = visitor.open("book/01-steps/lab")
    buttons = page.locator(".copybtn")
    assert buttons.count() > 10
    assert {one.get_attribute("aria-label") for one in buttons.all()} == {"Copy this code"}


# The labels of figures that stick out of the screen, or of a cell's output, which cuts them off.
CUT_OFF = """() => [...document.querySelectorAll(".lab-figure svg text")].filter((label) => {
  const box = label.getBoundingClientRect();
  const shown = label.closest(".cell_output") ?? document.documentElement;
  const around = shown.getBoundingClientRect();
  return box.left < around.left - 0.5 || box.right > around.right + 0.5;
}).map((label) => label.textContent)"""


@pytest.mark.parametrize("page", ["concept", "lab"])
def test_a_phone_shows_all_labels_of_figures(visitor, page):
    opened = visitor.open(f"book/03-batch-size/{page}")
    opened.set_viewport_size({"width": 320, "height": 760})
    assert opened.locator(".lab-figure svg text").count() > 40
    assert opened.evaluate(CUT_OFF) == []


@pytest.mark.parametrize("exam", BANK.blueprint.exams)
def test_a_mock_exam_can_be_taken(visitor, exam):
    page = visitor.open(f"book/assess/exam-{exam}")
    start(page)
    assert current(page).count() == 1
    wanted = sum(BANK.blueprint.exams[exam].questions.values())
    assert page.locator(".overview button").count() == wanted
    assert page.locator("form[data-drawn]").count() == wanted


def test_every_term_of_the_glossary_is_learned_as_a_flashcard(visitor):
    page = visitor.open("book/assess/flashcards")
    cards = page.locator("dl.glossary dt").count()
    assert cards >= 45
    assert page.locator(".due").inner_text() == f"0 to review, {cards} new."
    page.get_by_role("button", name="Practice").click()
    for _ in range(cards):
        page.get_by_role("button", name="Show the definition").click()
        page.get_by_role("button", name="I knew it").click()
    for _ in range(2):
        assert page.locator(".due").inner_text().startswith("Nothing to review until ")
        assert notice(page) == ""
        page.reload()


def test_drill_and_progress_know_every_question(visitor):
    ids = {question.id for question in BANK.questions()}
    page = visitor.open("book/assess/drill")
    refs = page.evaluate("""() => [...document.querySelectorAll("[data-units]")].flatMap(
      ({ dataset }) => JSON.parse(dataset.units).flat().map(({ ref }) => ref))""")
    assert {ref.split("@")[0] for ref in refs} == ids
    assert current(page).count() == 1
    page = visitor.open("book/assess/progress")
    trails = json.loads(page.locator("[data-trails]").get_attribute("data-trails"))
    led = {ref: places for refs in trails["questions"].values() for ref, places in refs.items()}
    assert {ref.split("@")[0] for ref in led} == ids
    # Others lead to a source elsewhere, or nowhere: their answers are computed.
    inside = [
        ref for ref, places in led.items() if any(".." in trails["places"][p][1] for p in places)
    ]
    assert len(inside) > 0.5 * len(led)
