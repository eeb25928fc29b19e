// A trainer in a question: what came of the run in one sentence, and then the next question.
"use strict";
(() => {
  const { charts: { TITLES }, page: { all, find }, statistics: { estimate } } = everystep;

  /** What is shown and told of a run. */
  const MEASURE = "val_accuracy";

  /**
   * What two recipes came to, beginning with what they had in common.
   * @type {Everystep["landing"]["sentence"]}
   */
  function sentence({ names, ends }) {
    const [first, second] = ends;
    const isSame = first.updates === second.updates;
    const common = isSame ? `${first.updates} updates` : `${first.epochs} epochs`;
    const [one, other] = ends.map((end, r) => {
      const name = names[r].replace(/^\w: /, "").split(",")[0];
      const right = `${Math.round(100 * estimate(end[MEASURE]).mean)}%`;
      const own = isSame ? `${end.epochs} epochs` : `${end.updates} updates`;
      return { name, right, own };
    });
    return `Same ${common}: ${one.name} gets ${one.right} of unseen images right after its ` +
      `${one.own}, ${other.name} gets ${other.right} after its ${other.own} ` +
      `(means of ${first[MEASURE].length} seeds).`;
  }

  class Try {
    /** @param {HTMLElement} place */
    constructor(place) {
      this.place = place;
      const trainer = find(place, ".trainer");
      find(trainer, "[type=submit]").textContent = place.dataset.button;
      for (const figure of all(trainer, "figure")) {
        figure.hidden = find(figure, "figcaption").textContent !== TITLES[MEASURE][0];
      }
      /** @type {HTMLSelectElement} */
      const clock = find(trainer, "select.clock");
      clock.value = place.dataset.clock;
      clock.dispatchEvent(new Event("change"));
      trainer.addEventListener("training", () => this.tell(""));
      trainer.addEventListener("trained", (event) => {
        this.tell(sentence(/** @type {CustomEvent<TrainingDetail>} */ (event).detail));
        // The question that follows, which the style hides until now.
        /** @type {HTMLElement | null} */ (place.nextElementSibling)?.classList.add("asked");
      });
    }

    /** @param {string} text */
    tell(text) {
      find(this.place, ".sentence").textContent = text;
    }
  }

  everystep.landing = { sentence };
  for (const place of all(document, ".try")) new Try(place);
})();
