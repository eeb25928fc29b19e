// The trainer_state.json of Hugging Face's Trainer: everystep/clinic/readers/hugging_face.py.
"use strict";
everystep.core.add(() => {
  const {
    told, build, numbers: { fixed, range, round },
    tables: { LogError, number, tableOfRecords, without },
  } = everystep;
  const [MOST_STEPS, ENDLESS] = [1e15, 1e9];
  /** @type {(value: unknown) => value is Map<string, any>} */
  const isMap = (value) => value instanceof Map;
  const SUMMARY = "train_runtime";
  const [SPEED_ROUNDING, MOST_ROUNDED] = [0.001, 100];

  /** @param {unknown} content */
  function recognizes(content) {
    if (isMap(content)) return content.has("log_history");
    const rows = Array.isArray(content) ? content.filter(isMap) : [];
    const has = (/** @type {string} */ name) => rows.some((row) => row.has(name));
    return has("step") && has("epoch") && (has("loss") || has("eval_loss"));
  }

  /** @type {(row: Map<string, any>, name: string) => number} */
  function numberAt(row, name) {
    const value = number(row.get(name));
    return typeof value === "number" && Number.isFinite(value) ? value : NaN;
  }

  /** @type {(facts: Record<string, number>) => Record<string, number>} */
  const plausible = (facts) => Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value > 0 && value < MOST_STEPS));

  /** @type {(content: any, options: LogOptions, notes: string[]) => RunLog} */
  function read(content, options, notes) {
    let state = isMap(content) ? content : new Map([["log_history", content]]);
    const history = state.get("log_history");
    if (!Array.isArray(history)) throw new LogError("log_history must be a list of records.");
    const rows = history.filter(isMap);
    const isSpeed = (/** @type {string} */ name) => /(_runtime|_per_second)$/.test(name);
    const records = rows.filter((row) => !row.has(SUMMARY)).map((row) =>
      new Map([...row].filter(([name]) => !isSpeed(name))));
    const summary = rows.filter((row) => row.has(SUMMARY)).pop();
    state = new Map([...endOf(summary ?? new Map()), ...state]);
    if (summary && !records.length) {
      records.push(new Map([...summary].filter(([name]) => !isSpeed(name))));
      notes.push("There is one row only, which sums the session up; its train_loss is a mean " +
        "over the session.");
    } else if (summary) {
      notes.push("The last row sums the session up; its train_loss is a mean over the session, " +
        "and no record.");
    }
    notes.push("A training loss is the mean over the updates since the record before it.");
    const isStream = numberAt(state, "num_train_epochs") > ENDLESS;
    const facts = plausible({
      steps_made: numberAt(state, "global_step"), steps_planned: numberAt(state, "max_steps"),
      ...(isStream ? {} : {
        epochs_made: numberAt(state, "epoch"), epochs_planned: numberAt(state, "num_train_epochs"),
      }),
    });
    Object.assign(facts, wholeEpochs(records),
      sizesOf(state, summary ?? new Map(), rows, isStream, notes), endedByRule(state, notes));
    let table = tableOfRecords(records, notes);
    if (isStream) {
      notes.push("num_train_epochs is endless, so the data is a stream: nothing says how many " +
        "updates an epoch has.");
      table = without(table, ["epoch"]);
    }
    return build(told.formats.huggingFace, table, options, notes, { facts, areEpochsPasses: true });
  }

  /**
   * Where a history ends, if the row that sums it up stands at the end of an epoch.
   * @type {(summary: Map<string, any>) => Map<string, any>}
   */
  function endOf(summary) {
    const [step, epoch] = ["step", "epoch"].map((name) => numberAt(summary, name));
    return new Map(step > 0 && epoch % 1 === 0 ? [["global_step", step], ["epoch", epoch]] : []);
  }

  /**
   * The updates of an epoch, if rows that end one agree on them, and are not rounded.
   * @type {(rows: Map<string, any>[]) => Record<string, number>}
   */
  function wholeEpochs(rows) {
    const clocks = rows.map((row) => [numberAt(row, "step"), numberAt(row, "epoch")]);
    const isExact = clocks.some(([, epoch]) =>
      epoch > 0 && epoch < MOST_STEPS &&
        (epoch * 100) % 1 > 1e-6 && (epoch * 100) % 1 < 1 - 1e-6);
    const each = new Set(clocks.filter(([, epoch]) => epoch >= 1 && epoch % 1 === 0)
      .map(([step, epoch]) => step / epoch));
    const [found] = each;
    return isExact && each.size === 1 && Number.isInteger(found)
      ? plausible({ steps_per_epoch: found }) : {};
  }

  /** @type {(state: Map<string, any>, notes: string[]) => Record<string, number>} */
  function endedByRule(state, notes) {
    const callbacks = state.get("stateful_callbacks");
    const early = isMap(callbacks) ? callbacks.get("EarlyStoppingCallback") : null;
    if (!isMap(early)) return {};
    const [args, attributes] = ["args", "attributes"].map((name) => early.get(name))
      .map((part) => (isMap(part) ? part : new Map()));
    const patience = numberAt(args, "early_stopping_patience");
    const counter = numberAt(attributes, "early_stopping_patience_counter");
    if (!(counter >= patience && patience > 0)) return {};
    notes.push(`The EarlyStoppingCallback ended the run: ${fixed(counter)} evaluations without ` +
      "gain.");
    return { stopped_early: 1 };
  }

  /**
   * @param {Map<string, any>} state @param {Map<string, any>} summary
   * @param {Map<string, any>[]} rows @param {boolean} isStream @param {string[]} notes
   */
  function sizesOf(state, summary, rows, isStream, notes) {
    const batch = numberAt(state, "train_batch_size");
    let made = numberAt(state, "epoch");
    const [time, samples, updates] = [SUMMARY, "train_samples_per_second", "train_steps_per_second"]
      .map((name) => numberAt(summary, name));
    // The speeds are those of the updates that were planned, also of a run that ended before.
    const planned = numberAt(state, "max_steps");
    const isPlanned = Math.abs(updates * time - planned) <= Math.max(1, 0.02 * planned);
    if (isPlanned && numberAt(state, "global_step") !== planned) {
      made = numberAt(state, "num_train_epochs");
    }
    /** @type {Record<string, number>} */
    const facts = { batch };
    const isExact = (/** @type {number} */ speed) => speed > MOST_ROUNDED * SPEED_ROUNDING;
    if (isExact(updates) && updates <= samples && samples < MOST_STEPS) {
      facts.samples_per_update = roundest(samples, updates, batch);
      notes.push("The samples of an update are the quotient of two speeds in the last row.");
      if (made > 0 && !isStream) {
        facts.n_train = round((samples * time) / made);
        notes.push("The size of the training set is time × speed / epochs, of the last row.");
      }
    }
    const evaluation = rows.find((row) => row.has("eval_samples_per_second")) ?? new Map();
    const speed = numberAt(evaluation, "eval_samples_per_second");
    if (isExact(speed)) {
      facts.n_val = round(numberAt(evaluation, "eval_runtime") * speed);
      notes.push("The size of the validation set is the time of an evaluation × its speed.");
    }
    return plausible(facts);
  }

  /** @type {(samples: number, updates: number, batch: number) => number} */
  function roundest(samples, updates, batch) {
    const half = SPEED_ROUNDING / 2;
    const least = Math.ceil((samples - half) / (updates + half));
    const most = Math.min(Math.floor((samples + half) / (updates - half)), least + 1000);
    if (most < least) return round(samples / updates);
    const power = (/** @type {number} */ n) => Number(BigInt(n) & -BigInt(n));
    const isOfBatch = (/** @type {number} */ n) => (batch > 0 && n % batch === 0 ? 1 : 0);
    return range(most - least + 1).map((i) => least + i).reduce((best, n) => {
      const more = isOfBatch(n) - isOfBatch(best) || power(n) - power(best);
      return more > 0 ? n : best;
    });
  }

  everystep.trainerState = { recognizes, read };
});
