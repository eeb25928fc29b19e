// What all readers share: everystep/clinic/readers/build.py.
"use strict";
everystep.core.add(() => {
  const {
    told, numbers: { diff, fixed, general, max, median, min, range, round },
    tables: { LogError, columnOf, listed, put, without },
    names: { clockColumn, partOfFile, words },
    clocks: { MOST_STEPS, clocksOf, countThrough, countedFrom0, oneRun, rowsAreRuns, secondsOf },
    curves: { Roles, at, finite, places },
  } = everystep;
  const [LARGEST_GRAIN, LARGEST, LEAST_OF_MANY] = [50, 1000, 6];
  const [UNLIKELY, SAME, ROW] = [1e-4, 1e-4, "row number"];
  const ALONE = ["rate", "metric", "test_loss", "train_error"]; // say too little
  const { step: STEP, epoch: EPOCH, time: TIME, rowNumbers: ROW_NUMBERS } = told.names;
  const { settings: SETTINGS, runs: RUNS } = told.names;
  const [EPISODE, REWARD] = [new Set(told.names.episode), new Set(told.names.reward)];

  /** @type {Everystep["build"]} */
  function build(format, table, options, notes, more = {}) {
    let step = clock(table, "step", STEP, options);
    let epoch = clock(table, "epoch", EPOCH, options);
    if (step === null && epoch === null && more.areRowsEpochs) {
      epoch = clockColumn(table.names, ROW_NUMBERS);
      if (epoch !== null) notes.push("The column without a name was read as the epoch.");
    }
    if (step === null && epoch === null) {
      table = countRows(table, notes, Boolean(more.areRowsEpochs));
      epoch = ROW;
    }
    const found = countedOn(table, step, epoch, options, notes);
    if (found) [table, step] = found;
    const perEpoch = found ? found[2] : null;
    const [one, run] = oneRun(table, step ?? epoch ?? ROW, options.run, notes);
    table = one;
    const usual = more.stepsFrom ?? 1;
    const isFrom0 = !found && options.stepsFrom === null && usual === 1 && step !== null &&
      countedFrom0(table, step, notes);
    const clocks = clocksOf(table, step, epoch, {
      areEpochsPasses: Boolean(found ?? more.areEpochsPasses),
      stepsFrom: found ? 1 : options.stepsFrom ?? (isFrom0 ? 0 : usual),
      epochsFrom: options.epochsFrom,
      notes,
    });
    clocks.stepsPerEpoch = perEpoch ?? clocks.stepsPerEpoch;
    clocks.seconds = secondsOf(table, clockColumn(table.names, TIME), notes);
    const [curves, odd] = curvesOf(table, clocks, options, notes);
    const contradictions = [...odd, ...validatedOnce(curves)];
    const known = { ...more.facts, ...options.facts };
    /** @type {Record<string, number>} */
    const facts = {
      ...("n_val" in known ? {} : sizes(curves, notes)), ...evaluatedAgain(curves, notes),
      ...made(clocks, notes), ...planned(table, clocks, notes),
      ...known,
    };
    for (const [name, value] of Object.entries(options.facts)) {
      const fact = told.facts[name];
      notes.push(`${fact[0].toUpperCase()}${fact.slice(1)}: ${general(value, 6)}, as you said.`);
    }
    const axis = step ? "step" : "epoch";
    return { format, curves, facts, notes, clock: axis, run, contradictions,
      columns: table.names };
  }

  /**
   * @type {(table: LogTable, clocks: Clocks, options: LogOptions, notes: string[]) =>
   *   [Curves, odd: string[]]}
   */
  function curvesOf(table, clocks, options, notes) {
    refuseRewards(table.names);
    const { step, epoch, ...chosen } = options.columns;
    const ours = new Set([ROW, clockColumn(table.names, ROW_NUMBERS), step, epoch]);
    const drop = table.names.filter((name) =>
      ours.has(name) || clockColumn([name], [...STEP, ...EPOCH]) !== null);
    const part = partOfFile(options.file ?? "");
    const roles = new Roles(without(table, drop), clocks, chosen, notes, part);
    const curves = roles.curves();
    if (Object.keys(curves).every((role) => ALONE.includes(role))) {
      throw new LogError("No column is known as a loss or an accuracy. Say which is which, for " +
        `instance with --column train_loss=NAME; the columns are ${listed(table.names, 20)}.`);
    }
    return [curves, roles.odd];
  }

  /** Leaves curves of validation one record at their end. @param {Curves} curves */
  function validatedOnce(curves) {
    /** @type {string[]} */
    const differ = [];
    for (const role of ["val_loss", "val_accuracy", "val_error"]) {
      curves[role]?.forEach((curve, place) => {
        const first = firstOfDifferingAtTheEnd(curve);
        if (first === null) return;
        const values = curve.values.slice(first).map((value) => general(value, 4));
        differ.push(`${curve.name} as ${values.join(" and ")}`);
        curves[role][place] = at(curve, range(first + 1));
      });
    }
    return differ.length ? ["Validation was recorded more than once at its end: " +
      `${differ.join(", ")}. The first of each was kept; a later one may be of other weights, ` +
      "such as the best, or of other samples."] : [];
  }

  /** @type {(curve: Curve) => number | null} */
  function firstOfDifferingAtTheEnd(curve) {
    const x = places(curve);
    const first = x.indexOf(x[x.length - 1]);
    const values = curve.values.slice(first);
    const isAlone = first > 0 && new Set(x).size === first + 1;
    if (!isAlone || !values.every(Number.isFinite)) return null;
    return max(values) - min(values) > SAME * Math.abs(values[0]) ? first : null;
  }

  /** @type {(t: LogTable, role: string, names: string[], options: LogOptions) => string | null} */
  function clock(table, role, names, options) {
    const name = options.columns[role];
    if (name === undefined) {
      const going = table.names.filter((one) => differs(table, one));
      return clockColumn(going, names) ?? clockColumn(table.names, names);
    }
    if (name && !table.names.includes(name)) {
      throw new LogError(`There is no column ${name} for ${role}; the columns with numbers are ` +
        `${listed(table.names, 20)}.`);
    }
    return name || null;
  }

  /**
   * @type {(t: LogTable, step: string | null, epoch: string | null, options: LogOptions,
   *   notes: string[]) => [LogTable, string, number] | null}
   */
  function countedOn(table, step, epoch, options, notes) {
    if (epoch === null) return null;
    if (step === null && options.columns.step === undefined) {
      const [values, present] = columnOf(table, epoch);
      const isSeveral = diff(values.filter((_, row) => present[row])).includes(0);
      step = isSeveral ? clockColumn(table.names, told.names.batches) : null;
    }
    if (step === null) return null;
    const found = countThrough(table, step, epoch, options.stepsFrom, notes);
    return found && [found[0], step, found[1]];
  }

  /** @type {(table: LogTable, notes: string[], areRowsEpochs: boolean) => LogTable} */
  function countRows(table, notes, areRowsEpochs) {
    if (!areRowsEpochs) {
      throw new LogError("No column is known as steps or epochs. Say which one is, for instance " +
        `with --column epoch=NAME; the columns are ${listed(table.names, 20)}.`);
    }
    const called = (/** @type {string[]} */ names) =>
      table.names.filter((name) => clockColumn([name], names) !== null);
    const settings = called(SETTINGS);
    const runs = called(RUNS).filter((name) => differs(table, name));
    if (runs.length || settings.length > 1) {
      const all = listed([...new Set([...settings, ...runs])]);
      throw rowsAreRuns(`settings are among the columns, ${all}, and none counts steps or epochs`);
    }
    notes.push("There is no column of epochs; each row was read as one.");
    const counted = { ...table, names: [...table.names], values: new Map(table.values),
      present: new Map(table.present) };
    const rows = range(table.rows);
    put(counted, ROW, rows.map((row) => row + 1), rows.map(() => true));
    return counted;
  }

  /** @type {(table: LogTable, name: string) => boolean} */
  function differs(table, name) {
    const [values, present] = columnOf(table, name);
    return new Set(values.filter((_, row) => present[row])).size > 1;
  }

  /** @param {string[]} names */
  function refuseRewards(names) {
    for (const name of names) {
      const said = words(name);
      if (said.some((word) => EPISODE.has(word)) && said.some((word) => REWARD.has(word))) {
        throw new LogError(`This is a log of reinforcement learning: ${name} is a reward. What ` +
          "its losses do says little of how good a policy is, and no question here is made for " +
          "it.");
      }
    }
  }

  /** @type {(curves: Curves, notes: string[]) => Record<string, number>} */
  function sizes(curves, notes) {
    const all = (curves.val_accuracy ?? []).flatMap((curve) => finite(curve).values);
    const values = [...new Set(all)].filter((value) => value !== 0 && value !== 1);
    const areMultiples = (/** @type {number} */ n, /** @type {number} */ off) =>
      values.every((value) => Math.abs(value - round(value * n) / n) < off);
    if (areMultiples(10, 1e-7)) return {}; // of one digit, they are of any number of samples
    const finest = [1e2, 1e3, 1e4, 1e5].find((power) => areMultiples(power, 1e-9)) ?? 1e6;
    const isFine = finest >= 1e5;
    const isMany = isFine && values.length >= LEAST_OF_MANY;
    const most = isMany ? LARGEST : isFine ? 2 * LARGEST_GRAIN : LARGEST_GRAIN;
    for (let n = 2; n <= most; n++) {
      if ((n / finest) ** values.length < UNLIKELY && areMultiples(n, 0.501 / finest)) {
        notes.push(`All validation accuracies are multiples of 1/${n}, so the set was taken to ` +
          `have ${n} samples.`);
        return { n_val: n };
      }
    }
    return {};
  }

  /** @type {(curves: Curves, notes: string[]) => Record<string, number>} */
  function evaluatedAgain({ val_loss: losses }, notes) {
    if (losses?.length !== 1 || losses[0].values.length < 3) return {};
    const [[before, last], [first, again]] =
      [places(losses[0]).slice(-2), losses[0].values.slice(-2)];
    const isAlone = new Set(places(losses[0])).size === losses[0].values.length - 1;
    if (!isAlone || before !== last || !Number.isFinite(again) || first !== again) return {};
    notes.push(`${losses[0].name} was evaluated twice at the end, and is the same.`);
    return { val_loss_again: again };
  }

  /** @type {(table: LogTable, clocks: Clocks, notes: string[]) => Record<string, number>} */
  function planned(table, { steps }, notes) {
    const still = table.names.filter((one) => !differs(table, one));
    const name = clockColumn(still, told.names.plans);
    if (name === null || !steps) return {};
    const [values, present] = columnOf(table, name);
    const value = values[present.indexOf(true)];
    if (!(steps[steps.length - 1] <= value && value < MOST_STEPS)) return {};
    notes.push(`${name} is the same in all rows: the updates that were planned.`);
    return { steps_planned: value };
  }

  /** @type {(clocks: Clocks, notes: string[]) => Record<string, number>} */
  function made({ steps, epochs, stepsPerEpoch }, notes) {
    /** @type {Record<string, number>} */
    const found = {};
    if (steps) found.steps_made = steps[steps.length - 1];
    if (epochs) found.epochs_made = epochs[epochs.length - 1];
    if (stepsPerEpoch === null) return found;
    found.steps_per_epoch = stepsPerEpoch;
    if (!epochs) return found;
    const last = epochs[epochs.length - 1];
    const ended = Math.ceil(last);
    const gap = median(diff([...new Set(epochs)].sort((a, b) => a - b)));
    const hasOthers = epochs.some((time) => Math.abs(time - round(time)) < 1e-9); // that ended
    if (ended > last && ended - last < gap && gap < 0.5 && !hasOthers) {
      found.epochs_made = ended;
      notes.push(`No row stands at the end of epoch ${fixed(ended)}, but the next would have ` +
        "stood beyond it, so it was taken as ended.");
    }
    return found;
  }

  everystep.build = build;
});
