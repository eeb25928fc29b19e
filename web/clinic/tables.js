// Tables of numbers in which cells may be missing: everystep/clinic/readers/tables.py.
"use strict";
everystep.core.add(() => {
  const { told, numbers: { fixed, range }, phases: { apart } } = everystep;
  const [MOST_COLUMNS, MOST_CELLS] = [2000, 10_000_000];
  const PLAIN = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i;
  const NAMED = /^([+-]?)(nan|inf|infinity)$/;
  const TENSOR = /^(?:tensor|array|np\.float\d+)\(\s*\[?([^\s,)\]]+)/;
  const HIDDEN = /(?! )[\p{C}\p{Z}]/gu;
  const MISSING = new Set(told.missing);
  const NOT_FINITE = new Map(told.notFinite);

  /** What is wrong with a log, in a sentence. */
  class LogError extends Error {}

  /** @type {Everystep["tables"]["printable"]} */
  const printable = (text) => text.replace(HIDDEN, " ").trim();

  /** @type {Everystep["tables"]["listed"]} */
  function listed(names, most = 6) {
    const shown = names.slice(0, most).map((name) => {
      const letters = [...name];
      return letters.length <= 60 ? name : `${letters.slice(0, 57).join("")}…`;
    }).join(", ");
    return names.length <= most ? shown : `${shown} and ${names.length - most} more`;
  }

  /**
   * The number that a text is; null: an empty cell; undefined: something else.
   * @type {(cell: string) => number | null | undefined}
   */
  function numberIn(cell) {
    if (PLAIN.test(cell)) return Number(cell);
    const text = cell.trim().toLowerCase();
    if (MISSING.has(text)) return null;
    const named = NAMED.exec(text);
    if (named) return named[2] === "nan" ? NaN : named[1] === "-" ? -Infinity : Infinity;
    const found = NOT_FINITE.get(text);
    if (found !== undefined) return Number(found);
    const tensor = TENSOR.exec(text);
    if (tensor) return numberIn(tensor[1]) ?? undefined;
    if (text.endsWith("%")) return numberIn(text.slice(0, -1));
    const joined = text.replace(/(\d)_(?=\d)/g, "$1");
    return PLAIN.test(joined) ? Number(joined) : undefined;
  }

  /** @type {Everystep["tables"]["number"]} */
  function number(cell) {
    if (typeof cell === "number") return cell;
    return typeof cell === "string" ? numberIn(cell) : null;
  }

  /** @type {Everystep["tables"]["tableOfColumns"]} */
  function tableOfColumns(names, columns, notes) {
    const parted = apart(names, columns);
    if (parted) {
      [names, columns] = parted;
      notes.push(`${printable(parted[2])} says which rows are of training and which of ` +
        "validation.");
    }
    /** @type {LogTable} */
    const table = { names: [], values: new Map(), present: new Map(), rows: columns[0].length };
    /** @type {string[]} */
    const texts = [];
    names.forEach((given, position) => {
      let name = printable(given) || `column ${position + 1}`;
      if (table.values.has(name)) name = `${name} (${position + 1})`;
      const cells = columns[position];
      const values = /** @type {number[]} */ (new Array(cells.length));
      const present = /** @type {boolean[]} */ (new Array(cells.length));
      let [strange, there] = [0, 0];
      for (let row = 0; row < cells.length; row++) {
        const value = number(cells[row]);
        if (value === undefined) strange++;
        present[row] = typeof value === "number";
        values[row] = typeof value === "number" ? value : NaN;
        if (present[row]) there++;
      }
      if (strange > there) texts.push(name);
      else put(table, name, values, present);
    });
    if (texts.length) notes.push(`Left aside, for they hold text: ${listed(texts)}.`);
    if (!table.names.length) {
      throw new LogError("No column holds numbers: these look like words, not like a table.");
    }
    return table;
  }

  /** @type {Everystep["tables"]["put"]} */
  function put(table, name, values, present) {
    if (!table.values.has(name)) table.names.push(name);
    table.values.set(name, values);
    table.present.set(name, present);
  }

  /** @type {Everystep["tables"]["tableOfRecords"]} */
  function tableOfRecords(records, notes) {
    const names = new Set(records.flatMap((record) => [...record.keys()].map(String)));
    if (!records.length || !names.size) throw new LogError("The log holds no records.");
    refuseWhatIsTooLarge(names.size, records.length);
    const columns = [...names].map((name) => records.map((record) => record.get(name)));
    return tableOfColumns([...names], columns, notes);
  }

  /** @type {Everystep["tables"]["refuseWhatIsTooLarge"]} */
  function refuseWhatIsTooLarge(columns, rows) {
    if (columns > MOST_COLUMNS || columns * rows > MOST_CELLS) {
      throw new LogError(`The table has ${fixed(columns)} columns and ${fixed(rows)} lines, ` +
        "more than a log has.");
    }
  }

  /** @type {Everystep["tables"]["rowsOf"]} */
  function rowsOf(table, rows) {
    /** @type {LogTable} */
    const some = { names: [], values: new Map(), present: new Map(), rows: rows.length };
    for (const name of table.names) {
      const [values, present] = columnOf(table, name);
      put(some, name, rows.map((row) => values[row]), rows.map((row) => present[row]));
    }
    return some;
  }

  /** @type {Everystep["tables"]["columnOf"]} */
  function columnOf(table, name) {
    const [values, present] = [table.values.get(name), table.present.get(name)];
    if (!values || !present) throw Error(`no column ${name}`);
    return [values, present];
  }

  /** @type {Everystep["tables"]["withoutZeros"]} */
  function withoutZeros(table, names) {
    const columns = names.map((name) => columnOf(table, name));
    const areZeros = range(table.rows).map((row) =>
      columns.every(([values]) => values[row] === 0));
    const present = new Map(table.present);
    names.forEach((name, i) =>
      present.set(name, columns[i][1].map((is, row) => is && !areZeros[row])));
    return [{ ...table, present }, areZeros.filter(Boolean).length];
  }

  /** @type {Everystep["tables"]["without"]} */
  function without(table, names) {
    const left = table.names.filter((name) => !names.includes(name));
    return { ...table, names: left };
  }

  /** @type {Everystep["tables"]["renamed"]} */
  function renamed(table, name, other) {
    const [values, present] = columnOf(table, name);
    return {
      ...table,
      names: table.names.map((one) => (one === name ? other : one)),
      values: new Map([...table.values, [other, values]]),
      present: new Map([...table.present, [other, present]]),
    };
  }

  everystep.tables = {
    LogError, columnOf, listed, number, printable, put, refuseWhatIsTooLarge, renamed, rowsOf,
    tableOfColumns, tableOfRecords, without, withoutZeros,
  };
});
