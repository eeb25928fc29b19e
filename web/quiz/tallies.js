// How many answers were right, by topic and by objective.
"use strict";
(() => {
  const { page: { find, all } } = everystep;

  /** @type {Everystep["tallies"]["count"]} */
  function count(tallies, name, right, total) {
    const [before, sum] = tallies.get(name) ?? [0, 0];
    tallies.set(name, [before + right, sum + total]);
  }

  /** @type {Everystep["tallies"]["show"]} */
  function show(cell, [right, total] = [0, 0]) {
    cell.textContent = total ? `${right} of ${total}` : "–";
    cell.style.setProperty("--share", total ? `${(100 * right) / total}%` : "");
  }

  /** @type {Everystep["tallies"]["fill"]} */
  function fill(root, tallies) {
    for (const row of all(root, "tr[data-task], tr[data-objective]")) {
      show(find(row, "td"), tallies.get(row.dataset.task ?? row.dataset.objective));
    }
  }

  everystep.tallies = { count, show, fill };
})();
