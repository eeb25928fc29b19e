// Keras: its CSVLogger, and histories written as CSV or JSON: everystep/clinic/readers/keras.py.
"use strict";
everystep.core.add(() => {
  const {
    told, build, tables: { LogError, listed, number, printable, tableOfColumns },
    names: { clockColumn },
  } = everystep;
  const { step: STEP } = told.names;
  /** @type {(value: unknown) => value is Map<string, any>} */
  const isMap = (value) => value instanceof Map;

  /** @param {LogTable} table */
  function recognizes(table) {
    const has = (/** @type {string} */ name) => table.names.includes(name);
    return has("loss") && clockColumn(table.names, STEP) === null &&
      (has("acc") || has("accuracy") || table.names.some((name) => name.startsWith("val_")));
  }

  /** @type {(table: LogTable, options: LogOptions, notes: string[]) => RunLog} */
  function read(table, options, notes) {
    notes.push("Training values are means over the epoch, while the weights changed, with " +
      "dropout and augmentation if there were any; validation is measured after it.");
    return build(told.formats.keras, table, options, notes, { areRowsEpochs: true });
  }

  /** Whether a value is a map, or a list of what is neither. @param {unknown} values */
  const isPlain = (values) => isMap(values) ||
    (Array.isArray(values) && !values.some((value) => isMap(value) || Array.isArray(value)));

  /** A list of numbers, some of which may be missing or words. */
  /** @type {Everystep["keras"]["isOfNumbers"]} */
  function isOfNumbers(values) {
    if (!Array.isArray(values) || !isPlain(values)) return false;
    return typeof values.map(number).find((value) => value !== null) === "number";
  }

  const listsOf = (/** @type {Map<string, any>} */ content) =>
    new Map([...content].filter(([, values]) => isOfNumbers(values)));

  /** Whether several lists have one length, and one is a loss. @param {Map<string, any[]>} lists */
  const isHistory = (lists) => lists.size > 1 &&
    new Set([...lists.values()].map(({ length }) => length)).size === 1 &&
    [...lists.keys()].some((name) => String(name).toLowerCase().includes("loss"));

  /** The lists of a history without what lies beside them. @param {unknown} content */
  function historyIn(content) {
    if (!isMap(content)) return new Map();
    const inner = content.get("history");
    const found = isMap(inner) ? inner : content;
    const parts = [...found].filter(([, values]) => isMap(values));
    if (parts.length && parts.every(([, named]) => [...named.values()].every(Array.isArray))) {
      return new Map(parts.flatMap(([part, named]) =>
        [...named].map(([name, values]) => [`${part} ${name}`, values])));
    }
    const lists = listsOf(found);
    if (lists.size) return lists;
    // A program's report, in which the history is one of several parts.
    const within = parts.map(([, values]) => listsOf(values)).filter(isHistory);
    if (within.length === 1) return within[0];
    return [...found.values()].every(isPlain) ? found : new Map();
  }

  /**
   * The lists that have the length of most.
   * @type {(columns: [string, any[]][], notes: string[]) => [string, any[]][]}
   */
  function ofOneLength(columns, notes) {
    const lengths = columns.map(([, values]) => values.length);
    const count = (/** @type {number} */ n) => lengths.filter((length) => length === n).length;
    const usual = lengths.reduce((best, n) => (count(n) > count(best) ? n : best), lengths[0]);
    if (!usual || 2 * count(usual) <= lengths.length) {
      const all = [...new Set(lengths)].sort((a, b) => a - b);
      throw new LogError("The lists of a history must have one length, and have " +
        `${all.slice(0, 6).join(", ")}.`);
    }
    const others = columns.filter(([, values]) => values.length !== usual);
    if (others.length) {
      notes.push("Lists of another length, and not used here: " +
        `${listed(others.map(([name]) => printable(name)))}.`);
    }
    return columns.filter(([, values]) => values.length === usual);
  }

  /** @type {(content: any, options: LogOptions, notes: string[]) => RunLog} */
  function readHistory(content, options, notes) {
    const history = /** @type {Map<string, any>} */ (historyIn(content));
    const beside = [...content.keys()].filter((name) => name !== "history" && !history.has(name));
    if (beside.length && !isMap(content.get("history"))) {
      notes.push("Beside the lists, and not used here: " +
        `${listed(beside.map((name) => printable(String(name))))}.`);
    }
    const columns = ofOneLength([...history].map(([name, values]) =>
      [String(name), isMap(values) ? [...values.values()] : values]), notes);
    const table = tableOfColumns(
      columns.map(([name]) => name), columns.map(([, values]) => values), notes);
    if (recognizes(table)) return read(table, options, notes);
    return build("JSON of lists", table, options, notes, { areRowsEpochs: true });
  }

  everystep.keras = { recognizes, read, historyIn, isOfNumbers, readHistory };
});
