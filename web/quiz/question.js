// A question on the page: its controls, its outcome, its rationales.
"use strict";
(() => {
  const { page: { find, all, el }, memory, grading } = everystep;

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
      const { ref, task, objective } = form.dataset;
      this.form = form;
      this.ref = ref;
      this.task = task;
      this.objective = objective;
      this.keys = JSON.parse(form.dataset.keys);
      /** @type {(HTMLInputElement | HTMLSelectElement)[]} */
      this.controls = all(form, "[name=a]");
      /** @type {HTMLFieldSetElement} */
      this.fields = find(form, "fieldset");
      this.fields.tabIndex = -1;
      /** @type {HTMLDetailsElement} */
      this.details = find(form, ".answer");
      this.pick(0);
    }

    /**
     * Put the numbers of a variant into the text.
     * @param {number} variant
     */
    pick(variant) {
      const { shown, ...key } = this.keys[variant % this.keys.length];
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

    get result() {
      return grading.grade(this.key, this.answer);
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
      const name = all(this.form, ".reasons em")[mistake + 1]?.textContent;
      this.tell(state === "right" ? "✓ Right." : state === "empty" ? "✗ Not answered."
        : mistake < 0 ? "✗ Not right." : `✗ Not right: ${name}.`);
      this.form.dataset.state = state === "right" ? state : "wrong";
      this.fields.disabled = this.details.open = true;
    }

    reset() {
      this.answer = [];
      for (const sign of all(this.form, ".sign")) sign.remove();
      this.tell("");
      delete this.form.dataset.state;
      this.fields.disabled = this.details.open = false;
    }

    /**
     * Have the button check the answer; afterward, named `label`, it calls `after`.
     * @type {Question["checks"]}
     */
    checks(label, after, checked) {
      const box = find(this.form, ".check");
      const button = find(box, "button");
      box.hidden = false;
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        const { result } = this;
        if (this.form.dataset.state) {
          button.textContent = "Check answer";
          after(this);
        } else if (result.state === "unreadable") {
          this.tell("Type a number alone.");
        } else if (/empty|partial/.test(result.state)) {
          this.tell("Not complete yet.");
        } else {
          this.show(result);
          button.textContent = label;
          memory.learn(`item/${this.ref}`, this.isRight);
          checked();
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
