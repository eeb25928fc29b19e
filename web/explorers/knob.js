// Guess the knob: a sound run beside one with a knob turned, trained on the spot.
"use strict";
(() => {
  const {
    knobs, live, charts: { CLOCKS, Charts, legend }, recipe: { whole },
    page: { all, anyNumber, begin, el, find, wire },
  } = everystep;

  const NAMES = ["sound", "one knob turned"];
  const [ADDRESS, HIGHEST] = ["puzzle", 1e9];

  class Knob {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.charts = new Charts(root);
      this.right = 0;
      this.total = 0;
      this.knob = "";
      this.stopTraining = () => {};
      wire(root, this);
      this.clocks();
      /** @type {HTMLFormElement} */
      this.form = find(root, ".guess");
      this.form.onsubmit = (event) => {
        event.preventDefault();
        this.check();
      };
      find(root, ".with-script").hidden = false;
      addEventListener("hashchange", () => this.open());
      this.open();
    }

    clocks() {
      const select = find(this.root, "select.clock");
      // Seconds tell of the device, not of the knob.
      const clocks = CLOCKS.filter((clock) => clock !== "seconds");
      select.append(...clocks.map((clock) => el("option", clock, { value: clock })));
      select.onchange = () => this.charts.setClock(/** @type {any} */ (select).value);
    }

    /** Train the puzzle that the address names, if it names one. */
    open() {
      const text = new URLSearchParams(location.hash.slice(1)).get(ADDRESS);
      if (text === null) return;
      this.root.scrollIntoView();
      try {
        whole(ADDRESS, /^\d+$/.test(text) ? Number(text) : text, 0, HIGHEST);
      } catch (error) {
        this.say("The address of this page cannot be used: " +
          `${/** @type {Error} */ (error).message}.`);
        return;
      }
      this.begin(Number(text));
    }

    draw() {
      const number = anyNumber();
      history.replaceState(null, "", `#${ADDRESS}=${number}`);
      this.begin(number);
    }

    /** @param {number} number */
    begin(number) {
      this.stopTraining();
      const { knob, settings } = knobs.draw(number);
      this.knob = knob;
      find(this.root, ".play").hidden = false;
      this.form.reset();
      this.lock(true);
      find(this.root, ".outcome").textContent = "";
      find(this.root, ".because").replaceChildren();
      legend(find(this.root, ".legend"), NAMES);
      this.say(`Puzzle ${number} trains …`);
      this.charts.begin([[], []]);
      this.stopTraining = live.train(settings, (recipes, done) => {
        this.charts.draw(recipes);
        if (!done) return;
        live.fill(/** @type {any} */ (find(this.root, ".numbers table")), recipes, NAMES);
        this.say(`Puzzle ${number} is trained. The address of this page leads to it again.`);
        this.lock(false);
      });
    }

    /** @param {boolean} isLocked */
    lock(isLocked) {
      /** @type {HTMLFieldSetElement} */ (find(this.form, "fieldset")).disabled = isLocked;
      /** @type {HTMLButtonElement} */ (find(this.form, "[type=submit]")).disabled = isLocked;
    }

    check() {
      const guess = new FormData(this.form).get("knob");
      if (guess === null) {
        find(this.root, ".outcome").textContent = "Choose a knob first.";
        return;
      }
      const isRight = guess === this.knob;
      this.total += 1;
      this.right += Number(isRight);
      this.lock(true);
      const outcome = find(this.root, ".outcome");
      outcome.textContent = (isRight ? "✓ Right." : `✗ Not this time: ${this.knob}.`) +
        ` ${this.right} of ${this.total} right this visit.`;
      find(this.root, ".because").replaceChildren(
        ...this.sign(this.knob), ...(isRight ? [] : this.sign(String(guess))));
    }

    /**
     * What shows a knob, and where the chapter says so.
     * @param {string} knob
     */
    sign(knob) {
      const [item] = all(this.root, ".signs li").filter(({ dataset }) => dataset.knob === knob);
      const told = el("p", "");
      told.append(el("strong", `${knob}: `), ...[...item.childNodes].map((node) =>
        node.cloneNode(true)));
      return [told];
    }

    /** @param {string} text */
    say(text) {
      find(this.root, ".told").textContent = text;
    }
  }

  begin("Knob", Knob);
})();
