"""A chapter quiz in a real browser, from disk, without a network."""

import pytest

from tests.web.reader import (
    QUIZ,
    TYPES,
    answer,
    check,
    form,
    kept,
    key_of,
    outcome,
    right_parts,
    tab_to,
    type_answer,
    wrong_parts,
)


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("right", [True, False], ids=["right", "wrong"])
def test_every_type_is_completed_by_keyboard(tab, kind, right):
    page = tab.open(QUIZ)
    question = form(page, kind)
    id = question.get_attribute("id")
    parts = right_parts(question) if right else wrong_parts(question)
    type_answer(page, id, kind, parts)
    assert outcome(question) == ""
    tab_to(page, f"#{id} .check button")
    assert outcome(question) == ""
    page.keyboard.press("Enter")
    assert outcome(question).startswith("✓ Right" if right else "✗ Not right")
    assert question.locator(".answer").get_attribute("open") is not None
    assert page.evaluate("document.activeElement.textContent") == "Try again"
    tab_to(page, f"#{id} summary")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert outcome(question) == ""
    assert page.evaluate("id => document.getElementById(id).contains(document.activeElement)", id)


def test_arrow_keys_never_grade(tab):
    page = tab.open(QUIZ)
    question = form(page, "single")
    tab_to(page, f"#{question.get_attribute('id')} [name=a]")
    for key in ["ArrowDown", "ArrowRight", "ArrowUp", "ArrowLeft"] * 3:
        page.keyboard.press(key)
        assert outcome(question) == ""
        assert not question.locator(".answer").is_visible()
    assert kept(page) == {}


def test_enter_in_a_number_field_checks_and_stays_on_the_page(tab):
    page = tab.open(QUIZ)
    question = form(page, "numeric")
    address = page.url
    question.locator("[name=a]").fill(str(right_parts(question)[0]))
    question.locator("[name=a]").press("Enter")
    assert outcome(question) == "✓ Right."
    assert page.url == address
    assert page.evaluate("document.activeElement.textContent") == "Try again"


def test_a_known_wrong_number_is_named_and_the_next_try_has_other_numbers(tab):
    page = tab.open(QUIZ)
    question = form(page, "numeric")
    texts = set()
    for _ in range(3):
        texts.add(question.locator(".stem").inner_text())
        answer(question, [f"{key_of(question)['wrong'][1]:,}"])
        check(question)
        assert outcome(question) == "✗ Not right: epochs forgotten."
        assert question.locator(".reasons [data-number=answer]").first.inner_text() == (
            f"{key_of(question)['key']:,}"
        )
        check(question)
    assert len(texts) == 3


def test_after_the_answer_every_option_is_explained(tab):
    page = tab.open(QUIZ)
    question = form(page, "single")
    assert not question.locator(".reasons").is_visible()
    answer(question, wrong_parts(question))
    check(question)
    assert question.locator(".reasons li").count() == 4
    assert "short batch lost" in question.locator(".reasons").inner_text()
    signs = question.locator(".sign").all_inner_texts()
    assert sorted(signs) == ["✓ right answer", "✗ wrong"]
    link = question.get_by_role("link", name="Updates")
    assert link.get_attribute("href").endswith("#updates")


def test_what_is_not_complete_is_not_graded(tab):
    page = tab.open(QUIZ)
    for kind in TYPES:
        check(form(page, kind))
        assert outcome(form(page, kind)) == "Not complete yet."
    answer(form(page, "multiple"), ["A"])
    check(form(page, "multiple"))
    assert outcome(form(page, "multiple")) == "Not complete yet."
    answer(form(page, "numeric"), ["many"])
    check(form(page, "numeric"))
    assert outcome(form(page, "numeric")) == "Type a number alone."
    assert kept(page) == {}
