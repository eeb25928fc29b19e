"""Validation is measured as the package does."""

import pytest


@pytest.mark.parametrize(
    "measure",
    ["val_from_best", "val_score_best_or_1", "error_rise_from_first_or_0", "has_score_that_gained"],
)
def test_measures_of_validation_are_those_of_the_package(pairs, measure):
    values = set()
    for found, expected in pairs.values():
        if measure in expected.measures:
            values.add(round(float(expected.measures[measure]), 6))
            assert found["measures"][measure] == pytest.approx(expected.measures[measure])
    assert len(values) > 1
