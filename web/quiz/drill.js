// The drill: what was missed comes back, one question at a time, until its box is done.
"use strict";
(() => {
  const {
    page: { find, all, anyNumber, begin },
    memory: { DAY, today, read },
    question: { questionsIn, only },
  } = everystep;

  class Drill {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.questions = questionsIn(root);
      this.line = find(root, ".due");
      for (const question of this.questions) {
        question.checks("Next question", (one) => this.next(one), () => this.refresh());
      }
      /** @type {Question[]} */
      this.queue = [];
      this.queue = this.refresh().filter(({ due }) => due <= today())
        .map(({ question }) => question);
      this.present();
      find(root, ".panel").hidden = false;
    }

    /** Tell what is in the boxes; return what was missed, the first to be due first. */
    refresh() {
      const missed = this.questions
        .map((question) => ({ question, ...read(`item/${question.ref}`) }))
        .filter(({ box }) => box > 0).sort((a, b) => a.due - b.due);
      for (const [i, place] of all(this.root, ".boxes dd").entries()) {
        place.textContent = String(missed.filter(({ box }) => box === i + 1).length);
      }
      this.line.textContent = this.queue.length ? `Due today: ${this.queue.length}.`
        : missed.length ? `Next on ${new Date(missed[0].due * DAY).toISOString().slice(0, 10)}.`
        : "Nothing to repeat.";
      return missed;
    }

    present() {
      const [first] = this.queue;
      first?.pick(anyNumber());
      only(this.root, first);
      this.refresh();
    }

    /** @param {Question} question */
    next(question) {
      // What was missed once more comes back at the end of the queue.
      this.queue = [...this.queue.slice(1), ...(question.isRight ? [] : [question])];
      question.reset();
      this.present();
      (this.queue[0]?.fields ?? this.line).focus();
    }
  }

  begin("Drill", Drill);
})();
