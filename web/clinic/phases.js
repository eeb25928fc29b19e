// Tables in which a word says whether a row is of training: everystep/clinic/readers/phases.py.
"use strict";
everystep.core.add(() => {
  const { told, numbers: { range }, names: { clockColumn } } = everystep;
  const { step: STEP, epoch: EPOCH, time: TIME, phase: PHASE, training } = told.names;
  const TRAINING = new Set(training);
  const KNOWN = new Set([...training, ...told.names.validation, ...told.names.test]);
  const CLOCKS = [...STEP, ...EPOCH, ...TIME];

  /** @type {Everystep["phases"]["apart"]} */
  function apart(names, columns) {
    const plain = names.map((name) => name.trim().toLowerCase());
    for (const name of PHASE) {
      const place = plain.indexOf(name);
      const phases = Array.from(columns[place] ?? [], (cell) => String(cell).trim().toLowerCase());
      const kinds = [...new Set(phases)];
      if (kinds.length > 1 && kinds.every((kind) => KNOWN.has(kind)) &&
          kinds.some((kind) => TRAINING.has(kind))) {
        return parted(names, columns, place, phases, kinds);
      }
    }
    return null;
  }

  /**
   * @type {(names: string[], columns: ArrayLike<unknown>[], place: number, phases: string[],
   *   kinds: string[]) => [string[], ArrayLike<unknown>[], string]}
   */
  function parted(names, columns, place, phases, kinds) {
    const others = range(names.length).filter((i) => i !== place);
    const isClock = (/** @type {number} */ i) => clockColumn([names[i]], CLOCKS) !== null;
    const common = others.filter(isClock);
    const own = kinds.flatMap((kind) =>
      others.filter((i) => !isClock(i)).map((i) => ({ kind, i })));
    return [
      [...common.map((i) => names[i]), ...own.map(({ kind, i }) => `${kind} ${names[i]}`)],
      [...common.map((i) => columns[i]), ...own.map(({ kind, i }) =>
        Array.from(columns[i], (cell, row) => (phases[row] === kind ? cell : "")))],
      names[place],
    ];
  }

  everystep.phases = { apart };
});
