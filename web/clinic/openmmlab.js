// The JSON lines of OpenMMLab's programs: everystep/clinic/readers/openmmlab.py.
"use strict";
everystep.core.add(() => {
  const { told, build, tables: { tableOfRecords } } = everystep;
  const UNREAD = new Set(["mode", "time", "data_time", "memory", "step"]);
  const CLOCKS = new Set(["iter", "epoch", "lr"]);

  /** @param {Map<string, any>[]} records */
  const recognizes = (records) => records.some((row) =>
    (row.has("iter") && (row.has("mode") || row.has("step"))) ||
    (row.has("data_time") && row.has("step")));

  /** @param {Map<string, any>} row */
  const isOfTraining = (row) => (row.has("mode") ? row.get("mode") === "train"
    : row.has("iter") || row.has("lr"));

  /** @type {(records: Map<string, any>[], options: LogOptions, notes: string[]) => RunLog} */
  function read(records, options, notes) {
    const isByEpoch = records.some((row) => row.has("epoch") && isOfTraining(row));
    const rows = records.filter((row) => row.has("iter") || row.has("step")).map((row) => {
      const all = [...row].filter(([name]) => !UNREAD.has(name));
      if (isOfTraining(row)) {
        return new Map([...(row.has("iter") ? [] : [/** @type {[string, any]} */ (
          ["iter", row.get("step")])]), ...all]);
      }
      /** @type {[string, any][]} */
      const clocks = all.filter(([name]) => name === "epoch" && !row.has("step"));
      if (row.has("step")) clocks.push([isByEpoch ? "epoch" : "iter", row.get("step")]);
      const rest = all.filter(([name]) => !CLOCKS.has(name));
      for (const [name, value] of rest) clocks.push([`val/${name}`, value]);
      return new Map(clocks);
    });
    notes.push("What was measured on the validation set has val/ before its name.");
    return build(told.formats.openmmlab, tableOfRecords(rows, notes), options, notes);
  }

  everystep.openmmlab = { recognizes, read };
});
