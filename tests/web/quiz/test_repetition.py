"""What is kept of answers: when a question is due again, and what was kept in the time of boxes."""

import pytest

from tests.web.reader import DRILL, QUIZ, TERMS, answer, check, current, form, kept, right_parts

NOON = "2026-12-04T12:00:00Z"
TODAY = 20791
# As the course's own scripts wrote them in the time of boxes.
BOXED = {
    "item/short-batch@1": '{"box":0,"due":0,"seen":1,"right":1}',
    "item/more-updates@1": '{"box":1,"due":20758,"seen":1,"right":0}',
    "item/one-update@1": '{"box":4,"due":20769,"seen":4,"right":3}',
    "item/name-lengths@1": '{"box":5,"due":20811,"seen":6,"right":5}',
    "item/count@1": '{"box":1,"due":20759,"seen":5,"right":3}',
    "card/term-Epoch@1": '{"box":2,"due":20759,"seen":1,"right":1}',
    "card/term-Step@1": '{"box":3,"due":20763,"seen":3,"right":2}',
}
# What follows: due, last answered, for how many days it is remembered, seen, right.
TAKEN = {
    "item/short-batch@1": (TODAY + 2, TODAY, 2.3065, 1, 1),
    "item/more-updates@1": (20758, 20758, 0.212, 1, 0),
    "item/one-update@1": (20769, 20762, 7, 4, 3),
    "item/name-lengths@1": (20811, 20790, 21, 6, 5),
    "item/count@1": (20759, 20759, 0.212, 5, 3),
    "card/term-Epoch@1": (20759, 20758, 1, 1, 1),
    "card/term-Step@1": (20763, 20760, 3, 3, 2),
}


def on_that_day(page):
    page.clock.install(time=NOON)


def on_that_day_with_boxes(page):
    on_that_day(page)
    page.add_init_script(
        f"""for (const [key, text] of Object.entries({BOXED})) {{
          if (!localStorage[`everystep/${{key}}`]) localStorage[`everystep/${{key}}`] = text;
        }}"""
    )


@pytest.fixture
def tab(reader):
    with reader(timezone_id="UTC") as one:
        yield one


def test_what_was_kept_in_boxes_is_taken_over_and_nothing_is_lost(tab):
    page = tab.open(DRILL, prepare=on_that_day_with_boxes)
    assert page.locator(".due").inner_text() == "1 of 5: 3 to review, 2 new"
    page = tab.open(TERMS, prepare=on_that_day_with_boxes)
    assert page.locator(".due").inner_text() == "2 to review, 1 new."
    after = kept(page)
    names = ("due", "last", "stability", "seen", "right")
    assert {key: tuple(after[key][name] for name in names) for key in BOXED} == TAKEN
    missed = {key for key in BOXED if after[key]["difficulty"] > 6}
    assert missed == {key for key, (*_, seen, right) in TAKEN.items() if seen > right}


def test_what_was_taken_over_goes_on(tab):
    page = tab.open(QUIZ, prepare=on_that_day_with_boxes)
    question = page.locator("#q-one-update")
    answer(question, right_parts(question))
    check(question)
    record = kept(page)["item/one-update@1"]
    assert (record["last"], record["seen"], record["right"]) == (TODAY, 5, 4)
    assert record["stability"] > 7
    assert record["due"] == TODAY + round(record["stability"])


def test_what_is_forgotten_soonest_comes_first(tab):
    page = tab.open(DRILL, prepare=on_that_day_with_boxes)
    order = []
    for _ in range(3):
        order.append(current(page).get_attribute("data-ref"))
        answer(current(page), right_parts(current(page)))
        check(current(page))
        check(current(page))  # now named "Next question"
    assert order == ["more-updates@1", "count@1", "one-update@1"]


def learned(page, answers):
    """Return when something is due after each answer; each is given on the day it is due."""
    return page.evaluate(
        """([day, answers]) => answers.map((rating) => {
          Date.now = () => (day + 0.5) * 864e5;
          everystep.repetition.learn("card/x@1", rating);
          const { due } = everystep.repetition.recall("card/x@1");
          const pause = due - day;
          day = due;
          return pause;
        })""",
        [TODAY, answers],
    )


def test_pauses_grow_while_it_is_known_and_start_anew_when_it_was_missed(tab):
    page = tab.open(TERMS, prepare=on_that_day)
    *growing, missed, again = learned(page, [3, 3, 3, 1, 3])
    assert growing == [2, 11, 46]
    assert missed < again < 46


def test_a_clock_that_went_back_does_no_harm(tab):
    page = tab.open(QUIZ, prepare=on_that_day)
    question = form(page, "single")
    page.evaluate(
        "text => { localStorage['everystep/item/short-batch@1'] = text; }",
        '{"stability":2,"difficulty":5,"last":20799,"due":20801,"seen":1,"right":1,"variant":0}',
    )
    answer(question, right_parts(question))
    check(question)
    record = kept(page)["item/short-batch@1"]
    assert record["last"] == TODAY
    assert 2 <= record["stability"] < 10
