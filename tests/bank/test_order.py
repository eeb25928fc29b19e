from collections import Counter

import pytest

from everystep.bank.order import in_order, out_of_order, quantity


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


def ordered(seed, *texts):
    return in_order(seed, texts, texts)


def test_numbers_are_sorted_by_value():
    shown = ordered("numbers", "900 updates", "1 update", "1,000 updates")
    assert shown == ("1 update", "900 updates", "1,000 updates")


def test_two_units_are_shuffled_and_nothing_is_lost():
    texts = ("900 updates", "1 update", "1,000 updates", "88")
    assert Counter(ordered("numbers", *texts)) == Counter(texts)


def test_other_things_are_shuffled_by_the_seed_and_fall_everywhere():
    places = Counter(ordered(f"item-{n}", "key", "b", "c", "d").index("key") for n in range(400))
    assert all(70 < places[place] < 130 for place in range(4)), places


def test_the_order_does_not_change_between_versions_of_the_course():
    assert ordered("steps-short-batch", "a", "b", "c", "d") == ("d", "a", "c", "b")
    assert out_of_order("steps-short-batch", "abc") == tuple("bca")


@pytest.mark.parametrize("number", range(30))
def test_steps_are_never_shown_in_the_right_order(number):
    shown = out_of_order(f"order-{number}", "abc")
    assert shown != tuple("abc")
    assert sorted(shown) == ["a", "b", "c"]
