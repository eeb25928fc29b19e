"""Schedules are recognized as by the package."""

import numpy as np
import pytest

from everystep.clinic.run_log import Curve
from everystep.clinic.schedule import describe, recognize
from everystep.core import schedules

FIELDS = ("kind", "unit", "peak", "left", "every", "warmup", "horizon", "floor")
RECOGNIZE = """([values, steps, ...known]) => {
  const found = everystep.schedule.recognize(
    [{ name: "lr", values, steps, epochs: null, seconds: null }]);
  return [found, everystep.schedule.describe(found, ...known)];
}"""


def test_schedules_are_those_of_the_package(pairs):
    kinds = set()
    for found, expected in pairs.values():
        kinds.add(expected.schedule.kind)
        for field in FIELDS:
            value = getattr(expected.schedule, field)
            if isinstance(value, float):
                value = pytest.approx(value, rel=1e-6, abs=1e-9)
            assert found["schedule"][field] == value
        assert found["schedule"]["cuts"] == pytest.approx(list(expected.schedule.cuts))
    assert len(kinds) >= 10


@pytest.mark.parametrize("made", [40, 700, 1000])
@pytest.mark.parametrize(
    "schedule",
    [
        schedules.cosine(1000, 0.1),
        schedules.warmup_cosine(1000, 100),
        schedules.one_cycle(1000),
        schedules.polynomial(1000),
        schedules.cooldown(1000, 200),
        schedules.warmup(50, schedules.constant()),
        schedules.step_decay(300),
    ],
)
def test_schedules_that_are_cut_off_are_described_alike(page, schedule, made):
    steps = [float(step) for step in range(10, made + 1, 10)]
    values = [0.01 * schedule(int(step) - 1) for step in steps]
    expected = recognize([Curve("lr", np.array(values), np.array(steps))])
    for known in ([], [None, 250], [None, 99], [1000, 250], [999.5], [1013]):
        assert page.evaluate(RECOGNIZE, [values, steps, *known])[1] == describe(expected, *known)
