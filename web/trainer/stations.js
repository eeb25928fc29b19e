// One update at a time: its batch, what the network says of it, the loss, the gradient, and what
// the update changes.
"use strict";
(() => {
  const {
    charts: { percent, shown }, experiment, inspect, page: { all, el, find }, pictures: { picture },
  } = everystep;

  const count = (/** @type {number} */ n) => n.toLocaleString("en");

  /** @type {(heads: string[], rows: (string | Node)[][]) => HTMLTableElement} */
  function table(heads, rows) {
    const made = el("table", "");
    const head = made.createTHead().insertRow();
    head.append(...heads.map((text) =>
      (text ? el("th", text, { scope: "col" }) : el("td", ""))));
    const body = made.createTBody();
    for (const [first, ...others] of rows) {
      const name = el("th", "", { scope: "row" });
      name.append(first);
      const row = body.insertRow();
      row.append(name);
      for (const cell of others) row.insertCell().append(cell);
    }
    return made;
  }

  /** How long a probability is beside the others. */
  function bar(/** @type {number} */ share) {
    const whole = el("span", "", { className: "share" });
    whole.append(el("span", ""));
    /** @type {HTMLElement} */ (whole.firstChild).style.width = `${100 * (share || 0)}%`;
    return whole;
  }

  class Stepper {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = find(root, ".stations");
      /** @type {Training | null} */
      this.training = null;
      this.key = "";
      this.chosen = 0;
    }

    reset() {
      this.training = null;
      this.root.hidden = true;
    }

    /**
     * Make one update of the recipe that is chosen. What is set anew begins anew.
     * @param {Record<string, string>} texts
     * @param {Settings} wanted what the texts say
     * @param {() => Dataset} data
     */
    step(texts, wanted, data) {
      const select = /** @type {HTMLSelectElement} */ (find(this.root, "select"));
      const r = Math.min(Number(select.value), wanted.recipes.length - 1);
      select.value = String(r);
      const key = JSON.stringify([texts, r]);
      if (key !== this.key || !this.training || this.training.step === this.training.updates) {
        this.key = key;
        const one = { ...wanted, seeds: wanted.seeds.slice(0, 1), recipes: [wanted.recipes[r]] };
        this.training = experiment.begin(one, data())[0][0].training;
      }
      const name = wanted.recipes.length > 1 ? `Recipe ${"AB"[r]}, seed` : "Seed";
      this.show(inspect.step(this.training), `${name} ${wanted.seeds[0]}`,
        wanted.recipes.length > 1);
    }

    /**
     * @param {Stations} seen
     * @param {string} whose
     * @param {boolean} isChosen whether the reader chooses whose is next
     */
    show(seen, whose, isChosen) {
      find(this.root, "label").hidden = !isChosen;
      const { step, updates } = seen;
      find(this.root, ".made").textContent = `${whose}, update ${count(step)} of ` +
        `${count(updates)}: the loss of its batch goes from ${shown(seen.loss, 4)} to ` +
        `${shown(seen.after, 4)}.`;
      const [batch, prediction, loss, gradient, update] = all(this.root, "ol > li > div");
      const choose = (/** @type {number} */ i) => {
        this.chosen = Math.min(i, seen.first.length - 1);
        all(batch, "button").forEach((button, k) =>
          button.setAttribute("aria-pressed", String(k === this.chosen)));
        this.predict(prediction, seen.first[this.chosen]);
        this.lose(loss, seen);
      };
      this.draw(batch, seen, choose);
      this.differentiate(gradient, seen);
      this.move(update, seen);
      choose(this.chosen);
      this.root.hidden = false;
    }

    /**
     * @param {HTMLElement} place
     * @param {Stations} seen
     * @param {(i: number) => void} choose
     */
    draw(place, { first, size, from, samples, total }, choose) {
      const epoch = Math.floor((samples - size) / total) + 1;
      const list = el("p", "", { className: "samples" });
      list.append(...first.map((seen, i) => {
        const button = el("button", "", { type: "button", onclick: () => choose(i) });
        button.append(picture(seen), el("span", String(seen.label)));
        return button;
      }));
      const which = size > first.length ? `The first ${first.length}, with` : "With";
      place.replaceChildren(
        el("p", `Samples ${count(from + 1)} to ${count(from + size)} of the ${count(total)}, in ` +
          `the order drawn for epoch ${epoch}. ${which} their labels; choose one:`),
        list);
    }

    /**
     * @param {HTMLElement} place
     * @param {Seen} seen
     */
    predict(place, { label, predicted, probabilities }) {
      const rows = probabilities.map((share, digit) => [String(digit), bar(share), percent(share)]);
      const made = table(["class", "", "probability"], rows);
      made.tBodies[0].rows[label].classList.add("label");
      place.replaceChildren(
        el("p", `Before the update, the network reads the chosen sample, labeled ${label}, as ` +
          `${predicted}:`), made);
    }

    /**
     * @param {HTMLElement} place
     * @param {Stations} seen
     */
    lose(place, { first, loss, size }) {
      const { label, probabilities, loss: own } = first[this.chosen];
      place.replaceChildren(
        el("p", `Of the chosen sample: −ln of the probability of its label, −ln ` +
          `${shown(probabilities[label])} = ${shown(own)}.`),
        el("p", `Of the batch, the mean over its ${count(size)} samples:`),
        el("p", shown(loss, 4), { className: "value" }),
        el("p", `Without any idea, at 10% for each class, it would be ${shown(Math.log(10), 4)}.`));
    }

    /**
     * @param {HTMLElement} place
     * @param {Stations} seen
     */
    differentiate(place, { layers }) {
      place.replaceChildren(
        el("p", "How the loss changes with each weight and bias. All of them are one long list " +
          "of numbers; its length (norm), by layer:"),
        table(["layer", "numbers", "norm"], layers.map(
          (one) => [one.name, count(one.count), shown(one.gradient)])));
    }

    /**
     * @param {HTMLElement} place
     * @param {Stations} seen
     */
    move(place, { optimizer, momentum, weight_decay, layers, rate, loss, after }) {
      const isPlain = optimizer === "sgd" && !momentum && !weight_decay;
      const rule = isPlain ? "Each weight loses rate × its gradient."
        : "The optimizer makes a step of its own from this gradient, earlier ones, or the " +
          "weights, so they move by another length than rate × gradient.";
      const fell = loss - after;
      place.replaceChildren(
        el("p", `The rate is ${shown(rate)}. ${rule} As norms, with the weights' own before it:`),
        table(["layer", "rate × gradient", "moved by", "weights"], layers.map((one) => [
          one.name, shown(rate * one.gradient), shown(one.moved), shown(one.weights)])),
        el("p", "On the same batch, the loss is now"),
        el("p", shown(after, 4), { className: "value" }),
        el("p", Number.isFinite(fell)
          ? `${shown(Math.abs(fell))} ${fell < 0 ? "higher" : "lower"} than before.` : ""));
    }
  }

  everystep.stations = { Stepper };
})();
