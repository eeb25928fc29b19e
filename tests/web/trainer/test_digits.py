"""The page trains on the images that the package trains on."""

import gzip

import numpy as np

from everystep.core.digits import read_digits
from everystep.site.trainer import images_script


def test_the_images_are_those_of_the_package_sorted_by_class(page):
    found = page.evaluate("""() => {
      const { x, y, features, classes } = everystep.datasets.digits();
      return { x: Array.from(x, (value) => 16 * value), y, features, classes };
    }""")
    rows = read_digits()
    rows = rows[rows[:, -1].argsort(kind="stable")]
    assert (found["features"], found["classes"]) == (64, 10)
    assert found["y"] == rows[:, -1].tolist()
    assert np.array_equal(np.reshape(found["x"], (-1, 64)), rows[:, :-1])


def test_they_weigh_at_most_forty_kilobytes():
    assert len(gzip.compress(images_script().encode())) <= 40 * 1024
