// The drill: what is due comes back, one question at a time, and some that are new.
"use strict";
(() => {
  const {
    page: { find, wire, begin },
    memory: { dayName },
    repetition: { recall, sort },
    certainty: { Asked },
    question: { only },
    sheets: { Sheets },
  } = everystep;

  // Questions of a round, and how many of them may be new.
  const ROUND = 20;
  const NEW = 5;

  class Drill {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.sheets = new Sheets(root);
      this.refs = this.sheets.units.flat().map(({ ref }) => ref);
      this.certainty = new Asked(root);
      this.line = find(root, ".due");
      /** @type {Question[]} */
      this.queue = [];
      this.at = 1;
      this.more = find(root, ".panel .buttons");
      wire(root, this);
      find(root, ".panel").hidden = false;
      this.begin();
    }

    /** Find what is due, and as new what the chapters ask: they stand first. */
    plan() {
      const { due, fresh, next } = sort(this.refs, (ref) => `item/${ref}`);
      const asked = new Set(this.refs.slice(0, Number(this.root.dataset.chapters)));
      return { due, fresh: fresh.filter((ref) => asked.has(ref)), next };
    }

    /**
     * Begin a round; the page does, and later the reader.
     * @param {HTMLButtonElement} [button]
     */
    async begin(button) {
      const { due, fresh } = this.plan();
      const old = due.slice(0, ROUND);
      const added = fresh.slice(0, Math.min(NEW, ROUND - old.length));
      const refs = [...old, ...added];
      for (const question of await this.sheets.load(refs)) {
        question.checks("Next question", (one) => this.next(one), () => this.certainty.hide());
      }
      this.mix = `${old.length} to review, ${added.length} new`;
      this.queue = refs.flatMap((ref) => this.sheets.questions.get(ref) ?? []);
      this.at = 1;
      this.present();
      if (button) (this.queue[0]?.fields ?? this.line).focus();
    }

    present() {
      const { queue: [first, ...rest], at } = this;
      this.more.hidden = true;
      only(this.root, first);
      if (!first) return this.end();
      first.number(at);
      first.pick((recall(`item/${first.ref}`)?.variant ?? -1) + 1);
      this.certainty.ask(first);
      this.line.textContent = `${at} of ${at + rest.length}: ${this.mix}`;
    }

    /** Tell what is left. */
    end() {
      const { due, fresh, next } = this.plan();
      this.more.hidden = !due.length && !fresh.length;
      this.line.textContent = !this.more.hidden
        ? `This round is done. Left: ${due.length} to review, ${fresh.length} new.`
        : `Nothing to review until ${dayName(next)}.`;
    }

    /** @param {Question} question */
    next(question) {
      // What was missed comes back at the end of the round.
      this.queue = [...this.queue.slice(1), ...(question.isRight ? [] : [question])];
      this.at += 1;
      question.reset();
      this.present();
      (this.queue[0]?.fields ?? this.line).focus();
    }
  }

  begin("Drill", Drill);
})();
