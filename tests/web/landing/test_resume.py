"""The way back to where one was, on the landing page."""

import re

import pytest

from tests.web.reader import answer, check, right_parts
from tests.web.shared.test_memory import BLOCKED

CONCEPT, LAB = "book/01-steps/concept", "book/01-steps/lab"
# Training takes its time on a busy machine.
PATIENCE = 60_000


def test_whoever_comes_first_sees_nothing_to_go_back_to(reader):
    with reader() as one:
        assert one.open("index").locator(".resume").is_hidden()


def test_the_page_seen_last_and_a_quiz_begun_are_led_back_to(reader):
    with reader() as one:
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


def test_a_quiz_that_is_done_is_not_led_back_to(reader):
    with reader() as one:
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
def test_what_is_damaged_or_leads_nowhere_is_passed_over_in_silence(reader, text):
    with reader() as one:
        page = one.open(LAB)
        page.evaluate("text => localStorage.setItem('everystep/visit/last', text)", text)
        page = one.open("index")
        assert page.locator(".resume").is_hidden()
        assert page.locator(".notice").first.inner_text() == ""


def test_blocked_storage_breaks_nothing_and_is_no_news(reader):
    with reader() as one:
        one.context.add_init_script(BLOCKED)
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
