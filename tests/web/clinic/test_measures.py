"""Measures are those of the package."""

import pytest


def test_measures_are_those_of_the_package(pairs):
    names = set()
    for found, expected in pairs.values():
        measured = dict(expected.measures)
        assert found["measures"] == pytest.approx(measured, rel=1e-9, abs=1e-9)
        names |= set(measured)
    assert len(names) > 35
