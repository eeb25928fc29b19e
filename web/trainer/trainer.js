// A trainer on a page: what is set, trained and shown.
"use strict";
(() => {
  const {
    core, settings, datasets, page: { all, begin, el, find, wire }, form: { Form },
    charts: { CLOCKS, Charts, TITLES, legend, shown }, statistics: { FEWEST, estimate, difference },
    pictures: { showWrong }, roulette: { Roulette }, stations: { Stepper },
  } = everystep;

  /** @type {(one: Estimate, factor: number) => string} */
  function told({ mean, low, high, n }, factor) {
    const text = shown(factor * mean);
    return n < FEWEST ? text : `${text} (${shown(factor * low)} to ${shown(factor * high)})`;
  }

  class Trainer {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      /** A small trainer has settings of its own; another has those of the page's address. */
      this.own = root.dataset.settings;
      this.form = new Form(find(root, "form"));
      this.charts = new Charts(root);
      this.stepper = new Stepper(root);
      this.roulette = new Roulette(root);
      /** @type {Worker | null} */
      this.worker = null;
      /**
       * What waits for data that are loaded.
       * @type {Use | null}
       */
      this.awaited = null;
      /** @type {Moment[][]} */
      this.recipes = [];
      /** @type {number[]} */
      this.seeds = [];
      /** @type {Record<string, string>} */
      this.texts = {};
      /** @type {string[]} */
      this.names = [];
      this.isPaused = false;
      this.clocks();
      wire(root, this);
      find(root, "form").onsubmit = (/** @type {Event} */ event) => {
        event.preventDefault();
        this.train();
      };
      if (this.own === undefined) addEventListener("hashchange", () => this.open());
      document.addEventListener("visibilitychange", () => {
        if (document.hidden && this.worker && !this.isPaused) this.pause();
      });
      this.open();
    }

    clocks() {
      const select = find(this.root, "select.clock");
      select.append(...CLOCKS.map((clock) => el("option", clock, { value: clock })));
      select.onchange = () => this.charts.setClock(/** @type {any} */ (select).value);
    }

    /** @param {string} text */
    say(text) {
      find(this.root, ".notice").textContent = text;
    }

    /**
     * Tell the rest of the page what happens here; the event bubbles.
     * @param {"training" | "trained"} name
     * @param {Moment[]} ends
     */
    dispatch(name, ends) {
      /** @type {TrainingDetail} */
      const detail = { texts: this.texts, names: this.names, ends };
      this.root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
    }

    /** Take what the address says; what is wrong with it is told, and nothing of it is used. */
    open() {
      this.stop();
      try {
        this.form.texts = settings.fromAddress(this.own ?? location.hash);
        this.say("");
      } catch (error) {
        this.form.texts = settings.FIRST;
        const what = this.own === undefined ? "The address of this page" : "What is set here";
        this.say(`${what} cannot be used: ${/** @type {Error} */ (error).message}.`);
      }
    }

    /** @param {"idle" | "loading" | "busy" | "paused"} name */
    state(name) {
      this.root.dataset.phase = name;
      this.isPaused = name === "paused";
      this.form.lock(name !== "idle");
      for (const button of all(this.root, "[data-when]")) {
        button.hidden = !button.dataset.when?.split(" ").includes(name);
      }
    }

    /**
     * Do what needs the settings and their data, or tell what is wrong with them. Data that are not
     * here are loaded first.
     * @param {Use} use
     */
    with(use) {
      this.say("");
      try {
        const { texts } = this.form;
        const wanted = settings.read(texts);
        const data = datasets[wanted.data];
        if (data) use(texts, wanted, data);
        else this.load(use);
      } catch (error) {
        this.say(`${/** @type {Error} */ (error).message}.`);
      }
    }

    /**
     * Load the data that a page does not have at first, and go on, unless the reader stops it.
     * @param {Use} use
     */
    load(use) {
      this.awaited = use;
      this.state("loading");
      this.say("Loading the data …");
      /** @type {(event: Event | string) => void} */
      const end = (event) => {
        const { awaited } = this;
        if (!awaited) return;
        this.stop();
        if (/** @type {Event} */ (event).type === "load") this.with(awaited);
        else this.say("The data could not be loaded.");
      };
      const { signals } = this.root.dataset;
      document.head.append(el("script", "", { src: signals, onload: end, onerror: end }));
    }

    /** The next update of what is paused, or the first of what is set. */
    step() {
      if (this.isPaused) this.worker?.postMessage({ order: "step" });
      else this.with((...what) => this.stepper.step(...what));
    }

    draw() {
      this.roulette.draw();
    }

    /** As before anything was trained; what is set stays. */
    reset() {
      this.stop();
      this.stepper.reset();
      this.charts.clear();
      this.names = [];
      legend(find(this.root, ".legend"), this.names);
      find(this.root, ".result").hidden = true;
      find(this.root, ".speed").textContent = "";
      /** @type {HTMLProgressElement} */ (find(this.root, "progress")).value = 0;
    }

    train() {
      this.with((...what) => this.run(...what));
    }

    /**
     * @param {Record<string, string>} texts
     * @param {Settings} wanted
     * @param {() => Dataset} data
     */
    run(texts, wanted, data) {
      if (this.own === undefined) history.replaceState(null, "", settings.toAddress(texts));
      [this.texts, this.names] = [texts, this.form.names];
      this.total = wanted.recipes.reduce((sum, { fields }) => sum + Number(fields.epochs), 0) *
        wanted.n_train * wanted.seeds.length;
      [this.samples, this.seconds] = [0, 0];
      this.seeds = wanted.seeds;
      this.recipes = wanted.recipes.map(() => []);
      legend(find(this.root, ".legend"), this.names);
      this.charts.begin(this.recipes);
      find(this.root, ".result").hidden = true;
      this.worker?.terminate();
      this.worker = core.worker();
      this.worker.onmessage = (event) => this.hear(event.data);
      this.worker.postMessage({ order: "train", settings: wanted, data: data() });
      this.state("busy");
      this.dispatch("training", []);
    }

    /** @param {Report} report */
    hear({ records, samples, seconds, done, wrong, looked }) {
      for (const moments of records) {
        moments.forEach((moment, r) => moment && this.recipes[r].push(moment));
      }
      this.samples = (this.samples ?? 0) + samples;
      this.seconds = (this.seconds ?? 0) + seconds;
      if (records.length) this.charts.draw(this.recipes);
      const share = this.total ? Math.min(1, this.samples / this.total) : 1;
      /** @type {HTMLProgressElement} */ (find(this.root, "progress")).value = share;
      const speed = Number((this.samples / this.seconds).toPrecision(2));
      find(this.root, ".speed").textContent = `${Math.round(100 * share)}% · ` +
        `${speed.toLocaleString("en")} samples a second on this device, recording included`;
      if (looked) {
        const name = this.recipes.length > 1 ? `Recipe ${"AB"[looked.recipe]}, seed` : "Seed";
        this.stepper.show(looked.stations, `${name} ${this.seeds[looked.seed]}`, false);
      }
      if (done) this.finish(wrong);
    }

    pause() {
      this.worker?.postMessage({ order: "pause" });
      this.state("paused");
    }

    resume() {
      this.worker?.postMessage({ order: "resume" });
      this.state("busy");
    }

    stop() {
      this.say("");
      this.worker?.terminate();
      this.worker = this.awaited = null;
      this.state("idle");
    }

    /** @param {Wrong[]} wrong */
    finish(wrong) {
      this.stop();
      const ends = this.recipes.map((moments) => moments[moments.length - 1]);
      const table = find(this.root, ".result tbody");
      table.replaceChildren(...Object.entries(TITLES).map(([name, [title, factor]]) => {
        const values = ends.map((end) => end[/** @type {Measure} */ (name)]);
        const row = el("tr", "");
        row.append(el("th", title, { scope: "row" }));
        const cells = values.map((own) => told(estimate(own), factor));
        if (values.length > 1) {
          const apart = difference(values[0], values[1]);
          cells.push(told(apart, factor), `${Math.round(100 * apart.p_above)}%`);
        }
        row.append(...cells.map((text) => el("td", text)));
        return row;
      }));
      const heads = [...this.names];
      if (heads.length > 1) heads.push("A − B", "A above B");
      find(this.root, ".result thead tr").replaceChildren(
        el("td", ""), ...heads.map((text) => el("th", text, { scope: "col" })));
      find(this.root, ".result").hidden = false;
      this.records();
      showWrong(this.root, this.names, wrong, this.seeds[0]);
      this.roulette.begin(ends, this.seeds);
      this.dispatch("trained", ends);
    }

    /** Every record as a row. */
    records() {
      const rows = this.recipes.flatMap((moments, r) => moments.map((moment) => {
        const row = el("tr", "");
        const clocks = CLOCKS.map((clock) =>
          clock === "updates" || clock === "samples" ? String(moment[clock])
            : shown(moment[clock]));
        const means = Object.entries(TITLES).map(([name, [, factor]]) =>
          shown(factor * estimate(moment[/** @type {Measure} */ (name)]).mean));
        row.append(...["AB"[r], ...clocks, ...means].map((text) => el("td", text)));
        return row;
      }));
      find(this.root, ".records tbody").replaceChildren(...rows);
    }
  }

  begin("Trainer", Trainer);
})();
