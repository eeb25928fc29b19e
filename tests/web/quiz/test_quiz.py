"""A chapter quiz in a real browser; without JavaScript; and on paper."""

import json

import pytest

from tests.web.reader import (
    DRILL,
    EXAM,
    POOL,
    QUIZ,
    TERMS,
    answer,
    answer_all,
    assert_paper,
    check,
    form,
    kept,
    right_parts,
    wrong_parts,
)


def test_answers_are_kept_by_id_and_version(tab):
    page = tab.open(QUIZ)
    for kind, parts in (("single", right_parts), ("multiple", wrong_parts)):
        answer(form(page, kind), parts(form(page, kind)))
        check(form(page, kind))
    right, missed = (kept(page)[f"item/{id}@1"] for id in ("short-batch", "more-updates"))
    assert (right["seen"], right["right"], right["due"] - right["last"]) == (1, 1, 2)
    assert (missed["seen"], missed["right"], missed["due"] - missed["last"]) == (1, 0, 1)
    assert page.locator(".score").inner_text() == "2 of 7 answered, 1 right."


def test_answers_given_stay_when_the_page_is_read_again(tab):
    page = tab.open(QUIZ)
    answer_all(page)
    numeric = form(page, "numeric")
    check(numeric)  # named "Try again", which shows other numbers
    stem = numeric.locator(".stem").inner_text()
    answer(numeric, wrong_parts(numeric))
    check(numeric)
    outcomes = page.locator(".outcome").all_inner_texts()
    score = page.locator(".score").inner_text()
    page.reload()
    assert page.locator(".outcome").all_inner_texts() == outcomes
    assert page.locator(".score").inner_text() == score
    assert numeric.locator(".stem").inner_text() == stem
    assert numeric.locator("[name=a]").input_value() == "-1"
    assert page.locator(".reasons:visible").count() == 0
    assert sum(record["seen"] for k, record in kept(page).items() if k.startswith("item/")) == 8
    for question in page.locator("form.question").all():
        check(question)
    page.reload()
    assert page.locator(".score").inner_text() == "0 of 7 answered, 0 right."
    assert page.locator("[name=a]:checked").count() == 0


def test_what_was_given_to_a_question_that_has_changed_is_not_shown(tab):
    page = tab.open(QUIZ)
    given = {"more-updates": (["A"], 0), "count": (["many"], 0), "slow-job-count": (["1"], 99)}
    for id, (parts, variant) in given.items():
        text = json.dumps({"answer": parts, "variant": variant})
        page.evaluate("([k, v]) => localStorage.setItem(k, v)", [f"everystep/given/{id}@1", text])
    page.reload()
    assert page.locator(".score").inner_text().startswith("0 of 7 answered")
    assert page.locator("[name=a]:checked").count() == 0


def test_without_javascript_all_can_be_read(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(QUIZ)
        assert page.locator("form.question fieldset:visible").count() == 7
        assert page.locator(".reasons:visible").count() == 0
        page.locator("summary", has_text="Answer to question 1").click()
        assert page.locator(".reasons:visible").count() == 1
        assert page.locator("button:visible", has_text="Check").count() == 0
        for asking, pages in ((EXAM, 1), (DRILL, 2)):
            page = one.open(asking)
            assert page.locator("[data-phase]:visible, .panel:visible").count() == 0
            assert page.locator("a[data-sheet]:visible").count() == pages
        page.locator("a[data-sheet]").last.click()
        assert page.locator("form.question fieldset:visible").count() == 14
        page = one.open(TERMS)
        assert page.locator("dd:visible").count() == 3


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_paper_has_the_questions_and_then_a_key(reader, script):
    with reader(java_script_enabled=script) as one:
        page = one.open(QUIZ)
        if script:
            answer(form(page, "single"), wrong_parts(form(page, "single")))
            check(form(page, "single"))
        assert_paper(page, 7)
        if not script:
            assert_paper(one.open(POOL), 14)
        assert len(page.pdf(format="A4")) > 10_000
