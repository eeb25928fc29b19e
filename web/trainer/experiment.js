// One recipe or two, from the same seeds, trained side by side and recorded at the same fractions
// of their updates.
"use strict";
everystep.core.add(() => {
  const { layers, random, recipe: { complete }, schedules, trainer } = everystep;

  /** At most; a run with fewer updates is recorded after each. */
  const RECORDS = 24;
  const MEASURES = /** @type {const} */ ([
    "train_loss", "train_accuracy", "val_loss", "val_accuracy",
  ]);

  /**
   * Make a schedule from its name and arguments, of which one may be a schedule again.
   * @type {(described: ScheduleCall) => Schedule}
   */
  function scheduleOf([name, ...parts]) {
    const given = parts.map((part) => (Array.isArray(part) ? scheduleOf(part) : part));
    return /** @type {any} */ (schedules)[name](...given);
  }

  /**
   * What a seed trains and validates on: its own split, with the labels unspoiled.
   * @type {(data: Dataset, n_train: number, seed: number) => Record<"train" | "val", Samples>}
   */
  function samplesOf({ x, y, features, n_val = y.length }, n_train, seed) {
    const n = y.length;
    const { train, val } = random.split(n, n_train, Math.min(n_val, n - n_train), seed);
    const part = (/** @type {Int32Array} */ rows) => {
      const chosen = new Float32Array(rows.length * features);
      rows.forEach((row, i) => {
        chosen.set(x.subarray(row * features, (row + 1) * features), i * features);
      });
      return { x: chosen, y: Array.from(rows, (row) => y[row]) };
    };
    return { train: part(train), val: part(val) };
  }

  /**
   * Begin a training for each recipe and seed.
   * @type {Everystep["experiment"]["begin"]}
   */
  function begin({ recipes, seeds, hidden, n_train }, data) {
    const sizes = [data.features, ...hidden, data.classes];
    const samples = seeds.map((seed) => samplesOf(data, n_train, seed));
    const arena = layers.arenaFor(sizes, recipes.length * seeds.length);
    return recipes.map(({ fields, schedule }) => {
      const recipe = complete({ ...fields, schedule: schedule && scheduleOf(schedule) });
      return seeds.map((seed, i) => {
        const { x, y } = samples[i].train;
        const labels = random.noisyLabels(Array.from(y), recipe.label_noise, data.classes, seed);
        const weights = random.initialWeights(sizes, seed);
        const order = random.batchOrder(n_train, seed);
        const training = trainer.create(recipe, sizes, { x, y: labels }, weights, order, arena);
        return { training, val: samples[i].val, seconds: 0 };
      });
    });
  }

  /**
   * Measure all seeds of a recipe.
   * @type {(runs: Run[]) => Moment}
   */
  function measure(runs) {
    const first = runs[0].training;
    /** @type {Moment} */
    const moment = {
      updates: first.step, epochs: trainer.epochs(first), samples: first.samples,
      seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0) / runs.length,
      train_loss: [], train_accuracy: [], val_loss: [], val_accuracy: [],
    };
    for (const { training, val } of runs) {
      const [known, unseen] = [training.data, val].map(({ x, y }) =>
        trainer.evaluate(training, x, y));
      const values = [known.loss, known.accuracy, unseen.loss, unseen.accuracy];
      MEASURES.forEach((name, k) => moment[name].push(values[k]));
    }
    return moment;
  }

  /**
   * Train to the end. Yields after every update the samples that it processed, and the records
   * when there are new ones: a moment of each recipe that has gone on, null of others. `update`
   * makes an update.
   * @type {Everystep["experiment"]["run"]}
   */
  function* run(groups, now, update = trainer.update) {
    const most = Math.max(...groups.map(([{ training }]) => training.updates));
    const records = Math.min(RECORDS, most);
    let recorded = groups.map(() => -1);
    for (let k = 0; k <= records; k++) {
      for (const one of groups.flat()) {
        const { training } = one;
        const until = Math.round((k * training.updates) / records);
        while (training.step < until) {
          const [before, start] = [training.samples, now()];
          update(training);
          one.seconds += (now() - start) / 1000;
          yield { samples: training.samples - before, moments: null };
        }
      }
      const updates = groups.map(([{ training }]) => training.step);
      const moments = groups.map((runs, r) => (updates[r] === recorded[r] ? null : measure(runs)));
      recorded = updates;
      yield { samples: 0, moments };
    }
  }

  everystep.experiment = { MEASURES, begin, run };
});
