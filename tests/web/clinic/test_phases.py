"""Rows of training and of validation are told apart as by the package."""

import pytest

from everystep.clinic.readers.phases import apart

APART = "([names, columns]) => everystep.phases.apart(names, columns)"


@pytest.mark.parametrize(
    "phases",
    [
        ["train", "val", "train"],
        ["Training", " eval ", "test"],
        ["train", "train", "train"],
        ["train", None, "val"],
        ["val", "test", "val"],
    ],
)
@pytest.mark.parametrize("name", ["phase", "Mode", "colour"])
def test_rows_are_told_apart_as_by_the_package(page, name, phases):
    names, columns = ["loss", name, "epoch"], [[2, 3, 1], phases, [1, 1, 2]]
    expected = apart(names, list(zip(*columns, strict=True)))
    found = page.evaluate(APART, [names, columns])
    if expected is None:
        assert found is None
        return
    assert found[0] == expected[0]
    assert list(map(list, zip(*found[1], strict=True))) == expected[1]
    assert found[2] == expected[2]
