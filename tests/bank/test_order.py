import datetime
from collections import Counter

import pytest

from everystep.bank.items import Extra, Matching, Option, Ordering, Pair, Single, Step
from everystep.bank.order import (
    displayed_answers,
    displayed_options,
    displayed_steps,
    quantity,
    right_letters,
)

COMMON = {
    "objective": "count-updates",
    "level": "apply",
    "stem": "How many updates?",
    "read": "book/01-steps/concept.md#updates",
    "evidence": ({"computation": "1"},),
    "verified_on": datetime.date(2026, 11, 23),
}


def single(id, *texts):
    options = [Option(text=texts[0], rationale="Right.", correct=True)]
    options += [Option(text=text, rationale="Wrong.", misconception="x") for text in texts[1:]]
    return Single(id=id, type="single", options=options, **COMMON)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("1,437", (1437, "")),
        ("1,437 updates", (1437, "update")),
        ("1 update", (1, "update")),
        ("`0.05`", (0.05, "")),
        ("−2.5 points", (-2.5, "point")),
        ("1e-3", (0.001, "")),
        ("50%", (50, "%")),
        ("About 50", None),
        ("batch 32", None),
        ("32 by 64", None),
        ("2 hours 5 minutes", None),
    ],
)
def test_a_quantity_is_a_number_and_a_unit(text, meaning):
    assert quantity(text) == meaning


def test_numbers_are_sorted_by_value():
    shown = displayed_options(single("numbers", "900 updates", "1 update", "1,000 updates", "88"))
    assert Counter(o.text for o in shown) == Counter(
        ["900 updates", "1 update", "1,000 updates", "88"]
    ), "two units: shuffled, nothing lost"
    shown = displayed_options(single("numbers", "900 updates", "1 update", "1,000 updates"))
    assert [option.text for option in shown] == ["1 update", "900 updates", "1,000 updates"]


def test_other_options_are_shuffled_by_id_and_the_key_falls_everywhere():
    places = Counter()
    for number in range(400):
        item = single(f"item-{number}", "key", "b", "c", "d")
        assert displayed_options(item) == displayed_options(item)
        places[[option.correct for option in displayed_options(item)].index(True)] += 1
    assert all(70 < places[place] < 130 for place in range(4)), places


def test_the_order_does_not_change_between_versions_of_the_course():
    shown = displayed_options(single("steps-short-batch", "a", "b", "c", "d"))
    assert [option.text for option in shown] == ["d", "a", "c", "b"]


@pytest.mark.parametrize("number", range(30))
def test_steps_are_never_shown_in_the_right_order(number):
    steps = [Step(text=text, rationale="Here.") for text in "abc"]
    item = Ordering(id=f"order-{number}", type="ordering", steps=steps, **COMMON)
    assert displayed_steps(item) != item.steps
    assert sorted(step.text for step in displayed_steps(item)) == ["a", "b", "c"]


def test_answers_of_a_matching_are_shown_once_with_the_extra_ones():
    answers = ["up", "down", "up"]
    pairs = [Pair(prompt=p, answer=a, rationale="So.") for p, a in zip("123", answers, strict=True)]
    extra = [Extra(answer="same", rationale="No.", misconception="x")]
    item = Matching(id="match", type="matching", pairs=pairs, extra=extra, **COMMON)
    assert sorted(displayed_answers(item)) == ["down", "same", "up"]
    shown = displayed_answers(item)
    assert [shown["ABC".index(letter)] for letter in right_letters(item)] == answers


def test_the_right_letter_is_that_of_the_key_where_it_is_shown():
    assert right_letters(single("steps-short-batch", "a", "b", "c", "d")) == ["B"]
