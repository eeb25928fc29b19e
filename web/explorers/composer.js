// The schedule composer: schedules drawn over each other, their rates as a table, and PyTorch code.
"use strict";
(() => {
  const { charts, compose, field, tools, page: { all, begin, el, find, wire } } = everystep;

  const PREFIX = "compose.";
  const [HEIGHT, POINTS] = [260, 600];
  const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00"];
  const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3], [14, 5]];
  const LETTERS = "ABCDE";
  /** @type {Record<string, string>[]} */
  const FIRST = [{ form: "cosine", warmup: "100" }, { form: "step decay" }];
  const ROWS = "0, 50, 100, 300, 500, 750, 999";

  /** @type {(rate: number) => string} */
  const shown = (rate) => (rate > 0 && rate < 1e-4 ? Number(rate.toPrecision(5)).toExponential()
    : String(Number(rate.toPrecision(5))));

  /**
   * Some updates of a run, the first and the last among them.
   * @type {(updates: number) => number[]}
   */
  function sampled(updates) {
    const n = Math.min(updates, POINTS);
    return Array.from({ length: n }, (_, k) =>
      (n > 1 ? Math.round((k * (updates - 1)) / (n - 1)) : 0));
  }

  /**
   * The settings of each schedule, from names such as "A.peak".
   * @type {(texts: Record<string, string>) => Record<string, string>[]}
   */
  function schedulesIn(texts) {
    for (const name of Object.keys(texts)) {
      if (!/^[A-E]\.\w+$/.test(name)) {
        throw RangeError(`there is no setting ${JSON.stringify(name)}`);
      }
    }
    const schedules = [...LETTERS].map((letter) => Object.entries(texts)
      .filter(([name]) => name.startsWith(letter)).map(([name, text]) => [name.slice(2), text]));
    const named = schedules.filter(({ length }) => length);
    if (!named.length) throw RangeError("it names no schedule");
    return named.map((entries) => Object.fromEntries(entries));
  }

  /** One schedule's settings. */
  class Part {
    /**
     * @param {Record<string, string>} texts
     * @param {(part: Part) => void} remove
     */
    constructor(texts, remove) {
      this.root = el("fieldset", "", { className: "settings" });
      this.legend = el("legend", "");
      this.form = field("form", "form", compose.FORMS);
      this.labels = Object.entries(compose.FIELDS).map(
        ([name, [, , label]]) => field(name, label));
      this.button = el("button", "", { type: "button" });
      this.button.onclick = () => remove(this);
      this.code = tools.code("");
      this.root.append(this.legend, this.form, ...this.labels, this.button);
      for (const input of this.inputs) {
        input.value = texts[input.name] ?? compose.FIELDS[input.name]?.[1] ?? "cosine";
      }
      this.fit();
    }

    /** @returns {(HTMLInputElement | HTMLSelectElement)[]} */
    get inputs() {
      return all(this.root, "[name]");
    }

    /** Show the settings that the form has. */
    fit() {
      const fields = ["form", ...compose.fieldsOf(this.inputs[0].value)];
      for (const input of this.inputs) {
        const label = /** @type {HTMLElement} */ (input.parentElement);
        label.hidden = !fields.includes(input.name);
      }
    }

    get texts() {
      const used = this.inputs.filter(({ parentElement }) => !parentElement?.hidden);
      return Object.fromEntries(used.map(({ name, value }) => [name, value.trim()]));
    }

    /** @param {number} k */
    number(k) {
      this.legend.textContent = `Schedule ${LETTERS[k]}`;
      this.button.textContent = `Remove schedule ${LETTERS[k]}`;
      find(this.code.root, "summary").textContent = `PyTorch code of schedule ${LETTERS[k]}`;
    }
  }

  class Composer {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      /** @type {Part[]} */
      this.parts = [];
      /** @type {uPlot | null} */
      this.plot = null;
      this.rows = /** @type {HTMLInputElement} */ (find(root, "[name=rows]"));
      wire(root, this);
      const form = /** @type {HTMLFormElement} */ (find(root, "form"));
      form.onsubmit = (event) => event.preventDefault();
      form.oninput = () => this.show();
      form.onchange = () => this.keep();
      find(root, ".with-script").hidden = false;
      this.set(FIRST, ROWS);
      addEventListener("hashchange", () => this.open());
      charts.onTheme(() => this.plot?.redraw());
      new ResizeObserver(() => this.plot?.setSize(this.size)).observe(find(root, ".plot"));
      this.open();
    }

    get size() {
      return { width: find(this.root, ".plot").clientWidth, height: HEIGHT };
    }

    /**
     * @param {Record<string, string>[]} schedules
     * @param {string} rows
     */
    set(schedules, rows) {
      this.rows.value = rows;
      this.parts = schedules.map((texts) => new Part(texts, (part) => this.remove(part)));
      this.lay();
    }

    /** Take what the address says; what is wrong with it is told, and nothing of it is used. */
    open() {
      const texts = tools.fromAddress(PREFIX);
      if (!Object.keys(texts).length) return;
      this.root.scrollIntoView();
      const { rows = ROWS, ...others } = texts;
      let schedules;
      try {
        schedules = schedulesIn(others);
        schedules.forEach(compose.read);
        compose.moments(rows);
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        this.say(`The address of this page cannot be used: ${message}.`);
        return;
      }
      this.set(schedules, rows);
    }

    add() {
      const last = this.parts[this.parts.length - 1].texts;
      this.parts.push(new Part(last, (part) => this.remove(part)));
      this.lay();
      this.keep();
      this.parts[this.parts.length - 1].inputs[0].focus();
    }

    /** @param {Part} part */
    remove(part) {
      this.parts = this.parts.filter((one) => one !== part);
      this.lay();
      this.keep();
      find(this.root, "[data-do=add]").focus();
    }

    /** Lay out the parts: one at least stays, and there is no more room than letters. */
    lay() {
      this.parts.forEach((part, k) => {
        part.number(k);
        part.button.hidden = this.parts.length === 1;
      });
      /** @type {HTMLButtonElement} */ (find(this.root, "[data-do=add]")).disabled =
        this.parts.length === LETTERS.length;
      find(this.root, ".schedules").replaceChildren(...this.parts.map(({ root }) => root));
      find(this.root, ".codes").replaceChildren(...this.parts.map(({ code }) => code.root));
      this.show();
    }

    keep() {
      if (find(this.root, ".problem").textContent) return;
      const texts = this.parts.flatMap((part, k) => Object.entries(part.texts).map(
        ([name, text]) => [`${LETTERS[k]}.${name}`, text]));
      tools.toAddress(PREFIX, Object.fromEntries([...texts, ["rows", this.rows.value.trim()]]));
    }

    show() {
      for (const part of this.parts) part.fit();
      let composed, moments;
      try {
        composed = this.parts.map((part, k) => this.read(part, LETTERS[k]));
        moments = compose.moments(this.rows.value);
      } catch (error) {
        this.say(`${/** @type {Error} */ (error).message}. ` +
          "Below are the last schedules that could be made.");
        return;
      }
      this.say("");
      this.draw(composed);
      this.tabulate(composed, moments);
      this.parts.forEach(({ code }, k) => code.show(compose.python(composed[k])));
    }

    /**
     * @param {Part} part
     * @param {string} letter
     */
    read(part, letter) {
      try {
        return compose.read(part.texts);
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        throw RangeError(`Schedule ${letter}: ${message}`, { cause: error });
      }
    }

    /** @param {Composed[]} composed */
    draw(composed) {
      const axis = charts.axisIn(this.root);
      this.plot?.destroy();
      this.plot = new uPlot({
        ...this.size,
        legend: { show: false }, cursor: { show: false },
        scales: {
          x: { time: false },
          y: {
            range: (/** @type {any} */ _, /** @type {number} */ _min, /** @type {number} */ max) =>
              [0, 1.05 * max],
          },
        },
        axes: [
          { ...axis, label: "update", labelSize: 20, size: 34 },
          { ...axis, size: 60 },
        ],
        series: [{}, ...composed.map((_, k) => ({
          stroke: COLORS[k], dash: DASHES[k], width: 2, spanGaps: true, points: { show: false },
        }))],
      }, uPlot.join(composed.map((one) => {
        const steps = sampled(one.values.updates);
        return [steps, steps.map(compose.rateOf(one))];
      })), find(this.root, ".plot"));
      find(this.root, ".lines").replaceChildren(...composed.map(({ form }, k) => {
        const item = el("li", `${LETTERS[k]}: ${form}`);
        item.dataset.line = LETTERS[k];
        return item;
      }));
    }

    /**
     * @param {Composed[]} composed
     * @param {number[]} moments
     */
    tabulate(composed, moments) {
      const table = /** @type {HTMLTableElement} */ (find(this.root, ".numbers table"));
      const head = el("tr", "");
      head.append(...["update", ...composed.map((_, k) => LETTERS[k])].map(
        (text) => el("th", text, { scope: "col" })));
      table.tHead?.replaceChildren(head);
      const rates = composed.map(compose.rateOf);
      table.tBodies[0].replaceChildren(...moments.map((step) => {
        const row = el("tr", "");
        row.append(el("th", String(step), { scope: "row" }), ...composed.map(({ values }, k) =>
          el("td", step < values.updates ? shown(rates[k](step)) : "–")));
        return row;
      }));
    }

    /** @param {string} text */
    say(text) {
      find(this.root, ".problem").textContent = text;
    }
  }

  begin("Composer", Composer);
})();
