import numpy as np
import pytest

from everystep.core.validation import is_list, require_number, require_whole


@pytest.mark.parametrize("value", [1, 5, np.int64(3)])
def test_whole_numbers_in_range_pass(value):
    passed = require_whole("n", value, minimum=1, maximum=5)
    assert passed == value
    assert type(passed) is int


@pytest.mark.parametrize("value", [0, 6, 2.0, True, None, "2", float("nan")])
def test_others_are_refused_by_name(value):
    with pytest.raises(ValueError, match="n must be a whole number from 1 to 5, got"):
        require_whole("n", value, minimum=1, maximum=5)


def test_an_open_range_is_worded_so():
    with pytest.raises(ValueError, match="n must be a whole number of at least 2, got 1"):
        require_whole("n", 1, minimum=2)


@pytest.mark.parametrize(
    ("limits", "fine", "refused", "expected"),
    [
        ({}, [0, 1e9], [-1e-9, np.inf], "a finite number of at least 0"),
        ({"maximum": 1}, [0, 1], [-0.1, 1.1], "a number from 0 to 1"),
        ({"below": 1}, [0, 0.999], [-0.1, 1], "a number of at least 0 and below 1"),
        ({"positive": True}, [1e-9], [0, -1, np.inf], "a positive number that is finite"),
    ],
)
def test_numbers_in_range_pass_and_others_are_refused_by_name(limits, fine, refused, expected):
    for value in fine:
        for kind in (float, np.float32, np.float64):
            require_number("x", kind(value), **limits)
    for value in [*refused, float("nan"), True, None, "0.5", [0.5], 0.5j]:
        with pytest.raises(ValueError, match=f"x must be {expected}, got"):
            require_number("x", value, **limits)


@pytest.mark.parametrize("value", [[], [1], (1, 2), range(3), np.arange(3)])
def test_lists(value):
    assert is_list(value)


@pytest.mark.parametrize("value", [None, 1, 2.5, "50", b"50", {1: 2}, iter([1]), np.array(1)])
def test_what_is_no_list(value):
    assert not is_list(value)
