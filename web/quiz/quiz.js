// A chapter's quiz: all questions at once, each checked by itself.
"use strict";
(() => {
  const { page: { find, anyNumber, begin }, question: { questionsIn } } = everystep;

  class Quiz {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.questions = questionsIn(root);
      this.variant = anyNumber();
      for (const question of this.questions) {
        question.pick(this.variant);
        question.checks("Try again", (one) => this.again(one), () => this.tell());
      }
      this.tell();
    }

    tell() {
      const done = this.questions.filter((question) => question.form.dataset.state);
      const right = done.filter((question) => question.isRight);
      find(this.root, ".score").textContent =
        `${done.length} of ${this.questions.length} answered, ${right.length} right.`;
    }

    /** @param {Question} question */
    again(question) {
      question.reset();
      question.pick((this.variant += 1));
      this.tell();
      question.fields.focus();
    }
  }

  begin("Quiz", Quiz);
})();
