// What a seed draws in a page: weights, order, noise and split, each from a stream of its own.
//
// The numbers are not those of PyTorch, which would need its generator here; the distributions are.
"use strict";
everystep.core.add(() => {
  // What is drawn for one purpose must not depend on how much another draws.
  const PURPOSES = { weights: 0, order: 1, "label noise": 2, split: 3, puzzle: 4 };
  const SPAN = 2 ** 32;
  const WARM_UP = 15;

  /**
   * sfc32 of Chris Doty-Humphrey's PractRand: a period of at least 2³², 2¹²⁷ on average. A seed
   * may have 53 bits.
   * @type {Everystep["random"]["generator"]}
   */
  function generator(seed, purpose) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw RangeError(`seed must be a whole number of at least 0, got ${seed}`);
    }
    let [a, b, c, count] = [seed | 0, Math.floor(seed / SPAN) | 0, PURPOSES[purpose], 1];
    function uniform() {
      const drawn = (a + b + count) | 0;
      count = (count + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + drawn) | 0;
      return (drawn >>> 0) / SPAN;
    }
    for (let i = 0; i < WARM_UP; i++) uniform();
    return uniform;
  }

  /**
   * Shuffle in place (Fisher and Yates). Orders differ in probability by less than n / 2³².
   * @type {(list: Int32Array, uniform: () => number) => Int32Array}
   */
  function shuffle(list, uniform) {
    for (let i = list.length - 1; i > 0; i--) {
      const j = Math.floor(uniform() * (i + 1));
      [list[i], list[j]] = [list[j], list[i]];
    }
    return list;
  }

  const range = (/** @type {number} */ n) => Int32Array.from({ length: n }, (_, i) => i);

  /**
   * Draw weights as nn.Linear does: uniform up to 1 / √inputs on both sides, biases too.
   * @type {Everystep["random"]["initialWeights"]}
   */
  function initialWeights(sizes, seed) {
    const uniform = generator(seed, "weights");
    return sizes.slice(1).flatMap((outputs, layer) => {
      const inputs = sizes[layer];
      const draw = () => (2 * uniform() - 1) / Math.sqrt(inputs);
      return [Float64Array.from({ length: outputs * inputs }, draw),
        Float64Array.from({ length: outputs }, draw)];
    });
  }

  /** @type {Everystep["random"]["batchOrder"]} */
  function batchOrder(n, seed) {
    const uniform = generator(seed, "order");
    const order = range(n);
    return () => shuffle(order, uniform);
  }

  /**
   * Replace each label, with probability `noise`, by a class drawn from all. The same labels are
   * replaced, and more, where the noise is higher.
   * @type {Everystep["random"]["noisyLabels"]}
   */
  function noisyLabels(labels, noise, classes, seed) {
    const uniform = generator(seed, "label noise");
    return labels.map((label) => {
      const replaced = uniform() < noise;
      const drawn = Math.floor(uniform() * classes);
      return replaced ? drawn : label;
    });
  }

  /** @type {Everystep["random"]["split"]} */
  function split(n, nTrain, nVal, seed) {
    const order = shuffle(range(n), generator(seed, "split"));
    return { train: order.slice(0, nTrain), val: order.slice(nTrain, nTrain + nVal) };
  }

  everystep.random = { generator, initialWeights, batchOrder, noisyLabels, split };
});
