"""A closer look: one update computed again by NumPy, and the images that are read wrong."""

import math

import numpy as np
import pytest

BEGIN = """const beginOne = (texts) => {
  const settings = everystep.settings.read({ ...everystep.settings.FIRST, ...texts });
  return everystep.experiment.begin(settings, everystep.datasets.digits())[0][0];
};"""
STEP = f"""([texts, before]) => {{
  {BEGIN}
  const {{ training }} = beginOne(texts);
  for (let k = 0; k < before; k++) everystep.trainer.update(training);
  const weights = everystep.trainer.parameters(training).map((list) => [...list]);
  const seen = everystep.inspect.step(training);
  const {{ rows, visited, size, data, step }} = training;
  const batch = [...rows.subarray(visited - size, visited)];
  return {{
    seen, step, weights, after: everystep.trainer.parameters(training).map((list) => [...list]),
    x: batch.map((row) => [...data.x.slice(64 * row, 64 * row + 64)]),
    y: batch.map((row) => data.y[row]),
  }};
}}"""
TEXTS = {"seeds": "1", "images": "100", "hidden": "32", "batch": "32", "epochs": "2"}


def network(weights):
    """Return the layers as NumPy has them: (outputs, inputs) and (outputs,)."""
    pairs = zip(weights[::2], weights[1::2], strict=True)
    return [(np.reshape(w, (len(b), -1)), np.array(b)) for w, b in pairs]


def understood(weights, x, y):
    """Return probabilities, losses and the gradient's norm in each layer, by the textbook."""
    first, second = network(weights)
    z = x @ first[0].T + first[1]
    hidden = np.maximum(z, 0)
    logits = hidden @ second[0].T + second[1]
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    d = (p - np.eye(10)[y]) / len(y)
    dz = (d @ second[0]) * (z > 0)
    norms = [
        math.hypot(np.linalg.norm(by.T @ into), np.linalg.norm(by.sum(0)))
        for by, into in ((dz, x), (d, hidden))
    ]
    return p, -np.log(p[range(len(y)), y]), norms


@pytest.mark.parametrize(
    "extra", [{}, {"momentum": "0.9", "decay": "0.01"}, {"optimizer": "AdamW", "rate": "0.01"}]
)
@pytest.mark.parametrize("before", [0, 3, 5])
def test_the_stations_tell_what_numpy_computes(page, extra, before):
    found = page.evaluate(STEP, [TEXTS | extra, before])
    seen, x, y = found["seen"], np.array(found["x"]), np.array(found["y"])
    p, losses, norms = understood(found["weights"], x, y)
    # The fourth batch of an epoch has the four images that are left.
    assert (found["step"], seen["size"]) == (before + 1, 4 if before == 3 else 32)
    assert seen["from"] == (96 if before == 3 else 32 * (before % 4))
    images = seen["first"]
    assert len(images) == min(8, len(y))
    assert [image["label"] for image in images] == list(y[:8])
    assert [image["values"] for image in images] == x[:8].tolist()
    assert [image["predicted"] for image in images] == list(p.argmax(1)[:8])
    np.testing.assert_allclose([image["probabilities"] for image in images], p[:8], atol=1e-12)
    np.testing.assert_allclose([image["loss"] for image in images], losses[:8], rtol=1e-9)
    assert seen["loss"] == pytest.approx(losses.mean(), rel=1e-9)
    assert seen["after"] == pytest.approx(understood(found["after"], x, y)[1].mean(), rel=1e-9)

    weights, after = (
        [np.concatenate([w, b]) for w, b in zip(lists[::2], lists[1::2], strict=True)]
        for lists in (found["weights"], found["after"])
    )
    moved = [np.linalg.norm(b - a) for a, b in zip(weights, after, strict=True)]
    lengths = [np.linalg.norm(one) for one in weights]
    *layers, total = seen["layers"]
    assert [one["name"] for one in layers] == ["64 → 32", "32 → 10"]
    assert [one["count"] for one in layers] == [64 * 32 + 32, 32 * 10 + 10]
    for name, expected in (("gradient", norms), ("moved", moved), ("weights", lengths)):
        assert [one[name] for one in layers] == pytest.approx(expected, rel=1e-9)
        assert total[name] == pytest.approx(math.hypot(*expected), rel=1e-9)
    if not extra:
        assert total["moved"] == pytest.approx(seen["rate"] * total["gradient"], rel=1e-9)


def test_a_look_changes_nothing(page):
    same = page.evaluate(
        f"""(texts) => {{
          {BEGIN}
          const [one, other] = [beginOne(texts).training, beginOne(texts).training];
          for (let k = 0; k < 8; k++) {{
            everystep.trainer.update(one);
            everystep.inspect.step(other);
          }}
          return one.weights.every((value, k) => value === other.weights[k]);
        }}""",
        TEXTS | {"momentum": "0.9"},
    )
    assert same


WRONG = f"""(texts) => {{
  {BEGIN}
  const run = beginOne(texts);
  const {{ training, val }} = run;
  while (training.step < training.updates) everystep.trainer.update(training);
  const {{ accuracy }} = everystep.trainer.evaluate(training, val.x, val.y);
  return {{ accuracy, wrong: everystep.inspect.wrong(run) }};
}}"""


def test_wrong_images_are_those_the_accuracy_misses(page):
    found = page.evaluate(WRONG, TEXTS | {"epochs": "5"})
    wrong = found["wrong"]
    assert wrong["total"] == 1697
    assert wrong["count"] == round((1 - found["accuracy"]) * 1697) > 16
    assert len(wrong["surest"]) == 16
    sure = [image["probabilities"][image["predicted"]] for image in wrong["surest"]]
    assert sure == sorted(sure, reverse=True)
    for image in wrong["surest"]:
        assert image["predicted"] == np.argmax(image["probabilities"]) != image["label"]
        assert sum(image["probabilities"]) == pytest.approx(1)


def test_a_run_that_is_not_finite_can_be_looked_at(page):
    found = page.evaluate(WRONG, TEXTS | {"rate": "1e300"})
    assert found["wrong"]["count"] == round((1 - found["accuracy"]) * 1697)
    seen = page.evaluate(STEP, [TEXTS | {"rate": "1e300"}, 2])["seen"]
    assert math.isnan(seen["loss"])
