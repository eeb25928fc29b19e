import numpy as np
import pytest

from everystep.lab.validation import require_whole


@pytest.mark.parametrize("value", [1, 5, np.int64(3)])
def test_whole_numbers_in_range_pass(value):
    require_whole("n", value, minimum=1, maximum=5)


@pytest.mark.parametrize("value", [0, 6, 2.0, True, None, "2", float("nan")])
def test_others_are_refused_by_name(value):
    with pytest.raises(ValueError, match="n must be a whole number from 1 to 5, got"):
        require_whole("n", value, minimum=1, maximum=5)


def test_an_open_range_is_worded_so():
    with pytest.raises(ValueError, match="n must be a whole number of at least 2, got 1"):
        require_whole("n", 1, minimum=2)
