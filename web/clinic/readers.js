// A reader for each format, and which of them reads a file: everystep/clinic/readers/.
"use strict";
everystep.core.add(() => {
  const {
    told, build, files: { decode, parseCsv }, json: { parseJson, parsePrinted },
    numbers: { fixed, range },
    tables: {
      LogError, columnOf, listed, printable, put, renamed, rowsOf, tableOfColumns, tableOfRecords,
      without,
    },
    names: { clockColumn, meaning }, clocks: { clockOf, endsOfEpochs, oneRun }, openmmlab,
    keras, trainerState,
  } = everystep;
  const { step: STEP, epoch: EPOCH } = told.names;
  const MOST_BYTES = 64 * 2 ** 20;
  const EXPORT = ["wall time", "step", "value"];
  /** @type {(value: unknown) => value is Map<string, any>} */
  const isMap = (value) => value instanceof Map;
  /** @type {(table: LogTable) => (name: string) => boolean} */
  const hasOf = (table) => (name) => table.names.includes(name);

  // Lightning

  /** @param {LogTable} table */
  function isOfLightning(table) {
    if (!["step", "epoch"].every(hasOf(table))) return false;
    const [steps, epochs] = [clockOf(table, "step"), clockOf(table, "epoch")];
    if (!epochs.every(Number.isInteger)) return false;
    if (steps.some((step, i) => i && step < steps[i - 1] && epochs[i] > epochs[i - 1])) {
      return false;
    }
    const isSparse = table.names.some((name) => columnOf(table, name)[1].includes(false));
    const isAsUsual = steps.length > 1 && steps.every((step) => (step + 1) % 50 === 0);
    const isSingly = epochs[0] === 0 && steps.every((step, i) => step === i);
    return isSparse || isAsUsual || isSingly || endsOfEpochs(steps.map((step) => step + 1), epochs);
  }

  /** @type {(table: LogTable, options: LogOptions, notes: string[]) => RunLog} */
  function readLightning(table, options, notes) {
    notes.push("step is the number of the last update, counted from 0.");
    table = ended(withoutBatchesOfValidation(table, notes), notes);
    if (hasOf(table)("train_loss") && !hasOf(table)("train_loss_epoch")) {
      notes.push("train_loss is taken for the loss of single batches, unless a row ends an epoch.");
    }
    return build(told.formats.lightning, table, options, notes, { stepsFrom: 0 });
  }

  /** @type {(table: LogTable, notes: string[]) => LogTable} */
  function withoutBatchesOfValidation(table, notes) {
    const columns = table.names.filter((name) => name !== "step" && name !== "epoch");
    const others = columns.filter((name) =>
      !name.endsWith("_step") || meaning(name).part === "train");
    const present = others.map((name) => columnOf(table, name)[1]);
    const kept = range(table.rows).filter((row) => present.some((there) => there[row]));
    const isAsIt = others.length === columns.length || !kept.length || kept.length === table.rows;
    if (isAsIt) return table;
    notes.push(`${fixed(table.rows - kept.length)} rows of single batches of validation were ` +
      "left out: their steps count those batches.");
    return rowsOf(table, kept);
  }

  /** @type {(table: LogTable, notes: string[]) => LogTable} */
  function ended(table, notes) {
    const [steps, epochs] = [clockOf(table, "step"), clockOf(table, "epoch")];
    const end = steps.length - 1;
    const last = range(end + 1).filter((row) => steps[row] < steps[end]).pop();
    if (last === undefined || steps[last] !== steps[end] - 1) return table;
    // A test that ends the file stands at the number of updates made, with the last epoch or
    // one more.
    const isTested = table.names.every((name) => name === "step" || name === "epoch" ||
      meaning(name).part === "test" || !columnOf(table, name)[1].slice(last + 1).includes(true));
    if (!isTested && epochs[last] !== epochs[end] - 1) return table;
    notes.push("The rows after the last update were read as measured at the end of the training.");
    const moved = { ...table, values: new Map(table.values) };
    for (const [name, times] of /** @type {const} */ ([["step", steps], ["epoch", epochs]])) {
      moved.values.set(name, times.map((time, row) => (row > last ? times[last] : time)));
    }
    return moved;
  }

  // Ultralytics

  /** @param {LogTable} table */
  function isOfUltralytics(table) {
    const begins = table.names.filter((name) => name.includes("/")).map((n) => n.split("/")[0]);
    return hasOf(table)("epoch") && begins.includes("train") &&
      ["metrics", "lr", "x"].some((begin) => begins.includes(begin));
  }

  /** @type {(table: LogTable, options: LogOptions, notes: string[]) => RunLog} */
  function readUltralytics(table, options, notes) {
    for (const name of table.names) {
      if (name.startsWith("x/lr")) table = renamed(table, name, `lr/${name.slice(2)}`);
    }
    return build(told.formats.ultralytics, table, options, notes);
  }

  // TensorBoard

  /** @param {LogTable} table */
  const isExport = (table) => table.names.length === 3 &&
    table.names.every((name, i) => name.toLowerCase().replaceAll("_", " ") === EXPORT[i]);

  /** @param {string} name */
  function tagIn(name) {
    const stem = name.replace(/\.(csv|json)$/i, "");
    const place = stem.indexOf("-tag-");
    if (place < 0) return stem;
    const [part] = /train|valid(ation)?|val|eval|test/i.exec(stem.slice(0, place)) ?? [""];
    return stem.slice(place + 5) + (part && ` ${part.toLowerCase()}`);
  }

  /**
   * @type {(e: [name: string, table: LogTable][], options: LogOptions, notes: string[]) => RunLog}
   */
  function readExports(exports, options, notes) {
    const tags = exports.map(([name]) => tagIn(name));
    if (new Set(tags).size < tags.length) {
      throw new LogError("Two of the files hold the same curve, by their names: " +
        `${listed([...tags].sort())}. Give those of one training.`);
    }
    notes.push(tags.length === 1
      ? `A TensorBoard export holds one curve; by its file name it is ${tags[0]}. Its step is ` +
        "what the program called so, updates or epochs."
      : "TensorBoard exports, which hold one curve each, were joined at equal steps: " +
        `${listed(tags)}. Their step is what the program called so, updates or epochs.`);
    const [all, run] = joined(tags, exports.map(([, one]) => one), options.run, notes);
    let table = all;
    if (tags.every((tag) => /^(epoch_|.*per_epoch)/.test(tag))) {
      notes.push("The name says that the steps are epochs.");
      table = renamed(table, "step", "epoch");
    }
    return { ...build(told.formats.tensorboard, table, { ...options, run: null }, notes), run };
  }

  /**
   * @type {(tags: string[], tables: LogTable[], run: number | null, notes: string[]) =>
   *   [LogTable, string]}
   */
  function joined(tags, tables, run, notes) {
    /** @type {Set<string>} */
    const runs = new Set();
    const parts = tables.map((table) => {
      const [wall, step, value] = table.names;
      const [one, which] = oneRun(renamed(table, step, "step"), "step", run, notes);
      if (which) runs.add(which);
      return { steps: clockOf(one, "step"), one, wall, value };
    });
    const every = [...new Set(parts.flatMap(({ steps }) => steps))].sort((a, b) => a - b);
    const places = new Map(every.map((step, i) => [step, i]));
    /** @type {LogTable} */
    const table = { names: [], values: new Map(), present: new Map(), rows: every.length };
    put(table, EXPORT[0], every.map(() => NaN), every.map(() => false));
    put(table, "step", every, every.map(() => true));
    parts.forEach(({ steps, one, wall, value }, i) => {
      put(table, tags[i], every.map(() => NaN), every.map(() => false));
      for (const [name, column] of [[EXPORT[0], wall], [tags[i], value]]) {
        const [values, present] = columnOf(one, column);
        const [into, there] = columnOf(table, name);
        steps.forEach((step, row) => {
          const place = places.get(step) ?? 0;
          if (present[row]) [into[place], there[place]] = [values[row], true];
        });
      }
    });
    return [table, [...runs].sort().join(" and ")];
  }

  // Weights & Biases

  const BOUND = /^.* - .*__(MIN|MAX)$/;

  /** @param {LogTable} table */
  const isOfWandb = (table) =>
    hasOf(table)("_step") || table.names.some((name) => BOUND.test(name));

  /** @type {(table: LogTable, options: LogOptions, notes: string[]) => RunLog} */
  function readWandb(table, options, notes) {
    const bounds = table.names.filter((name) => BOUND.test(name));
    const [one, rest, which] = oneOfSeveral(without(table, bounds), options, notes);
    [table, options] = [one, rest];
    refuseRuns(table);
    if (clockColumn(table.names, STEP) === "_step") {
      const epoch = clockColumn(table.names, EPOCH);
      if (epoch) {
        notes.push(`_step counts calls of log, not updates, so the axis is ${epoch}; if they are ` +
          "updates, say so with --column step=_step.");
        if (options.columns.step === undefined) table = without(table, ["_step"]);
      } else {
        notes.push("_step counts calls of log; they are taken for updates.");
      }
    }
    const log = build(told.formats.wandb, table, options, notes);
    return { ...log, run: which || log.run };
  }

  /** Of a page of runs, each row has the last values of one. @param {LogTable} table */
  function refuseRuns(table) {
    if (!hasOf(table)("_step") || !columnOf(table, "_step")[1].includes(true)) return;
    if (clockOf(table, "_step").some((step, i, steps) => i && step < steps[i - 1])) {
      throw new LogError("Each row seems to be another run: _step, which only grows within a " +
        "run, falls. Export the history of a single run.");
    }
  }

  /** @type {(t: LogTable, o: LogOptions, notes: string[]) => [LogTable, LogOptions, string]} */
  function oneOfSeveral(table, options, notes) {
    const pairs = table.names.filter((name) => name.includes(" - ")).map((name) => {
      const place = name.lastIndexOf(" - ");
      return { name, run: name.slice(0, place), quantity: name.slice(place + 3) };
    });
    const runs = [...new Set(pairs.map(({ run }) => run))];
    if (!runs.length) return [table, options, ""];
    const number = options.run || runs.length;
    const chosen = runs[number - 1];
    if (chosen === undefined) {
      throw new LogError(`There is no run ${options.run}; the file holds ${runs.length}.`);
    }
    const which = runs.length > 1 ? `run ${number} of ${runs.length}` : "";
    if (which) {
      notes.push(`The file holds ${runs.length} runs: ${listed(runs)}. This is ${chosen}; ` +
        "--run 1 is the first.");
    }
    table = without(table, pairs.filter(({ run }) => run !== chosen).map(({ name }) => name));
    for (const { name, run, quantity } of pairs) {
      if (run === chosen) table = renamed(table, name, quantity);
    }
    return [table, { ...options, run: null }, which];
  }

  // Any table

  /** @type {(table: LogTable, options: LogOptions, notes: string[]) => RunLog} */
  function readColumns(table, options, notes) {
    notes.push("The file has no known format; what its columns hold was told from their names.");
    return build(told.formats.columns, table, options, notes, { areRowsEpochs: true });
  }

  /**
   * A record with what lies in records in it, under both names.
   * @type {(row: Map<any, any>, levels?: number) => Map<any, any>}
   */
  function flat(row, levels = 3) {
    if (!levels) return row;
    return new Map([...row].flatMap(([name, value]) => (isMap(value)
      ? [...flat(value, levels - 1)].map(([inner, one]) => [`${name} ${inner}`, one])
      : [[name, value]])));
  }

  /** @type {[recognizes: (table: LogTable) => boolean, read: typeof readColumns][]} */
  const TABLES = [
    [isOfWandb, readWandb], [isOfUltralytics, readUltralytics], [isOfLightning, readLightning],
    [keras.recognizes, keras.read], [() => true, readColumns],
  ];

  /** @type {(content: any, options: LogOptions, notes: string[]) => RunLog} */
  function readJson(content, options, notes) {
    if (keras.isOfNumbers(content) && content.length > 2) {
      notes.push(`The file holds a list of numbers, which was called ${options.file}.`);
      content = new Map([[options.file, content]]);
    }
    let records = Array.isArray(content) ? content.filter(isMap) : [];
    if (openmmlab.recognizes(records)) return openmmlab.read(records, options, notes);
    if (trainerState.recognizes(content)) return trainerState.read(content, options, notes);
    if (records.some((row) => row.has("_step"))) {
      return readWandb(tableOfRecords(records, notes), options, notes);
    }
    if (keras.historyIn(content).size) return keras.readHistory(content, options, notes);
    if (isMap(content)) {
      const found = [...content.values()].flatMap((value) => {
        const rows = Array.isArray(value) ? value.filter(isMap) : [];
        return rows.length > 1 ? [rows] : [];
      });
      if (found.length === 1) {
        [records] = found;
        notes.push("The file holds one list of records; what lies beside it was not used.");
      }
    }
    if (records.length) {
      const table = tableOfRecords(records.map((row) => flat(row)), notes);
      return readColumns(table, options, notes);
    }
    throw new LogError("The JSON is no log of a known kind: neither a trainer_state.json, nor a " +
      "Keras history, nor an export of TensorBoard or Weights & Biases, nor a list of records.");
  }

  /** @param {string} name */
  const stemOf = (name) => name.replace(/(?<=.)\.[^.]+$/, "");

  /** What is in a file. @type {(file: LogFile, notes: string[]) => any} */
  function contentOf({ name, bytes }, notes) {
    if (bytes.length > MOST_BYTES) {
      throw new LogError(`${name} has ${Math.round(bytes.length / 2 ** 20)} MB; logs are read up ` +
        "to 64 MB. Write every tenth or hundredth record only.");
    }
    if (!bytes.some((byte) => byte !== 32 && (byte < 9 || byte > 13))) {
      throw new LogError(`${name} is empty.`);
    }
    const text = decode(bytes, notes);
    const begin = text.trimStart().slice(0, 2);
    if (begin === "{'") return parsePrinted(text);
    if (!"{[".includes(begin[0])) return parseCsv(text, notes, printable(stemOf(name)));
    const content = parseJson(text);
    const isList = Array.isArray(content) && content.length > 0 &&
      content.every((row) => Array.isArray(row) && row.length === 3);
    if (!isList) return content;
    return tableOfColumns(EXPORT, range(3).map((i) => content.map((row) => row[i])), notes);
  }

  /** @type {(content: any) => boolean} */
  const isTable = (content) => content?.present instanceof Map;

  /** @type {Everystep["readLogs"]} */
  function readLogs(given, options) {
    /** @type {string[]} */
    const notes = [];
    const contents = given.map((file) => contentOf(file, notes));
    if (contents.every((content) => isTable(content) && isExport(content))) {
      return readExports(contents.map((table, i) => [given[i].name, table]), options, notes);
    }
    if (contents.length > 1) {
      throw new LogError("Several files are read together only if each is an export of " +
        "TensorBoard, which holds one curve.");
    }
    const [content] = contents;
    options = { ...options, file: stemOf(given[0].name) };
    if (!isTable(content)) return readJson(content, options, notes);
    const [, read] = TABLES.find(([recognizes]) => recognizes(content)) ?? TABLES[4];
    return read(content, options, notes);
  }

  everystep.readLogs = readLogs;
});
