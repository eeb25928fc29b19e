"""The drill in a real browser."""

from tests.web.reader import (
    DRILL,
    QUIZ,
    answer,
    check,
    current,
    form,
    right_parts,
    wrong_parts,
)


def test_what_was_missed_comes_to_the_drill_and_moves_up(tab):
    page = tab.open(DRILL)
    assert page.locator(".due").inner_text() == "Nothing to repeat."
    assert current(page).count() == 0
    quiz = tab.open(QUIZ)
    for kind in ("single", "ordering"):
        answer(form(quiz, kind), wrong_parts(form(quiz, kind)))
        check(form(quiz, kind))
    page = tab.open(DRILL)
    assert page.locator(".due").inner_text() == "Due today: 2."
    assert page.locator(".boxes dd").all_inner_texts() == ["2", "0", "0", "0", "0"]
    first = current(page).get_attribute("id")
    answer(current(page), wrong_parts(current(page)))
    check(current(page))
    check(current(page))  # now named "Next question"
    assert current(page).get_attribute("id") != first
    for _ in range(2):
        answer(current(page), right_parts(current(page)))
        check(current(page))
        check(current(page))
    assert page.locator(".boxes dd").all_inner_texts() == ["0", "2", "0", "0", "0"]
    assert page.locator(".due").inner_text().startswith("Next on 20")
    assert page.evaluate("document.activeElement.className") == "due"


def test_a_question_of_a_case_comes_with_its_scenario(tab):
    quiz = tab.open(QUIZ)
    question = quiz.locator("#q-slow-job-single")
    answer(question, wrong_parts(question))
    check(question)
    page = tab.open(DRILL)
    assert page.locator(".scenario:visible").count() == 1
    assert current(page).get_attribute("id") == "q-slow-job-single"
