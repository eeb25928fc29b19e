// Progress: what was answered so far, and a file that carries it elsewhere.
"use strict";
(() => {
  const {
    page: { find, all, el, say, wire, begin },
    memory: { dayName, isObject, isValid, keys, read, remove, write },
    certainty: { score },
    tallies: { count, show, fill },
  } = everystep;

  /**
   * Return the entries of an exported file; throw what is wrong with it.
   * @param {string} text
   */
  function parseExport(text) {
    const { format, entries } = JSON.parse(text) ?? {};
    if (format !== "everystep-progress-1" || !isObject(entries)) {
      throw Error("not exported here.");
    }
    for (const [key, value] of Object.entries(entries)) {
      // An exam that goes on is no progress, and is not exported.
      if (!isValid(key, value) || key.startsWith("exam/")) {
        throw Error(`damaged at ${key.slice(0, 60)}`);
      }
    }
    return Object.entries(entries);
  }

  // Answers from which on a Brier score is told, and those from which on an objective may be weak.
  const FEWEST = 10;
  const FEWEST_OF_OBJECTIVE = 5;
  // Misconceptions that are listed at once.
  const LATEST = 10;

  /**
   * Return what is kept under a name, with its key.
   * @param {string} kind
   * @returns {[key: string, value: any][]}
   */
  const keptUnder = (kind) => keys().filter((key) => key.startsWith(`${kind}/`))
    .map((key) => /** @type {[string, any]} */ ([key, read(key)])).filter(([, value]) => value);

  class Progress {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      /** @type {Trails} */
      this.trails = JSON.parse(root.dataset.trails);
      wire(root, this);
      /** @type {HTMLInputElement} */
      const input = find(root, "input");
      input.onchange = () => this.load(input);
      find(root, ".panel").hidden = false;
      this.show();
    }

    show() {
      /** @type {Tallies} */
      const tallies = new Map();
      const rows = all(this.root, "tr[data-objective]");
      for (const { dataset } of rows) {
        for (const ref of Object.keys(this.trails.questions[dataset.objective] ?? {})) {
          const { right, seen } = read(`item/${ref}`) ?? { right: 0, seen: 0 };
          for (const name of ["", dataset.objective, ...JSON.parse(dataset.tasks)]) {
            count(tallies, name, right, seen);
          }
        }
      }
      fill(this.root, tallies);
      const weak = rows.filter(({ dataset }) => {
        const [right, seen] = tallies.get(dataset.objective) ?? [0, 0];
        return seen >= FEWEST_OF_OBJECTIVE && right < 0.7 * seen;
      });
      for (const row of weak) find(row, "td").append(el("strong", " weak"));
      const [, answers] = tallies.get("") ?? [0, 0];
      find(this.root, ".summary").textContent = `Answers so far: ${answers}.`;
      this.showMistakes();
      this.showHistory();
      this.showCertainty();
      this.showGuesses();
    }

    /** The misconceptions behind the reader's wrong answers, each with what refutes it. */
    showMistakes() {
      const led = Object.assign({}, ...Object.values(this.trails.questions));
      /** @type {[key: string, mistake: Mistake][]} */
      const mistakes = keptUnder("mistake")
        .sort(([, a], [, b]) => b.last - a.last || b.seen - a.seen);
      const items = mistakes.map(([key, { item, answer, seen, last }]) => {
        const words = key.split("/")[1].replaceAll("-", " ");
        const times = seen === 1 ? "once" : `${seen} times`;
        const line = el("li", "");
        line.append(el("strong", words), `: ${times}, last on ${dayName(last)}. You answered “`,
          answer, "”. ");
        /** @type {number[]} */
        const places = led[item] ?? [];
        for (const [i, place] of places.entries()) {
          const [title, href] = this.trails.places[place];
          line.append(i ? " · " : "", el("a", title, { href }));
        }
        return line;
      });
      const [latest, earlier] = all(this.root, ".mistakes");
      latest.replaceChildren(...items.slice(0, LATEST));
      earlier.replaceChildren(...items.slice(LATEST));
      find(this.root, ".earlier").hidden = items.length <= LATEST;
      find(this.root, ".group:has(.mistakes)").hidden = !items.length;
    }

    /** The mock exams that were finished, each with what was right by topic. */
    showHistory() {
      /** @type {Map<string, {title: string, guide: string}>} */
      const exams = new Map(Object.entries(JSON.parse(this.root.dataset.exams)));
      const names = new Map(all(this.root, "tr[data-task]").map((row) =>
        [row.dataset.task, find(row, "th").textContent]));
      /** @type {[key: string, attempt: Attempt][]} */
      const attempts = keptUnder("attempt").sort(([, a], [, b]) => b.end - a.end);
      const parts = attempts.map(([, { exam, end, right, total, topics = {} }]) => {
        const part = el("details", "");
        const table = el("table", "", { className: "tallies table" });
        for (const [topic, tally] of Object.entries(topics).sort()) {
          const row = el("tr", "");
          const cell = el("td", "");
          show(cell, tally);
          const name = names.get(`${exams.get(exam)?.guide} ${topic}`) ?? topic;
          row.append(el("th", name, { scope: "row" }), cell);
          table.append(row);
        }
        const when = new Date(end).toLocaleString("en-US");
        const title = `${when}: ${exams.get(exam)?.title ?? exam}, ${right} of ${total} right`;
        part.append(el("summary", title), table);
        return Object.keys(topics).length ? part : el("p", title);
      });
      find(this.root, ".history").replaceChildren(...parts);
      find(this.root, ".group:has(.history)").hidden = !parts.length;
    }

    showCertainty() {
      const steps = all(this.root, "[data-step]").map((row) => {
        const { seen, right } = read(`sure/${row.dataset.step}`) ?? { seen: 0, right: 0 };
        find(row, "td:last-child").textContent = seen ? `${right} of ${seen}` : "–";
        return { share: Number(row.dataset.share), seen, right };
      });
      const { total, brier, expected, right, isByChance } = score(steps);
      const verdict = isByChance ? "no further apart than by chance"
        : expected > right ? "you are surer than you are right" : "you know more than you think";
      const percent = (/** @type {number} */ share) => `${Math.round(100 * share)}%`;
      find(this.root, ".brier").textContent = total < FEWEST
        ? `There is a Brier score from ${FEWEST} answers on; so far you said of ${total} how ` +
          "sure you were."
        : `Brier score: ${brier.toFixed(2)} from ${total} answers. You expected ` +
          `${percent(expected)} to be right, and ${percent(right)} were: ${verdict}.`;
    }

    showGuesses() {
      /** @type {Guess[]} */
      const guesses = keptUnder("guess").map(([, guess]) => guess);
      const chapters = [...new Set(guesses.map(({ chapter }) => chapter))].sort();
      const rows = ["", ...chapters].map((name) => {
        const own = guesses.filter(({ chapter }) => !name || chapter === name);
        const title = !name ? "All" : name === "free" ? "Train it here"
          : `Chapter ${parseInt(name, 10)}`;
        const row = el("tr", "");
        row.append(el("th", title, { scope: "row" }), el("td", String(own.length)),
          ...(/** @type {const} */ (["direction", "size"])).map((part) => {
            const right = own.reduce((sum, guess) => sum + guess[part], 0);
            return el("td", own.length ? `${Math.round((100 * right) / own.length)}%` : "–");
          }));
        return row;
      });
      find(this.root, ".guesses tbody").replaceChildren(...rows);
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

    /** @param {HTMLInputElement} input */
    async load(input) {
      try {
        const [file] = /** @type {FileList} */ (input.files);
        if (file.size > 1e6) throw Error("over 1 MB.");
        const entries = parseExport(await file.text())
          .filter(([key, { seen }]) => !(read(key)?.seen > seen));
        say(`Imported: ${entries.length} entries.`);
        for (const [key, value] of entries) write(key, value);
        document.dispatchEvent(new Event("done"));
        this.show();
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        say(`The file is refused, and nothing was changed: ${message}`);
      }
      input.value = "";
    }

    forget() {
      keys().forEach(remove);
      document.dispatchEvent(new Event("done"));
      this.show();
      say("Deleted.");
    }
  }

  everystep.progress = { parseExport };
  begin("Progress", Progress);
})();
