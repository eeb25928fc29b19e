"""The compiled loop and the one in JavaScript add the same rows, and keep to their arrays."""

import itertools

import numpy as np
import pytest

from tests.web.trainer.test_engine import differing

# Adds rows of m to a part of out; returns all of out, and the m that must not have changed.
ADD = """([isCompiled, { out, at, width, m, x, from, stride, n }]) => {
  const arena = everystep.kernels.arena(out.length + m.length, Math.max(width, n));
  const arrays = [out, m].map((values) => {
    const array = arena.array(values.length);
    array.set(values);
    return array;
  });
  arena.add(arrays[0], at, width, arrays[1], Float64Array.from(x), from, stride, n);
  return arrays.map((array) => [...array]);
}"""


def case(width, n, zeros, draw):
    x = draw.normal(size=1 + 3 * n)
    x[draw.random(len(x)) < zeros] = 0
    return {
        "out": draw.normal(size=width + 5).tolist(),
        "at": 2,
        "width": width,
        "m": draw.normal(size=n * width).tolist(),
        "x": x.tolist(),
        "from": 1,
        "stride": 3,
        "n": n,
    }


CASES = list(itertools.product([1, 2, 3, 4, 10, 33], [1, 3, 4, 9, 64], [0, 0.5, 1]))


@pytest.mark.parametrize("is_compiled", [True, False])
def test_rows_are_added_as_often_as_x_says(page, is_compiled):
    draw = np.random.default_rng(0)
    for width, n, zeros in CASES:
        given = case(width, n, zeros, draw)
        expected = np.array(given["out"])
        rows = np.array(given["m"]).reshape(n, width)
        expected[2 : 2 + width] += np.array(given["x"])[1::3][:n] @ rows
        out, m = page.evaluate(ADD, [is_compiled, given])
        assert out == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert m == given["m"]


def test_a_row_that_is_left_out_may_hold_anything(page):
    given = case(2, 3, 0, np.random.default_rng(0))
    given |= {"x": [9, 1, 9, 9, 0, 9, 9, 1, 9, 9], "m": [1, 2, None, None, 3, 4]}
    given["out"] = [0] * 7
    for is_compiled in (True, False):
        assert page.evaluate(ADD, [is_compiled, given])[0] == [0, 0, 4, 6, 0, 0, 0]


def test_this_browser_runs_the_compiled_loop(page):
    """Else the tests of the engine would say nothing about it."""
    again = """() => { let made = 0;
      const { Instance } = WebAssembly;
      WebAssembly.Instance = class extends Instance { constructor(...a) { super(...a); made++; } };
      everystep.kernels.arena(1, 1);
      WebAssembly.Instance = Instance;
      return made; }"""
    assert page.evaluate(again) == 1


def test_without_webassembly_the_same_is_trained(trainer, reference):
    with trainer(kernels=("return new WebAssembly.Module", "throw Error(), ")) as page:
        assert differing(page, reference) == []
        assert page.evaluate(ADD, [False, case(3, 4, 0, np.random.default_rng(1))])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("row += 8 * width", "row += 8"), ("i += stride", "i++"), ("row = m.byteOffset", "row = 0")],
)
def test_a_planted_fault_is_found(trainer, reference, right, wrong):
    with trainer(kernels=(right, wrong)) as page:
        assert differing(page, reference)
