// Predict, then run: a reader's guess at how two recipes will differ, and how it came out. Beside a
// small trainer, which is tied to a finding, also what the reader measured.
"use strict";
(() => {
  const {
    charts: { TITLES }, memory: { read, write }, page: { all, el, find }, settings,
    statistics: { FEWEST, estimate, difference },
  } = everystep;

  /**
   * Where one band of sizes ends and the next begins.
   * @type {Record<string, number[]>}
   */
  const EDGES = { points: [1, 3, 10], nats: [0.02, 0.1, 0.5], times: [1.2, 2, 5] };
  /**
   * Of the trainer that readers set themselves.
   * @type {Claim}
   */
  const FREE = {
    id: "", chapter: "free", measure: ["val_accuracy"], above: null, compare: "A - B", expect: "",
  };

  /** @type {(claim: Claim) => string} */
  const unitOf = ({ measure, compare }) =>
    compare.includes("/") ? "times" : measure[0].endsWith("accuracy") ? "points" : "nats";

  /** @type {Everystep["predict"]["compared"]} */
  function compared({ measure, above, compare }, ends) {
    const isFirst = compare.startsWith("A");
    const pairs = measure.map((name) => {
      const two = ends.map((end) => end[name].map((value) => {
        const shown = TITLES[name][1] * value;
        return above === null ? shown : 100 * Number(shown > above);
      }));
      return isFirst ? two : two.reverse();
    });
    const isRatio = compare.includes("/");
    return pairs[0][0].map((_, seed) => Math.min(...pairs.map(([one, other]) =>
      (isRatio ? one[seed] / other[seed] : one[seed] - other[seed]))));
  }

  /** @type {Everystep["predict"]["bandOf"]} */
  function bandOf(value, unit) {
    const isAhead = value >= (unit === "times" ? 1 : 0);
    const size = unit === "times" ? (isAhead ? value : 1 / value) : Math.abs(value);
    const band = EDGES[unit].filter((edge) => edge <= size).length;
    return isAhead ? band : -band;
  }

  /** @type {(band: number, claim: Claim) => string} */
  function told(band, claim) {
    const unit = unitOf(claim);
    const [edges, size] = [EDGES[unit], Math.abs(band)];
    const letter = claim.compare.split(/ . /)[Number(band < 0)];
    const span = size < edges.length ? `${edges[size - 1]} to ${edges[size]}`
      : `more than ${edges[size - 1]}`;
    if (unit === "times") {
      return size ? `${letter} ${span} times as high`
        : `within a factor of ${edges[0]} of each other`;
    }
    return size ? `${letter} higher by ${span} ${unit}`
      : `less than ${edges[0]} ${unit.replace("points", "point")} apart`;
  }

  /** @type {(claim: Claim) => string} */
  function nameOf({ measure, above }) {
    const names = measure.map((name) => TITLES[name][0].replace(/ \(.*/, ""));
    const name = names.join(" and ").replace("accuracy and ", "and ");
    return above === null ? name : `share of runs above ${above}% ${name}`;
  }

  /** @type {(values: number[], claim: Claim) => string} */
  function verdict(values, claim) {
    const [unit, [first, second]] = [unitOf(claim), claim.compare.split(/ . /)];
    const { n, mean, low, high, p_above } = difference(values, values.map(() => 0));
    const places = unit === "nats" ? 3 : 1;
    /** @param {number} value */
    const shown = (value) =>
      (Number(value.toFixed(places)) || 0).toFixed(places).replace("-", "−");
    const interval = n < FEWEST ? "" : ` (${shown(low)} to ${shown(high)})`;
    if (unit === "times") {
      return `${first} is ${shown(mean)} times ${second}${interval}, over ${n} seeds`;
    }
    const share = claim.expect === "same" ? ""
      : `; P(${first} > ${second}) is ${Math.round(100 * p_above)}%`;
    return `${first} − ${second} is ${mean > 0 ? "+" : ""}${shown(mean)} ${unit}${interval}` +
      `${share}, over ${n} seeds`;
  }

  /** @type {(text: string) => string} */
  function digest(text) {
    let sum = 2166136261;
    for (const letter of text) sum = Math.imul(sum ^ letter.charCodeAt(0), 16777619) >>> 0;
    return `free-${sum.toString(36)}`;
  }

  class Prediction {
    /** @param {HTMLElement} trainer */
    constructor(trainer) {
      this.place = /** @type {HTMLElement} */ (trainer.closest(".claim") ?? trainer);
      const { claim } = this.place.dataset;
      /** @type {Claim} */
      this.claim = claim ? JSON.parse(claim) : FREE;
      /** What was run here, so that the reader knows how it ends. */
      this.seen = new Set();
      this.select = el("select", "");
      this.outcome = el("p", "", { className: "guessed" });
      this.outcome.setAttribute("role", "status");
      this.ask(find(trainer, "form"));
      if (claim) this.compact(trainer);
      trainer.addEventListener("training", () => this.begin());
      trainer.addEventListener("trained", (event) =>
        this.end(/** @type {CustomEvent<TrainingDetail>} */ (event).detail));
    }

    /** @param {HTMLElement} form */
    ask(form) {
      const most = EDGES[unitOf(this.claim)].length;
      const bands = Array.from({ length: 2 * most + 1 }, (_, i) => most - i);
      this.select.append(el("option", "no guess", { value: "" }), ...bands.map((band) =>
        el("option", told(band, this.claim), { value: String(band) })));
      const label = el("label", "", { className: "guess" });
      label.append(el("span", `Guess first: ${nameOf(this.claim)} at the end`), this.select);
      form.prepend(label);
      if (this.claim === FREE) form.after(this.outcome);
      else find(this.place, ".yours").after(this.outcome);
    }

    /**
     * Show of a trainer that belongs to a finding what the finding is about.
     * @param {HTMLElement} trainer
     */
    compact(trainer) {
      const shown = this.claim.measure.map((name) => TITLES[name][0]);
      for (const figure of all(trainer, "figure")) {
        figure.hidden = !shown.includes(find(figure, "figcaption").textContent ?? "");
      }
    }

    begin() {
      this.guess = this.select.value;
      this.outcome.textContent = "";
      delete this.place.dataset.done;
    }

    /** @param {TrainingDetail} detail */
    end({ texts, ends }) {
      if (ends.length < 2) return;
      const values = compared(this.claim, ends);
      const { mean } = estimate(values);
      const isFinite = Number.isFinite(mean);
      if (this.claim !== FREE) this.report(values, isFinite);
      const id = this.claim.id || digest(settings.toAddress(texts));
      if (this.guess && isFinite) this.judge(id, Number(this.guess), mean);
      else if (this.guess) this.outcome.textContent = "The result is not finite: no guess fits it.";
      this.seen.add(id);
    }

    /**
     * Set the reader's result beside the finding's.
     * @param {number[]} values
     * @param {boolean} isFinite
     */
    report(values, isFinite) {
      const unit = unitOf(this.claim);
      const { mean } = estimate(values);
      const middle = unit === "times" ? 1 : 0;
      const way = this.claim.expect === "same" && !bandOf(mean, unit) ? "same"
        : mean > middle ? "higher" : "lower";
      const agrees = way === this.claim.expect ? "the same direction as in the lab"
        : "another direction than in the lab";
      find(this.place, ".yours").textContent =
        isFinite ? `Yours: ${verdict(values, this.claim)}: ${agrees}.` : "Yours: not finite.";
      this.place.dataset.done = "";
    }

    /**
     * @param {string} id
     * @param {number} band
     * @param {number} mean
     */
    judge(id, band, mean) {
      const came = bandOf(mean, unitOf(this.claim));
      const size = Number(came === band);
      // Three directions: the first is higher, or the second, or neither by much.
      const direction = Number(Math.sign(came) === Math.sign(band));
      const isKnown = this.seen.has(id) || read(`guess/${id}`) !== null;
      if (!isKnown) write(`guess/${id}`, { chapter: this.claim.chapter, direction, size });
      const how = size ? "Right" : direction ? "Right direction, another size" : "Wrong";
      const counts = isKnown ? "not counted, since you had seen this comparison"
        : "counted on the progress page";
      this.outcome.textContent = `${how}. You guessed: ${told(band, this.claim)}; it came out: ` +
        `${told(came, this.claim)} (${counts}).`;
    }
  }

  everystep.predict = { bandOf, compared };
  for (const trainer of all(document, "[data-kind=Trainer]")) {
    // One with settings of its own and no finding shows something; nothing is asked there.
    if (trainer.closest(".claim") || !("settings" in trainer.dataset)) new Prediction(trainer);
  }
})();
