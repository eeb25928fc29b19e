// Flashcards: the glossary, reduced to one card.
"use strict";
(() => {
  const {
    page: { find, all, wire, begin },
    fsrs: { RATINGS },
    memory: { dayName },
    repetition: { learn, sort },
  } = everystep;

  /** @typedef {{term: HTMLElement, text: HTMLElement, key: string}} Card */

  class Cards {
    /** @param {HTMLElement} root */
    constructor(root) {
      const list = find(document, "dl.glossary");
      /** @type {Card[]} */
      this.cards = all(list, "dt").map((term) => {
        const text = /** @type {HTMLElement} */ (term.nextElementSibling);
        return { term, text, key: `card/${term.id}@1` };
      });
      this.queue = this.cards;
      this.at = 1;
      this.due = find(root, ".due");
      this.place = find(root, ".place");
      this.practice = find(root, ".panel button");
      this.buttons = find(root, ".answers");
      wire(root, this);
      list.after(this.buttons);
      list.setAttribute("aria-live", "polite");
      find(root, ".panel").hidden = false;
      this.find();
    }

    /** Find what is due and what is new, and show the whole glossary. */
    find() {
      const { due, fresh, next } = sort(this.cards, ({ key }) => key);
      this.queue = [...due, ...fresh];
      this.due.textContent = this.queue.length ? `${due.length} to review, ${fresh.length} new.`
        : `Nothing to review until ${dayName(next)}.`;
      this.at = 1;
      this.show();
    }

    end() {
      this.find();
      this.practice.focus();
    }

    /**
     * Show one card, with or without its definition, or all.
     * @param {Card} [card]
     * @param {boolean} [revealed]
     */
    show(card, revealed = false) {
      for (const { term, text } of this.cards) {
        term.hidden = Boolean(card) && term !== card?.term;
        text.hidden = term.hidden || (Boolean(card) && !revealed);
      }
      this.practice.hidden = Boolean(card);
      this.buttons.hidden = !card;
      for (const button of all(this.buttons, "[data-revealed]")) {
        button.hidden = button.dataset.revealed !== String(revealed);
      }
      this.place.textContent = `${this.at} of ${this.at + this.queue.length - 1}`;
      if (card) find(this.buttons, ":not([hidden])").focus();
    }

    begin() {
      if (this.queue.length) this.show(this.queue[0]);
      else this.end();
    }

    reveal() { this.show(this.queue[0], true); }

    /** @param {HTMLButtonElement} button */
    answer({ value }) {
      const right = value === "right";
      const [card, ...rest] = this.queue;
      learn(card.key, right ? RATINGS.good : RATINGS.again);
      this.at += 1;
      this.queue = right ? rest : [...rest, card];
      this.begin();
    }
  }

  begin("Cards", Cards);
})();
