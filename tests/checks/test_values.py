from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from everystep.checks import values


class Odd:
    def __repr__(self):
        raise RuntimeError

    def __array__(self, *_, **__):
        raise KeyError

    def item(self):
        raise OSError


ITSELF = []
ITSELF.append(ITSELF)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (1, 1.0),
        (True, 1.0),
        (np.False_, 0.0),
        (np.int64(3), 3.0),
        (np.float32(2), 2.0),
        (np.array(0.5), 0.5),
        (np.array([[0.5]]), 0.5),
        (torch.tensor(0.5, requires_grad=True), 0.5),
        (torch.tensor([3]), 3.0),
        (Fraction(1, 4), 0.25),
        (Decimal("0.5"), 0.5),
        (10**400, float("inf")),
        ("1", None),
        (None, None),
        ([1], None),
        (1j, None),
        (np.str_("1"), None),
        (np.array([1, 2]), None),
        (Decimal("sNaN"), None),
        (np.float64, None),
        (Odd(), None),
    ],
)
def test_what_is_a_number(value, number):
    assert values.number(value) == number


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        (1, 1.0, True),
        ((1, 2), [1, 2], True),
        ([1, 2], (1, 2), True),
        (np.array([1, 2]), (1, 2), True),
        (torch.tensor([1.0, 2.0], requires_grad=True), [1, 2], True),
        ([torch.tensor(1.0, requires_grad=True), Fraction(2)], [1, 2], True),
        (np.float32(0.1), 0.1, True),
        (torch.tensor(1 / 3), 1 / 3, True),
        (np.array([3]), 3, True),
        (np.array(3), [3], True),
        (np.array("gap"), "gap", True),
        (np.where(False, "gap", "both"), "gap", False),
        (np.array(None), None, True),
        ([3], 3, False),
        (3, [3], False),
        (True, 1, True),
        (Decimal(3), 3, True),
        ((1, 2), (1, 2, 3), False),
        ((1, 2), [1, 2, 3], False),
        (None, None, True),
        (None, 0, False),
        (ValueError("a"), ValueError("b"), True),
        (ValueError("a"), TypeError("a"), False),
        (ValueError("a"), 1, False),
        (SystemExit(), 1, False),
        ("1", 1, False),
        (1, "1", False),
        (" Gap\n", "gap", True),
        (("gap", 2), ("gap", 2), True),
        (("both", 2), ("gap", 2), False),
        ([("gap", 2), 3], [("gap", 2), 3], True),
        ({"lr": 0.1, "epochs": 3}, {"epochs": 3, "lr": 0.1}, True),
        ({"lr": 0.1}, {"epochs": 3, "lr": 0.1}, False),
        ({"lr": 0.1}, 0.1, False),
        (float("nan"), float("nan"), False),
        (float("inf"), 1.0, False),
        (float("inf"), float("inf"), True),
        ([float("inf"), 2.0], [float("inf"), 1.0], False),
        (10**400, 1, False),
        ([10**400, 1], [1, 1], False),
        ([[1], [1, 2]], 1, False),
        (ITSELF, 1, False),
        (Odd(), 1, False),
        ((n for n in [1, 2]), [1, 2], False),
    ],
)
def test_what_agrees(got, expected, same):
    assert values.agree(got, expected) is same


def test_whole_numbers_are_compared_more_exactly_than_others():
    assert values.agree(0.5 / (1 - 0.95) / 0.1, 100)
    assert not values.agree(1_000_001, 1_000_000)
    assert not values.agree(1_000_000.5, 1_000_000)
    assert values.agree(1_000_000.5, 1_000_000.0)
    assert not values.agree(1.0001, 1.0)


def test_a_tolerance_is_relative_to_the_largest_number_of_a_list():
    assert values.agree([1000.5, 0.5], [1000.0, 0.0], 0.001)
    assert not values.agree([1001.5, 0.0], [1000.0, 0.0], 0.001)


def test_numbers_of_a_tuple_do_not_cover_for_each_other():
    assert not values.agree((1000.0, 0.5), (1000.0, 0.4), 0.001)


def test_what_is_nearly_zero_passes_for_zero():
    assert values.agree(1e-17, 0.0)
    assert not values.agree(1e-7, 0.0)
    assert values.agree(1e-7, 0.0, scale=1.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (3, "3"),
        (True, "True"),
        (np.float64(0.1), "0.1"),
        ([np.float64(9.999999999999997e-06), np.int64(2)], "[1e-05, 2]"),
        (torch.tensor([0.5, 2]), "[0.5, 2]"),
        (Fraction(1, 3), "1/3"),
        (Decimal("0.10"), "0.10"),
        ((1,), "(1,)"),
        ({"lr": 0.1}, "{'lr': 0.1}"),
        (ValueError("no"), "ValueError: no"),
        (SystemExit(), "SystemExit"),
        ("x", "'x'"),
        pytest.param(10**5000, "a whole number of about 5000 digits", id="huge"),
        (Odd(), "a value of type Odd"),
        ((n for n in []), "a generator"),
        (test_what_agrees, "the function test_what_agrees"),
        (object(), "<object object>"),
    ],
)
def test_how_values_are_shown(value, text):
    assert values.as_text(value) == text


def test_what_is_long_is_cut():
    assert values.cut("x" * 10, 4) == "xxxx …"
    assert len(values.cut(values.as_text(ITSELF))) < 400


LONG = [k / 7 for k in range(60)]


@pytest.mark.parametrize(
    ("expected", "got", "names", "texts"),
    [
        (0.5, 0.25, (), ("0.5", "0.25")),
        (1 / 3, 0.333333, (), ("0.333333333", "0.333333")),
        (
            (0.5, 2),
            (0.5, 3),
            ("weight", "updates"),
            ("weight 0.5, updates 2", "weight 0.5, updates 3"),
        ),
        ((0.5, 2), (0.1, 0.2, 0.3), ("weight", "updates"), ("(0.5, 2)", "(0.1, 0.2, 0.3)")),
        (LONG, LONG[:-1], (), ("60 values", "59")),
        (LONG, [*LONG[:50], 1.0, *LONG[51:]], (), ("7.14286 as value 51 of 60", "1")),
        (LONG, None, (), None),
        (
            tuple(range(1000, 1020)),
            (*range(1000, 1019), 7),
            tuple(f"name {k}" for k in range(20)),
            ("name 19 1019", "name 19 7"),
        ),
        (3, ValueError("x" * 1000), (), None),
    ],
)
def test_a_difference_shows(expected, got, names, texts):
    shown = values.side_by_side(expected, got, names)
    assert texts is None or shown == texts
    assert shown[0] != shown[1]
    assert max(map(len, shown)) < 400
