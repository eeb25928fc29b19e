// What a worker does: it trains what it is told to, and posts what it finds.
"use strict";
everystep.core.add(() => {
  if (typeof document !== "undefined") return; // a page, which has its workers do this

  const { experiment, inspect, trainer } = everystep;
  /** Milliseconds between two messages: often enough for the eye, seldom enough for the page. */
  const SLICE = 50;
  /** @type {Generator<Progress> | null} */
  let steps = null;
  /** @type {Run[][]} */
  let groups = [];
  let [isWaiting, isPaused] = [false, false];
  /** @type {Looked | null} */
  let looked = null;

  /** Train for a while, tell what there is, and let other messages in. */
  function slice() {
    isWaiting = false;
    if (!steps || isPaused) return;
    const begin = performance.now();
    tell(steps, begin, () => performance.now() - begin > SLICE);
    go();
  }

  /**
   * Train until it is enough, at least one update or record, and tell what there is.
   * @type {(running: Generator<Progress>, begin: number, isEnough: () => boolean) => void}
   */
  function tell(running, begin, isEnough) {
    looked = null;
    /** @type {Report} */
    const report = { records: [], samples: 0, seconds: 0, done: false, wrong: [], looked };
    do {
      const { value, done } = running.next();
      report.done = Boolean(done);
      if (value) report.samples += value.samples;
      if (value?.moments) report.records.push(value.moments);
    } while (!report.done && !isEnough());
    report.seconds = (performance.now() - begin) / 1000;
    report.looked = looked;
    if (report.done) {
      steps = null;
      report.wrong = groups.map(([first]) => inspect.wrong(first));
    }
    postMessage(report);
  }

  /** Make one update, and keep what there was at its stations. */
  function look(/** @type {Training} */ training) {
    const recipe = groups.findIndex((runs) => runs.some((run) => run.training === training));
    const seed = groups[recipe].findIndex((run) => run.training === training);
    looked = { recipe, seed, stations: inspect.step(training) };
  }

  function go() {
    if (!steps || isPaused || isWaiting) return;
    isWaiting = true;
    setTimeout(slice);
  }

  /** @type {Record<string, (told: any) => void>} */
  const ORDERS = {
    train({ settings, data }) {
      groups = experiment.begin(settings, data);
      steps = experiment.run(groups, () => performance.now(), (training) =>
        (isPaused ? look(training) : trainer.update(training)));
      go();
    },
    pause() {
      isPaused = true;
    },
    /** While it is paused: the next update, whichever seed's it is. */
    step() {
      if (steps && isPaused) tell(steps, performance.now(), () => looked !== null);
    },
    resume() {
      isPaused = false;
      go();
    },
  };

  addEventListener("message", ({ data }) => ORDERS[data.order](data));
});
