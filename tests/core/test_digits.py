import numpy as np
import pytest
from sklearn.datasets import load_digits

from everystep.core import digits


def test_the_file_holds_what_the_library_reads():
    rows = digits.read_digits()
    known = load_digits()
    assert rows.shape == (digits.N_DIGITS, 65)
    assert np.array_equal(rows[:, :-1], known.data)
    assert np.array_equal(rows[:, -1], known.target)


def test_a_missing_scikit_learn_is_named(monkeypatch):
    digits.read_digits.cache_clear()
    monkeypatch.setattr("everystep.core.digits.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="scikit-learn, which is not installed"):
        digits.read_digits()
