// Fully connected layers on typed arrays, a block of samples at a time.
//
// Weights stand input by input: what an input that is 0 would add is left out, and so is half of
// the arithmetic, since about half of the pixels are 0, and half of what leaves a ReLU.
"use strict";
everystep.core.add(() => {
  /** Samples that pass through the layers together: what they touch fits in a core's cache. */
  const BLOCK = 64;
  // Which rows are added, and how many times each: scratch of addRows.
  let rows = new Int32Array(BLOCK);
  let factors = new Float64Array(BLOCK);

  /**
   * Add `count` rows of m, each `factors` times, to the `width` numbers of out that begin at `at`.
   * Eight or four at once: then a number of out is read and written once for all of them.
   * @type {(out: Float64Array, at: number, width: number, m: Float64Array, count: number) => void}
   */
  function addRows(out, at, width, m, count) {
    let k = 0;
    for (; k + 7 < count; k += 8) {
      const a = rows[k], b = rows[k + 1], c = rows[k + 2], d = rows[k + 3];
      const e = rows[k + 4], f = rows[k + 5], g = rows[k + 6], h = rows[k + 7];
      const p = factors[k], q = factors[k + 1], r = factors[k + 2], s = factors[k + 3];
      const t = factors[k + 4], u = factors[k + 5], v = factors[k + 6], w = factors[k + 7];
      for (let j = 0; j < width; j++) {
        out[at + j] += p * m[a + j] + q * m[b + j] + (r * m[c + j] + s * m[d + j]) +
          (t * m[e + j] + u * m[f + j] + (v * m[g + j] + w * m[h + j]));
      }
    }
    for (; k + 3 < count; k += 4) {
      const a = rows[k], b = rows[k + 1], c = rows[k + 2], d = rows[k + 3];
      const p = factors[k], q = factors[k + 1], r = factors[k + 2], s = factors[k + 3];
      for (let j = 0; j < width; j++) {
        out[at + j] += p * m[a + j] + q * m[b + j] + (r * m[c + j] + s * m[d + j]);
      }
    }
    for (; k < count; k++) {
      const a = rows[k], p = factors[k];
      for (let j = 0; j < width; j++) out[at + j] += p * m[a + j];
    }
  }

  /**
   * Make the layers of a network, whose weights and gradients stand one after another.
   * @type {Everystep["layers"]["layersOf"]}
   */
  function layersOf(sizes, weights, gradient) {
    let at = 0;
    const part = (/** @type {number} */ length) => {
      const both = [weights.subarray(at, at + length), gradient.subarray(at, at + length)];
      at += length;
      return both;
    };
    if (Math.max(...sizes) > rows.length) {
      rows = new Int32Array(Math.max(...sizes));
      factors = new Float64Array(rows.length);
    }
    return sizes.slice(1).map((outputs, i) => {
      const [weight, dWeight] = part(sizes[i] * outputs);
      const [bias, dBias] = part(outputs);
      return { inputs: sizes[i], outputs, weight, bias, dWeight, dBias };
    });
  }

  /**
   * Compute z, n rows of outputs, from x, n rows of inputs.
   * @type {Everystep["layers"]["forward"]}
   */
  function forward({ inputs, outputs, weight, bias }, x, z, n, isHidden) {
    for (let s = 0; s < n; s++) {
      let count = 0;
      for (let i = 0; i < inputs; i++) {
        const value = x[s * inputs + i];
        if (value !== 0) {
          rows[count] = i * outputs;
          factors[count++] = value;
        }
      }
      z.set(bias, s * outputs);
      addRows(z, s * outputs, outputs, weight, count);
    }
    // NaN stays NaN, as in PyTorch, or a run that diverged would seem to go on.
    if (isHidden) for (let k = 0; k < n * outputs; k++) if (z[k] < 0) z[k] = 0;
  }

  /**
   * Add the gradients that follow from dz, the derivatives of the loss by the outputs; write those
   * by the inputs to dx, if it is given: then x left a ReLU, and what that held at 0 gets 0.
   * @type {Everystep["layers"]["backward"]}
   */
  function backward({ inputs, outputs, weight, dWeight, dBias }, x, dz, dx, n) {
    for (let i = 0; i < inputs; i++) {
      let count = 0;
      for (let s = 0; s < n; s++) {
        const value = x[s * inputs + i];
        if (value !== 0) {
          rows[count] = s * outputs;
          factors[count++] = value;
        }
      }
      addRows(dWeight, i * outputs, outputs, dz, count);
    }
    for (let s = 0, k = 0; s < n; s++) for (let o = 0; o < outputs; o++) dBias[o] += dz[k++];
    if (!dx) return;
    for (let s = 0; s < n; s++) {
      for (let i = 0; i < inputs; i++) {
        let sum = 0;
        if (!(x[s * inputs + i] <= 0)) {
          const [d, w] = [s * outputs, i * outputs];
          for (let o = 0; o < outputs; o++) sum += dz[d + o] * weight[w + o];
        }
        dx[s * inputs + i] = sum;
      }
    }
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

  everystep.layers = { BLOCK, layersOf, forward, backward, crossEntropy };
});
