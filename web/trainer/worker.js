// What a worker does: it trains what it is told to, and posts what it finds.
"use strict";
everystep.core.add(() => {
  if (typeof document !== "undefined") return; // a page, which has its workers do this

  const { experiment, inspect } = everystep;
  /** Milliseconds between two messages: often enough for the eye, seldom enough for the page. */
  const SLICE = 50;
  /** @type {Generator<Progress> | null} */
  let steps = null;
  /** @type {Run[][]} */
  let groups = [];
  let [isWaiting, isPaused] = [false, false];

  /** Train for a while, tell what there is, and let other messages in. */
  function slice() {
    isWaiting = false;
    if (!steps || isPaused) return;
    const begin = performance.now();
    /** @type {Report} */
    const report = { records: [], samples: 0, seconds: 0, done: false, wrong: [] };
    while (performance.now() - begin < SLICE && !report.done) {
      const { value, done } = steps.next();
      report.done = Boolean(done);
      if (value) report.samples += value.samples;
      if (value?.moments) report.records.push(value.moments);
    }
    report.seconds = (performance.now() - begin) / 1000;
    if (report.done) {
      steps = null;
      report.wrong = groups.map(([first]) => inspect.wrong(first));
    }
    postMessage(report);
    go();
  }

  function go() {
    if (!steps || isPaused || isWaiting) return;
    isWaiting = true;
    setTimeout(slice);
  }

  /** @type {Record<string, (told: any) => void>} */
  const ORDERS = {
    train({ settings, images }) {
      groups = experiment.begin(settings, images);
      steps = experiment.run(groups, () => performance.now());
      go();
    },
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      go();
    },
  };

  addEventListener("message", ({ data }) => ORDERS[data.order](data));
});
