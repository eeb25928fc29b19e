// Training, one update at a time: what everystep/engine does, for one seed. No page, no clock, and
// nothing random but what is handed in.
"use strict";
everystep.core.add(() => {
  const {
    recipe: { epochBatches, rates },
    layers: {
      BLOCK, parameters, arenaFor, transpose, layersOf, forward, backward, crossEntropy,
    },
  } = everystep;

  /**
   * Change the weights by the gradient, as torch.optim does.
   * @type {Record<string, (training: Training) => void>}
   */
  const OPTIMIZERS = {
    sgd({ recipe: { momentum, nesterov, weight_decay }, weights, gradient, moments, rate }) {
      const [velocity] = moments;
      for (let k = 0; k < weights.length; k++) {
        const slope = gradient[k] + weight_decay * weights[k];
        const v = velocity[k] = momentum * velocity[k] + slope;
        weights[k] -= rate * (nesterov ? slope + momentum * v : v);
      }
    },
    adamw({ recipe: { betas, eps, weight_decay }, weights, gradient, moments, rate, step }) {
      const [first, second] = betas;
      const [mean, square] = moments;
      const keep = 1 - rate * weight_decay;
      const size = rate / (1 - first ** (step + 1));
      const correction = Math.sqrt(1 - second ** (step + 1));
      for (let k = 0; k < weights.length; k++) {
        const slope = gradient[k];
        const m = mean[k] += (1 - first) * (slope - mean[k]);
        const s = square[k] = second * square[k] + (1 - second) * slope * slope;
        weights[k] = keep * weights[k] - size * m / (Math.sqrt(s) / correction + eps);
      }
    },
  };

  /** @type {Everystep["trainer"]["create"]} */
  function create(recipe, sizes, data, weights, order, arena = arenaFor(sizes, 1)) {
    const batches = epochBatches(recipe, data.y.length);
    const updates = batches.reduce((sum, list) => sum + list.length, 0);
    const numbers = parameters(sizes);
    const [flat, gradient] = [arena.array(numbers), arena.array(numbers)];
    const layers = layersOf(sizes, flat, gradient, arena);
    layers.forEach(({ inputs, outputs, weight, bias }, i) => {
      transpose(weights[2 * i], weight, outputs, inputs);
      bias.set(weights[2 * i + 1]);
    });
    return {
      recipe, data, order, batches, updates, layers, gradient, weights: flat,
      rates: rates(recipe, updates), rate: 0, step: 0, epoch: 0, batch: 0, samples: 0,
      visited: 0, rows: new Int32Array(0), size: 0,
      moments: [new Float64Array(numbers), new Float64Array(numbers)],
      // What enters each layer, then the logits; and the derivatives by them.
      tape: sizes.map((n) => arena.array(n * BLOCK)),
      slopes: sizes.map((n) => arena.array(n * BLOCK)),
      labels: new Int32Array(BLOCK),
    };
  }

  /** @type {(training: Training, n: number) => void} */
  function allForward({ layers, tape }, n) {
    layers.forEach((layer, i) => {
      forward(layer, tape[i], tape[i + 1], n, i + 1 < layers.length);
    });
  }

  /**
   * Add the gradient of the mean loss over n samples of the batch to the gradient.
   * @type {(training: Training, n: number) => number}
   */
  function differentiate(training, n) {
    const { data, layers, tape, slopes, labels, rows, size } = training;
    const width = layers[0].inputs;
    for (let s = 0; s < n; s++) {
      const row = rows[training.visited++];
      labels[s] = data.y[row];
      for (let i = 0, from = row * width, to = s * width; i < width; i++) {
        tape[0][to + i] = data.x[from + i];
      }
    }
    allForward(training, n);
    const last = layers.length;
    slopes[last].set(tape[last]);
    const loss = crossEntropy(slopes[last], labels, layers[last - 1].outputs, n, 1 / size);
    for (let i = last - 1; i >= 0; i--) {
      backward(layers[i], tape[i], slopes[i + 1], i ? slopes[i] : null, n);
    }
    return loss;
  }

  /**
   * Make one update, and return the mean loss of its batch before it.
   * @type {Everystep["trainer"]["update"]}
   */
  function update(training) {
    const { recipe, batches, gradient } = training;
    if (training.step === training.updates) throw RangeError("all updates are made");
    if (training.batch === 0) {
      training.rows = Int32Array.from(training.order());
      training.visited = 0;
    }
    training.size = batches[training.epoch][training.batch];
    training.rate = training.rates[training.step];
    gradient.fill(0);
    let loss = 0;
    // A short last batch has shorter micro-batches, or fewer.
    const micro = Math.ceil(training.size / recipe.accumulation);
    for (let left = training.size; left > 0; left -= micro) {
      for (let part = Math.min(left, micro); part > 0; part -= BLOCK) {
        loss += differentiate(training, Math.min(part, BLOCK));
      }
    }
    OPTIMIZERS[recipe.optimizer](training);
    training.step++;
    training.samples += training.size;
    if (++training.batch === batches[training.epoch].length && training.step < training.updates) {
      training.epoch++;
      training.batch = 0;
    }
    return loss / training.size;
  }

  /**
   * The class that the logits, or probabilities, from `at` on speak for: the first of the highest.
   * @type {(values: Float64Array, at: number, classes: number) => number}
   */
  function highest(values, at, classes) {
    let best = 0;
    for (let c = 1; c < classes; c++) if (values[at + c] > values[at + best]) best = c;
    return best;
  }

  /** @type {Everystep["trainer"]["predict"]} */
  function predict(training, x, label) {
    const { layers, tape, labels } = training;
    const classes = layers[layers.length - 1].outputs;
    const logits = tape[layers.length];
    tape[0].set(x);
    labels[0] = label;
    allForward(training, 1);
    const predicted = highest(logits, 0, classes);
    const loss = crossEntropy(logits, labels, classes, 1, 1);
    logits[label] += 1; // the derivatives by the logits are the probabilities, less 1 there
    return { predicted, loss, probabilities: Array.from(logits.subarray(0, classes)) };
  }

  /** @type {Everystep["trainer"]["evaluate"]} */
  function evaluate(training, x, y) {
    const { layers, tape } = training;
    const [width, classes] = [layers[0].inputs, layers[layers.length - 1].outputs];
    const logits = tape[layers.length];
    let [loss, right] = [0, 0];
    for (let begin = 0; begin < y.length; begin += BLOCK) {
      const n = Math.min(BLOCK, y.length - begin);
      for (let k = 0; k < n * width; k++) tape[0][k] = x[begin * width + k];
      allForward(training, n);
      for (let s = 0; s < n; s++) {
        right += Number(highest(logits, s * classes, classes) === y[begin + s]);
        training.labels[s] = y[begin + s];
      }
      loss += crossEntropy(logits, training.labels, classes, n, 1);
    }
    return { loss: loss / y.length, accuracy: right / y.length };
  }

  /** @type {Everystep["trainer"]["parameters"]} */
  function weightsOf({ layers }) {
    return layers.flatMap(({ inputs, outputs, weight, bias }) => {
      const turned = new Float64Array(weight.length);
      transpose(weight, turned, inputs, outputs);
      return [turned, bias.slice()];
    });
  }

  /** @type {Everystep["trainer"]["epochs"]} */
  function epochs({ batches, epoch, batch, step }) {
    return step ? epoch + batch / batches[epoch].length : 0;
  }

  everystep.trainer = { create, update, predict, evaluate, parameters: weightsOf, epochs };
});
