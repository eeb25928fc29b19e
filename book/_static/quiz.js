// Grades, times and remembers. Without this script the same pages can be read and printed.
"use strict";
(() => {
  // == Numbers and grading

  /** Read a number as people write it: "1,000", "1 000", "1e3", "0,5". Null: not a number. */
  function parseNumber(text) {
    let digits = text.trim().replace("−", "-");
    if (/^[-+]?\d{1,3}(\s\d{3})+([.,]\d+)?$/.test(digits)) digits = digits.replace(/\s/g, "");
    // A group after a leading zero is no thousand: 0,125 is an eighth.
    if (/^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(digits)) digits = digits.replaceAll(",", "");
    digits = digits.replace(",", ".");
    const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits) ? Number(digits) : NaN;
    return Number.isFinite(number) ? number : null;
  }

  /**
   * Grade an answer, all or nothing.
   * question: {type, key} and, if numeric, {tolerance, wrong}; answer: what its controls hold.
   * state: empty, partial, unreadable, wrong or right; mistake: index in `wrong`, or -1.
   */
  function grade({ type, key, tolerance, wrong }, answer) {
    const given = answer.filter((part) => part.trim());
    const outcome = (state, mistake = -1) => ({ state, mistake });
    if (!given.length) return outcome("empty");
    if (type === "numeric") {
      const number = parseNumber(given[0]);
      if (number === null) return outcome("unreadable");
      // 3 * 0.1 is not 0.3: a tolerance of 0 still forgives the last binary digits.
      const is = (value) =>
        Math.abs(number - value) <= tolerance + 8 * Number.EPSILON * Math.abs(value);
      return is(key) ? outcome("right") : outcome("wrong", wrong.findIndex(is));
    }
    if (given.length < key.length) return outcome("partial");
    const inOrder = type === "ordering" || type === "matching";
    const fits = (part, i) => (inOrder ? given[i] === part : given.includes(part));
    return outcome(given.length === key.length && key.every(fits) ? "right" : "wrong");
  }

  /** Draw an exam: quotas maps tasks to counts; a unit, one question or a case, stays whole. */
  function draw(units, quotas, seed) {
    let left = quotas;
    const shuffled = units.map((unit) => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return { seed, unit };
    }).sort((a, b) => a.seed - b.seed);
    return shuffled.flatMap(({ unit }) => {
      const rest = { ...left };
      for (const { task } of unit) rest[task] = (rest[task] ?? 0) - 1;
      if (unit.some(({ task }) => rest[task] < 0)) return [];
      left = rest;
      return unit.map(({ ref }) => ref);
    });
  }

  // Days until a question in a box is due. Box 0: never missed, so never due.
  const DAYS = [0, 0, 1, 3, 7, 21];

  /** Move a question between Leitner boxes; one that is not due is not moved up. */
  function leitner({ box, due, seen, right }, isRight, day) {
    if (!isRight) [box, due] = [1, day];
    else if (box && due <= day) {
      box = Math.min(box + 1, 5);
      due = day + DAYS[box];
    }
    return { box, due, seen: seen + 1, right: right + isRight };
  }

  const DAY = 864e5;
  const today = () => Math.floor(Date.now() / DAY - new Date().getTimezoneOffset() / 1440);
  const anyNumber = () => Math.floor(Math.random() * 1e9);

  // == What the browser keeps

  const PREFIX = "everystep/";
  const REF = /^[\w.-]{1,80}@\d{1,4}$/;
  const NAME = /^[a-z\d-]{1,40}$/;
  const isObject = (v) => v?.constructor === Object;
  const areCounts = (...list) => list.every((v) => Number.isInteger(v) && v >= 0 && v < 1e14);
  const areTexts = (v) => Array.isArray(v) && v.every((text) => typeof text === "string");
  const isRecord = (id, v) =>
    REF.test(id) && areCounts(v.box, v.due, v.seen, v.right) && v.box < 6 &&
    v.due < 1e6 && v.right <= v.seen;

  // By the first part of a key: can its second part be this, and the value that?
  const VALID = {
    item: isRecord,
    card: isRecord,
    attempt: (id, v) =>
      NAME.test(id) && areTexts([v.exam]) && NAME.test(v.exam) &&
      areCounts(v.end, v.right, v.total) && v.right <= v.total,
    exam: (id, v) =>
      NAME.test(id) && areCounts(v.id, v.seed, v.ends ?? 0, v.left ?? 0) &&
      areTexts(v.items) && areTexts(v.flags) &&
      isObject(v.answers) && Object.values(v.answers).every(areTexts),
  };

  function isValid(key, value) {
    const [kind, id, more] = key.split("/");
    return Object.hasOwn(VALID, kind) && !more && isObject(value) && VALID[kind](id, value);
  }

  const memory = new Map(); // what the browser does not keep, until the page is closed
  let warned = false;

  function say(text) {
    const place = document.querySelector(".notice");
    if (place.textContent !== text) place.textContent = text;
  }

  /** Use the browser's storage; tell once when it is blocked or full. */
  function storage(act) {
    try {
      return act(localStorage);
    } catch {
      if (!warned) say("Storage is blocked or full: what you do is forgotten when this page closes.");
      warned = true;
      return null;
    }
  }

  function read(key) {
    const text = memory.get(key) ?? storage((kept) => kept.getItem(PREFIX + key));
    if (text === null) return null;
    try {
      const value = JSON.parse(text);
      if (isValid(key, value)) return value;
    } catch {} // told below
    say("Some of what was kept here is damaged, and is left aside.");
    return null;
  }

  function write(key, value) {
    const text = JSON.stringify(value);
    memory.set(key, text);
    storage((kept) => {
      kept.setItem(PREFIX + key, text);
      memory.delete(key);
    });
  }

  function remove(key) {
    memory.delete(key);
    storage((kept) => kept.removeItem(PREFIX + key));
  }

  function keys() {
    const all = (storage(Object.keys) ?? []).map((key) => key.split(PREFIX)[1]);
    return [...new Set([...all, ...memory.keys()])].filter(Boolean);
  }

  function learn(key, right) {
    const box = key.startsWith("card") ? 1 : 0; // a new card is to be learned, a question is not
    write(key, leitner(read(key) ?? { box, due: 0, seen: 0, right: 0 }, right, today()));
  }

  // == A question on the page

  const SIGNS = { right: "✓", wrong: "✗", answered: "✎", flagged: "⚑" };
  const isChoice = (control) => /radio|checkbox/.test(control.type);

  function el(tag, text, props) {
    return Object.assign(document.createElement(tag), { textContent: text }, props);
  }

  class Question {
    constructor(form) {
      Object.assign(this, { form, ...form.dataset });
      this.keys = JSON.parse(this.keys);
      this.controls = [...form.querySelectorAll("[name=a]")];
      this.fields = form.querySelector("fieldset");
      this.fields.tabIndex = -1;
      this.details = form.querySelector(".answer");
      this.pick(0);
    }

    /** Put the numbers of a variant into the text. */
    pick(variant) {
      this.key = { type: this.type, ...this.keys[variant % this.keys.length] };
      for (const place of this.form.querySelectorAll("[data-number]")) {
        place.textContent = this.key.shown[place.dataset.number];
      }
    }

    get answer() {
      return new FormData(this.form).getAll("a");
    }

    set answer(parts) {
      for (const [i, control] of this.controls.entries()) {
        if (isChoice(control)) control.checked = parts.includes(control.value);
        else control.value = parts[i] ?? "";
      }
    }

    get result() {
      return grade(this.key, this.answer);
    }

    get isRight() {
      return this.form.dataset.state === "right";
    }

    number(n) {
      for (const place of this.form.querySelectorAll(".n")) place.textContent = n;
      this.form.parentElement.style.setProperty("--n", n); // its place on paper
    }

    tell(text) {
      this.form.querySelector(".outcome").textContent = text;
    }

    /** Mark the rows, tell the outcome, open the rationales. */
    show({ state, mistake }) {
      const { key } = this.key;
      for (const [i, control] of this.controls.entries()) {
        const wanted = isChoice(control) ? key.includes(control.value)
          : Array.isArray(key) ? control.value === key[i] : state === "right";
        const picked = !isChoice(control) || control.checked;
        if (!picked && !wanted) continue;
        const sign = wanted ? "right" : "wrong";
        const text = `${SIGNS[sign]} ${sign}${picked ? "" : " answer"}`;
        control.closest(".choice").append(el("strong", text, { className: `sign ${sign}` }));
      }
      const name = this.form.querySelectorAll(".reasons em")[mistake + 1]?.textContent;
      this.tell(state === "right" ? "✓ Right." : state === "empty" ? "✗ Not answered."
        : mistake < 0 ? "✗ Not right." : `✗ Not right: ${name}.`);
      this.form.dataset.state = state === "right" ? state : "wrong";
      this.fields.disabled = this.details.open = true;
    }

    reset() {
      this.answer = [];
      for (const sign of this.form.querySelectorAll(".sign")) sign.remove();
      this.tell("");
      delete this.form.dataset.state;
      this.fields.disabled = this.details.open = false;
    }

    /** Have the button check the answer; afterward, named `label`, it calls `after`. */
    checks(label, after, checked) {
      const button = this.form.querySelector(".check button");
      button.parentElement.hidden = false;
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
          learn(`item/${this.ref}`, this.isRight);
          checked();
        }
      });
    }
  }

  function questionsIn(root) {
    return [...root.querySelectorAll("form.question")].map((form) => new Question(form));
  }

  /** Show one question or none. */
  function only(root, question) {
    for (const part of root.querySelectorAll("form.question, .unit")) {
      part.hidden = !question || !part.contains(question.form);
    }
  }

  /** Call the method named in data-do when a button is pressed; twice, if it has a warning. */
  function wire(root, object) {
    for (const button of root.querySelectorAll("[data-do]")) {
      const label = button.textContent;
      const { warning } = button.dataset;
      if (warning) button.onblur = () => { button.textContent = label; };
      button.onclick = () => {
        if (warning && button.textContent === label) {
          say(warning);
          button.textContent += ": sure?";
        } else {
          button.onblur?.(); // clicked in Safari, it has no focus to lose
          object[button.dataset.do](button);
        }
      };
    }
  }

  function count(tallies, name, right, total) {
    const [before, all] = tallies.get(name) ?? [0, 0];
    tallies.set(name, [before + right, all + total]);
  }

  function fillTallies(root, tallies) {
    for (const row of root.querySelectorAll(".tallies tbody tr")) {
      const [right, total] = tallies.get(row.dataset.task ?? row.dataset.objective) ?? [0, 0];
      row.lastElementChild.textContent = total ? `${right} of ${total}` : "–";
    }
  }

  // == Quiz and drill

  function Quiz(root) {
    const questions = questionsIn(root);
    let variant = anyNumber();
    const tell = () => {
      const done = questions.filter((question) => question.form.dataset.state);
      const right = done.filter((question) => question.isRight);
      root.querySelector(".score").textContent =
        `${done.length} of ${questions.length} answered, ${right.length} right.`;
    };
    const again = (question) => {
      question.reset();
      question.pick((variant += 1));
      tell();
      question.fields.focus();
    };
    for (const question of questions) {
      question.pick(variant);
      question.checks("Try again", again, tell);
    }
    tell();
  }

  function Drill(root) {
    const questions = questionsIn(root);
    const line = root.querySelector(".due");
    let queue = [];
    const refresh = () => {
      const missed = questions.map((question) => ({ question, ...read(`item/${question.ref}`) }))
        .filter(({ box }) => box > 0).sort((a, b) => a.due - b.due);
      for (const [i, place] of root.querySelectorAll(".boxes dd").entries()) {
        place.textContent = missed.filter(({ box }) => box === i + 1).length;
      }
      line.textContent = queue.length ? `Due today: ${queue.length}.`
        : missed.length ? `Next on ${new Date(missed[0].due * DAY).toISOString().slice(0, 10)}.`
        : "Nothing to repeat.";
      return missed;
    };
    const present = () => {
      queue[0]?.pick(anyNumber());
      only(root, queue[0]);
      refresh();
    };
    const next = (question) => {
      // What was missed once more comes back at the end of the queue.
      queue = [...queue.slice(1), ...(question.isRight ? [] : [question])];
      question.reset();
      present();
      (queue[0]?.fields ?? line).focus();
    };
    for (const question of questions) question.checks("Next question", next, refresh);
    queue = refresh().filter(({ due }) => due <= today()).map(({ question }) => question);
    present();
    root.querySelector(".panel").hidden = false;
  }

  // == Mock exam

  class Exam {
    constructor(root) {
      this.root = root;
      this.key = `exam/${root.dataset.exam}`;
      this.at = 0;
      this.all = new Map(questionsIn(root).map((question) => [question.ref, question]));
      this.cells = [...root.querySelectorAll(".overview button")];
      wire(root, this);
      root.addEventListener("input", ({ target }) => this.keep(target.form?.dataset.ref));
      root.addEventListener("submit", (event) => event.preventDefault());
      // What is kept is the state: two tabs show the same exam.
      addEventListener("storage", ({ key }) => {
        if (!key || key === PREFIX + this.key) this.sync();
      });
      setInterval(() => this.tick(), 1e3);
      this.sync();
    }

    get state() {
      const state = read(this.key);
      const known = state?.items.filter((ref) => this.all.has(ref));
      if (!state || known.length === this.cells.length) return state;
      say("The questions have changed, and the exam cannot go on.");
      return null;
    }

    change(edit) {
      const { state } = this;
      if (!state || state.done) return;
      edit(state);
      write(this.key, state);
      this.show();
      this.tick();
    }

    start() {
      if (!this.state) {
        const { minutes, quotas } = this.root.dataset;
        const units = [...this.root.querySelectorAll(".unit")].map((unit) =>
          [...unit.querySelectorAll("form")].map(({ dataset }) => dataset));
        const seed = anyNumber();
        const id = Date.now();
        const timed = this.root.querySelector(".timed").checked;
        write(this.key, {
          id, seed, items: draw(units, JSON.parse(quotas), seed), answers: {}, flags: [],
          ends: timed ? id + minutes * 6e4 : null, left: null, done: false,
        });
      }
      this.at = 0;
      this.sync();
      this.visit(0);
    }

    again() {
      remove(this.key);
      this.sync();
      this.root.querySelector("[data-do=start]").focus();
    }

    /** Show the state, wherever it changed. */
    sync() {
      const { state, root } = this;
      const phase = !state ? "start" : state.done ? "done" : "run";
      root.dataset.now = phase;
      for (const part of root.querySelectorAll("[data-phase]")) {
        part.hidden = !part.dataset.phase.includes(phase);
      }
      for (const question of this.all.values()) {
        question.reset();
        delete question.form.dataset.drawn;
      }
      this.questions = (state?.items ?? []).map((ref) => this.all.get(ref));
      for (const [i, question] of this.questions.entries()) {
        question.form.dataset.drawn = "";
        question.number(i + 1);
        question.pick(state.seed + i);
        question.answer = state.answers[question.ref] ?? [];
      }
      if (phase === "done") this.showResult();
      this.show();
      this.tick();
    }

    keep(ref) {
      if (ref) this.change(({ answers }) => { answers[ref] = this.all.get(ref).answer; });
    }

    show() {
      const { state, questions } = this;
      only(this.root, questions[this.at]);
      if (!state) return;
      const flagged = state.flags.includes(state.items[this.at]);
      this.root.querySelector("[data-do=flag]").setAttribute("aria-pressed", flagged);
      for (const [i, cell] of this.cells.entries()) {
        const { form, ref, result } = questions[i];
        const words = [form.dataset.state ?? (result.state === "empty" ? "" : "answered")];
        if (state.flags.includes(ref)) words.push("flagged");
        cell.textContent = i + 1 + words.map((word) => SIGNS[word]).join("");
        cell.setAttribute("aria-label", `Question ${i + 1} ${words.join(" ")}`);
        cell.setAttribute("aria-current", i === this.at);
      }
    }

    visit(i) {
      const { questions } = this;
      this.at = (i + questions.length) % questions.length;
      this.show();
      const { fields, details } = questions[this.at];
      // What is disabled gets no focus; after the exam the answer gets it.
      (fields.disabled ? details.firstElementChild : fields).focus();
    }

    go({ value }) { this.visit(Number(value)); }

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
        state.ends = ends ? null : now + left;
        state.left = ends ? Math.max(ends - now, 0) : null;
      });
    }

    extend() {
      this.change((state) => { state[state.ends ? "ends" : "left"] += 6e5; });
    }

    untime() {
      this.change((state) => { state.ends = state.left = null; });
      this.visit(this.at);
    }

    tick() {
      const { state, root } = this;
      if (!state || state.done) return;
      const left = state.ends ? state.ends - Date.now() : state.left;
      root.querySelector(".clock").hidden = left === null;
      if (left === null) return;
      const seconds = Math.max(Math.ceil(left / 1e3), 0);
      root.querySelector(".timer").textContent =
        new Date(seconds * 1e3).toISOString().slice(11, 19);
      root.querySelector("[data-do=pause]").textContent = state.ends ? "Pause" : "Resume";
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
      for (const { ref, isRight } of this.questions) learn(`item/${ref}`, isRight);
      write(`attempt/${state.id}`, {
        exam: this.root.dataset.exam, end: Date.now(),
        right: this.questions.filter(({ isRight }) => isRight).length,
        total: this.questions.length,
      });
      say("");
      this.root.querySelector(".total").focus();
    }

    showResult() {
      const tallies = new Map();
      for (const question of this.questions) {
        question.show(question.result);
        for (const name of ["", question.task, question.objective]) {
          count(tallies, name, question.isRight, 1);
        }
      }
      const [right, total] = tallies.get("");
      this.root.querySelector(".total").textContent = `${right} of ${total} right`;
      fillTallies(this.root, tallies);
    }
  }

  // == Flashcards

  class Cards {
    constructor(root) {
      const list = document.querySelector("dl.glossary");
      this.cards = [...list.querySelectorAll("dt")].map((term) => ({
        term, text: term.nextElementSibling, key: `card/${term.id}@1`,
      }));
      this.due = root.querySelector(".due");
      this.practice = root.querySelector(".panel button");
      this.buttons = root.querySelector(".answers");
      wire(root, this);
      list.after(this.buttons);
      list.setAttribute("aria-live", "polite");
      root.querySelector(".panel").hidden = false;
      this.find();
    }

    /** Find what is due, and show the whole glossary. */
    find() {
      this.queue = this.cards.filter(({ key }) => (read(key)?.due ?? 0) <= today());
      this.show();
    }

    end() {
      this.find();
      this.practice.focus();
    }

    /** Show one card, with or without its definition, or all. */
    show(card, revealed = false) {
      for (const { term, text } of this.cards) {
        term.hidden = card && term !== card.term;
        text.hidden = term.hidden || (card && !revealed);
      }
      this.practice.hidden = card;
      this.buttons.hidden = !card;
      for (const button of this.buttons.querySelectorAll("[data-revealed]")) {
        button.hidden = button.dataset.revealed !== String(revealed);
      }
      this.due.textContent = `Due today: ${this.queue.length} of ${this.cards.length} cards.`;
      if (card) this.buttons.querySelector(":not([hidden])").focus();
    }

    begin() {
      if (this.queue.length) this.show(this.queue[0]);
      else this.end();
    }

    reveal() { this.show(this.queue[0], true); }

    answer({ value }) {
      const right = value === "right";
      const [card, ...rest] = this.queue;
      learn(card.key, right);
      this.queue = right ? rest : [...rest, card];
      this.begin();
    }
  }

  // == Progress

  /** Return the entries of an exported file; throw what is wrong with it. */
  function parseExport(text) {
    const { format, entries } = JSON.parse(text) ?? {};
    if (format !== "everystep-progress-1" || !isObject(entries)) {
      throw Error("not exported here.");
    }
    for (const [key, value] of Object.entries(entries)) {
      if (!isValid(key, value)) throw Error(`damaged at ${key.slice(0, 60)}`);
    }
    return Object.entries(entries);
  }

  class Progress {
    constructor(root) {
      this.root = root;
      wire(root, this);
      root.querySelector("input").onchange = ({ target }) => this.load(target);
      root.querySelector(".panel").hidden = false;
      this.show();
    }

    show() {
      const tallies = new Map();
      const rows = [...this.root.querySelectorAll("tr[data-objective]")];
      for (const { dataset } of rows) {
        for (const ref of dataset.items.split(" ")) {
          const { right, seen } = read(`item/${ref}`) ?? { right: 0, seen: 0 };
          for (const name of ["", dataset.objective, dataset.taskOf]) {
            count(tallies, name, right, seen);
          }
        }
      }
      fillTallies(this.root, tallies);
      const weak = rows.filter(({ dataset }) => {
        const [right, seen] = tallies.get(dataset.objective);
        return right < 0.7 * seen;
      });
      for (const row of weak) row.lastElementChild.append(el("strong", " weak"));
      this.root.querySelector(".summary").textContent = `Answers so far: ${tallies.get("")[1]}.`;
      this.showHistory();
    }

    showHistory() {
      const titles = JSON.parse(this.root.dataset.exams);
      const attempts = keys().filter((key) => key.startsWith("attempt/")).map(read)
        .filter(Boolean).sort((a, b) => b.end - a.end);
      this.root.querySelector(".history tbody").replaceChildren(...attempts.map(({ exam, end, right, total }) => {
        const row = el("tr", "");
        const texts = [new Date(end).toLocaleString("en-US"), titles[exam] ?? exam];
        row.append(...[...texts, `${right} of ${total}`].map((text) => el("td", text)));
        return row;
      }));
    }

    save() {
      const kept = keys().filter((key) => !key.startsWith("exam/")).map((key) => [key, read(key)])
        .filter(([, value]) => value);
      const entries = Object.fromEntries(kept);
      const text = JSON.stringify({ format: "everystep-progress-1", entries });
      el("a", "", {
        href: `data:application/json,${encodeURIComponent(text)}`,
        download: "everystep-progress.json",
      }).click();
      say(`Exported: ${kept.length} entries.`);
    }

    async load(input) {
      try {
        const [file] = input.files;
        if (file.size > 1e6) throw Error("over 1 MB.");
        const entries = parseExport(await file.text())
          .filter(([key, { seen }]) => !(read(key)?.seen > seen));
        say(`Imported: ${entries.length} entries.`);
        for (const [key, value] of entries) write(key, value);
        this.show();
      } catch (error) {
        say(`The file is refused, and nothing was changed: ${error.message}`);
      }
      input.value = "";
    }

    forget() {
      keys().forEach(remove);
      this.show();
      say("Deleted.");
    }
  }

  const KINDS = { Quiz, Drill, Exam, Cards, Progress };
  for (const root of document.querySelectorAll(".assess")) {
    root.classList.add("live");
    new KINDS[root.dataset.kind](root);
  }
  globalThis.everystep = { parseNumber, grade, draw, leitner, parseExport }; // for tests
})();
