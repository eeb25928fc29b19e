import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer

from everystep.core.bundled import read_table


def test_a_table_holds_what_the_library_reads():
    table = read_table("breast_cancer.csv", heading_lines=1)
    features, target = load_breast_cancer(return_X_y=True)
    np.testing.assert_array_equal(table, np.column_stack([features, target]))


def test_a_missing_scikit_learn_is_named(monkeypatch):
    monkeypatch.setattr("everystep.core.bundled.find_spec", lambda name: None)
    with pytest.raises(ModuleNotFoundError, match="scikit-learn, which is not installed"):
        read_table("digits.csv.gz")
