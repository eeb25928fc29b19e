import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from everystep.bank.kinds import Numeric
from everystep.bank.variants import MOST_VARIANTS, compute, show
from tests.bank.questions import item

COUNTS = st.integers(1, 10**6)


def numeric(**changes):
    return Numeric.model_validate(item("numeric", **changes))


@given(n=COUNTS, b=COUNTS)
def test_formulas_mean_what_python_means(n, b):
    values = {"n": n, "b": b}
    assert compute("ceil(n / b)", values) == math.ceil(n / b)
    assert compute("n // b + n % b", values) == n // b + n % b
    assert compute("min(n, b) - max(n, b)", values) == min(n, b) - max(n, b)
    assert compute("sqrt(n) * cos(pi)", values) == pytest.approx(-math.sqrt(n), rel=1e-9)


@pytest.mark.parametrize(
    ("formula", "value"), [("0.1 + 0.2", 0.3), ("3 * 0.1", 0.3), ("2 / 3", 0.6666666667)]
)
def test_no_answer_has_more_digits_than_are_shown(formula, value):
    assert compute(formula, {}) == value


@pytest.mark.parametrize(
    "formula",
    [
        "",
        "n +",
        "m",
        "1 / 0",
        "n / (n - n)",
        "(-1) ** 0.5",
        "10.0 ** 400",
        "10 ** 400",
        "n > 3",
        "'n'",
        "ceil(n, n)",
        "ceil",
        "__import__('os')",
        "n.__class__",
        "open('x')",
        "[n for n in (1,)]",
        "sqrt(-1)",
    ],
)
def test_anything_but_arithmetic_is_refused(formula):
    with pytest.raises(ValueError, match=r"cannot compute|must give a finite number"):
        compute(formula, {"n": 4})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1437, "1,437"),
        (900.0, "900"),
        (0.05, "0.05"),
        (1 / 3, "0.3333333333"),
        (1e-5, "0.00001"),
        (2.5e8, "250,000,000"),
    ],
)
def test_numbers_are_shown_as_on_pages(value, text):
    assert show(value) == text


def test_variants_have_the_answer_and_every_mistake():
    found = numeric().variants
    assert len(found) == MOST_VARIANTS
    for variant in found:
        n, b, epochs = (variant.values[name] for name in ("n", "b", "epochs"))
        assert variant.answer == math.ceil(n / b) * epochs
        assert variant.wrong == (n // b * epochs, math.ceil(n / b))


def test_variants_differ_and_are_the_same_at_every_build():
    found = numeric().variants
    assert len({tuple(variant.values.items()) for variant in found}) == len(found)
    assert found == numeric().variants
    assert found[0].values == {"epochs": 20, "n": 1437, "b": 64}


def test_values_where_a_mistake_is_right_are_left_out():
    found = numeric(variables={"epochs": [20], "n": [64, 96, 100], "b": [32]}).variants
    assert [variant.values["n"] for variant in found] == [100]
    with pytest.raises(ValueError, match="no values of the variables"):
        numeric(variables={"epochs": [20], "n": [64, 96], "b": [32]})


def test_a_tolerance_must_not_accept_a_mistake():
    values = {"epochs": [20], "n": [100], "b": [32]}  # 80 updates; 60 and 4 by mistake
    assert numeric(variables=values, tolerance=9).variants
    with pytest.raises(ValueError, match="no values of the variables"):
        numeric(variables=values, tolerance=10)


@given(epochs=COUNTS, n=COUNTS, b=COUNTS)
def test_the_shown_answer_reads_back_as_the_answer(epochs, n, b):
    answer = compute("n / b * epochs", {"epochs": epochs, "n": n, "b": b})
    assert float(show(answer).replace(",", "")) == answer


def test_texts_are_filled_with_numbers():
    variant = numeric().variants[0]
    assert variant.fill("{n} samples, {b} a batch: {answer}") == "1,437 samples, 64 a batch: 460"
    for text in ("{m}", "{n", "}", "{}", "{n:d}"):
        with pytest.raises(ValueError, match="cannot fill in"):
            variant.fill(text)
