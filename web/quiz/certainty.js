// How sure a reader is of an answer, asked before it is graded, and how well that comes true.
"use strict";
(() => {
  const { page: { find, all } } = everystep;

  /**
   * One question of how sure the reader is, which moves to the question that is shown.
   * @implements {Certainty}
   */
  class Asked {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.fields = find(root, ".certainty");
      /** @type {HTMLInputElement[]} */
      this.choices = all(this.fields, "input");
    }

    /** @type {Certainty["ask"]} */
    ask(question, sure = "") {
      for (const choice of this.choices) choice.checked = choice.value === sure;
      question.fields.after(this.fields);
      this.fields.hidden = false;
    }

    hide() {
      this.fields.hidden = true;
    }
  }

  /**
   * Of what was said with each of some probabilities of being right: the Brier score, which is the
   * mean squared distance from what came true (G. W. Brier 1950, "Verification of Forecasts
   * Expressed in Terms of Probability").
   * @type {Everystep["certainty"]["score"]}
   */
  function score(steps) {
    /** @type {(each: (step: Calibrated) => number) => number} */
    const sum = (each) => steps.reduce((before, step) => before + each(step), 0);
    const total = sum(({ seen }) => seen);
    const expected = sum(({ share, seen }) => share * seen) / total;
    const right = sum((step) => step.right) / total;
    const spread = Math.sqrt(sum(({ share, seen }) => share * (1 - share) * seen)) / total;
    return {
      total, expected, right,
      brier: sum(({ share, seen, right: r }) =>
        r * (1 - share) ** 2 + (seen - r) * share ** 2) / total,
      isByChance: Math.abs(expected - right) < 2 * spread,
    };
  }

  everystep.certainty = { Asked, score };
})();
