// What explorers share that train: a training in a worker, and its numbers as a table.
"use strict";
(() => {
  const { core, datasets, page: { el }, charts: { CLOCKS, TITLES, shown } } = everystep;

  /** @type {Everystep["live"]["train"]} */
  function train(settings, hear) {
    const worker = core.worker();
    const recipes = settings.recipes.map(() => /** @type {Moment[]} */ ([]));
    const hide = () => worker.postMessage({ order: document.hidden ? "pause" : "resume" });
    const stop = () => {
      worker.terminate();
      document.removeEventListener("visibilitychange", hide);
    };
    worker.onmessage = ({ data: { records, done } }) => {
      for (const moments of /** @type {Report["records"]} */ (records)) {
        moments.forEach((moment, r) => moment && recipes[r].push(moment));
      }
      if (done) stop();
      hear(recipes, done);
    };
    document.addEventListener("visibilitychange", hide);
    worker.postMessage({ order: "train", settings, data: datasets.digits() });
    return stop;
  }

  /** @type {Everystep["live"]["fill"]} */
  function fill(table, recipes, names) {
    const clocks = CLOCKS.filter((clock) => clock === "epochs" || clock === "updates");
    const measures = /** @type {Measure[]} */ (Object.keys(TITLES));
    const heads = ["run", ...clocks, ...measures.map((measure) => TITLES[measure][0])];
    const head = el("tr", "");
    head.append(...heads.map((text) => el("th", text, { scope: "col" })));
    table.tHead?.replaceChildren(head);
    const rows = recipes.flatMap((moments, r) => moments.map((moment) => {
      const row = el("tr", "");
      const means = measures.map((measure) => TITLES[measure][1] *
        everystep.statistics.estimate(moment[measure]).mean);
      const texts = [names[r], ...clocks.map((clock) => String(Number(moment[clock].toFixed(2)))),
        ...means.map((mean) => shown(mean))];
      row.append(...texts.map((text) => el("td", text)));
      return row;
    }));
    table.tBodies[0].replaceChildren(...rows);
  }

  everystep.live = { train, fill };
})();
