"""Cells are read as by the package."""

import math

import pytest

from everystep.clinic.readers.tables import listed, number, printable

CELLS = [
    "1", " 2.5 ", "-3e-4", "+.5", "5.", "1_000", "1__0", "_1", "nan", "NaN", "-nan", "inf",
    "-Infinity", "", " ", "null", "None", "N/A", "-", "<NA>", "#NUM!", "#DIV/0!", "1.#QNAN",
    "-1.#INF", "∞",
    "nan(ind)", "tensor(0.5, grad_fn=<x>)", "tensor([2.])", "np.float32(0.25)", "array(nan)",
    "tensor(x)", "0x10", "0b1", "1e400", "abc", "1,5", "12:30", "5%", "1e", "e5", "--1", "1 2",
    None, True, [1], {"a": 1}, 3, 0.5,
]  # fmt: skip
READ = """(cells) => cells.map((cell) => {
  const found = everystep.tables.number(cell);
  return found === undefined ? "no number" : found;
})"""


def read(cell):
    try:
        return number(cell)
    except ValueError:
        return "no number"


def test_cells_are_read_as_by_the_package(page):
    for cell, found in zip(CELLS, page.evaluate(READ, CELLS), strict=True):
        expected = read(cell)
        is_nan = isinstance(expected, float) and math.isnan(expected)
        assert found == (pytest.approx(expected, nan_ok=True) if is_nan else expected), cell


def test_names_are_shown_as_by_the_package(page):
    names = ["a\x1b[31m b\n", "x" * 70, "é\u200b", "😀" * 61, "\u00a0p", "q", "r", "s"]
    shown = "(names) => [names.map(everystep.tables.printable), everystep.tables.listed(names)]"
    assert page.evaluate(shown, names) == [[printable(name) for name in names], listed(names)]
