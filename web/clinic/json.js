// JSON, JSON by lines, and the dictionaries that Python prints, read as by the package
// (everystep/clinic/readers/files.py): with NaN, and names in the order of the file.
"use strict";
everystep.core.add(() => {
  const { tables: { LogError } } = everystep;
  const DEEPEST = 900;
  const CUT_ESCAPE = /\\u[\da-f]{0,4}$/i;
  const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
  const PYTHON_NUMBER = /[+-]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y;
  /** @type {Record<string, unknown>} */
  const WORDS = { null: null, true: true, false: false, NaN, Infinity, "-Infinity": -Infinity };
  /** @type {Record<string, unknown>} */
  const PYTHON_WORDS = {
    None: null, True: true, False: false, nan: "nan", inf: "inf", NaN, Infinity,
  };
  /** @type {Record<string, string>} */
  const ESCAPES = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

  /** Where a text is no JSON. */
  class Wrong extends Error {
    /** @param {number} place @param {boolean} isOpen whether a string has no end */
    constructor(place, isOpen = false) {
      super("");
      this.place = place;
      this.isOpen = isOpen;
    }
  }

  /** Reads one value after another; objects become maps, in which no name has a meaning. */
  class Parser {
    /** @param {string} text @param {boolean} isPython */
    constructor(text, isPython = false) {
      this.text = text;
      this.isPython = isPython;
      this.place = 0;
      this.depth = 0;
      this.words = isPython ? PYTHON_WORDS : WORDS;
    }

    skip() {
      for (;;) {
        const code = this.text.charCodeAt(this.place);
        if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
        this.place++;
      }
    }

    /** @returns {unknown} */
    whole() {
      this.skip();
      const found = this.value();
      this.skip();
      return found;
    }

    /** @returns {unknown} */
    value() {
      const first = this.text[this.place];
      if (first === "{") return this.inside("}", () => this.object());
      if (first === "[") return this.inside("]", () => this.list("]"));
      if (this.isPython && first === "(") return this.inside(")", () => this.list(")"));
      if (first === '"' || (this.isPython && first === "'")) return this.string(first);
      const number = this.isPython ? PYTHON_NUMBER : NUMBER;
      number.lastIndex = this.place;
      const found = number.exec(this.text);
      if (found) {
        this.place = number.lastIndex;
        if (found[0].length > 4301 && !/[.eE]/.test(found[0])) {
          throw new LogError("The JSON holds a number that is no measurement: it has thousands " +
            "of digits.");
        }
        return Number(this.isPython ? found[0].replaceAll("_", "") : found[0]);
      }
      for (const [word, meaning] of Object.entries(this.words)) {
        if (this.text.startsWith(word, this.place)) {
          this.place += word.length;
          return meaning;
        }
      }
      throw new Wrong(this.place);
    }

    /** @type {<T>(end: string, read: () => T) => T} */
    inside(end, read) {
      if (++this.depth > DEEPEST) throw new RangeError("nested too deeply");
      this.place++;
      const found = read();
      this.place++;
      this.depth--;
      return found;
    }

    /** After a part: true if another follows. @type {(end: string) => boolean} */
    goesOn(end) {
      this.skip();
      if (this.text[this.place] === end) return false;
      if (this.text[this.place] !== ",") throw new Wrong(this.place);
      this.place++;
      this.skip();
      return !(this.isPython && this.text[this.place] === end);
    }

    object() {
      /** @type {Map<unknown, unknown>} */
      const found = new Map();
      this.skip();
      if (this.text[this.place] === "}") return found;
      do {
        if (!this.isPython && this.text[this.place] !== '"') throw new Wrong(this.place);
        const name = this.value();
        this.skip();
        if (this.text[this.place] !== ":") throw new Wrong(this.place);
        this.place++;
        this.skip();
        found.set(name, this.value());
      } while (this.goesOn("}"));
      return found;
    }

    /** @param {string} end */
    list(end) {
      /** @type {unknown[]} */
      const found = [];
      this.skip();
      if (this.text[this.place] === end) return found;
      do found.push(this.value()); while (this.goesOn(end));
      return found;
    }

    /** @param {string} quote */
    string(quote) {
      const begin = this.place++;
      let [text, from] = ["", this.place];
      for (;;) {
        const code = this.text.charCodeAt(this.place);
        if (Number.isNaN(code)) throw new Wrong(begin, true);
        if (code < 32 && !this.isPython) throw new Wrong(this.place);
        if (this.text[this.place] === quote) break;
        if (code !== 92) {
          this.place++;
          continue;
        }
        text += this.text.slice(from, this.place) + this.escape(begin);
        from = this.place;
      }
      text += this.text.slice(from, this.place);
      this.place++;
      return text;
    }

    /** @param {number} begin where the string begins */
    escape(begin) {
      const letter = this.text[this.place + 1];
      if (letter === undefined) throw new Wrong(begin, true);
      this.place += 2;
      if (letter === "u") {
        const digits = this.text.slice(this.place, this.place + 4);
        if (!/^[\da-f]{4}$/i.test(digits)) throw new Wrong(this.place);
        this.place += 4;
        return String.fromCharCode(parseInt(digits, 16));
      }
      if (ESCAPES[letter]) return ESCAPES[letter];
      if ('"\\/'.includes(letter) || this.isPython) return letter;
      throw new Wrong(this.place - 2);
    }
  }

  /** @type {Everystep["json"]["parseJson"]} */
  function parseJson(text) {
    const parser = new Parser(text);
    try {
      const found = parser.whole();
      return parser.place < text.length ? jsonLines(text) : found;
    } catch (error) {
      if (error instanceof RangeError) {
        throw new LogError("The JSON is nested too deeply to be a log.");
      }
      if (!(error instanceof Wrong)) throw error;
      if (error.isOpen || error.place >= text.trimEnd().length || CUT_ESCAPE.test(text)) {
        throw new LogError("The JSON breaks off; the file was cut off or is still being written.");
      }
      const line = text.slice(0, error.place).split("\n").length;
      throw new LogError(`This is no JSON: it goes wrong in line ${line}.`);
    }
  }

  /** @param {string} text */
  function jsonLines(text) {
    /** @type {unknown[]} */
    const rows = [];
    const lines = text.split("\n").filter((line) => line.trim());
    lines.every((line, i) => {
      const parser = new Parser(line);
      try {
        const row = parser.whole();
        if (parser.place < line.length) throw new Wrong(parser.place);
        return rows.push(row);
      } catch {
        if (i === lines.length - 1) return false; // the last line of a log that is being written
        throw new LogError(`Line ${i + 1} is no JSON, though others are.`);
      }
    });
    return rows;
  }

  /** @type {Everystep["json"]["parsePrinted"]} */
  function parsePrinted(text) {
    const rows = text.split("\n").flatMap((line) => {
      if (!line.startsWith("{") || !line.trimEnd().endsWith("}")) return [];
      const parser = new Parser(line.trim(), true);
      try {
        const row = parser.whole();
        return parser.place < parser.text.length ? [] : [row];
      } catch {
        return [];
      }
    });
    if (rows.length) return rows;
    throw new LogError("The file looks like printed dictionaries, but none is whole.");
  }

  everystep.json = { parseJson, parsePrinted };
});
