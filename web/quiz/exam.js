// A mock exam: drawn from the pools, timed, scored at the end. What is kept is the state.
"use strict";
(() => {
  const {
    page: { find, all, say, wire, anyNumber, begin },
    memory: { place, read, write, remove },
    certainty: { Asked },
    grading: { grade },
    tallies: { count, fill },
    question: { SIGNS, only },
    sheets: { Sheets },
  } = everystep;

  /**
   * Draw an exam: quotas says how many may take from each name; a unit, one question or a case,
   * stays whole. everystep/bank/exams.py has the same rule.
   * @type {Everystep["exam"]["draw"]}
   */
  function draw(units, quotas, seed) {
    let left = quotas;
    const shuffled = units.map((unit) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return { seed, unit };
    }).sort((a, b) => a.seed - b.seed);
    return shuffled.flatMap(({ unit }) => {
      const rest = { ...left };
      const names = unit.flatMap(({ takes }) => takes.split(" "));
      for (const name of names) rest[name] = (rest[name] ?? 0) - 1;
      if (names.some((name) => rest[name] < 0)) return [];
      left = rest;
      return unit.map(({ ref }) => ref);
    });
  }

  class Exam {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.key = `exam/${root.dataset.exam}`;
      this.at = 0;
      this.late = false;
      this.sheets = new Sheets(root);
      this.topics = new Map(this.sheets.units.flat().map(({ ref, takes }) =>
        [ref, takes.split(" ")[0]]));
      /** @type {Question[]} */
      this.questions = [];
      this.cells = all(root, ".overview button");
      this.certainty = new Asked(root);
      wire(root, this);
      root.addEventListener("input", ({ target }) => {
        this.keep(/** @type {HTMLInputElement} */ (target).form?.dataset.ref);
      });
      root.addEventListener("submit", (event) => event.preventDefault());
      // What is kept is the state: two tabs show the same exam.
      addEventListener("storage", ({ key }) => {
        if (!key || key === place(this.key)) this.sync();
      });
      setInterval(() => this.tick(), 1e3);
      this.sync();
    }

    /** @returns {ExamState | null} */
    get state() {
      /** @type {ExamState | null} */
      const state = read(this.key);
      const known = state?.items.filter((ref) => this.topics.has(ref));
      if (!state || known?.length === this.cells.length) return state;
      say("The questions have changed, and the exam cannot go on.");
      return null;
    }

    /** @param {(state: ExamState) => void} edit */
    change(edit) {
      const { state } = this;
      if (!state || state.done) return;
      edit(state);
      write(this.key, state);
      this.show();
      this.tick();
    }

    async start() {
      const { minutes, quotas } = this.root.dataset;
      const seed = anyNumber();
      const items = this.state?.items ?? draw(this.sheets.units, JSON.parse(quotas), seed);
      await this.sheets.load(items);
      // In the meantime it may have been started elsewhere.
      if (!this.state && this.has(items)) {
        const id = Date.now();
        const timed = this.root.querySelector(".timed:checked");
        write(this.key, {
          id, seed, items, answers: {}, flags: [],
          ends: timed ? id + Number(minutes) * 6e4 : null, left: null, done: false,
        });
      }
      this.at = 0;
      this.sync();
      this.visit(0);
    }

    /**
     * Are all these questions on the page?
     * @param {string[]} refs
     */
    has(refs) {
      return refs.every((ref) => this.sheets.questions.has(ref));
    }

    again() {
      remove(this.key);
      this.sync();
      find(this.root, "[data-do=start]").focus();
    }

    /** Show the state, wherever it changed, once its questions are there. */
    sync() {
      const { state, root } = this;
      if (state && !this.has(state.items)) {
        this.questions = [];
        this.sheets.load(state.items).then(() => {
          if (this.has(state.items)) this.sync();
        });
        return;
      }
      const phase = !state ? "start" : state.done ? "done" : "run";
      root.dataset.now = phase;
      for (const part of all(root, "[data-phase]")) {
        part.hidden = !part.dataset.phase.includes(phase);
      }
      for (const question of this.sheets.questions.values()) {
        question.reset();
        delete question.form.dataset.drawn;
      }
      this.questions = state ? state.items.map((ref, i) => {
        const question = /** @type {Question} */ (this.sheets.questions.get(ref));
        question.form.dataset.drawn = "";
        question.number(i + 1);
        question.pick(state.seed + i);
        question.answer = state.answers[ref] ?? [];
        return question;
      }) : [];
      if (phase === "done") this.showResult();
      this.show();
      this.tick();
    }

    /** @param {Question} question */
    topic({ ref }) { return /** @type {string} */ (this.topics.get(ref)); }

    /** @param {string} [ref] */
    keep(ref) {
      const question = this.sheets.questions.get(ref ?? "");
      if (!question) return;
      this.change((state) => {
        state.answers[question.ref] = question.answer;
        if (question.sure) state.sure = { ...state.sure, [question.ref]: question.sure };
      });
    }

    show() {
      const { state, questions } = this;
      only(this.root, questions[this.at]);
      this.certainty.hide();
      if (!state) return;
      if (!state.done) this.certainty.ask(questions[this.at], state.sure?.[state.items[this.at]]);
      const flagged = state.flags.includes(state.items[this.at]);
      find(this.root, "[data-do=flag]").setAttribute("aria-pressed", String(flagged));
      for (const [i, cell] of this.cells.entries()) {
        const { form, ref, result } = questions[i];
        const words = [form.dataset.state ?? (result.state === "empty" ? "" : "answered")];
        if (state.flags.includes(ref)) words.push("flagged");
        cell.textContent = i + 1 + words.map((word) => SIGNS[word]).join("");
        cell.setAttribute("aria-label", `Question ${i + 1} ${words.join(" ")}`);
        cell.setAttribute("aria-current", String(i === this.at));
      }
    }

    /** @param {number} i */
    visit(i) {
      const { questions } = this;
      if (!questions.length) return;
      this.at = (i + questions.length) % questions.length;
      this.show();
      const { fields, details } = questions[this.at];
      // What is disabled gets no focus; after the exam the answer gets it.
      (fields.disabled ? find(details, "summary") : fields).focus();
    }

    /** @param {HTMLButtonElement} button */
    go({ value }) { this.visit(Number(value)); }

    /** @param {HTMLButtonElement} button */
    move({ value }) { this.visit(this.at + Number(value)); }

    wrong() {
      const { questions, at } = this;
      const order = questions.map((_, i) => (at + 1 + i) % questions.length);
      this.visit(order.find((i) => !questions[i].isRight) ?? at);
    }

    flag() {
      const { ref } = this.questions[this.at];
      this.change((state) => {
        const others = state.flags.filter((one) => one !== ref);
        state.flags = others.length < state.flags.length ? others : [...others, ref];
      });
    }

    pause() {
      const now = Date.now();
      this.change((state) => {
        const { ends, left } = state;
        state.ends = ends ? null : now + (left ?? 0);
        state.left = ends ? Math.max(ends - now, 0) : null;
      });
    }

    extend() {
      this.change((state) => {
        if (state.ends) state.ends += 6e5;
        else if (state.left !== null) state.left += 6e5;
      });
    }

    untime() {
      this.change((state) => { state.ends = state.left = null; });
      this.visit(this.at);
    }

    tick() {
      const { state, root } = this;
      if (!state || state.done || !this.questions.length) return;
      const left = state.ends ? state.ends - Date.now() : state.left;
      find(root, ".clock").hidden = left === null;
      if (left === null) return;
      const seconds = Math.max(Math.ceil(left / 1e3), 0);
      find(root, ".timer").textContent = new Date(seconds * 1e3).toISOString().slice(11, 19);
      find(root, "[data-do=pause]").textContent = state.ends ? "Pause" : "Resume";
      if (seconds < 300 && !this.late) say("Less than five minutes left.");
      this.late = seconds < 300;
      if (!seconds) {
        this.score();
        say("Time is up: what you answered is scored.");
      }
    }

    /** End the exam. Where two tabs end it, the first counts it. */
    score() {
      const { state } = this;
      if (!state || state.done) return;
      this.change((fresh) => { fresh.done = true; });
      this.at = 0;
      this.sync();
      /** @type {Tallies} */
      const topics = new Map();
      for (const question of this.questions) {
        count(topics, this.topic(question), Number(question.isRight), 1);
        const outcome = grade(question.key, state.answers[question.ref] ?? []);
        question.learn(outcome.state === "empty" ? "" : state.sure?.[question.ref]);
      }
      write(`attempt/${state.id}`, {
        exam: this.root.dataset.exam, end: Date.now(),
        right: this.questions.filter(({ isRight }) => isRight).length,
        total: this.questions.length, topics: Object.fromEntries(topics),
      });
      say("");
      find(this.root, ".total").focus();
    }

    showResult() {
      /** @type {Tallies} */
      const tallies = new Map();
      for (const question of this.questions) {
        question.show(question.result);
        const task = `${this.root.dataset.guide} ${this.topic(question)}`;
        for (const name of ["", task, question.objective]) {
          count(tallies, name, Number(question.isRight), 1);
        }
      }
      const [right, total] = tallies.get("") ?? [0, 0];
      find(this.root, ".total").textContent = `${right} of ${total} right`;
      fill(this.root, tallies);
    }
  }

  everystep.exam = { draw };
  begin("Exam", Exam);
})();
