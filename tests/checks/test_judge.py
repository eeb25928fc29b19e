import time
import warnings

import numpy as np
import pytest
from hypothesis import strategies as st

from everystep.checks import judge

CASES = st.fixed_dictionaries({"n": st.integers(0, 50)})


def call(answer, **case):
    return answer(**case)


def test_an_answer_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(judge, "TIME_LIMIT_SECONDS", 1)
    with pytest.raises(judge.OutOfTime), judge.time_limit():
        time.sleep(10)


def test_no_alarm_is_left_behind(monkeypatch):
    monkeypatch.setattr(judge, "TIME_LIMIT_SECONDS", 1)
    with judge.time_limit():
        pass
    time.sleep(1.2)  # an alarm still set would end this test


def test_errors_are_outcomes_and_what_is_printed_or_warned_of_is_not_shown(capsys):
    def chatty(n):
        print("debug")
        warnings.warn("careful", stacklevel=1)
        return n

    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert judge.outcome(call, chatty, {"n": 3}) == 3
    assert not seen
    assert capsys.readouterr().out == ""
    assert isinstance(judge.outcome(call, lambda n: 1 // 0, {"n": 3}), ZeroDivisionError)


def test_the_smallest_case_is_found_or_none():
    assert judge.find_case(CASES, lambda case: case["n"] > 17) == {"n": 18}
    assert judge.find_case(CASES, lambda case: case["n"] > 50) is None
    assert judge.find_case(CASES, lambda case: case["n"] > 17, judge.ANY)["n"] > 17


@pytest.mark.parametrize(
    ("got", "expected", "same"),
    [
        (1, 1.0, True),
        ((1, 2), [1, 2], True),
        (np.float32(0.5), 0.5, True),
        ((1, 2), (1, 2, 3), False),
        (None, None, True),
        (None, 0, False),
        (ValueError("a"), ValueError("b"), True),
        (ValueError("a"), TypeError("a"), False),
        (ValueError("a"), 1, False),
        (True, 1, False),
        ("1", 1, False),
        (float("nan"), float("nan"), False),
        ([[1], [1, 2]], 1, False),
    ],
)
def test_what_agrees(got, expected, same):
    assert judge.agree(got, expected, 0.0) is same


def test_a_tolerance_is_relative_to_the_largest_number():
    assert judge.agree((1000.5, 0.5), (1000.0, 0.0), 0.001)
    assert not judge.agree((1001.5, 0.0), (1000.0, 0.0), 0.001)


def test_nothing_handed_in():
    assert judge.is_missing(None)
    assert judge.is_missing(...)
    assert not judge.is_missing(0)
    assert not judge.is_missing([])


def test_what_is_a_number():
    assert all(judge.is_number(value) for value in (1, 0.5, np.int64(3), np.float32(2)))
    assert not any(judge.is_number(value) for value in (True, "1", None, [1], 1j))


@pytest.mark.parametrize(
    ("value", "names", "text"),
    [
        (1 / 3, (), "0.333333"),
        (3, (), "3"),
        ((0.5, 2), ("weight", "updates"), "weight 0.5, updates 2"),
        ((0.5, 2), ("weight",), "(0.5, 2)"),
        (ValueError("no"), (), "ValueError: no"),
        ("x" * 100, (), "'" + "x" * 79 + " …"),
    ],
)
def test_how_values_are_shown(value, names, text):
    assert judge.as_text(value, names) == text
