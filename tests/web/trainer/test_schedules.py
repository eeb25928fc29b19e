"""The schedules of the page are those of ``everystep.core.schedules``."""

import pytest

from everystep.core import schedules
from tests.reference.training import SCHEDULES

RUN = """({ given, schedules, plateaus }) => {
  const made = ([name, ...parts]) => everystep.schedules[name](
    ...parts.map((part) => (Array.isArray(part) ? made(part) : part)));
  const attempt = (make) => {
    try {
      return make();
    } catch (error) {
      return error.message.split(", got ")[0];
    }
  };
  return {
    schedules: schedules.map(([row]) => attempt(() => given.moments.map(made(row)))),
    plateaus: plateaus.map(([row]) =>
      attempt(() => everystep.schedules.reduce_on_plateau(given.losses, ...row))),
  };
}"""


def differing(page, reference):
    found = page.evaluate(RUN, reference)
    return [
        (row, result, expected)
        for part in ("schedules", "plateaus")
        for (row, expected), result in zip(reference[part], found[part], strict=True)
        if result != (expected if isinstance(expected, str) else pytest.approx(expected, rel=1e-12))
    ]


def test_the_factors_and_the_errors_are_those_of_the_package(page, reference):
    assert differing(page, reference) == []


def test_every_schedule_of_the_package_is_there_and_in_the_table(page):
    made = {
        name
        for name, value in vars(schedules).items()
        if getattr(value, "__module__", "") == schedules.__name__ and not name.startswith("_")
    }
    assert set(page.evaluate("Object.keys(everystep.schedules)")) == made
    assert {name for name, *_ in SCHEDULES} == made - {"reduce_on_plateau"}


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Math.floor(step / every)", "step / every"),
        ("Math.min(step, horizon) / horizon) ** power", "step / horizon) ** power"),
        ("left >= length", "left > length"),
        ("top > 0 ? at / top : 1", "at / top"),
        ("(step + 1) / (steps + 1)", "step / steps"),
        ("then(step - steps)", "then(step)"),
        ("horizon - cooldown_steps", "horizon - cooldown_steps - 1"),
        ("waited > patience", "waited >= patience"),
        ("best * (1 - threshold)", "best"),
        ('whole("warmup_steps", warmup_steps, 0, horizon - 1);', ""),
    ],
)
def test_a_planted_fault_is_found(trainer, reference, right, wrong):
    with trainer(schedules=(right, wrong)) as page:
        assert differing(page, reference)
