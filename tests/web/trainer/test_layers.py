"""The gradients of the layers, held against differences of the loss."""

import math

import pytest

# Derivatives of the summed loss by weights, from the layers and from two losses close by.
RUN = """([sizes, n]) => {
  const { layersOf, forward, backward, crossEntropy, parameters } = everystep.layers;
  const width = sizes.reduce((sum, size) => sum + size, 0);
  const arena = everystep.kernels.arena(3 * parameters(sizes) + 2 * width * n, 70);
  const array = (length) => arena.array(length);
  const uniform = everystep.random.generator(4, "weights");
  const fill = (length) => Float64Array.from({ length }, () => 2 * uniform() - 1);
  const count = parameters(sizes);
  const [weights, gradient] = [array(count), array(count)];
  weights.set(fill(count));
  const layers = layersOf(sizes, weights, gradient, arena);
  const tape = sizes.map((size) => array(size * n));
  const slopes = sizes.map((size) => array(size * n));
  tape[0].set(fill(sizes[0] * n).map((value, i) => (i % 3 ? value : 0)));
  const labels = Int32Array.from({ length: n }, (_, i) => i % sizes.at(-1));
  const last = layers.length;
  const loss = () => {
    layers.forEach((layer, i) => forward(layer, tape[i], tape[i + 1], n, i + 1 < last));
    slopes[last].set(tape[last]);
    return crossEntropy(slopes[last], labels, sizes[last], n, 1);
  };
  loss();
  for (let i = last - 1; i >= 0; i--) {
    backward(layers[i], tape[i], slopes[i + 1], i ? slopes[i] : null, n);
  }
  const measured = weights.map((value, k) => {
    const near = [-1e-6, 1e-6].map((way) => {
      weights[k] = value + way;
      return loss();
    });
    weights[k] = value;
    return (near[1] - near[0]) / 2e-6;
  });
  return [[...gradient], [...measured]];
}"""


@pytest.mark.parametrize("sizes", [[3, 2], [5, 9, 4], [4, 6, 5, 3], [1, 1, 2], [70, 5, 10]])
@pytest.mark.parametrize("n", [1, 6, 64])
def test_gradients_are_what_differences_of_the_loss_say(page, sizes, n):
    gradient, measured = page.evaluate(RUN, [sizes, n])
    assert any(abs(number) > 1e-3 for number in gradient)
    assert gradient == pytest.approx(measured, rel=1e-5, abs=1e-6)


def test_a_planted_fault_is_found(trainer):
    with trainer(layers=("dz[k++]", "2 * dz[k++]")) as page:
        gradient, measured = page.evaluate(RUN, [[4, 6, 5, 3], 5])
    assert gradient != pytest.approx(measured, rel=1e-5, abs=1e-6)


def test_large_logits_have_a_finite_loss(page):
    loss = page.evaluate("""() => everystep.layers.crossEntropy(
      Float64Array.of(1000, 0, -1000, 5, 5, 5), Int32Array.of(1, 2), 3, 2, 1)""")
    assert loss == pytest.approx(1000 + 1.0986122886681098)


HIDDEN = """() => {
  const { layersOf, forward } = everystep.layers;
  const arena = everystep.kernels.arena(14, 2);
  const [weights, gradient, z, x] = [4, 4, 4, 2].map((length) => arena.array(length));
  weights.set([1, NaN, 0, 0]);
  x.set([-3, 3]);
  const [layer] = layersOf([1, 2], weights, gradient, arena);
  forward(layer, x, z, 2, true);
  return [...z];
}"""


def test_relu_lets_through_what_is_positive_or_no_number(page):
    assert page.evaluate(HIDDEN) == pytest.approx([0, math.nan, 3, math.nan], nan_ok=True)


def test_a_relu_that_hides_a_divergence_is_found(trainer):
    hiding = "for (const k of z.keys()) if (!(z[k] > 0)) z[k] = 0"
    with trainer(layers=("arena.clip(z, z, n * outputs)", hiding)) as page:
        assert page.evaluate(HIDDEN) == [0, 0, 3, 0]
