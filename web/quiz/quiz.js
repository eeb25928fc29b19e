// A chapter's quiz: all questions at once, each checked by itself. Answers given stay.
"use strict";
(() => {
  const {
    page: { find, begin },
    memory: { note, read, remove, today, write },
    repetition: { recall },
    question: { questionsIn },
  } = everystep;

  class Quiz {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.questions = questionsIn(root);
      for (const question of this.questions) {
        question.checks("Try again", (one) => this.again(one), (...given) => this.keep(...given));
        this.restore(question);
      }
      this.tell();
    }

    /**
     * Show the answer that was given before, its rationales folded.
     * @param {Question} question
     */
    restore(question) {
      /** @type {Given} */
      const { answer, variant } = read(`given/${question.ref}`) ?? { answer: [], variant: 0 };
      question.pick(variant);
      question.answer = answer;
      // A question that has changed may hold an answer no more.
      if (question.variant !== variant || !/right|wrong/.test(question.result.state)) {
        question.reset();
        this.renew(question);
        return;
      }
      question.show(question.result);
      question.details.open = false;
    }

    /**
     * @param {Question} question
     * @param {string[]} answer
     */
    keep({ ref, variant }, answer) {
      write(`given/${ref}`, { answer, variant });
      this.tell();
    }

    tell() {
      const done = this.questions.filter((question) => question.form.dataset.state);
      const right = done.filter((question) => question.isRight);
      find(this.root, ".score").textContent =
        `${done.length} of ${this.questions.length} answered, ${right.length} right.`;
      const { chapter } = this.root.dataset;
      if (!chapter || done.length < this.questions.length) return;
      note(`done/${chapter}`, { day: today() });
      document.dispatchEvent(new Event("done"));
    }

    /**
     * Show other numbers than the last time, if the question has some.
     * @param {Question} question
     */
    renew(question) {
      question.pick((recall(`item/${question.ref}`)?.variant ?? -1) + 1);
    }

    /** @param {Question} question */
    again(question) {
      remove(`given/${question.ref}`);
      question.reset();
      this.renew(question);
      this.tell();
      question.fields.focus();
    }
  }

  begin("Quiz", Quiz);
})();
