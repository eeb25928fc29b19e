import sys
import time
import warnings

import pytest
from hypothesis import strategies as st

from everystep.checks import judge

CASES = st.fixed_dictionaries({"n": st.integers(0, 50)})


def call(answer, **case):
    return answer(**case)


def sleep_through_all(n):
    while True:
        try:  # noqa: SIM105
            time.sleep(100)
        except:  # noqa: E722
            pass


def catch_twice(n):
    while True:
        try:
            try:  # noqa: SIM105
                n += 1
            except:  # noqa: E722
                pass
        except BaseException:
            continue


def always_go_on(n):
    while True:
        try:
            print("x")
        finally:
            continue  # noqa: B012


def give_in_but_say_nothing(n):
    try:
        while True:
            n += 1
    except BaseException:
        return n


@pytest.mark.parametrize(
    "answer", [sleep_through_all, catch_twice, always_go_on, give_in_but_say_nothing]
)
def test_an_answer_that_takes_too_long_is_stopped_also_if_it_catches_everything(
    monkeypatch, answer
):
    monkeypatch.setattr(judge, "TIME_LIMIT_SECONDS", 0.2)
    began = time.monotonic()
    with pytest.raises(judge.OutOfTime), judge.time_limit():
        judge.outcome(call, answer, {"n": 3})
    assert time.monotonic() - began < 20


def test_a_search_of_many_short_calls_is_stopped_too(monkeypatch):
    monkeypatch.setattr(judge, "TIME_LIMIT_SECONDS", 0.2)

    def slow(n):
        time.sleep(0.02)

    with pytest.raises(judge.OutOfTime), judge.time_limit():
        judge.find_case(CASES, lambda case: bool(judge.outcome(call, slow, case).value))


def test_no_alarm_is_left_behind(monkeypatch):
    monkeypatch.setattr(judge, "TIME_LIMIT_SECONDS", 0.2)
    with judge.time_limit():
        pass
    time.sleep(0.4)  # an alarm still set would end this test
    assert judge.outcome(call, lambda n: n, {"n": 3}).value == 3


def test_errors_are_outcomes_and_what_is_printed_is_kept_and_warnings_are_not_shown(capsys):
    def chatty(n):
        print("debug")
        print("more", file=sys.stderr)
        warnings.warn("careful", stacklevel=1)
        return n

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert judge.outcome(call, chatty, {"n": 3}) == judge.Outcome(3, "debug\nmore\n")
    assert not seen
    assert capsys.readouterr() == ("", "")
    assert isinstance(judge.outcome(call, lambda n: 1 // 0, {"n": 3}).value, ZeroDivisionError)


def test_an_answer_that_leaves_python_is_an_outcome_and_closes_nothing():
    stdin = sys.stdin
    assert isinstance(judge.outcome(call, lambda n: exit(), {"n": 3}).value, SystemExit)
    assert isinstance(judge.outcome(call, lambda n: input(), {"n": 3}).value, EOFError)
    assert sys.stdin is stdin


def test_somebody_at_the_keyboard_is_obeyed():
    def interrupted(n):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge.outcome(call, interrupted, {"n": 3})


def test_an_endless_print_is_not_kept_whole():
    printed = judge.outcome(call, lambda n: print("x" * 10**6), {"n": 3}).printed
    assert printed == "x" * judge.LONGEST_PRINT


def test_an_answer_gets_inputs_of_its_own():
    case = {"n": [3, 1, 2]}
    assert judge.outcome(call, lambda n: n.sort() or n, case).value == [1, 2, 3]
    assert case == {"n": [3, 1, 2]}


def test_the_smallest_case_is_found_or_none():
    assert judge.find_case(CASES, lambda case: case["n"] > 17) == {"n": 18}
    assert judge.find_case(CASES, lambda case: case["n"] > 50) is None
    assert judge.find_case(CASES, lambda case: case["n"] > 17, smallest=False)["n"] > 17


def test_a_condition_that_holds_only_once_gets_the_case():
    asked = []
    case = judge.find_case(CASES, lambda case: asked.append(case) or len(asked) == 20)
    assert case == asked[19]


def test_nothing_handed_in():
    assert judge.is_missing(None)
    assert judge.is_missing(...)
    assert not judge.is_missing(0)
    assert not judge.is_missing([])


def empty(n):
    """Say what it does, and do nothing."""
    ...


@pytest.mark.parametrize(
    ("function", "is_empty"),
    [
        (empty, True),
        (lambda: None, True),
        (lambda n: n, False),
        (lambda n: 0, False),
        (lambda n: print(n), False),
        (print, False),
    ],
)
def test_a_body_that_does_nothing(function, is_empty):
    assert judge.is_empty(function) is is_empty


@pytest.mark.parametrize(
    ("answer", "by_name", "in_order"),
    [
        (lambda n, b: 0, True, True),
        (lambda n, b, keep=True: 0, True, True),
        (lambda **rest: 0, True, False),
        (lambda b, n: 0, True, True),
        (lambda n, batch: 0, False, True),
        (lambda n: 0, False, False),
        (lambda n, b, c: 0, False, False),
    ],
)
def test_what_a_function_takes(answer, by_name, in_order):
    assert judge.takes(answer, ("n", "b"), by_name=True) is by_name
    assert judge.takes(answer, ("n", "b"), by_name=False) is in_order
