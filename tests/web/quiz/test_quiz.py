"""A chapter quiz in a real browser; without JavaScript; and on paper."""

import pytest

from tests.web.reader import (
    EXAM,
    QUIZ,
    TERMS,
    answer,
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
