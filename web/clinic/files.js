// From bytes to text, and from text to a table: everystep/clinic/readers/files.py. What is hostile
// or broken ends here, with a sentence.
"use strict";
everystep.core.add(() => {
  const {
    tables: { LogError, printable, refuseWhatIsTooLarge, tableOfColumns },
    numbers: { fixed, range },
  } = everystep;
  const DELIMITERS = [",", ";", "\t", "|"];
  const NUMERAL = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/;
  const COUNTED = "index"; // a name that is read as the epoch where nothing else counts
  const CONFLICT = ["<<<<<<<", "=======", ">>>>>>>"];
  const DECIMAL_COMMA = /^\s*[+-]?\d+,\d+([eE][+-]?\d+)?\s*$/;
  const TOTAL_TIME = /^Total time: [\d:.]+$/;
  const CLOCK_TIME = /^\(?\d+(:\d\d){1,2}\)?$/;
  const LONGEST_CELL = 131_072;
  const [ONE, TWO] = [/\s+/, /\s{2,}/]; // blanks, or more, between cells

  /** @type {Everystep["files"]["decode"]} */
  function decode(bytes, notes) {
    const [a, b] = bytes;
    const wide = a === 0xff && b === 0xfe ? "utf-16le" : a === 0xfe && b === 0xff ? "utf-16be" : "";
    let text;
    try {
      text = new TextDecoder(wide || "utf-8", { fatal: true }).decode(bytes);
    } catch {
      // What a browser calls Latin-1 is another encoding.
      const parts = [];
      for (let i = 0; i < bytes.length; i += 8192) {
        parts.push(String.fromCharCode(...bytes.subarray(i, i + 8192)));
      }
      text = parts.join("");
      notes.push("The text is not UTF-8; it was read as Latin-1.");
    }
    text = text.replace(/\r\n?/g, "\n");
    if (text.includes("\0")) {
      throw new LogError("This is no text file. TensorBoard's event files and other binary " +
        "formats have to be exported first, as CSV or JSON.");
    }
    return text;
  }

  /** @type {Everystep["files"]["parseCsv"]} */
  function parseCsv(text, notes, name = "") {
    let lines = text.split("\n").filter((line) => line.trim() && !line.startsWith("#"));
    if (lines.some((line) => line.startsWith(CONFLICT[0]))) {
      notes.push("Lines that mark a conflict of versions were left out.");
      lines = lines.filter((line) => !CONFLICT.some((mark) => line.startsWith(mark)));
    }
    if (!lines.length) throw new LogError("The file holds comments only.");
    lines = withoutTitle(lines, notes);
    const counts = DELIMITERS.map((one) => lines[0].split(one).length);
    let delimiter = DELIMITERS[counts.indexOf(Math.max(...counts))];
    if (Math.max(...counts) === 1 && lines[0].trim().split(/\s+/).length > 1) {
      lines = byBlanks(lines);
      delimiter = "\t";
    }
    let rows = withNames(cellsOf(lines, delimiter), name, notes);
    rows[0] = rows[0].map((cell) => cell.trim());
    const endsInTime = (/** @type {string[]} */ row) =>
      row.length === rows[0].length + 1 && CLOCK_TIME.test(row[row.length - 1].trim());
    if (rows.length > 1 && rows.slice(1).every(endsInTime)) {
      notes.push("The last cell of each row, which has no name, was left out: it is a time.");
      rows = [rows[0], ...rows.slice(1).map((row) => row.slice(0, -1))];
    }
    refuseWhatIsNoTable(rows[0], rows);
    const [names, ...others] = ofOneLength(rows, notes);
    let body = rowsOfFullLength(names, others, notes);
    if (delimiter !== "," && body.some((row) => row.some((cell) => DECIMAL_COMMA.test(cell)))) {
      notes.push("Commas in numbers were read as decimal points.");
      body = body.map((row) => row.map((cell) => cell.replaceAll(",", ".")));
    }
    return tableOfColumns(names, names.map((_, i) => body.map((row) => row[i])), notes);
  }

  /**
   * Lines of cells with blanks between them, with tabs; names may have single blanks.
   * @type {(lines: string[]) => string[]}
   */
  function byBlanks(lines) {
    const [a, b] = [ONE, TWO].map((blanks) =>
      [lines[0], lines[lines.length - 1]].map((line) => line.trim().split(blanks).length));
    const by = a[0] !== a[1] && b[0] === b[1] && b[0] > 1 ? TWO : ONE;
    return lines.map((line) => line.trim().split(by).join("\t"));
  }

  /**
   * Names above rows, if the first line holds numbers only: a first column that counts the rows is
   * called so, and a single other one as the file is.
   * @type {(rows: string[][], name: string, notes: string[]) => string[][]}
   */
  function withNames(rows, name, notes) {
    const first = rows[0].map((cell) => cell.trim());
    const isOfPandas = ["0", ",0"].includes(first.join(","));
    if (isOfPandas && name && rows[rows.length - 1].join("").includes(".")) {
      notes.push(`Above the numbers stands 0, as pandas writes; it was read as ${name}.`);
      return [[...first.slice(1).map(() => COUNTED), name], ...rows.slice(1)];
    }
    if (rows.length < 3 || !first.every((cell) => NUMERAL.test(cell))) return rows;
    const names = rows[0].map((_, i) => `column ${i + 1}`);
    const isCount = [0, 1].some((begin) =>
      rows.every((row, i) => row[0].trim() === String(i + begin)));
    if (isCount) names[0] = COUNTED;
    if (names.length - Number(isCount) === 1 && name) names[names.length - 1] = name;
    notes.push(`The first line holds numbers; the columns were called ${names.join(", ")}.`);
    return [names, ...rows];
  }

  /**
   * Leave out a line above the names: fastai's total time, or one cell above several names.
   * @type {(lines: string[], notes: string[]) => string[]}
   */
  function withoutTitle(lines, notes) {
    if (lines.length < 3) return lines;
    const [first, second, third] = lines.slice(0, 3).map((line) => line.trim());
    const areSeveral = DELIMITERS.some((one) => {
      const [a, b, c] = [first, second, third].map((line) => line.split(one).length - 1);
      return a === 0 && b > 0 && b === c;
    });
    const isTitle = areSeveral && !/\d/.test(second) && /\d/.test(third);
    if (!isTitle && !TOTAL_TIME.test(first)) return lines;
    const title = [...printable(first)].slice(0, 60).join("");
    notes.push(`The first line was read as a title: ${title}.`);
    return lines.slice(1);
  }

  /**
   * Cut lines into cells, as Python's csv does.
   * @type {(lines: string[], by: string) => string[][]}
   */
  function cellsOf(lines, by) {
    /** @type {string[][]} */
    const rows = [];
    const quoted = new Quoted(by);
    for (const line of lines) {
      if (quoted.isOpen || line.includes('"')) {
        quoted.read(line);
        if (!quoted.isOpen) rows.push(quoted.row());
      } else {
        rows.push(line.split(by).map((cell) => cell.replace(/^ +/, "")));
        if (line.length > LONGEST_CELL) rows[rows.length - 1].forEach(refuseWhatIsTooLong);
      }
    }
    if (quoted.isOpen) rows.push(quoted.row());
    return rows;
  }

  /** @param {string} cell */
  function refuseWhatIsTooLong(cell) {
    if (cell.length <= LONGEST_CELL) return;
    throw new LogError("This is no CSV: a cell of it is longer than 131,072 letters.");
  }

  /** A row with quotes; one that stays open takes the lines below into its cell. */
  class Quoted {
    /** @param {string} by */
    constructor(by) {
      this.by = by;
      this.cell = "";
      this.state = "start";
      /** @type {string[]} */
      this.cells = [];
    }

    get isOpen() {
      return this.state === "quoted";
    }

    /** @param {string} line */
    read(line) {
      if (this.isOpen) this.cell += "\n";
      for (const letter of line) this.take(letter);
      refuseWhatIsTooLong(this.cell);
    }

    /** @param {string} letter */
    take(letter) {
      if (this.isOpen) {
        if (letter === '"') this.state = "closing";
        else this.cell += letter;
      } else if (letter === this.by) {
        this.end();
      } else if (letter === '"' && this.state !== "plain") {
        if (this.state === "closing") this.cell += letter;
        this.state = "quoted";
      } else if (this.state !== "start" || letter !== " ") {
        this.cell += letter;
        this.state = "plain";
      }
    }

    end() {
      refuseWhatIsTooLong(this.cell);
      this.cells.push(this.cell);
      [this.cell, this.state] = ["", "start"];
    }

    row() {
      this.end();
      const { cells } = this;
      this.cells = [];
      return cells;
    }
  }

  /**
   * Rows without a cell that has no name (each row has one too many, and the same one is empty in
   * all), or the last name, for which no row has a cell.
   * @type {(rows: string[][], notes: string[]) => string[][]}
   */
  function ofOneLength(rows, notes) {
    const [names] = rows;
    const n = names.length;
    const body = rows.filter((row) => !isHeader(row, names));
    if (body.some((row) => row.length === n)) return rows; // as nearly always
    if (n > 2 && body[0]?.length === n - 1 && body.every((row) => row.length < n)) {
      notes.push(`${printable(names[n - 1])} is the last name, and no row has a cell for it.`);
      return [names.slice(0, -1), ...body];
    }
    const empty = range(n + 1).filter((place) => body.every((row) => !row[place]));
    if (body.some((row) => row.length !== n + 1) || empty.length !== 1) return rows;
    notes.push("Each row has one cell more than there are names; the empty one, " +
      `${fixed(empty[0] + 1)}, was left out.`);
    return [names, ...body.map((row) => row.filter((_, place) => place !== empty[0]))];
  }

  /** @type {(row: string[], names: string[]) => boolean} */
  const isHeader = (row, names) =>
    row.length === names.length && row.every((cell, i) => cell.trim() === names[i]);

  /** @type {(names: string[], rows: string[][]) => void} */
  function refuseWhatIsNoTable(names, rows) {
    refuseWhatIsTooLarge(names.length, rows.length);
    if (rows.length < 2) {
      throw new LogError("The file has one line only: names, or a record, but not both.");
    }
    if (names.every((name) => /^[-+.\deE]*$/.test(name))) {
      throw new LogError("The first line must hold the names of the columns, and holds numbers.");
    }
  }

  /** @type {(names: string[], rows: string[][], notes: string[]) => string[][]} */
  function rowsOfFullLength(names, rows, notes) {
    let some = rows.filter((row) => !isHeader(row, names));
    const full = some.filter((row) => row.length === names.length);
    const [before, last = before] = some.slice(-2);
    if (last && last.length < names.length && last.length !== before.length) {
      notes.push("The last line breaks off and was left out.");
      some = some.slice(0, -1);
    }
    if (full.length < some.length) {
      notes.push(`${fixed(some.length - full.length)} lines have another number of cells than ` +
        "the first line, and were left out.");
    }
    if (full.length) return full;
    throw new LogError("No line below the names has as many cells as there are names.");
  }

  everystep.files = { decode, parseCsv };
});
