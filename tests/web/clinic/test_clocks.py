"""Rows have the clocks that they have by the package."""

import pytest

CLOCKS = ("steps", "epochs", "seconds")


@pytest.mark.parametrize("clock", CLOCKS)
def test_every_record_has_the_time_that_it_has_by_the_package(pairs, clock):
    known = 0
    for found, expected in pairs.values():
        for role, curves in expected.log.curves.items():
            for curve, one in zip(curves, found["log"]["curves"][role], strict=True):
                times = getattr(curve, clock)
                assert one[clock] == (None if times is None else pytest.approx(times.tolist()))
                known += times is not None
    assert known > 5


def test_the_next_smaller_number_bounds_an_epoch(page):
    """An epoch of 100 updates: the row of step 100 belongs to the next."""
    find = """() => everystep.clocks.clocksOf(
      everystep.tables.tableOfColumns(["s", "e"], [[50, 99, 100, 199], [0, 0, 1, 1]], []), "s", "e",
      { areEpochsPasses: false, stepsFrom: 1, epochsFrom: null, notes: [] }).stepsPerEpoch"""
    assert page.evaluate(find) == pytest.approx(99.5, abs=0.6)
