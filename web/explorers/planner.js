// The job planner: what a job comes to by its settings, and the settings of each tool to copy.
"use strict";
(() => {
  const { jobs, plan, tools, page: { all, begin, find } } = everystep;

  const PREFIX = "plan.";
  /**
   * By a row's name in the template: what stands in its cells.
   * @type {Record<string, (one: Planned) => string>}
   */
  const ROWS = {
    global: (one) => one.global.toLocaleString("en"),
    perEpoch: (one) => one.perEpoch.toLocaleString("en"),
    total: (one) => one.total.toLocaleString("en"),
    warmup: (one) => one.warmup.toLocaleString("en"),
    hours: (one) => one.hours.toLocaleString("en", { maximumSignificantDigits: 3 }),
  };

  class Planner {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.inputs = /** @type {HTMLInputElement[]} */ (all(root, "form [name]"));
      this.codes = Object.entries(jobs).map(([title, write]) => {
        const shown = tools.code(`Settings for ${title}`);
        find(root, ".codes").append(shown.root);
        return (/** @type {Plan} */ job) => shown.show(write(job));
      });
      const form = /** @type {HTMLFormElement} */ (find(root, "form"));
      form.onsubmit = (event) => event.preventDefault();
      form.oninput = () => this.show();
      form.onchange = () => this.keep();
      find(root, ".with-script").hidden = false;
      addEventListener("hashchange", () => this.open());
      this.texts = plan.FIRST;
      this.show();
      this.open();
    }

    get texts() {
      return Object.fromEntries(this.inputs.map(({ name, value }) => [name, value.trim()]));
    }

    /** @param {Record<string, string>} texts */
    set texts(texts) {
      for (const input of this.inputs) input.value = texts[input.name];
    }

    /** Take what the address says; what is wrong with it is told, and nothing of it is used. */
    open() {
      const texts = tools.fromAddress(PREFIX);
      if (!Object.keys(texts).length) return;
      this.root.scrollIntoView();
      try {
        plan.read(texts);
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        this.say(`The address of this page cannot be used: ${message}.`);
        return;
      }
      this.texts = { ...plan.FIRST, ...texts };
      this.show();
    }

    keep() {
      if (!find(this.root, ".problem").textContent) tools.toAddress(PREFIX, this.texts);
    }

    show() {
      let job;
      try {
        job = plan.read(this.texts);
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        this.say(`${message}. Below is the last plan that could be made.`);
        return;
      }
      this.say("");
      const outcomes = /** @type {const} */ (["loop", "lightning", "trainer"]).map(
        (tool) => plan.outcome(/** @type {Plan} */ (job), tool));
      for (const row of all(this.root, "tr[data-row]")) {
        const tell = ROWS[row.dataset.row];
        all(row, "td").forEach((cell, k) => { cell.textContent = tell(outcomes[k]); });
      }
      find(this.root, ".differs").hidden =
        outcomes.every(({ total }) => total === outcomes[0].total);
      for (const show of this.codes) show(job);
    }

    /** @param {string} text */
    say(text) {
      find(this.root, ".problem").textContent = text;
    }
  }

  begin("Planner", Planner);
})();
