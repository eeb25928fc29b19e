"""The landing page in a browser: a run in one sentence, and the way back to where one was."""

import re
from contextlib import contextmanager

import pytest

from tests.landing_site import build, write_sources
from tests.web.reader import Reader, answer, check, kept, right_parts, tab_to
from tests.web.shared.test_memory import BLOCKED
from tests.web.test_accessibility import complaints

CONCEPT, LAB = "book/01-steps/concept", "book/01-steps/lab"
# Training takes its time on a busy machine.
PATIENCE = 60_000
SAID = re.compile(
    r"Same (.*): batch 32 gets (\d+)% of unseen images right after its (.*), "
    r"batch 256 gets (\d+)% after its (.*) \(means of 2 seeds\)\."
)
# What the event says, in percent: mean validation accuracies at the end.
HEARD = """() => addEventListener("trained", ({ detail }) => {
  window.heard = detail.ends.map(({ val_accuracy }) =>
    100 * val_accuracy.reduce((sum, one) => sum + one) / val_accuracy.length);
})"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("landing"))
    build(folder)
    return folder / "site"


@pytest.fixture
def arrive(site, browser):
    """Return a function that makes a reader; nothing may go wrong on the pages that they see."""

    @contextmanager
    def one(*, width=1280, theme="light", prepare=None):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True
        )
        if prepare:
            context.add_init_script(prepare)
        reader = Reader(context, site)
        yield reader
        context.close()
        assert reader.problems == []

    return one


def told(page, number):
    """Wait for the sentence of a trainer; return what it says, and what the event said."""
    place = page.locator(".sentence").nth(number)
    place.filter(has_text="Same").wait_for(timeout=PATIENCE)
    return SAID.fullmatch(place.inner_text()).groups(), page.evaluate("window.heard")


def test_one_button_trains_and_the_sentence_says_what_the_run_came_to(arrive):
    with arrive() as one:
        page = one.open("index")
        page.evaluate(HEARD)
        assert page.locator(".try").nth(1).is_hidden()
        shown = page.locator("main .try :is(input, select, textarea, button)").filter(visible=True)
        assert shown.all_inner_texts() == ["Train it now"]
        page.get_by_role("button", name="Train it now").click()
        (same, first, updates, second, fewer), heard = told(page, 0)
        assert (same, updates, fewer) == ("1 epochs", "8 updates", "1 updates")
        assert [float(first), float(second)] == pytest.approx(heard, abs=0.5001)
        place = page.locator(".try").first
        captions = place.locator("figure:visible figcaption").all_inner_texts()
        assert captions == ["validation accuracy (%)"]
        place.get_by_text("All records").click()
        assert place.locator(".records tbody tr").count() > 8


def test_the_second_question_comes_with_the_first_answer_by_keyboard_alone(arrive):
    with arrive() as one:
        page = one.open("index")
        page.evaluate(HEARD)
        tab_to(page, ".try [type=submit]")
        page.keyboard.press("Enter")
        told(page, 0)
        tab_to(page, ".try + .try [type=submit]")
        page.keyboard.press("Enter")
        (same, first, epochs, second, more), heard = told(page, 1)
        assert (same, epochs, more) == ("8 updates", "1 epochs", "8 epochs")
        assert [float(first), float(second)] == pytest.approx(heard, abs=0.5001)
        assert page.locator(".clock").nth(1).input_value() == "updates"


def test_the_link_leads_to_the_same_runs_in_the_full_trainer(arrive):
    with arrive() as one:
        page = one.open("index")
        page.get_by_text("the same runs in the full trainer").first.click()
        page.wait_for_url("**/book/train/trainer.html#**")
        values = page.locator(".trainer form").evaluate(
            "form => ['batch', 'batch2', 'epochs', 'seeds'].map(name => form[name].value)"
        )
        assert values == ["32", "256", "1", "2"]


def test_whoever_comes_first_sees_nothing_to_go_back_to(arrive):
    with arrive() as one:
        assert one.open("index").locator(".resume").is_hidden()


def test_the_page_seen_last_and_a_quiz_begun_are_led_back_to(arrive):
    with arrive() as one:
        page = one.open(CONCEPT)
        questions = page.locator("form.question").all()
        answer(questions[0], right_parts(questions[0]))
        check(questions[0])
        one.open(LAB)
        page = one.open("index")
        links = page.locator(".resume a:visible")
        assert links.all_inner_texts() == ["Lab 1: What about *steps*?", "Quiz of chapter 1"]
        count = len(questions)
        assert f"Quiz of chapter 1: 1 of {count} answered" in page.locator(".resume").inner_text()
        second = questions[1].get_attribute("id")
        links.nth(1).click()
        page.wait_for_url(f"**/{CONCEPT}.html#{second}")
        assert kept(page)["visit/last"] == {"page": CONCEPT}


def test_a_quiz_that_is_done_is_not_led_back_to(arrive):
    with arrive() as one:
        page = one.open(CONCEPT)
        for question in page.locator("form.question").all():
            answer(question, right_parts(question))
            check(question)
        page = one.open("index")
        assert page.locator(".resume a:visible").all_inner_texts() == [
            "Chapter 1: What about *steps*?"
        ]


DAMAGED = ["{", "{}", '{"page": 5}', '{"page": "javascript:alert(1)"}', '{"page": "book/nowhere"}']


@pytest.mark.parametrize("text", DAMAGED)
def test_what_is_damaged_or_leads_nowhere_is_passed_over_in_silence(arrive, text):
    with arrive() as one:
        page = one.open(LAB)
        page.evaluate("text => localStorage.setItem('everystep/visit/last', text)", text)
        page = one.open("index")
        assert page.locator(".resume").is_hidden()
        assert page.locator(".notice").first.inner_text() == ""


def test_blocked_storage_breaks_nothing_and_is_no_news(arrive):
    with arrive(prepare=BLOCKED) as one:
        one.open(LAB)
        page = one.open(CONCEPT)
        page = one.open("index")
        assert page.locator(".resume").is_hidden()
        assert page.locator(".notice").first.inner_text() == ""
        page.get_by_role("button", name="Train it now").click()
        page.locator(".sentence").first.filter(has_text="Same").wait_for(timeout=PATIENCE)
        # The theme's own scripts complain.
        assert all(re.search("^blocked$|theme mode", text) for text in one.problems)
        one.problems.clear()


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(arrive, width, theme):
    with arrive(width=width, theme=theme) as one:
        one.open(LAB)
        page = one.open("index")
        page.evaluate(HEARD)
        assert complaints(page) == []
        page.get_by_role("button", name="Train it now").click()
        told(page, 0)
        page.get_by_role("button", name="Train again").click()
        told(page, 1)
        page.locator(".records summary").first.click()
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
