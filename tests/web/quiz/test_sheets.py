"""Questions that come when they are asked, in a real browser."""

import pytest

from tests.web.reader import DRILL, EXAM, QUIZ, answer, check, current, kept, notice, right_parts

MISSING = "Some questions could not be loaded. Are you offline? Then try again later."


def refs(page):
    return page.locator("form.question").evaluate_all("all => all.map(e => e.dataset.ref)")


def test_a_page_that_asks_has_only_the_questions_of_its_round(tab):
    page = tab.open(DRILL)
    assert len(refs(page)) == 5
    page = tab.open(EXAM)
    assert refs(page) == []


def test_links_of_a_question_lead_where_they_do_on_its_own_page(tab):
    links = "[...document.querySelectorAll('#q-short-batch .sources a')].map(e => e.href)"
    there = tab.open(QUIZ).evaluate(links)
    assert len(there) >= 1
    assert tab.open(DRILL).evaluate(links) == there


def without_sheets(page):
    page.route("**/questions/**", lambda route: route.abort())


@pytest.fixture
def cut_off(reader):
    """Return a reader whose questions do not arrive."""
    with reader() as one:
        yield one
        assert all("ERR_FAILED" in problem for problem in one.problems)
        one.problems.clear()


def test_a_drill_whose_questions_do_not_come_says_so_and_can_be_tried_again(cut_off):
    page = cut_off.open(DRILL, prepare=without_sheets)
    page.wait_for_function("document.querySelector('.notice').textContent")
    assert notice(page) == MISSING
    assert page.locator(".due").inner_text() == "This round is done. Left: 0 to review, 7 new."
    page.unroute_all()
    page.get_by_role("button", name="Next round").click()
    current(page).wait_for()
    assert notice(page) == ""
    answer(current(page), right_parts(current(page)))
    check(current(page))
    check(current(page))
    assert page.locator(".due").inner_text() == "2 of 5: 0 to review, 5 new"


def test_an_exam_whose_questions_do_not_come_does_not_begin(cut_off):
    page = cut_off.open(EXAM, prepare=without_sheets)
    page.get_by_role("button", name="Start").click()
    page.wait_for_function("document.querySelector('.notice').textContent")
    assert notice(page) == MISSING
    assert kept(page) == {}
    page.unroute_all()
    page.get_by_role("button", name="Start").click()
    current(page).wait_for()
    assert notice(page) == ""


def test_the_clock_of_an_exam_does_not_score_what_has_not_come(cut_off):
    page = cut_off.open(EXAM)
    page.get_by_role("button", name="Start").click()
    current(page).wait_for()
    state = kept(page)
    [key] = state
    page = cut_off.open(
        EXAM,
        prepare=lambda page: (
            without_sheets(page),
            page.add_init_script("const now = Date.now; Date.now = () => now() + 864e5;"),
        ),
    )
    page.wait_for_function("document.querySelector('.notice').textContent")
    page.wait_for_timeout(1_500)
    assert notice(page) == MISSING
    assert kept(page) == {key: state[key]}
