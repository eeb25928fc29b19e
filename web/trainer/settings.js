// What a reader sets: names, limits, and how they stand in the address of the page. Whatever comes
// from an address or a form is checked here, before anything runs.
"use strict";
(() => {
  const { recipe: { complete, epochBatches }, readings: { wholeFrom, real, oneOf } } = everystep;

  /**
   * By the names of the data: how many samples there are, and how many may train.
   * @type {Record<string, Limits>}
   */
  const DATA = {
    digits: { samples: 1797, training: 1437 },
    mnist1d: { samples: 5120, training: 4096 },
  };
  /** Samples that may be processed together by all seeds: minutes on a slow device. */
  const MOST_SAMPLES = 3e7;
  /**
   * A part of n updates: one at least.
   * @type {(n: number, of: number) => number}
   */
  const part = (n, of) => Math.max(1, Math.round(n / of));

  /**
   * The schedules by the names of the form, each for a run of n updates.
   * @type {Record<string, ((n: number) => ScheduleCall) | null>}
   */
  const SCHEDULES = {
    "constant": null,
    "step decay": (n) => ["step_decay", part(n, 3), 0.1],
    "exponential": (n) => ["exponential", 50 ** (-1 / n)],
    "linear": (n) => ["polynomial", n],
    "cosine": (n) => ["cosine", n],
    "cosine, restarts": (n) => ["cosine_restarts", part(n, 3)],
    "one-cycle": (n) => ["one_cycle", Math.max(n, 2)],
    "constant, cooldown": (n) => ["cooldown", n, part(n, 4)],
  };
  /** @type {Record<string, number[]>} */
  const NETWORKS = {
    "0": [], "32": [32], "64": [64], "128": [128], "64 and 64": [64, 64], "100 and 100": [100, 100],
  };

  /**
   * A whole number that the data limit.
   * @type {(minimum: number, limit: keyof Limits) => LimitedReading}
   */
  const upTo = (minimum, limit) => (name, text, limits) =>
    wholeFrom(minimum, limits[limit])(name, text);

  /**
   * By name: how a text is read, and what stands there at first.
   * @type {Record<string, [read: LimitedReading, first: string]>}
   */
  const COMMON = {
    data: [oneOf(Object.keys(DATA)), "digits"],
    seeds: [wholeFrom(1, 32), "10"],
    from: [wholeFrom(0, 1e9), "0"],
    images: [upTo(16, "training"), "1024"],
    hidden: [oneOf(Object.keys(NETWORKS)), "64"],
  };
  /** @type {Record<string, [read: LimitedReading, first: string]>} */
  const RECIPE = {
    batch: [upTo(1, "samples"), "32"],
    rate: [real({}), "0.1"],
    epochs: [wholeFrom(1, 2000), "10"],
    optimizer: [oneOf(["SGD", "AdamW"]), "SGD"],
    momentum: [real({ below: 1 }), "0"],
    nesterov: [oneOf(["no", "yes"]), "no"],
    decay: [real({}), "0"],
    schedule: [oneOf(Object.keys(SCHEDULES)), "constant"],
    warmup: [wholeFrom(0, 100000), "0"],
    noise: [real({ maximum: 1 }), "0"],
    accumulation: [upTo(1, "samples"), "1"],
  };
  /** Of the second recipe, where it differs from the first. */
  const SECOND = "2";

  /** @type {Everystep["settings"]["FIRST"]} */
  const FIRST = Object.fromEntries([
    ...Object.entries({ ...COMMON, ...RECIPE }).map(([name, [, first]]) => [name, first]),
    ["batch2", "512"],
  ]);

  /** @type {(values: Record<string, any>, n: number) => Described} */
  function describe(values, n) {
    const isSgd = values.optimizer === "SGD";
    const fields = {
      batch_size: values.batch, lr: values.rate, epochs: values.epochs,
      optimizer: values.optimizer.toLowerCase(), weight_decay: values.decay,
      label_noise: values.noise, accumulation: values.accumulation,
      ...(isSgd ? { momentum: values.momentum, nesterov: values.nesterov === "yes" } : {}),
    };
    const updates = epochBatches(complete(fields), n).flat().length;
    const { warmup } = values;
    if (warmup >= updates) {
      throw RangeError(`warmup must be below the run's ${updates} updates, got ${warmup}`);
    }
    const then = SCHEDULES[values.schedule]?.(updates - warmup) ?? null;
    return { fields, schedule: warmup ? ["warmup", warmup, then ?? ["constant"]] : then };
  }

  /** @type {(name: string) => [read: LimitedReading, first: string]} */
  const own = (name) => {
    const known = { ...COMMON, ...RECIPE };
    const base = name.endsWith(SECOND) ? name.slice(0, -1) : name;
    const where = base === name ? known : RECIPE;
    if (!Object.hasOwn(where, base)) {
      throw RangeError(`there is no setting ${JSON.stringify(name)}`);
    }
    return where[base];
  };

  /** @type {Everystep["settings"]["read"]} */
  function read(texts) {
    /** @type {Record<string, any>} */
    const values = {};
    const limits = DATA[oneOf(Object.keys(DATA))("data", texts.data)];
    for (const [name, text] of Object.entries(texts)) {
      values[name] = own(name)[0](name, text, limits);
    }
    const n = values.images;
    const second = Object.keys(RECIPE).filter((name) => name + SECOND in values);
    const recipes = [describe(values, n)];
    if (second.length) {
      const others = second.map((name) => [name, values[name + SECOND]]);
      try {
        recipes.push(describe({ ...values, ...Object.fromEntries(others) }, n));
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        throw RangeError(`recipe B: ${message}`, { cause: error });
      }
    }
    const samples = recipes.reduce((sum, { fields }) => sum + (fields.epochs ?? 0), 0) * n *
      values.seeds;
    if (samples > MOST_SAMPLES) {
      const [most, got] = [MOST_SAMPLES, samples].map((count) => count.toLocaleString("en"));
      throw RangeError("seeds × epochs × images, of both recipes together, must be at most " +
        `${most}, got ${got}`);
    }
    const seeds = Array.from({ length: values.seeds }, (_, i) => values.from + i);
    return {
      data: values.data, recipes, seeds, hidden: NETWORKS[values.hidden], n_train: n,
    };
  }

  /** @type {Everystep["settings"]["fromAddress"]} */
  function fromAddress(hash) {
    const texts = Object.fromEntries(new URLSearchParams(hash.replace(/^#/, "")));
    for (const name of Object.keys(texts)) own(name);
    const isSet = Object.keys(texts).length > 0;
    const stays = Object.entries(FIRST).filter(([name]) => !(isSet && name.endsWith(SECOND)));
    const all = { ...Object.fromEntries(stays), ...texts };
    read(all);
    return all;
  }

  /** @type {Everystep["settings"]["toAddress"]} */
  function toAddress(texts) {
    const told = Object.entries(texts).filter(
      ([name, text]) => name.endsWith(SECOND) || text !== FIRST[name]);
    // Whatever is left out is as at first, but for the second recipe, which then is not there.
    if (!told.length) told.push(["batch", texts.batch]);
    return `#${new URLSearchParams(told)}`;
  }

  everystep.settings = {
    FIRST, SECOND, COMMON: Object.keys(COMMON), RECIPE: Object.keys(RECIPE),
    SCHEDULES: Object.keys(SCHEDULES), NETWORKS: Object.keys(NETWORKS), DATA: Object.keys(DATA),
    read, fromAddress, toAddress,
  };
})();
