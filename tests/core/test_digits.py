import numpy as np
from sklearn.datasets import load_digits

from everystep.core import digits


def test_the_file_holds_what_the_library_reads():
    rows = digits.read_digits()
    known = load_digits()
    assert rows.shape == (digits.N_DIGITS, 65)
    assert np.array_equal(rows[:, :-1], known.data)
    assert np.array_equal(rows[:, -1], known.target)
