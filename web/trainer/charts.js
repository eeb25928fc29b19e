// Charts of a training: small multiples that share an axis, drawn by uPlot. The numbers also stand
// in tables beside them.
"use strict";
(() => {
  const { page: { el, find } } = everystep;

  const HEIGHT = 190;
  const [COLORS, DASHES] = [["#0072b2", "#d55e00"], [undefined, [6, 4]]];
  /** What a point of the x-axis counts. */
  const CLOCKS = /** @type {const} */ (["epochs", "updates", "samples", "seconds"]);
  /** @type {Record<string, [title: string, factor: number]>} */
  const TITLES = {
    train_loss: ["training loss (nats)", 1],
    val_loss: ["validation loss (nats)", 1],
    train_accuracy: ["training accuracy (%)", 100],
    val_accuracy: ["validation accuracy (%)", 100],
  };

  /** @type {Everystep["charts"]["shown"]} */
  const shown = (value, places = 3) =>
    Number.isFinite(value) ? value.toPrecision(places).replace("-", "−") : "not finite";

  /** @type {Everystep["charts"]["percent"]} */
  function percent(share) {
    if (share < 1e-4) return "<0.01%";
    return Number.isFinite(share) ? `${shown(100 * share)}%` : shown(share);
  }

  /** @type {Everystep["charts"]["axisIn"]} */
  function axisIn(element) {
    const style = getComputedStyle(element);
    const ink = () => style.getPropertyValue("--pst-color-text-base") || style.color;
    const grid = () => style.getPropertyValue("--pst-color-border") || "#8888";
    return {
      stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid },
      font: "12px sans-serif",
    };
  }

  /** @type {Everystep["charts"]["onTheme"]} */
  function onTheme(redraw) {
    new MutationObserver(redraw).observe(
      document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  /** @type {(values: number[]) => (number | null)[]} */
  function spread(values) {
    const known = values.filter(Number.isFinite);
    if (!known.length) return [null, null, null];
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return [mean, Math.max(...known), Math.min(...known)];
  }

  /** One measure of one recipe or two, with the mean and the range over seeds. */
  class Chart {
    /**
     * @param {HTMLElement} root
     * @param {Measure} measure
     */
    constructor(root, measure) {
      this.measure = measure;
      const [title, factor] = TITLES[measure];
      this.factor = factor;
      /** @type {uPlot | null} */
      this.plot = null;
      this.figure = el("figure", "");
      this.place = el("div", "");
      this.figure.append(el("figcaption", title), this.place);
      root.append(this.figure);
    }

    /**
     * Begin a drawing for as many recipes; a former one goes.
     * @param {number} count
     * @param {Clock} clock
     */
    begin(count, clock) {
      this.clear();
      const axis = axisIn(this.figure);
      const recipes = Array.from({ length: count }, (_, r) => r);
      this.plot = new uPlot({
        width: this.figure.clientWidth, height: HEIGHT,
        legend: { show: false }, cursor: { show: false },
        scales: { x: { time: false } },
        axes: [
          { ...axis, label: clock, labelSize: 20, size: 34 },
          { ...axis, size: 44 },
        ],
        series: [{}, ...recipes.flatMap((r) => [
          { stroke: COLORS[r], dash: DASHES[r], width: 2, spanGaps: true, points: { show: false } },
          { stroke: "transparent", spanGaps: true, points: { show: false } },
          { stroke: "transparent", spanGaps: true, points: { show: false } },
        ])],
        bands: recipes.map((r) => ({ series: [3 * r + 2, 3 * r + 3], fill: `${COLORS[r]}30` })),
      }, [[], ...recipes.flatMap(() => [[], [], []])], this.place);
    }

    /**
     * Draw what there is of each recipe.
     * @param {Moment[][]} recipes
     * @param {Clock} clock
     */
    draw(recipes, clock) {
      const tables = recipes.map((moments) => {
        const spreads = moments.map((moment) =>
          spread(moment[this.measure].map((value) => this.factor * value)));
        return [moments.map((moment) => moment[clock]),
          ...[0, 1, 2].map((k) => spreads.map((three) => three[k]))];
      });
      this.plot?.setData(uPlot.join(tables));
    }

    clear() {
      this.plot?.destroy();
      this.plot = null;
    }

    fit() {
      this.plot?.setSize({ width: this.figure.clientWidth, height: HEIGHT });
    }
  }

  /** The four charts, on one clock. */
  class Charts {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.charts = /** @type {Measure[]} */ (Object.keys(TITLES)).map(
        (measure) => new Chart(find(root, ".charts"), measure));
      /** @type {Moment[][]} */
      this.recipes = [];
      /** @type {Clock} */
      this.clock = CLOCKS[0];
      new ResizeObserver(() => this.charts.forEach((chart) => chart.fit()))
        .observe(find(root, ".charts"));
      onTheme(() => this.charts.forEach(({ plot }) => plot?.redraw()));
    }

    clear() {
      this.recipes = [];
      this.charts.forEach((chart) => chart.clear());
    }

    /** @param {Clock} clock */
    setClock(clock) {
      this.clock = clock;
      if (this.recipes.length) this.begin(this.recipes);
    }

    /** @param {Moment[][]} recipes */
    begin(recipes) {
      this.charts.forEach((chart) => chart.begin(recipes.length, this.clock));
      this.draw(recipes);
    }

    /** @param {Moment[][]} recipes */
    draw(recipes) {
      this.recipes = recipes;
      this.charts.forEach((chart) => chart.draw(recipes, this.clock));
    }
  }

  /** @type {Everystep["charts"]["legend"]} */
  function legend(list, names) {
    list.replaceChildren(...names.map((name, r) => {
      const item = el("li", name);
      item.dataset.recipe = "AB"[r];
      return item;
    }));
  }

  everystep.charts = { CLOCKS, TITLES, Charts, axisIn, legend, onTheme, percent, shown };
})();
