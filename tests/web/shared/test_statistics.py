"""The page estimates as the package does."""

import numpy as np
import pytest

from everystep.core import statistics
from tests.paths import ROOT

FEWEST, MOST = 10, 32


@pytest.fixture(scope="module")
def page(browser):
    context = browser.new_context(offline=True)
    page = context.new_page()
    for script in ("shared/page.js", "shared/statistics.js"):
        page.add_script_tag(content=(ROOT / "web" / script).read_text(encoding="utf-8"))
    yield page
    context.close()


def values(n, seed):
    """Return accuracies of two recipes, some of them equal, as those of few images are."""
    return np.random.default_rng(seed).integers(340, 356, (2, n)) / 360


@pytest.mark.parametrize("n", range(FEWEST, MOST + 1))
def test_estimates_are_those_of_the_package(page, n):
    first, second = values(n, n)
    known = statistics.difference(first, second)
    found = page.evaluate(
        "([a, b]) => everystep.statistics.difference(a, b)", [first.tolist(), second.tolist()]
    )
    expected = {"n": n, "mean": known.mean, "low": known.low, "high": known.high}
    assert found == pytest.approx(expected | {"p_above": known.p_above}, rel=1e-12)


def test_few_seeds_get_no_interval(page):
    found = page.evaluate("everystep.statistics.estimate([1, 2, 3, 4, 5, 6, 7, 8, 9])")
    assert found["mean"] == 5
    assert np.isnan([found["low"], found["high"]]).all()
    assert page.evaluate("everystep.statistics.FEWEST") == FEWEST


def test_what_is_not_finite_stays_so(page):
    found = page.evaluate("everystep.statistics.estimate(Array(12).fill(NaN))")
    assert np.isnan([found["mean"], found["low"], found["high"]]).all()
