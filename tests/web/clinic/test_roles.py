"""Columns have the roles that they have by the package."""

import pytest


def test_curves_are_those_of_the_package(pairs):
    roles = set()
    for found, expected in pairs.values():
        curves = expected.log.curves
        assert found["log"]["curves"].keys() == curves.keys()
        for role, several in curves.items():
            ours = found["log"]["curves"][role]
            assert [one["name"] for one in ours] == [curve.name for curve in several]
            for one, curve in zip(ours, several, strict=True):
                assert one["values"] == pytest.approx(curve.values.tolist(), nan_ok=True)
        roles |= set(curves)
    assert roles >= {"train_loss", "val_loss", "train_accuracy", "val_accuracy", "rate"}
