"""The compiled loops and those in JavaScript compute the same, and keep to their arrays."""

import itertools
import math

import numpy as np
import pytest

from tests.web.trainer.test_engine import differing

# Adds x m to out; returns out with what lies behind it, and the x and m that must not have changed.
ADD = """([isCompiled, { out, n, width, x, count, m, isTurned }]) => {
  const arena = everystep.kernels.arena(
    out.length + x.length + m.length, Math.max(width, count), isCompiled);
  const arrays = [out, x, m].map((values) => {
    const array = arena.array(values.length);
    array.set(values);
    return array;
  });
  arena.add(arrays[0], n, width, arrays[1], count, arrays[2], isTurned);
  return arrays.map((array) => [...array]);
}"""
CLIP = """([isCompiled, values, by, count]) => {
  const arena = everystep.kernels.arena(2 * values.length, 1, isCompiled);
  const arrays = [values, by].map((numbers) => {
    const array = arena.array(numbers.length);
    array.set(numbers);
    return array;
  });
  arena.clip(...arrays, count);
  return [...arrays[0]];
}"""


def case(n, width, count, zeros, is_turned, draw):
    x = draw.normal(size=n * count)
    x[draw.random(len(x)) < zeros] = 0
    return {
        "out": draw.normal(size=n * width + 5).tolist(),
        "n": n,
        "width": width,
        "x": x.tolist(),
        "count": count,
        "m": draw.normal(size=count * width).tolist(),
        "isTurned": is_turned,
    }


CASES = list(
    itertools.product([1, 3], [1, 2, 3, 4, 10, 33], [1, 3, 4, 9, 64], [0, 0.5, 1], [False, True])
)


@pytest.mark.parametrize("is_compiled", [True, False])
def test_a_product_is_added(page, is_compiled):
    draw = np.random.default_rng(0)
    for n, width, count, zeros, is_turned in CASES:
        given = case(n, width, count, zeros, is_turned, draw)
        x = np.array(given["x"])
        x = x.reshape(count, n).T if is_turned else x.reshape(n, count)
        expected = np.array(given["out"])
        expected[: n * width] += (x @ np.array(given["m"]).reshape(count, width)).ravel()
        out, *unchanged = page.evaluate(ADD, [is_compiled, given])
        assert out == pytest.approx(expected, rel=1e-12, abs=1e-12)
        assert unchanged == [given["x"], given["m"]]


def test_a_row_that_is_left_out_may_hold_anything(page):
    given = case(1, 2, 3, 0, False, np.random.default_rng(0))
    given |= {"x": [1, 0, 1], "m": [1, 2, None, None, 3, 4], "out": [0] * 5}
    for is_compiled in (True, False):
        assert page.evaluate(ADD, [is_compiled, given])[0] == [4, 6, 0, 0, 0]


@pytest.mark.parametrize("is_compiled", [True, False])
@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_values_are_clipped_by_others_and_no_further_than_asked(page, is_compiled, count):
    values, by = [1, 2, 3, math.nan, 5, 6], [0.5, 0, -1, math.nan, -0.5, -1]
    clipped = [1, 0, 0, math.nan, 0]
    out = page.evaluate(CLIP, [is_compiled, values, by, count])
    assert out == pytest.approx([*clipped[:count], *values[count:]], nan_ok=True)


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
        assert page.evaluate(ADD, [False, case(1, 3, 4, 0, False, np.random.default_rng(1))])


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("[8, 8 * n]", "[8, 8 * n + 8]"), ("[8 * count, 8]", "[8 * width, 8]")],
)
def test_a_planted_fault_is_found(trainer, reference, right, wrong):
    with trainer(kernels=(right, wrong)) as page:
        assert differing(page, reference)
