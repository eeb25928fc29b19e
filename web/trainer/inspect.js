// A closer look at a training: one update with its five stations, and the samples that are still
// read wrong. Its numbers come from the functions that train.
"use strict";
everystep.core.add(() => {
  const { trainer } = everystep;

  /** Samples of a batch that are looked at one by one. */
  const LOOKED_AT = 8;
  /** Of the samples that a recipe reads wrong, how many are shown. */
  const TOLD = 16;

  const norm = (/** @type {Float64Array} */ values) =>
    Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));

  /** @type {(training: Training, samples: Samples, row: number) => Seen} */
  function look(training, { x, y }, row) {
    const width = training.layers[0].inputs;
    const values = Array.from({ length: width }, (_, i) => x[row * width + i]);
    return { values, label: y[row], ...trainer.predict(training, values, y[row]) };
  }

  /** @type {(samples: Samples, rows: ArrayLike<number>, width: number) => Samples} */
  function gather({ x, y }, rows, width) {
    const chosen = Array.from(rows);
    return {
      x: chosen.flatMap((row) => Array.from({ length: width }, (_, i) => x[row * width + i])),
      y: chosen.map((row) => y[row]),
    };
  }

  /**
   * The lengths of what each layer, and all of them, have in lists as long as the weights.
   * @type {(layers: Layer[], lists: Record<Length, Float64Array>) => Lengths[]}
   */
  function lengths(layers, { gradient, moved, weights }) {
    let at = 0;
    const parts = layers.map(({ inputs, outputs }) => {
      const begin = at;
      at += (inputs + 1) * outputs;
      return { name: `${inputs} → ${outputs}`, begin, end: at };
    });
    return [...parts, { name: "all", begin: 0, end: at }].map(({ name, begin, end }) => {
      const [g, m, w] = [gradient, moved, weights].map((list) => norm(list.subarray(begin, end)));
      return { name, count: end - begin, gradient: g, moved: m, weights: w };
    });
  }

  /**
   * Make one update, and tell what there was at each station.
   * @type {Everystep["inspect"]["step"]}
   */
  function step(training) {
    const { weights, layers, data } = training;
    const before = weights.slice();
    const loss = trainer.update(training);
    const { rows, visited, size, rate } = training;
    const batch = rows.slice(visited - size, visited);
    const samples = gather(data, batch, layers[0].inputs);
    const after = trainer.evaluate(training, samples.x, samples.y).loss;
    // Which samples are in a batch is known when it is drawn, and then the update is made: what the
    // network said before is asked of the weights that it had.
    const moved = weights.map((value, k) => value - before[k]);
    const now = weights.slice();
    weights.set(before);
    const first = Array.from(batch.subarray(0, LOOKED_AT), (row) => look(training, data, row));
    weights.set(now);
    const { recipe: { optimizer, momentum, weight_decay }, updates, samples: seen } = training;
    return {
      optimizer, momentum, weight_decay, step: training.step, updates, samples: seen,
      total: data.y.length, first, size, from: visited - size, rate, loss, after,
      layers: lengths(layers, { gradient: training.gradient, moved, weights: before }),
    };
  }

  /**
   * The validation samples that a run reads wrong, those first of which it is surest.
   * @type {Everystep["inspect"]["wrong"]}
   */
  function wrong({ training, val }) {
    const all = Array.from(val.y, (_, row) => look(training, val, row))
      .filter(({ label, predicted }) => label !== predicted);
    const sure = (/** @type {Seen} */ { probabilities, predicted }) => probabilities[predicted];
    all.sort((a, b) => sure(b) - sure(a) || 0);
    return { surest: all.slice(0, TOLD), count: all.length, total: val.y.length };
  }

  everystep.inspect = { step, wrong };
});
