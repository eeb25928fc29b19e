// What a job comes to: the formulas of everystep/core/steps.py, held to it by a table, and where
// Lightning and the Trainer of Hugging Face round in another way.
"use strict";
(() => {
  const { recipe: { whole }, readings: { wholeFrom, real, oneOf } } = everystep;

  /** The largest that is computed exactly, with all of them at once. */
  const MOST = 1e9;

  /**
   * Three divisions, each rounded up, or down where its letter is among `down`: samples into the
   * workers' shares, a share into batches, batches into groups that make an update.
   * @param {Pick<Plan, "samples" | "batch" | "accumulation" | "workers">} plan
   * @param {string} down
   */
  function count({ samples, batch, accumulation, workers }, down) {
    /** @type {(letter: string, all: number, part: number) => number} */
    const divide = (letter, all, part) =>
      (down.includes(letter) ? Math.floor(all / part) : Math.ceil(all / part));
    return divide("g", divide("b", divide("s", samples, workers), batch), accumulation);
  }

  /** @type {Everystep["plan"]["updatesPerEpoch"]} */
  function updatesPerEpoch(n_samples, batch_size, options = {}) {
    const { drop_last = false, accumulation = 1, workers = 1 } = options;
    for (const [name, value] of Object.entries({ n_samples, batch_size, accumulation, workers })) {
      whole(name, value, 1);
    }
    const updates = count(
      { samples: n_samples, batch: batch_size, accumulation, workers }, drop_last ? "sbg" : "");
    if (updates) return updates;
    throw RangeError("batch_size × accumulation × workers must be at most n_samples = " +
      `${n_samples} with drop_last, or no update is left; got ` +
      `${batch_size} × ${accumulation} × ${workers}`);
  }

  /**
   * What drop_last rounds down. With Lightning it is the loader's alone: the sampler that Lightning
   * adds repeats samples (trainer/connectors/data_connector.py), and the last group of an epoch
   * makes an update (loops/training_epoch_loop.py), as pytorch-lightning 2.6 has it. Accelerate
   * deals whole batches to the workers (data_loader.py of 1.15), and the Trainer counts the last
   * group of an epoch as an update (set_initial_training_values in trainer.py of transformers 5.24;
   * older versions rounded down).
   * @type {Record<Tool, string>}
   */
  const DROPS = { loop: "sbg", lightning: "b", trainer: "sb" };

  /**
   * By name: how a text is read, and what stands there at first.
   * @type {Record<keyof Plan, [read: Reading, first: string]>}
   */
  const FIELDS = {
    samples: [wholeFrom(1, MOST), "50000"],
    batch: [wholeFrom(1, MOST), "32"],
    workers: [wholeFrom(1, 100000), "4"],
    accumulation: [wholeFrom(1, 100000), "2"],
    epochs: [wholeFrom(1, 100000), "10"],
    drop_last: [oneOf(["no", "yes"]), "no"],
    seconds: [real({}), "0.2"],
    warmup: [real({ below: 1 }), "0.05"],
    per_machine: [wholeFrom(1, 1000), "4"],
  };
  const FIRST = Object.fromEntries(
    Object.entries(FIELDS).map(([name, [, first]]) => [name, first]));

  /** @type {Everystep["plan"]["read"]} */
  function read(texts) {
    for (const name of Object.keys(texts)) {
      if (!Object.hasOwn(FIELDS, name)) {
        throw RangeError(`there is no setting ${JSON.stringify(name)}`);
      }
    }
    /** @type {any} */
    const values = Object.fromEntries(Object.entries(FIELDS).map(
      ([name, [reading, first]]) => [name, reading(name, texts[name] ?? first)]));
    const plan = /** @type {Plan} */ (values);
    if (plan.workers % plan.per_machine) {
      throw RangeError("per_machine must divide the workers, " +
        `got ${plan.per_machine} for ${plan.workers}`);
    }
    updatesPerEpoch(plan.samples, plan.batch, { ...plan, drop_last: plan.drop_last === "yes" });
    return plan;
  }

  /** @type {Everystep["plan"]["outcome"]} */
  function outcome(plan, tool) {
    const { batch, workers, accumulation, epochs, drop_last, seconds, warmup } = plan;
    const perEpoch = count(plan, drop_last === "yes" ? DROPS[tool] : "");
    const total = epochs * perEpoch;
    return {
      global: batch * accumulation * workers,
      perEpoch,
      total,
      // To the nearest update, and one at least is left after it.
      warmup: Math.min(Math.floor(warmup * total + 0.5), total - 1),
      hours: (total * seconds) / 3600,
    };
  }

  everystep.plan = { FIELDS: Object.keys(FIELDS), FIRST, updatesPerEpoch, read, outcome };
})();
