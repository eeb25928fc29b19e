"""Horizons of plans are those of the package."""

import pytest

from everystep.clinic.schedule import recognize


def test_horizons_of_plans_are_those_of_the_package(pairs):
    differ = 0
    for found, expected in pairs.values():
        alone = recognize(expected.log.curves.get("rate", ()))
        differ += alone != expected.schedule
        assert found["schedule"]["kind"] == expected.schedule.kind
        horizons = (found["schedule"]["horizon"], expected.schedule.horizon)
        assert (horizons[0] is None) == (horizons[1] is None)
        assert (horizons[0] or 0) == pytest.approx(horizons[1] or 0, rel=1e-4)
        assert found["schedule"]["floor"] == pytest.approx(expected.schedule.floor, abs=1e-4)
    assert differ > 2
