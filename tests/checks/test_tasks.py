import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import strategies as st

from everystep.checks.tasks import (
    CORRECT,
    NOT_ATTEMPTED,
    NOT_YET,
    DecidedChoiceTask,
    FunctionTask,
    Mistake,
    ValueTask,
)
from everystep.checks.verdicts import Verdict

HALF = FunctionTask(
    name="half",
    oracle=lambda n: next(k for k in range(n + 1) if 2 * k in (n, n - 1)),
    cases=st.fixed_dictionaries({"n": st.integers(0, 50)}),
    mistakes={
        "as-given": Mistake(lambda n: n, "", as_given=True),
        "up": Mistake(lambda n: math.ceil(n / 2), "Round down."),
    },
)
ANSWER = ValueTask("answer", 42, {"doubled": Mistake(84, "Twice too much.", variants=(86,))})
DECIDED = DecidedChoiceTask(
    name="run",
    key="b",
    number=60,
    asked="the updates of the run that you chose",
    reason="Its curves still rise.",
    mistakes={
        "flat": Mistake(("a", 960), "It is done."),
        "stuck": Mistake(("c", 960), "It has not moved."),
        "epochs": Mistake(6, "Those are epochs."),
    },
)


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
    assert verdict.status == NOT_YET
    assert verdict.message == "With n=9: expected 4, got None. Is a return missing?"


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


def test_an_endless_loop_that_catches_everything_is_stopped(monkeypatch):
    monkeypatch.setattr("everystep.checks.judge.TIME_LIMIT_SECONDS", 0.2)

    def endless(n):
        while True:
            try:
                print("still here")
            except:  # noqa: E722
                continue

    verdict = HALF(endless)
    assert verdict.status == NOT_YET
    assert "Does a loop never end? It printed: still here / still here" in verdict.message


def test_what_an_answer_prints_stands_in_the_verdict(capsys):
    def right(n):
        print("n is", n)
        return n // 2

    def wrong(n):
        print("n is", n)
        return n

    assert (HALF(right).status, HALF(right).message) == (CORRECT, "It printed: n is 0")
    assert HALF(wrong).message.endswith("expected 0, got 1. It printed: n is 1")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda n: exit(), "got SystemExit"),
        (lambda n: [][n], "got IndexError"),
        (lambda m: m // 2, "It is called with (n), but takes (m). Keep the names"),
        (lambda: 0, "It is called with (n), but takes ()"),
        (lambda n: (yield n), "got a generator"),
        (lambda n: wrong_recursion(n), "got RecursionError"),
        (lambda n: n + 1 and None, "got None. Is a return missing?"),
        (7, "A function is expected, got 7."),
    ],
)
def test_whatever_an_answer_does_there_is_a_verdict(wrong, message):
    verdict = HALF(wrong)
    assert verdict.status == NOT_YET
    assert message in verdict.message


def wrong_recursion(n):
    return wrong_recursion(n + 1)


def test_an_interruption_is_a_verdict():
    def interrupted(n):
        raise KeyboardInterrupt

    assert HALF(interrupted).message == "The check was interrupted before it came to an end."


def test_an_answer_that_remembers_earlier_calls_is_told_so():
    calls = []
    verdict = HALF(lambda n: calls.append(n) or n // 2 + (len(calls) == 20))
    assert verdict.status == NOT_YET
    assert "Does the function keep something from call to call?" in verdict.message


@pytest.mark.parametrize(
    "right",
    [
        lambda n: float(n // 2),
        lambda n: np.array([n // 2]),
        lambda n: torch.tensor(n / 2, requires_grad=True).floor(),
        lambda n: Fraction(n // 2),
        lambda n: Decimal(n // 2),
        lambda **rest: rest["n"] // 2,
    ],
)
def test_a_right_number_of_any_type_is_accepted(right):
    assert HALF(right).correct


def third(n):
    return n / 3


def test_decimals_may_be_those_of_float32_and_differences_show():
    task = FunctionTask("third", third, HALF.cases, {}, relative_tolerance=1e-9)
    assert task(lambda n: np.float32(n) / np.float32(3)).correct
    assert "expected 0.333333, got 0.333433" in task(lambda n: third(n) * 1.0003).message


SORTED = FunctionTask(
    name="largest",
    oracle=lambda numbers: max(numbers),
    cases=st.fixed_dictionaries({"numbers": st.lists(st.integers(0, 9), min_size=1)}),
    mistakes={},
)


def test_an_answer_may_use_up_its_own_inputs_and_cannot_change_the_oracles():
    def uses_up(numbers):
        best = numbers.pop()
        while numbers:
            best = max(best, numbers.pop())
        return best

    def cheats(numbers):
        numbers[:] = [0]
        return 0

    assert SORTED(uses_up).correct
    assert not SORTED(cheats).correct


def test_what_chance_would_miss_is_aimed_at():
    task = FunctionTask(
        name="same",
        oracle=lambda n: n,
        cases=st.fixed_dictionaries({"n": st.integers(0, 10**9)}),
        mistakes={},
        aimed=({"n": 123_456_789},),
    )
    verdict = task(lambda n: n + (n == 123_456_789))
    assert verdict.message == "With n=123456789: expected 123456789, got 123456790."


def test_inputs_in_order_may_have_other_names_but_not_another_number():
    task = FunctionTask(
        name="minus",
        oracle=lambda a, b: a - b,
        cases=st.fixed_dictionaries({"a": st.integers(), "b": st.integers()}),
        mistakes={},
        observe=lambda answer, a, b: answer(a, b),
        parameters=("a", "b"),
    )
    assert task(lambda x, y: x - y).correct
    assert "It is called with (a, b), but takes (x)." in task(lambda x: x).message


def test_long_values_are_cut():
    assert len(HALF(lambda n: "x" * 10_000).message) < 500


@pytest.mark.parametrize(
    "wrong",
    ["text", "1", b"1", [1, 2], [0], float("nan"), 1j, pytest.param(10**5000, id="huge"), exit],
)
def test_values_of_the_wrong_kind_are_refused_without_an_exception(wrong):
    assert HALF(lambda n: wrong).status == NOT_YET
    assert ANSWER(wrong).status == NOT_YET
    assert DECIDED(wrong).status == NOT_YET
    assert DECIDED(("b", wrong)).status == NOT_YET


@pytest.mark.parametrize(
    ("value", "status", "mistake"),
    [
        (42, CORRECT, None),
        (42.0, CORRECT, None),
        (torch.tensor(42), CORRECT, None),
        (np.array([42]), CORRECT, None),
        (Fraction(84, 2), CORRECT, None),
        (Decimal(42), CORRECT, None),
        (42.001, NOT_YET, None),
        (86, NOT_YET, "doubled"),
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
    ("answer", "status", "mistake", "message"),
    [
        (("b", 60), CORRECT, None, "Its curves still rise."),
        ([" B", 60.0], CORRECT, None, "Its curves still rise."),
        (("a", 960), NOT_YET, "flat", "It is done."),
        (("c", torch.tensor(960)), NOT_YET, "stuck", "It has not moved."),
        (("a", 6), NOT_YET, "epochs", "Those are epochs."),
        (("b", 6), NOT_YET, "epochs", "Those are epochs."),
        ((..., ...), NOT_ATTEMPTED, None, ""),
        (("b", ...), NOT_ATTEMPTED, None, ""),
    ],
)
def test_choices_with_the_number_that_decides(answer, status, mistake, message):
    assert DECIDED(answer) == Verdict("run", status, message, mistake)


def test_nothing_is_said_of_a_choice_before_its_number_is_right():
    told = {DECIDED((choice, 61)).message for choice in "abc"}
    assert told == {
        "61 is not the updates of the run that you chose. Of the choice, more when the number is "
        "right."
    }
    assert "A pair is expected: one of 'a', 'b', 'c', and a number" in DECIDED("b").message
    assert "A pair is expected" in DECIDED(("d", 60)).message


def test_a_number_that_was_rounded_is_told_so():
    task = ValueTask("share", 1 / 3, {})
    assert task(np.float32(1 / 3)).correct
    assert "0.333 is close, but not exact enough" in task(0.333).message
    assert "is not it" in task(0.3).message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (864.4, "864.4 is near it. A whole number is expected."),
        (865.00001, "865.00001 is near it. A whole number is expected."),
        (863, "863 is not it."),
        (866.5, "866.5 is not it."),
    ],
)
def test_a_number_that_should_be_whole_says_so(given, message):
    assert message in ValueTask(name="answer", value=865, mistakes={})(given).message


def test_a_tolerance_is_relative():
    task = ValueTask("rate", 0.1, {}, relative_tolerance=0.01)
    assert task(0.1009).correct
    assert not task(0.102).correct


def test_the_same_answer_always_gets_the_same_verdict():
    answer = lambda n: n // 3  # noqa: E731
    assert HALF(answer) == HALF(answer)
