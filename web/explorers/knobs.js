// Puzzles of chapter 7: a sound run, and one from the same seed with one knob turned, both drawn
// by the puzzle's number.
"use strict";
(() => {
  const { random } = everystep;

  /** Chapter 7's sound run, on clean images. */
  const SOUND = { batch_size: 32, lr: 0.2, epochs: 15 };
  const [HIDDEN, IMAGES] = [32, 1024];
  /**
   * By knob: what may be changed, each way as likely as another. A test holds every one of them to
   * be told apart by the questions beside the puzzle.
   * @type {Record<string, Partial<Described>[]>}
   */
  const KNOBS = {
    "too few epochs": [{ fields: { epochs: 2 } }, { fields: { epochs: 3 } }],
    "batch too large": [{ fields: { batch_size: 256 } }, { fields: { batch_size: 512 } }],
    "batch too small": [{ fields: { batch_size: 1 } }],
    "noisy labels": [{ fields: { label_noise: 0.3 } }, { fields: { label_noise: 0.4 } }],
    "rate too high": [{ fields: { lr: 1.5 } }, { fields: { lr: 2 } }, { fields: { lr: 3 } }],
    "decayed too early": [
      { schedule: ["step_decay", 64, 0.05] }, { schedule: ["exponential", 0.98] },
    ],
    "rate too low": [{ fields: { lr: 0.005 } }, { fields: { lr: 0.01 } }],
  };

  /** @type {Everystep["knobs"]["puzzle"]} */
  function puzzle(knob, way, seed) {
    const { fields = {}, schedule = null } = KNOBS[knob][way];
    const recipes = [
      { fields: SOUND, schedule: null }, { fields: { ...SOUND, ...fields }, schedule },
    ];
    return { recipes, seeds: [seed], hidden: [HIDDEN], n_train: IMAGES };
  }

  /** @type {Everystep["knobs"]["draw"]} */
  function draw(number) {
    const uniform = random.generator(number, "puzzle");
    const below = (/** @type {number} */ n) => Math.floor(uniform() * n);
    const knob = Object.keys(KNOBS)[below(Object.keys(KNOBS).length)];
    return { knob, settings: puzzle(knob, below(KNOBS[knob].length), number) };
  }

  everystep.knobs = { KNOBS, puzzle, draw };
})();
