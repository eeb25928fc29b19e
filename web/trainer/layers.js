// Fully connected layers on typed arrays, a block of samples at a time.
//
// Weights stand input by input: what an input that is 0 would add is left out, and so is half of
// the arithmetic, since about half of the pixels are 0, and half of what leaves a ReLU.
"use strict";
everystep.core.add(() => {
  const { kernels } = everystep;
  /** Samples that pass through the layers together: what they touch fits in a core's cache. */
  const BLOCK = 64;

  /**
   * Numbers that a network's weights and biases are.
   * @type {Everystep["layers"]["parameters"]}
   */
  const parameters = (sizes) =>
    sizes.slice(1).reduce((sum, outputs, i) => sum + (sizes[i] + 1) * outputs, 0);

  /**
   * Make memory in which `networks` networks can be trained.
   * @type {Everystep["layers"]["arenaFor"]}
   */
  function arenaFor(sizes, networks) {
    const rows = BLOCK * sizes.reduce((sum, size) => sum + size, 0);
    // Weights, gradients and turned weights; what enters the layers, and the derivatives by it.
    return kernels.arena(networks * (3 * parameters(sizes) + 2 * rows), Math.max(BLOCK, ...sizes));
  }

  /**
   * Make the layers of a network, whose weights and gradients stand one after another.
   * @type {Everystep["layers"]["layersOf"]}
   */
  function layersOf(sizes, weights, gradient, arena) {
    let at = 0;
    const part = (/** @type {number} */ length) => {
      const both = [weights.subarray(at, at + length), gradient.subarray(at, at + length)];
      at += length;
      return both;
    };
    return sizes.slice(1).map((outputs, i) => {
      const [weight, dWeight] = part(sizes[i] * outputs);
      const [bias, dBias] = part(outputs);
      const turned = arena.array(i ? weight.length : 0);
      return { arena, inputs: sizes[i], outputs, weight, bias, dWeight, dBias, turned };
    });
  }

  /**
   * Copy a matrix with its rows as columns, as PyTorch has the weights: output by output.
   * @type {Everystep["layers"]["transpose"]}
   */
  function transpose(from, to, rows, columns) {
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c];
    }
  }

  /**
   * Compute z, n rows of outputs, from x, n rows of inputs.
   * @type {Everystep["layers"]["forward"]}
   */
  function forward({ arena, inputs, outputs, weight, bias }, x, z, n, isHidden) {
    for (let s = 0; s < n; s++) z.set(bias, s * outputs);
    arena.add(z, n, outputs, x, inputs, weight);
    // NaN stays NaN, as in PyTorch, or a run that diverged would seem to go on.
    if (isHidden) arena.clip(z, z, n * outputs);
  }

  /**
   * Add the gradients that follow from dz, the derivatives of the loss by the outputs; write those
   * by the inputs to dx, if it is given: then x left a ReLU, and what that held at 0 gets 0.
   * @type {Everystep["layers"]["backward"]}
   */
  function backward({ arena, inputs, outputs, weight, dWeight, dBias, turned }, x, dz, dx, n) {
    arena.add(dWeight, inputs, outputs, x, n, dz, true);
    for (let s = 0, k = 0; s < n; s++) for (let o = 0; o < outputs; o++) dBias[o] += dz[k++];
    if (!dx) return;
    transpose(weight, turned, inputs, outputs);
    dx.fill(0, 0, n * inputs);
    arena.add(dx, n, inputs, dz, outputs, turned);
    arena.clip(dx, x, n * inputs);
  }

  /**
   * Replace n rows of logits by the derivatives of `factor` times their summed cross-entropy.
   * Returns the summed cross-entropy in nats.
   * @type {Everystep["layers"]["crossEntropy"]}
   */
  function crossEntropy(logits, labels, classes, n, factor) {
    let loss = 0;
    for (let s = 0; s < n; s++) {
      const at = s * classes;
      let top = logits[at];
      for (let c = 1; c < classes; c++) top = Math.max(top, logits[at + c]);
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += Math.exp(logits[at + c] - top);
      const scale = top + Math.log(sum);
      loss += scale - logits[at + labels[s]];
      for (let c = 0; c < classes; c++) {
        logits[at + c] = Math.exp(logits[at + c] - scale) * factor;
      }
      logits[at + labels[s]] -= factor;
    }
    return loss;
  }

  everystep.layers = {
    BLOCK, parameters, arenaFor, transpose, layersOf, forward, backward, crossEntropy,
  };
});
