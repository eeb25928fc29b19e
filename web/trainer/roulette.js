// Seed roulette: what one seed, or three, would have said about two recipes that many compare.
"use strict";
(() => {
  const {
    charts: { shown }, page: { all, anyNumber, el, find },
    statistics: { FEWEST, difference },
  } = everystep;

  /** Seeds of a small experiment. */
  const FEW = 3;
  /** Accuracies are fractions of some hundred images: a smaller sum of them is rounding. */
  const ROUNDING = 1e-9;

  /**
   * Who is ahead if A − B is this.
   * @type {(apart: number) => keyof Outcomes}
   */
  function ahead(apart) {
    if (Math.abs(apart) < ROUNDING) return "none";
    return apart > 0 ? "A" : "B";
  }

  /**
   * Count who is ahead in each choice of k of the differences A − B.
   * @type {Everystep["roulette"]["outcomes"]}
   */
  function outcomes(differences, k) {
    const found = { A: 0, B: 0, none: 0 };
    /** @type {(from: number, left: number, sum: number) => void} */
    const choose = (from, left, sum) => {
      if (!left) found[ahead(sum)]++;
      for (let i = from; left && i <= differences.length - left; i++) {
        choose(i + 1, left - 1, sum + differences[i]);
      }
    };
    choose(0, k, 0);
    return found;
  }

  /** @type {(apart: number) => string} */
  function conclusion(apart) {
    const winner = ahead(apart);
    if (winner === "none") return "neither is ahead";
    return `${winner} is ahead by ${shown(Math.abs(apart))} points`;
  }

  class Roulette {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = find(root, ".roulette");
      /** @type {number[]} */
      this.seeds = [];
      /** @type {number[]} */
      this.differences = [];
    }

    /**
     * Take the accuracies of a run. Unless they are of two recipes and several seeds, there is
     * nothing to draw.
     * @param {Moment[]} ends
     * @param {number[]} seeds
     */
    begin(ends, seeds) {
      this.root.hidden = ends.length < 2 || seeds.length < 2;
      if (this.root.hidden) return;
      const [a, b] = ends.map(({ val_accuracy }) => val_accuracy.map((value) => 100 * value));
      this.seeds = seeds;
      this.differences = a.map((value, i) => value - b[i]);
      this.over = difference(a, b);
      this.count();
      this.empty();
    }

    /** Put all seeds back. */
    empty() {
      this.left = this.seeds.map((_, i) => i);
      find(this.root, ".drawn").replaceChildren();
      find(this.root, ".told").textContent = "";
      find(this.root, "table").hidden = true;
    }

    /** Draw one of the seeds that are left, and tell what it says beside all of them. */
    draw() {
      if (!this.left?.length) this.empty();
      const { differences, left = [], over = difference([], []), seeds } = this;
      const [i] = left.splice(anyNumber() % left.length, 1);
      const isOther = ahead(differences[i]) !== ahead(over.mean);
      const list = find(this.root, ".drawn");
      const winner = ahead(differences[i]);
      const short = winner === "none" ? "0" : `${winner} +${shown(Math.abs(differences[i]))}`;
      list.append(el("li", `seed ${seeds[i]}: ${short}`, { className: isOther ? "other" : "" }));
      const [drawn, others] = [list.children.length, all(list, ".other").length];
      let range = "";
      if (over.n >= FEWEST) {
        const isClear = over.low > 0 || over.high < 0;
        range = `${isClear ? "" : ", not clearly"} (95% interval of A − B: ` +
          `${shown(over.low)} to ${shown(over.high)})`;
      }
      find(this.root, ".told").textContent = `Seed ${seeds[i]} alone: ` +
        `${conclusion(differences[i])}. All ${over.n} seeds together: ` +
        `${conclusion(over.mean)}${range}. ` +
        `So this seed says ${isOther ? "something else" : "the same"}, and so far ` +
        `${others} of ${drawn} drawn ${drawn > 1 ? "say" : "says"} something else.`;
      find(this.root, "table").hidden = false;
    }

    /** Of all choices of one seed, and of a few: who is ahead, and how many say another. */
    count() {
      const winner = ahead(this.over?.mean ?? 0);
      const sizes = [1, FEW].filter((k) => k < this.seeds.length);
      const columns = sizes.map((k) => {
        const found = outcomes(this.differences, k);
        const total = found.A + found.B + found.none;
        return [total, found.A, found.none, found.B, total - found[winner]];
      });
      find(this.root, "thead tr").replaceChildren(el("td", ""), ...sizes.map((k) =>
        el("th", k === 1 ? "one seed" : `${k} seeds`, { scope: "col" })));
      all(this.root, "tbody tr").forEach((row, i) => {
        row.replaceChildren(find(row, "th"),
          ...columns.map((counts) => el("td", counts[i].toLocaleString("en"))));
      });
    }
  }

  everystep.roulette = { outcomes, Roulette };
})();
