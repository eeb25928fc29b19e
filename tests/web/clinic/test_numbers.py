"""Numbers are computed as by NumPy and printed as by Python."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

TIES = [0.5, 1.5, 2.5, 0.125, 0.375, 1.0625, 0.84375, 1234.5, 12345.5, 9.9995, 99995.0, 99985.0]
OTHERS = [0.0, -0.0, -1.5, 1e21, 1e22, 1.5e300, 5e-324, 1e-5, 0.00012345, 123456.0, 1e15, 7 / 3]
PRINT = """(values) => values.map((value) => {
  const { fixed, general, percent } = everystep.numbers;
  return [fixed(value), fixed(value, 1), fixed(value, 2), general(value, 2), general(value, 3),
    general(value, 4), general(value, 6), percent(value, 0), percent(value, 1)];
})"""


def printed(value):
    return [
        f"{value:,.0f}", f"{value:,.1f}", f"{value:,.2f}", f"{value:,.2g}", f"{value:,.3g}",
        f"{value:,.4g}", f"{value:,.6g}", f"{value:,.0%}", f"{value:,.1%}",
    ]  # fmt: skip


def test_ties_and_extremes_are_printed_as_by_python(page):
    values = [*TIES, *OTHERS, float("inf"), float("-inf"), float("nan")]
    assert page.evaluate(PRINT, values) == [printed(value) for value in values]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), max_size=50))
def test_any_number_is_printed_as_by_python(page, values):
    assert page.evaluate(PRINT, values) == [printed(value) for value in values]


def test_small_functions_are_numpys(page):
    rng = np.random.default_rng(0)
    x, y = np.sort(rng.normal(size=101)), rng.normal(size=101)
    found = page.evaluate(
        """([x, y]) => {
          const n = everystep.numbers;
          return [n.mean(y), n.median(y), n.median(y.slice(1)), n.max(y), n.min(y), n.diff(y),
            n.split(y, 7), n.line(x, y), [-9, 0.1, x[3], 9].map((a) => n.interpolated(a, x, y)),
            [0.5, 1.5, 2.5, -0.5, 2.4, 2.6].map(n.round)];
        }""",
        [x.tolist(), y.tolist()],
    )
    expected = [
        y.mean(), np.median(y), np.median(y[1:]), y.max(), y.min(), np.diff(y).tolist(),
        [part.tolist() for part in np.array_split(y, 7)], np.polyfit(x, y, 1).tolist(),
        np.interp([-9, 0.1, x[3], 9], x, y).tolist(), [0, 2, 2, 0, 2, 3],
    ]  # fmt: skip
    for one, other in zip(found, expected, strict=True):
        if isinstance(one, list) and isinstance(one[0], list):
            assert one == other
        else:
            assert one == pytest.approx(other, rel=1e-9)
