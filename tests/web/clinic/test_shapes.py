"""The best shape for recorded rates is the one that the package finds."""

import numpy as np
import pytest

from everystep.clinic.shapes import best_fit

FIT = "([x, y]) => { const { kind, fit } = everystep.shapes.bestFit(x, y); return [kind, fit]; }"
X = np.arange(15.0, 900.0, 15.0)
SHAPES = {
    "linear": 1 - X / 1000,
    "cosine": (1 + np.cos(np.pi * np.clip((X - 11) / 1400, 0, 1))) / 2,
    "cosine to a floor": 0.2 + 0.4 * (1 + np.cos(np.pi * np.clip(X / 700, 0, 1))),
    "exponential": np.exp(-X / 300),
    "cooldown": np.minimum(1, (900 - X) / 300),
    "none": 1 - (X / 1000) ** 5 + 0.1 * np.sin(X / 40),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_best_shape_is_that_of_the_package(page, name):
    kind, fit = best_fit(X, SHAPES[name])
    found, other = page.evaluate(FIT, [X.tolist(), SHAPES[name].tolist()])
    assert found == kind
    if fit.horizon is not None:
        assert other["horizon"] == pytest.approx(fit.horizon, rel=1e-5)
        assert [other["floor"], other["start"]] == pytest.approx([fit.floor, fit.start], abs=1e-5)
