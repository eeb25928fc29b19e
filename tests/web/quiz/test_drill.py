"""The drill in a real browser."""

from tests.web.reader import (
    DRILL,
    EXAM,
    QUIZ,
    answer,
    check,
    current,
    finish,
    form,
    kept,
    number,
    right_parts,
    start,
    tab_to,
    type_answer,
    wrong_parts,
)

CHAPTER = 7


def days_later(days):
    """Have the page believe that some days have passed."""

    def prepare(page):
        page.add_init_script(f"const now = Date.now; Date.now = () => now() + {days} * 864e5;")

    return prepare


def line(page):
    return page.locator(".due").inner_text()


def pass_question(page, parts=right_parts):
    answer(current(page), parts(current(page)))
    check(current(page))
    check(current(page))  # now named "Next question"


def test_a_round_says_its_mix_and_its_place_and_repeats_what_was_missed(tab):
    quiz = tab.open(QUIZ)
    for kind in ("single", "ordering"):
        answer(form(quiz, kind), wrong_parts(form(quiz, kind)))
        check(form(quiz, kind))
    page = tab.open(DRILL, prepare=days_later(1))
    assert line(page) == "1 of 7: 2 to review, 5 new"
    first = current(page).get_attribute("id")
    pass_question(page, wrong_parts)
    assert current(page).get_attribute("id") != first
    for place in range(2, 8):
        assert line(page) == f"{place} of 8: 2 to review, 5 new"
        assert number(page) == place
        pass_question(page)
    assert current(page).get_attribute("id") == first
    pass_question(page)
    assert current(page).count() == 0
    assert line(page).startswith("Nothing to review until ")
    assert page.evaluate("document.activeElement.className") == "due"
    assert page.get_by_role("button", name="Next round").count() == 0


def test_new_are_the_chapters_questions_five_in_a_round(tab):
    page = tab.open(DRILL)
    assert line(page) == "1 of 5: 0 to review, 5 new"
    for _ in range(5):
        assert "mock" not in current(page).get_attribute("id")
        pass_question(page)
    assert line(page) == f"This round is done. Left: 0 to review, {CHAPTER - 5} new."
    page.get_by_role("button", name="Next round").click()
    assert line(page) == "1 of 2: 0 to review, 2 new"
    assert page.evaluate("document.activeElement.closest('form').checkVisibility()")


def test_what_an_exam_asked_is_due_in_the_days_after(tab):
    page = tab.open(EXAM)
    start(page)
    finish(page)
    assert line(tab.open(DRILL)) == "1 of 5: 0 to review, 5 new"
    assert line(tab.open(DRILL, prepare=days_later(1))) == "1 of 13: 8 to review, 5 new"


def test_a_number_comes_back_with_other_numbers(tab):
    stems = []
    for days in range(3):
        page = tab.open(DRILL, prepare=days_later(days))
        while current(page).get_attribute("id") != "q-count":
            pass_question(page)
        stems.append(current(page).locator(".stem").inner_text())
        pass_question(page, wrong_parts)
    quiz = tab.open(QUIZ)
    stems.append(quiz.locator("#q-count .stem").inner_text())
    assert len(set(stems)) == 4


def test_how_sure_one_is_can_be_said_by_keyboard_before_the_answer_is_checked(tab):
    page = tab.open(DRILL)
    question = current(page)
    id = question.get_attribute("id")
    type_answer(page, id, question.get_attribute("data-type"), right_parts(question))
    tab_to(page, "[name=sure]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    tab_to(page, f"#{id} .check button")
    page.keyboard.press("Enter")
    assert kept(page)["sure/unsure"] == {"seen": 1, "right": 1}
    assert page.locator(".certainty:visible").count() == 0
    page.keyboard.press("Enter")
    assert page.locator(".certainty:visible [name=sure]").count() == 4
    assert page.locator("[name=sure]:checked").count() == 0


def test_what_was_guessed_right_comes_back_sooner_than_what_was_certain(tab):
    due = {}
    for words in ("A guess", "Fairly sure", "Certain", None):
        page = tab.open(DRILL)
        page.evaluate("localStorage.clear()")
        page.reload()
        question = current(page)
        ref = question.get_attribute("data-ref")
        answer(question, right_parts(question))
        if words:
            page.get_by_label(words).check()
        check(question)
        due[words] = kept(page)[f"item/{ref}"]["due"]
    assert due["A guess"] < due["Fairly sure"] == due[None] < due["Certain"]


def test_a_question_of_a_case_comes_with_its_scenario(tab):
    quiz = tab.open(QUIZ)
    question = quiz.locator("#q-slow-job-single")
    answer(question, wrong_parts(question))
    check(question)
    page = tab.open(DRILL, prepare=days_later(1))
    assert page.locator(".scenario:visible").count() == 1
    assert current(page).get_attribute("id") == "q-slow-job-single"


def test_the_drill_prints_what_it_asks_and_nothing_else(tab):
    page = tab.open(DRILL)
    shown = page.locator(".question > fieldset:first-child:visible, .scenario:visible")
    asked = shown.all_inner_texts()
    assert 0 < len(asked) <= 2
    page.emulate_media(media="print")
    assert shown.all_inner_texts() == asked
