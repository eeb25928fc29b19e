"""A mock exam in a real browser."""

import json

import pytest

from tests.browser import pages_of
from tests.paths import ROOT
from tests.quiz_site import EXAM_SIZE
from tests.reference.drawing import TABLE
from tests.web.reader import (
    EXAM,
    answer,
    assert_paper,
    cell,
    current,
    finish,
    go_on,
    kept,
    notice,
    number,
    outcome,
    right_parts,
    start,
    tab_to,
    timer,
    type_answer,
    wrong_parts,
)


def stop_clock(page):
    """Have time pass only where a test says so: a busy machine would let some pass, too."""
    page.clock.install(time="2030-01-07T09:00:00")
    page.clock.pause_at("2030-01-07T10:00:00")


def test_an_exam_from_start_to_result(tab):
    page = tab.open(EXAM)
    assert current(page).count() == 0
    start(page)
    for i in range(1, EXAM_SIZE + 1):
        assert number(page) == i
        if i <= 5:
            answer(current(page), (right_parts if i <= 3 else wrong_parts)(current(page)))
        assert outcome(current(page)) == ""
        go_on(page)
    assert cell(page, 5).get_attribute("aria-label") == "Question 5 answered"
    finish(page)
    assert page.locator(".total").inner_text() == f"3 of {EXAM_SIZE} right"
    assert page.evaluate("document.activeElement.className") == "total"
    rows = page.locator(".tallies tbody tr:visible").all_inner_texts()
    assert rows == ["2.2 Train and refine models\t3 of 8", "Count updates\t3 of 8"]
    assert "%" not in page.locator(".panel:visible").inner_text()
    assert outcome(current(page)) == "✓ Right."
    page.get_by_role("button", name="Next wrong answer").click()
    assert number(page) == 4
    assert current(page).locator(".reasons").is_visible()
    cell(page, 6).click()
    assert outcome(current(page)) == "✗ Not answered."
    assert page.get_by_role("button", name="Flag").count() == 0
    [attempt] = [v for k, v in kept(page).items() if k.startswith("attempt/")]
    assert (attempt["right"], attempt["total"]) == (3, EXAM_SIZE)
    assert attempt["topics"] == {"2.2": [3, EXAM_SIZE]}
    page.reload()
    assert page.locator(".total").inner_text() == f"3 of {EXAM_SIZE} right"
    page.get_by_role("button", name="New exam").click()
    start(page)
    assert page.locator(".overview button").all_inner_texts() == [str(i) for i in range(1, 9)]


def test_a_partly_right_answer_earns_nothing(tab):
    page = tab.open(EXAM)
    start(page)
    for _ in range(EXAM_SIZE):
        parts = right_parts(current(page))
        if current(page).get_attribute("data-type") in ("ordering", "matching", "multiple"):
            answer(current(page), parts[:1])
        go_on(page)
    finish(page)
    assert page.locator(".total").inner_text() == f"0 of {EXAM_SIZE} right"


def test_a_reload_restores_answers_flags_and_the_timer(tab):
    page = tab.open(EXAM, prepare=stop_clock)
    start(page)
    stems = []
    for i in range(1, EXAM_SIZE + 1):
        stems.append(current(page).locator(".stem").inner_text())
        if i % 2:
            answer(current(page), right_parts(current(page)))
        if i == 4:
            page.get_by_role("button", name="Flag").click()
        go_on(page)
    labels = page.locator(".overview button").evaluate_all("all => all.map(e => e.ariaLabel)")
    page.clock.fast_forward("10:00")
    assert timer(page) == 1800
    page.reload()
    assert timer(page) == 1800
    again = page.locator(".overview button").evaluate_all("all => all.map(e => e.ariaLabel)")
    assert again == labels
    for i in range(1, EXAM_SIZE + 1):
        assert current(page).locator(".stem").inner_text() == stems[i - 1]
        go_on(page)
    finish(page)
    assert page.locator(".total").inner_text() == f"4 of {EXAM_SIZE} right"


def test_the_timer_is_paused_extended_and_turned_off(tab):
    page = tab.open(EXAM, prepare=stop_clock)
    start(page)
    page.clock.fast_forward("05:00")
    page.get_by_role("button", name="Pause").click()
    assert timer(page) == 2100
    page.clock.fast_forward("50:00")
    page.reload()
    assert timer(page) == 2100
    page.get_by_role("button", name="10 minutes more").click()
    assert timer(page) == 2700
    page.get_by_role("button", name="Resume").click()
    page.clock.fast_forward("01:00")
    assert timer(page) == 2640
    page.get_by_role("button", name="Timer off").click()
    page.get_by_role("button", name="Timer off: sure?").click()
    assert not page.get_by_role("timer").is_visible()
    page.clock.fast_forward("03:00:00")
    assert current(page).count() == 1
    assert page.locator(".total").is_hidden()


def test_how_sure_one_is_is_kept_and_counted_when_the_exam_is_scored(tab):
    page = tab.open(EXAM)
    start(page)
    for words, parts in (("Certain", wrong_parts), ("A guess", right_parts), ("Unsure", None)):
        page.get_by_label(words).check()
        if parts:
            answer(current(page), parts(current(page)))
        go_on(page)
    assert page.locator("[name=sure]:checked").count() == 0
    # Some questions, such as orderings, always have an answer.
    third = cell(page, 3).get_attribute("aria-label") == "Question 3 answered"
    page.reload()
    assert page.get_by_label("Certain").is_checked()
    go_on(page)
    assert page.get_by_label("A guess").is_checked()
    page.get_by_label("Fairly sure").check()
    finish(page)
    assert page.locator(".certainty:visible").count() == 0
    counted = {key: v for key, v in kept(page).items() if key.startswith("sure/")}
    # What was not answered was not judged either.
    assert ("sure/unsure" in counted) == third
    counted.pop("sure/unsure", None)
    assert counted == {
        "sure/certain": {"seen": 1, "right": 0},
        "sure/fair": {"seen": 1, "right": 1},
    }


def test_an_exam_without_a_timer(tab):
    page = tab.open(EXAM, prepare=stop_clock)
    page.get_by_label("With the timer").uncheck()
    start(page)
    page.clock.fast_forward("05:00:00")
    assert not page.get_by_role("timer").is_visible()
    assert page.locator(".total").is_hidden()


@pytest.mark.parametrize("away", [False, True], ids=["on-the-page", "away"])
def test_time_running_out_scores_what_is_there(tab, away):
    page = tab.open(EXAM, prepare=stop_clock)
    start(page)
    answer(current(page), right_parts(current(page)))
    if away:
        ended = page.evaluate("Date.now() - 60 * 60 * 1000")
        page.evaluate(
            """ended => {
              const key = "everystep/exam/topic";
              const state = JSON.parse(localStorage[key]);
              localStorage[key] = JSON.stringify({...state, ends: ended});
            }""",
            ended,
        )
        page.reload()
    else:
        page.clock.fast_forward("35:00")
        assert (timer(page), notice(page)) == (300, "")
        page.clock.run_for(1000)
        assert (timer(page), notice(page)) == (299, "Less than five minutes left.")
        page.clock.fast_forward("04:58")
        assert timer(page) == 1
        assert page.locator(".total").is_hidden()
        page.clock.run_for(1000)
    assert page.locator(".total").inner_text() == f"1 of {EXAM_SIZE} right"
    assert notice(page) == "Time is up: what you answered is scored."


def test_two_tabs_show_one_exam(tab):
    one = tab.open(EXAM)
    two = tab.open(EXAM)
    start(one)
    two.bring_to_front()
    two.wait_for_selector("form.question:visible")
    is_answered = "i => document.querySelectorAll('.overview button')[i].ariaLabel.length > 12"
    answer(current(one), right_parts(current(one)))
    two.wait_for_function(is_answered, arg=0)
    cell(two, 2).click()
    answer(current(two), right_parts(current(two)))
    one.bring_to_front()
    one.wait_for_function(is_answered, arg=1)
    answered = ["Question 1 answered", "Question 2 answered", "Question 3 "]
    for page in (one, two):
        labels = page.locator(".overview button").evaluate_all("all => all.map(e => e.ariaLabel)")
        assert labels[:3] == answered
    assert (number(one), number(two)) == (1, 2)
    finish(one)
    two.bring_to_front()
    two.wait_for_selector(".total:visible")
    assert two.locator(".total").inner_text() == f"2 of {EXAM_SIZE} right"
    attempts = [key for key in kept(one) if key.startswith("attempt/")]
    assert len(attempts) == 1
    assert sum(v["seen"] for k, v in kept(one).items() if k.startswith("item/")) == EXAM_SIZE


def test_two_tabs_that_start_at_once_share_the_first_exam(tab):
    one = tab.open(EXAM)
    two = tab.open(EXAM)
    two.evaluate("addEventListener('storage', e => e.stopImmediatePropagation(), true)")
    start(one)
    # What one tab writes reaches the other a moment later.
    two.wait_for_function("Object.keys(localStorage).some(key => key.includes('/exam/'))")
    two.evaluate("document.querySelector('[data-do=start]').click()")
    assert current(one).get_attribute("id") == current(two).get_attribute("id")


def test_an_exam_by_keyboard(tab):
    page = tab.open(EXAM)
    tab_to(page, ".timed")
    tab_to(page, "[data-do=start]")
    page.keyboard.press("Enter")
    for _ in range(EXAM_SIZE):
        kind, id = (current(page).get_attribute(name) for name in ("data-type", "id"))
        assert page.evaluate("id => document.activeElement.closest('form')?.id === id", id)
        type_answer(page, id, kind, right_parts(current(page)))
        tab_to(page, "[data-do=move][value='1']")
        page.keyboard.press("Enter")
    tab_to(page, "[data-do=score]")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.locator(".total").inner_text() == f"{EXAM_SIZE} of {EXAM_SIZE} right"


NO_EXAM = {"id": 1, "seed": 1, "items": [], "flags": [], "answers": {}}


def test_an_exam_drawn_from_questions_that_are_gone_is_given_up(tab):
    page = tab.open(EXAM)
    page.evaluate("text => { localStorage['everystep/exam/topic'] = text; }", json.dumps(NO_EXAM))
    page.reload()
    assert "The questions have changed" in notice(page)
    start(page)
    page.evaluate("""() => {
      const key = "everystep/exam/topic";
      localStorage[key] = localStorage[key].replaceAll("@1", "@9");
    }""")
    page.reload()
    assert "The questions have changed" in notice(page)
    start(page)
    assert number(page) == 1


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


def test_an_exam_that_was_not_begun_prints_no_questions(tab):
    page = tab.open(EXAM)
    page.emulate_media(media="print")
    assert page.locator("fieldset:visible, .scenario:visible, .answer:visible").count() == 0
    assert "are drawn when it begins" in page.locator("article").inner_text()
    assert pages_of(page.pdf()) == 1


def test_an_exam_is_drawn_by_its_quotas_with_cases_whole(tab):
    units = [[{"ref": f"s{i}", "takes": "2.2" if i % 3 else "1.3"}] for i in range(60)]
    units += [[{"ref": f"c{i}{j}", "takes": "2.2"} for j in "abc"] for i in range(4)]
    drawn = tab.open(EXAM).evaluate(
        """([units, quotas]) =>
          [...Array(300).keys()].map(seed => everystep.exam.draw(units, quotas, seed * 7919))""",
        [units, {"2.2": 20, "1.3": 7}],
    )
    tasks = {question["ref"]: question["takes"] for unit in units for question in unit}
    for refs in drawn:
        assert len(set(refs)) == len(refs) == 27
        assert [tasks[ref] for ref in refs].count("1.3") == 7
        for i in range(4):
            assert len([ref for ref in refs if ref.startswith(f"c{i}")]) in (0, 3)
    assert len({tuple(refs) for refs in drawn}) == 300
    seen = [ref for refs in drawn for ref in refs]
    assert min(seen.count(ref) for ref in tasks) > 30


def drawn_by_the_script(page, rows):
    """Return the places of the units that the script draws, for each row of the table."""
    return page.evaluate(
        """rows => rows.map(([units, quotas, seed]) => {
          const named = units.map((unit, i) =>
            unit.map((takes) => ({ ref: String(i), takes: takes.join(" ") })));
          return [...new Set(everystep.exam.draw(named, quotas, seed))].map(Number);
        })""",
        rows,
    )


def test_the_script_draws_what_the_table_says(tab):
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    assert drawn_by_the_script(tab.open(EXAM), rows) == [drawn for *_, drawn in rows]


@pytest.mark.parametrize(
    ("right", "wrong"), [('takes.split(" ")', 'takes.split(" ")[0]'), ("1664525", "1664527")]
)
def test_a_fault_planted_in_the_draw_is_found(tab, right, wrong):
    source = (ROOT / "web" / "quiz" / "exam.js").read_text(encoding="utf-8")
    assert right in source
    page = tab.open(EXAM)
    page.add_script_tag(content=source.replace(right, wrong))
    rows = json.loads(TABLE.read_text(encoding="utf-8"))
    assert drawn_by_the_script(page, rows) != [drawn for *_, drawn in rows]
