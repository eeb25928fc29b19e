// Progress: what was answered so far, and a file that carries it elsewhere.
"use strict";
(() => {
  const {
    page: { find, all, el, say, wire, count, fillTallies, begin },
    memory: { isObject, isValid, keys, read, remove, write },
    certainty: { score },
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

  // Answers from which on something is said about them.
  const FEWEST = 10;

  class Progress {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
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
        for (const ref of dataset.items.split(" ")) {
          const { right, seen } = read(`item/${ref}`) ?? { right: 0, seen: 0 };
          for (const name of ["", dataset.objective, dataset.taskOf]) {
            count(tallies, name, right, seen);
          }
        }
      }
      fillTallies(this.root, tallies);
      const weak = rows.filter(({ dataset }) => {
        const [right, seen] = tallies.get(dataset.objective) ?? [0, 0];
        return right < 0.7 * seen;
      });
      for (const row of weak) find(row, "td").append(el("strong", " weak"));
      const [, answers] = tallies.get("") ?? [0, 0];
      find(this.root, ".summary").textContent = `Answers so far: ${answers}.`;
      this.showHistory();
      this.showCertainty();
      this.showGuesses();
    }

    showHistory() {
      const titles = JSON.parse(this.root.dataset.exams);
      /** @type {Attempt[]} */
      const attempts = keys().filter((key) => key.startsWith("attempt/")).map(read)
        .filter(Boolean).sort((a, b) => b.end - a.end);
      const rows = attempts.map(({ exam, end, right, total }) => {
        const row = el("tr", "");
        const texts = [new Date(end).toLocaleString("en-US"),
          Object.hasOwn(titles, exam) ? titles[exam] : exam];
        row.append(...[...texts, `${right} of ${total}`].map((text) => el("td", text)));
        return row;
      });
      find(this.root, ".history tbody").replaceChildren(...rows);
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
        ? `There is a Brier score from ${FEWEST} answers on; so far ${total} say how sure you were.`
        : `Brier score: ${brier.toFixed(2)} from ${total} answers. You expected ` +
          `${percent(expected)} to be right, and ${percent(right)} were: ${verdict}.`;
    }

    showGuesses() {
      /** @type {Guess[]} */
      const guesses = keys().filter((key) => key.startsWith("guess/")).map(read).filter(Boolean);
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
        this.show();
      } catch (error) {
        const { message } = /** @type {Error} */ (error);
        say(`The file is refused, and nothing was changed: ${message}`);
      }
      input.value = "";
    }

    forget() {
      keys().forEach(remove);
      this.show();
      say("Deleted.");
    }
  }

  everystep.progress = { parseExport };
  begin("Progress", Progress);
})();
