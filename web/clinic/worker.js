// What a worker does: it reads a log and posts what can be said of it, so that no file, however
// large or broken, stops the page.
"use strict";
everystep.core.add(() => {
  if (typeof document !== "undefined") return; // a page, which has its workers do this

  const {
    numbers: { max, min, range }, curves: { at, finite }, headline, questions, readLogs, sections,
    tables: { LogError },
  } = everystep;
  const MOST_POINTS = 2000;

  /** As many points as a picture can show, the highest and the lowest among them. */
  function thinned(/** @type {Curve} */ curve) {
    const n = curve.values.length;
    if (n <= MOST_POINTS) return curve;
    const step = (n - 1) / (MOST_POINTS - 1);
    const some = range(MOST_POINTS).map((i) => Math.round(i * step));
    const ends = [max, min].map((of) => curve.values.indexOf(of(curve.values)));
    return at(curve, [...new Set([...some, ...ends])].sort((a, b) => a - b));
  }

  /** @type {(files: LogFile[], options: LogOptions) => Examined} */
  function examined(files, options) {
    const log = readLogs(files, options);
    const diagnosis = questions.examine(log);
    const { samplesPerUpdate, stepsPerEpoch, isAtLeast, train } = diagnosis.counts;
    return {
      verdict: headline(diagnosis.told.verdict, diagnosis.surely),
      sections: sections(diagnosis),
      columns: log.columns,
      clock: log.clock,
      curves: Object.entries(log.curves).flatMap(([role, several]) =>
        several.map((curve) => ({ role, ...thinned(finite(curve)) }))),
      sizes: { samplesPerUpdate: isAtLeast ? null : samplesPerUpdate, stepsPerEpoch, train },
    };
  }

  addEventListener("message", ({ data: { files, options } }) => {
    try {
      postMessage(examined(files, options));
    } catch (error) {
      // A fault of these scripts is told as one, and in the console.
      const isOfTheLog = error instanceof LogError;
      if (!isOfTheLog) console.warn(error);
      postMessage({ wrong: isOfTheLog ? error.message : "This log cannot be read here." });
    }
  });
});
