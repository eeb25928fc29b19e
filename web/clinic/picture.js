// The curves of a log, drawn by uPlot on any clock that the log has, and as a table of numbers.
"use strict";
(() => {
  const {
    charts: { axisIn, onTheme }, numbers: { general, range }, page: { el, find },
  } = everystep;

  const HEIGHT = 220;
  /** @type {[title: string, roles: string[]][]} */
  const CHARTS = [
    ["Losses", ["train_loss", "val_loss", "val_error"]],
    ["Accuracies", ["train_accuracy", "val_accuracy"]],
    ["Learning rate", ["rate"]],
  ];
  const COLORS = ["#0072b2", "#d55e00", "#008f6b", "#b0578d"];
  const DASHES = [undefined, [7, 4], [2, 3], [9, 3, 2, 3]];
  const MOST_ROWS = 40; // of each curve

  /** @type {(numbers: number[] | null, factor: number | null) => number[] | null} */
  const scaled = (numbers, factor) =>
    (numbers && factor ? numbers.map((number) => number * factor) : null);

  /**
   * By its name, a clock of a curve; null: the log does not tell.
   * @type {Record<string, (c: Curve, s: Examined["sizes"]) => number[] | null>}
   */
  const CLOCKS = {
    updates: (c, s) => c.steps ?? scaled(c.epochs, s.stepsPerEpoch),
    epochs: (c, s) => c.epochs ?? scaled(c.steps, s.stepsPerEpoch && 1 / s.stepsPerEpoch),
    samples: (c, s) => scaled(c.steps, s.samplesPerUpdate) ?? scaled(c.epochs, s.train),
    seconds: (c) => c.seconds,
  };

  /** @type {(examined: Examined) => string[]} */
  const clocksOf = ({ curves, sizes }) => Object.keys(CLOCKS).filter((name) =>
    curves.length && curves.every((curve) => CLOCKS[name](curve, sizes)));

  class Picture {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.place = find(root, ".charts");
      this.table = /** @type {HTMLTableElement} */ (find(root, ".numbers table"));
      /** @type {{ plot: uPlot, figure: HTMLElement }[]} */
      this.drawn = [];
      new ResizeObserver(() => this.drawn.forEach(({ plot, figure }) =>
        plot.setSize({ width: figure.clientWidth, height: HEIGHT }))).observe(this.place);
      onTheme(() => this.drawn.forEach(({ plot }) => plot.redraw()));
    }

    /** @param {Examined} examined @param {string} clock */
    draw(examined, clock) {
      this.drawn.forEach(({ plot }) => plot.destroy());
      this.drawn = [];
      this.place.replaceChildren();
      for (const [title, roles] of CHARTS) {
        const curves = examined.curves.filter(({ role, values }) =>
          roles.includes(role) && values.length > 1).slice(0, COLORS.length);
        if (curves.length) this.chart(title, curves, examined.sizes, clock);
      }
      this.fill(examined);
    }

    /**
     * @param {string} title @param {Examined["curves"]} curves
     * @param {Examined["sizes"]} sizes @param {string} clock
     */
    chart(title, curves, sizes, clock) {
      const figure = el("figure", "");
      const lines = el("ul", "", { className: "lines" });
      lines.append(...curves.map(({ name }, i) => {
        const item = el("li", name);
        item.dataset.line = "ABCD"[i];
        return item;
      }));
      const place = el("div", "");
      figure.append(el("figcaption", title), place, lines);
      this.place.append(figure);
      const axis = axisIn(figure);
      // The charts' own numbers have three decimals, of which rates may need more.
      const values = (/** @type {unknown} */ _, /** @type {number[]} */ places) =>
        places.map((number) => general(number, 6));
      const tables = curves.map((curve) => [CLOCKS[clock](curve, sizes) ?? [], curve.values]);
      const plot = new uPlot({
        width: figure.clientWidth, height: HEIGHT,
        legend: { show: false }, cursor: { show: false },
        scales: { x: { time: false } },
        axes: [{ ...axis, label: clock, labelSize: 20, size: 34 }, { ...axis, size: 56, values }],
        series: [{}, ...curves.map((_, i) => ({
          stroke: COLORS[i], dash: DASHES[i], width: 2, spanGaps: true, points: { show: false },
        }))],
      }, uPlot.join(tables), place);
      this.drawn.push({ plot, figure });
    }

    /** Some records of each curve as a table. @param {Examined} examined */
    fill({ curves, clock, sizes }) {
      const main = clock === "step" ? "updates" : "epochs";
      const clocks = Object.keys(CLOCKS).filter((name) =>
        name === main || (name !== "samples" && curves.some((one) => CLOCKS[name](one, sizes))));
      /** @type {Map<number, string[]>} */
      const rows = new Map();
      curves.forEach((curve, column) => {
        const n = curve.values.length;
        const step = Math.max(1, (n - 1) / (MOST_ROWS - 1));
        for (const i of range(Math.min(n, MOST_ROWS)).map((k) => Math.round(k * step))) {
          const [place] = [CLOCKS[main](curve, sizes)?.[i] ?? i];
          const row = rows.get(place) ?? Array(clocks.length + curves.length).fill("");
          clocks.forEach((name, k) => {
            const time = CLOCKS[name](curve, sizes)?.[i];
            if (time !== undefined) row[k] = general(time, 6);
          });
          row[clocks.length + column] = general(curve.values[i], 4);
          rows.set(place, row);
        }
      });
      const heads = [...clocks, ...curves.map(({ name }) => name)];
      const head = el("tr", "");
      head.append(...heads.map((text) => el("th", text, { scope: "col" })));
      this.table.tHead?.replaceChildren(head);
      const inOrder = [...rows].sort(([a], [b]) => a - b);
      this.table.tBodies[0].replaceChildren(...inOrder.map(([, texts]) => {
        const row = el("tr", "");
        row.append(...texts.map((text) => el("td", text)));
        return row;
      }));
    }
  }

  everystep.picture = { Picture, clocksOf };
})();
