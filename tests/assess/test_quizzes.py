"""A chapter quiz in a real browser, from disk, without a network."""

import pytest

from tests.assess.reader import (
    EXAM,
    QUIZ,
    TERMS,
    TYPES,
    answer,
    check,
    form,
    kept,
    key_of,
    outcome,
    right_parts,
    start,
    tab_to,
    type_answer,
    wrong_parts,
)
from tests.quiz_site import EXAM_SIZE


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


def test_answers_are_kept_by_id_and_version(tab):
    page = tab.open(QUIZ)
    for kind, parts in (("single", right_parts), ("multiple", wrong_parts)):
        answer(form(page, kind), parts(form(page, kind)))
        check(form(page, kind))
    records = kept(page)
    assert records["item/short-batch@1"] == {"box": 0, "due": 0, "seen": 1, "right": 1}
    assert records["item/more-updates@1"]["box"] == 1
    assert page.locator(".score").inner_text() == "2 of 7 answered, 1 right."


def test_without_javascript_all_can_be_read(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(QUIZ)
        assert page.locator("form.question fieldset:visible").count() == 7
        assert page.locator(".reasons:visible").count() == 0
        page.locator("summary", has_text="Answer to question 1").click()
        assert page.locator(".reasons:visible").count() == 1
        assert page.locator("button:visible", has_text="Check").count() == 0
        page = one.open(EXAM)
        assert page.locator("form.question fieldset:visible").count() == 14
        assert page.locator("[data-phase]:visible").count() == 0
        page = one.open(TERMS)
        assert page.locator("dd:visible").count() == 3


def assert_paper(page, questions):
    """Assert that a page prints questions first and then, open, the key to each."""
    page.emulate_media(media="print")
    tops = page.evaluate("""() => ["fieldset", ".key-title", ".answer", ".reasons"].map(s =>
      [...document.querySelectorAll(`.assess ${s}`)].filter(e => e.checkVisibility(
        {contentVisibilityAuto: true})).map(e => e.getBoundingClientRect().top))""")
    fieldsets, [key], answers, reasons = tops
    assert len(fieldsets) == len(answers) == len(reasons) == questions
    assert max(fieldsets) < key < min(answers)
    assert answers == sorted(answers) or page.locator("[data-drawn]").count()
    assert page.locator(".assess button:visible, .outcome:visible, .panel:visible").count() == 0
    heights = page.locator(".reasons").evaluate_all("all => all.map(e => e.offsetHeight)")
    assert len([height for height in heights if height > 40]) >= questions


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_paper_has_the_questions_and_then_a_key(reader, script):
    with reader(java_script_enabled=script) as one:
        page = one.open(QUIZ)
        if script:
            answer(form(page, "single"), wrong_parts(form(page, "single")))
            check(form(page, "single"))
        assert_paper(page, 7)
        assert_paper(one.open(EXAM), 14)
        assert len(page.pdf(format="A4")) > 10_000


def test_an_exam_that_was_drawn_prints_its_own_questions(tab):
    page = tab.open(EXAM)
    page.evaluate("Math.random = () => 0.5")  # draws a case
    start(page)
    assert_paper(page, EXAM_SIZE)
    printed = page.evaluate("""() => {
      const top = element => element.getBoundingClientRect().top;
      const parts = [...document.querySelectorAll("fieldset, .scenario")];
      return parts.filter(e => e.checkVisibility()).sort((a, b) => top(a) - top(b))
        .map(e => e.querySelector("legend")?.textContent ?? e.parentElement.querySelector(
          "[data-drawn] legend").textContent);
    }""")
    numbers = [int(text.removeprefix("Question ")) for text in printed]
    assert numbers == sorted(numbers)
    assert len(numbers) > EXAM_SIZE  # a scenario stands above its first question
