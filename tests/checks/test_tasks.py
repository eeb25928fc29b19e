import math

import pytest
from hypothesis import strategies as st

from everystep.checks.tasks import (
    CORRECT,
    NOT_ATTEMPTED,
    NOT_YET,
    ChoiceTask,
    FunctionTask,
    Mistake,
    ValueTask,
)

HALF = FunctionTask(
    name="half",
    oracle=lambda n: next(k for k in range(n + 1) if 2 * k in (n, n - 1)),
    cases=st.fixed_dictionaries({"n": st.integers(0, 50)}),
    mistakes={
        "as-given": Mistake(lambda n: n, "", as_given=True),
        "up": Mistake(lambda n: math.ceil(n / 2), "Round down."),
    },
)
ANSWER = ValueTask("answer", 42, {"doubled": Mistake(84, "Twice too much.")})
CAUSE = ChoiceTask("cause", "overfitting", {"short": Mistake("underfitting", "Too short?")})


def test_a_right_function_is_accepted():
    assert HALF(lambda n: n // 2).status == CORRECT


def test_the_smallest_failing_input_is_shown_with_the_hint():
    verdict = HALF(lambda n: (n + 1) // 2)
    assert (verdict.status, verdict.mistake) == (NOT_YET, "up")
    assert verdict.message == "With n=1: expected 0, got 1. Round down."


def test_an_unknown_mistake_shows_the_failing_input_alone():
    verdict = HALF(lambda n: n // 2 + (n > 40))
    assert (verdict.status, verdict.mistake) == (NOT_YET, None)
    assert verdict.message == "With n=41: expected 20, got 21."


def test_answers_hard_coded_for_an_example_are_refused():
    assert not HALF(lambda n: {0: 0, 1: 0, 2: 1, 7: 3}.get(n, 0)).correct


def test_code_as_given_is_not_attempted():
    assert HALF(lambda n: n).status == NOT_ATTEMPTED


def test_an_exception_is_told_and_not_raised():
    verdict = HALF(lambda n: 1 // 0)
    assert verdict.status == NOT_YET
    assert "ZeroDivisionError" in verdict.message


def test_a_function_that_returns_nothing_is_not_attempted():
    assert HALF(lambda n: None).status == NOT_ATTEMPTED


def test_a_function_that_returns_nothing_for_some_inputs_is_wrong():
    verdict = HALF(lambda n: n // 2 if n < 9 else None)
    assert (verdict.status, verdict.message) == (NOT_YET, "With n=9: expected 4, got None.")


def test_a_mistake_is_recognized_though_the_answer_fails_on_some_inputs():
    verdict = HALF(lambda n: (n + 1) // 2 if n else 1 // 0)
    assert verdict.mistake == "up"


def test_an_answer_that_always_fails_is_not_taken_for_a_mistake():
    assert HALF(lambda n: undefined_name).mistake is None  # noqa: F821


def test_an_endless_loop_is_stopped(monkeypatch):
    monkeypatch.setattr("everystep.checks.judge.TIME_LIMIT_SECONDS", 1)

    def endless(n):
        while True:
            n += 1

    verdict = HALF(endless)
    assert verdict.status == NOT_YET
    assert "Does a loop never end?" in verdict.message


def test_what_an_answer_prints_is_not_shown(capsys):
    HALF(lambda n: print("debug") or n // 2)
    assert capsys.readouterr().out == ""


def test_long_values_are_cut():
    assert len(HALF(lambda n: "x" * 10_000).message) < 200


@pytest.mark.parametrize("wrong", ["text", "1", b"1", [1, 2], float("nan"), 1j, 10**400])
def test_values_of_the_wrong_kind_are_refused_without_an_exception(wrong):
    assert HALF(lambda n: wrong).status == NOT_YET


@pytest.mark.parametrize(
    ("value", "status", "mistake"),
    [
        (42, CORRECT, None),
        (42.0, CORRECT, None),
        (84, NOT_YET, "doubled"),
        (41, NOT_YET, None),
        (True, NOT_YET, None),
        ("42", NOT_YET, None),
        (..., NOT_ATTEMPTED, None),
    ],
)
def test_values(value, status, mistake):
    verdict = ANSWER(value)
    assert (verdict.status, verdict.mistake) == (status, mistake)


@pytest.mark.parametrize(
    ("choice", "status", "mistake"),
    [
        ("overfitting", CORRECT, None),
        (" Overfitting\n", CORRECT, None),
        ("underfitting", NOT_YET, "short"),
        ("over", NOT_YET, None),
        (3, NOT_YET, None),
        (..., NOT_ATTEMPTED, None),
    ],
)
def test_choices(choice, status, mistake):
    verdict = CAUSE(choice)
    assert (verdict.status, verdict.mistake) == (status, mistake)


def test_an_unknown_choice_is_answered_with_the_options():
    assert CAUSE("over").message == "One of 'overfitting', 'underfitting' is expected, got 'over'."


def test_a_tolerance_is_relative():
    task = ValueTask("rate", 0.1, {}, relative_tolerance=0.01)
    assert task(0.1009).correct
    assert not task(0.102).correct


def test_the_same_answer_always_gets_the_same_verdict():
    answer = lambda n: n // 3  # noqa: E731
    assert HALF(answer) == HALF(answer)


def test_html_shows_the_text_escaped():
    verdict = ValueTask("x", 1, {"less": Mistake(0, "0 < 1")})(0)
    assert "0 &lt; 1" in verdict._repr_html_()
