"""The page trains on signals that the package makes, rounded."""

import gzip

import numpy as np
import pytest

from everystep.core.signals import signals_and_labels
from everystep.site.trainer import packed_signals, page_signals, signals_script

RUN = """([n_train, data]) => {
  const settings = { recipes: [{ fields: { batch_size: 32, lr: 0.1, epochs: 1 }, schedule: null }],
    seeds: [0, 1], hidden: [8], n_train };
  const groups = everystep.experiment.begin(settings, everystep.datasets[data]());
  return groups[0].map(({ training, val }) => [training.data.y.length, val.y.length,
    training.data.x.length, val.x.length]);
}"""


def test_the_signals_are_those_of_the_package_rounded_and_sorted_by_class(page):
    found = page.evaluate("""() => {
      const { x, y, features, classes } = everystep.datasets.mnist1d();
      return { x: [...x], y, features, classes };
    }""")
    x, y = (part[:5120] for part in signals_and_labels())
    order = y.argsort(kind="stable")
    assert (found["features"], found["classes"]) == (40, 10)
    assert found["y"] == y[order].tolist()
    *_, low, step = page_signals()
    off = np.reshape(found["x"], (-1, 40)) - x[order]
    assert abs(off).max() <= step / 2 + 1e-6
    assert off.std() < 0.05 * x.std()
    assert min(found["x"]) == pytest.approx(low)


def test_they_weigh_at_most_120_kilobytes():
    assert len(gzip.compress(signals_script(packed_signals(), "").encode())) <= 120 * 1000


@pytest.mark.parametrize(
    ("data", "n_train", "n_val", "features"),
    [
        ("mnist1d", 1024, 1024, 40),
        ("mnist1d", 4096, 1024, 40),
        ("digits", 1024, 773, 64),
        ("digits", 16, 1781, 64),
    ],
)
def test_as_many_signals_validate_as_in_the_labs_and_all_digits_that_do_not_train(
    page, data, n_train, n_val, features
):
    sizes = [n_train, n_val, features * n_train, features * n_val]
    assert page.evaluate(RUN, [n_train, data]) == [sizes, sizes]
