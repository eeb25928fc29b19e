// A question on the page: its controls, its outcome, its rationales.
"use strict";
(() => {
  const {
    page: { find, all, el },
    memory: { LONGEST_ANSWER, read, today, write },
    grading: { grade },
    fsrs: { RATINGS },
    repetition: { learn },
  } = everystep;

  const BY_CERTAINTY = new Map([
    ["guess", RATINGS.hard], ["unsure", RATINGS.hard], ["fair", RATINGS.good],
    ["certain", RATINGS.easy],
  ]);
  const CHECK = "Check answer";
  /** @type {Record<string, string>} */
  const SIGNS = { right: "✓", wrong: "✗", answered: "✎", flagged: "⚑" };

  /**
   * @param {HTMLInputElement | HTMLSelectElement} control
   * @returns {control is HTMLInputElement}
   */
  const isChoice = (control) => /radio|checkbox/.test(control.type);

  /** @implements {Question} */
  class FormQuestion {
    /** @param {HTMLFormElement} form */
    constructor(form) {
      const { ref, objective } = form.dataset;
      this.form = form;
      this.ref = ref;
      this.objective = objective;
      this.keys = JSON.parse(form.dataset.keys);
      /** @type {(HTMLInputElement | HTMLSelectElement)[]} */
      this.controls = all(form, "[name=a]");
      /** @type {HTMLFieldSetElement} */
      this.fields = find(form, "fieldset");
      this.fields.tabIndex = -1;
      /** @type {HTMLDetailsElement} */
      this.details = find(form, ".answer");
      this.button = find(form, ".check button");
      this.nextStep = CHECK; // what the button does once the answer is checked
      this.variant = 0;
      /** @type {[words: string, answer: string][]} */
      this.misconceptions = []; // behind the answer that is shown
      this.pick(0);
    }

    /**
     * Put the numbers of a variant into the text.
     * @param {number} variant
     */
    pick(variant) {
      this.variant = variant % this.keys.length;
      const { shown, ...key } = this.keys[this.variant];
      /** @type {Key} */
      this.key = { type: this.form.dataset.type, ...key };
      for (const place of all(this.form, "[data-number]")) {
        place.textContent = shown[place.dataset.number];
      }
    }

    get answer() {
      return /** @type {string[]} */ (new FormData(this.form).getAll("a"));
    }

    set answer(parts) {
      for (const [i, control] of this.controls.entries()) {
        if (isChoice(control)) control.checked = parts.includes(control.value);
        else control.value = parts[i] ?? "";
      }
    }

    /** How sure the reader is of the answer, where that is asked; else an empty text. */
    get sure() {
      return String(new FormData(this.form).get("sure") ?? "");
    }

    get result() {
      return grade(this.key, this.answer);
    }

    get isRight() {
      return this.form.dataset.state === "right";
    }

    /** @param {number} n */
    number(n) {
      for (const place of all(this.form, ".n")) place.textContent = String(n);
      const unit = /** @type {HTMLElement} */ (this.form.parentElement);
      unit.style.setProperty("--n", String(n)); // its place on paper
    }

    /** @param {string} text */
    tell(text) {
      find(this.form, ".outcome").textContent = text;
    }

    /**
     * Mark the rows, tell the outcome, open the rationales.
     * @param {Outcome} outcome
     */
    show({ state, mistake }) {
      const { key } = this.key;
      for (const [i, control] of this.controls.entries()) {
        const wanted = typeof key === "number" ? state === "right"
          : isChoice(control) ? key.includes(control.value) : control.value === key[i];
        const picked = !isChoice(control) || control.checked;
        if (!picked && !wanted) continue;
        const sign = wanted ? "right" : "wrong";
        const text = `${SIGNS[sign]} ${sign}${picked ? "" : " answer"}`;
        control.closest(".choice")?.append(el("strong", text, { className: `sign ${sign}` }));
      }
      this.misconceptions = this.behind([...this.answer, `wrong${mistake}`]);
      const [[words] = []] = mistake < 0 ? [] : this.misconceptions;
      this.tell(state === "right" ? "✓ Right." : state === "empty" ? "✗ Not answered."
        : words ? `✗ Not right: ${words}.` : "✗ Not right.");
      this.form.dataset.state = state === "right" ? state : "wrong";
      this.fields.disabled = this.details.open = true;
      this.button.textContent = this.nextStep;
    }

    /**
     * The misconceptions behind wrong answers, in words, each with the answer.
     * @param {string[]} given
     * @returns {[words: string, answer: string][]}
     */
    behind(given) {
      const reasons = all(this.form, ".reasons [data-given]")
        .filter(({ dataset }) => given.includes(dataset.given));
      return reasons.map((reason) => {
        const head = /** @type {HTMLElement} */ (find(reason, "p").cloneNode(true));
        const name = find(head, "em");
        name.remove();
        const isLetter = reason.dataset.given.length === 1; // of an option; a number is bold, too
        if (isLetter) head.querySelector("b")?.remove();
        return [name.textContent, head.textContent.trim()];
      });
    }

    reset() {
      this.answer = [];
      for (const sign of all(this.form, ".sign")) sign.remove();
      this.tell("");
      delete this.form.dataset.state;
      this.fields.disabled = this.details.open = false;
      this.button.textContent = CHECK;
    }

    /**
     * Keep what the answer, once it is shown whether it is right, says of the reader. What was
     * guessed right comes back sooner, what was certain later.
     * @param {string} [sure]
     */
    learn(sure = "") {
      const { ref, isRight, variant } = this;
      const rating = isRight ? BY_CERTAINTY.get(sure) ?? RATINGS.good : RATINGS.again;
      learn(`item/${ref}`, rating, variant);
      for (const [words, answer] of this.misconceptions) {
        const key = `mistake/${words.replaceAll(" ", "-")}`;
        const text = answer.slice(0, LONGEST_ANSWER);
        write(key, { item: ref, answer: text, last: today(), seen: (read(key)?.seen ?? 0) + 1 });
      }
      if (!BY_CERTAINTY.has(sure)) return;
      const { seen, right } = read(`sure/${sure}`) ?? { seen: 0, right: 0 };
      write(`sure/${sure}`, { seen: seen + 1, right: right + Number(isRight) });
    }

    /**
     * Have the button check the answer; afterward, named `label`, it calls `after`.
     * @type {Question["checks"]}
     */
    checks(label, after, checked) {
      find(this.form, ".check").hidden = false;
      this.nextStep = label;
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        const { result, answer, sure } = this;
        if (this.form.dataset.state) {
          after(this);
        } else if (result.state === "unreadable") {
          this.tell("Type a number alone.");
        } else if (/empty|partial/.test(result.state)) {
          this.tell("Not complete yet.");
        } else {
          this.show(result);
          this.learn(sure);
          checked(this, answer);
        }
      });
    }
  }

  /** @type {Everystep["question"]["questionsIn"]} */
  function questionsIn(root) {
    /** @type {HTMLFormElement[]} */
    const forms = all(root, "form.question");
    return forms.map((form) => new FormQuestion(form));
  }

  /**
   * Show one question or none.
   * @type {Everystep["question"]["only"]}
   */
  function only(root, question) {
    for (const part of all(root, "form.question, .unit")) {
      part.hidden = !question || !part.contains(question.form);
    }
  }

  everystep.question = { SIGNS, questionsIn, only };
})();
