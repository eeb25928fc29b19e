// The map of chapter 4: accuracy by rate, batch and schedule. A cell that is chosen shows its
// curves, and trains when asked to.
"use strict";
(() => {
  const {
    live, settings, statistics: { estimate }, charts: { Charts, shown, legend },
    page: { all, begin, find, wire },
  } = everystep;

  /**
   * By key: how far the choice moves.
   * @type {Record<string, [rows: number, columns: number]>}
   */
  const MOVES = {
    ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
    Home: [0, -Infinity], End: [0, Infinity],
  };
  /** @type {(value: number, highest: number) => number} */
  const within = (value, highest) => Math.min(Math.max(value, 0), highest);

  class RateMap {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      /** @type {RateRecord} */
      this.record = JSON.parse(find(root, ".record").textContent ?? "");
      this.cells = all(root, "tbody td");
      this.charts = new Charts(root);
      this.stopTraining = () => {};
      this.chosen = 0;
      wire(root, this);
      for (const table of all(root, "[data-schedule] table")) table.setAttribute("role", "grid");
      this.cells.forEach((cell, k) => {
        cell.onclick = () => this.choose(k);
        cell.onkeydown = (event) => this.move(event);
      });
      for (const radio of this.radios) {
        radio.onchange = () => this.choose(this.size * this.radios.indexOf(radio) +
          this.chosen % this.size);
      }
      find(root, ".schedules").hidden = false;
      find(root, ".cell").hidden = false;
      const { batches, rates } = this.record;
      this.choose(batches.indexOf(32) * rates.length + rates.indexOf(0.4));
    }

    /** @returns {HTMLInputElement[]} */
    get radios() {
      return all(this.root, "[name=schedule]");
    }

    /** Cells of one schedule. */
    get size() {
      return this.record.batches.length * this.record.rates.length;
    }

    /** @param {KeyboardEvent} event */
    move(event) {
      const { batches, rates } = this.record;
      const move = MOVES[event.key];
      if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const place = this.chosen % this.size;
      const row = within(Math.floor(place / rates.length) + move[0], batches.length - 1);
      const column = within(place % rates.length + move[1], rates.length - 1);
      this.choose(this.chosen - place + row * rates.length + column);
      this.cells[this.chosen].focus();
    }

    /** @param {number} k */
    choose(k) {
      this.stop();
      this.chosen = k;
      this.cells.forEach((cell, i) => {
        cell.tabIndex = i === k ? 0 : -1;
        cell.setAttribute("aria-selected", String(i === k));
      });
      for (const table of all(this.root, "[data-schedule]")) {
        table.hidden = table.dataset.schedule !== this.cell.schedule;
      }
      const link = /** @type {HTMLAnchorElement} */ (find(this.root, ".open"));
      link.href = this.root.dataset.trainer + settings.toAddress(this.texts);
      find(this.root, ".here").textContent = "";
      this.tell();
      this.draw([]);
    }

    get cell() {
      return this.record.cells[this.chosen];
    }

    /** The cell as the trainer's form would have it. */
    get texts() {
      const { recipe, warm_up } = this.record;
      const { batch, rate, schedule } = this.cell;
      return settings.fromAddress(`#${new URLSearchParams(Object.entries({
        batch, rate, epochs: recipe.epochs, hidden: recipe.hidden, images: recipe.images,
        noise: recipe.label_noise, seeds: recipe.seeds.length,
        schedule: schedule === "constant" ? schedule : "cosine",
        warmup: schedule.startsWith("warm-up") ? warm_up[batch] : 0,
      }).map(([name, value]) => [name, String(value)]))}`);
    }

    tell() {
      const { updates, recipe } = this.record;
      const { batch, rate, schedule, accuracy, diverged } = this.cell;
      const [mean, low, high] = accuracy.map((value) => value.toFixed(1));
      find(this.root, ".told").textContent =
        `Batch ${batch}, rate ${rate}, schedule: ${schedule}. After ${updates[batch]} updates ` +
        `${mean}% of the validation images are right (95% interval ${low} to ${high}). ` +
        `Diverged: ${diverged} of ${recipe.seeds.length} runs.`;
    }

    /** The recorded curves, as a training would report them. */
    get recorded() {
      const { epochs, updates } = this.record;
      const { batch, train_loss, val_loss, train_accuracy, val_accuracy } = this.cell;
      return epochs.map((epoch, k) => ({
        epochs: epoch, updates: epoch / epochs[epochs.length - 1] * updates[batch],
        samples: epoch * this.record.recipe.images, seconds: NaN,
        ...Object.fromEntries(
          Object.entries({ train_loss, val_loss, train_accuracy, val_accuracy })
            .map(([name, means]) => [name, [means[k] ?? NaN]])),
      }));
    }

    /** @param {Moment[]} here */
    draw(here) {
      const recorded = /** @type {Moment[]} */ (this.recorded);
      const names = here.length ? ["recorded", "trained here"] : ["recorded"];
      const recipes = here.length ? [recorded, here] : [recorded];
      legend(find(this.root, ".legend"), names);
      if (here.length > 1) this.charts.draw(recipes);
      else this.charts.begin(recipes);
      live.fill(/** @type {any} */ (find(this.root, ".numbers table")), recipes, names);
    }

    train() {
      this.busy(true);
      this.stopTraining = live.train(settings.read(this.texts), ([here], done) => {
        this.draw(here);
        if (done) this.finish(here[here.length - 1]);
      });
    }

    /** @param {Moment} end */
    finish({ val_accuracy }) {
      this.busy(false);
      const { mean, low, high, n } = estimate(val_accuracy.map((value) => 100 * value));
      find(this.root, ".here").textContent =
        `Trained here, from ${n} other seeds: ${shown(mean)}% ` +
        `(${shown(low)} to ${shown(high)}).`;
    }

    stop() {
      this.stopTraining();
      this.busy(false);
    }

    /** @param {boolean} isBusy */
    busy(isBusy) {
      find(this.root, "[data-do=train]").hidden = isBusy;
      find(this.root, "[data-do=stop]").hidden = !isBusy;
    }
  }

  begin("Map", RateMap);
})();
