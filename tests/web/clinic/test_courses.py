"""What is measured of a curve is what the package measures, of curves of any length."""

import numpy as np
import pytest

from everystep.clinic import courses
from everystep.clinic.run_log import Curve

MEASURE = """(values) => {
  const { courses } = everystep;
  const epochs = values.map((_, i) => i + 1);
  const curve = courses.usable({ name: "loss", values, steps: null, epochs, seconds: null });
  return [
    curve.values.length, courses.start(curve), courses.end(curve), courses.variation(curve),
    courses.noise(values), ...courses.level(curve, 7), courses.fallsInOrder(values),
    courses.leap(curve),
    ...courses.smoothed(values),
  ];
}"""


@pytest.mark.parametrize("n", [1, 2, 9, 10, 37, 2500])
def test_measures_of_a_curve_are_those_of_the_package(page, n):
    values = 1 + np.random.default_rng(n).random(n)
    curve = courses.usable(Curve("loss", values, epochs=np.arange(1.0, n + 1)))
    expected = [len(curve), courses.start_of(curve), courses.end_of(curve)]
    expected += [courses.variation(curve), courses.noise(values), *courses.level(curve, 7)]
    expected += [courses.falls_in_order(values), courses.leap(curve), *courses.smoothed(values)]
    assert page.evaluate(MEASURE, values.tolist()) == pytest.approx(expected, rel=1e-9, abs=1e-12)
