// FSRS-6, the Free Spaced Repetition Scheduler: how long something stays in memory, by how it was
// answered so far. Formulas and default parameters are those of "The Algorithm" at
// https://github.com/open-spaced-repetition/awesome-fsrs/wiki/The-Algorithm; a table holds this to
// the Python package fsrs (tests/reference/repetition.py).
"use strict";
(() => {
  /** @type {Everystep["fsrs"]["RATINGS"]} */
  const RATINGS = { again: 1, hard: 2, good: 3, easy: 4 };
  const W = [
    0.212, 1.2931, 2.3065, 8.2956, 6.4133, 0.8334, 3.0194, 0.001, 1.8722, 0.1666, 0.796, 1.4835,
    0.0614, 0.2629, 1.6483, 0.6014, 1.8729, 0.5425, 0.0912, 0.0658, 0.1542,
  ];
  // After a time of one stability, 90% is recalled.
  const FACTOR = 0.9 ** (-1 / W[20]) - 1;
  const LEAST_STABILITY = 0.001;
  const LONGEST_INTERVAL = 36500;

  /** @type {(value: number, low: number, high: number) => number} */
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

  /** @type {Everystep["fsrs"]["retrievability"]} */
  const retrievability = ({ stability }, days) =>
    (1 + (FACTOR * Math.max(Math.floor(days), 0)) / stability) ** -W[20];

  /** @type {Everystep["fsrs"]["interval"]} */
  const interval = ({ stability }) => clamp(Math.round(stability), 1, LONGEST_INTERVAL);

  /** @param {number} rating */
  const firstDifficulty = (rating) => W[4] - Math.exp(W[5] * (rating - 1)) + 1;

  /** @type {(difficulty: number, rating: number) => number} */
  function nextDifficulty(difficulty, rating) {
    const damped = (-W[6] * (rating - 3) * (10 - difficulty)) / 9;
    const drawnTo = W[7] * firstDifficulty(RATINGS.easy);
    return clamp(drawnTo + (1 - W[7]) * (difficulty + damped), 1, 10);
  }

  /** @type {(stability: number, rating: number) => number} */
  function sameDay(stability, rating) {
    const growth = Math.exp(W[17] * (rating - 3 + W[18])) * stability ** -W[19];
    return stability * (rating === RATINGS.again ? growth : Math.max(growth, 1));
  }

  /** @type {(memory: Memory, recalled: number) => number} */
  function forgotten({ stability, difficulty }, recalled) {
    const later = W[11] * difficulty ** -W[12] * ((stability + 1) ** W[13] - 1) *
      Math.exp((1 - recalled) * W[14]);
    return Math.min(later, stability / Math.exp(W[17] * W[18]));
  }

  /** @type {(memory: Memory, recalled: number, rating: number) => number} */
  function remembered({ stability, difficulty }, recalled, rating) {
    const weight = rating === RATINGS.hard ? W[15] : rating === RATINGS.easy ? W[16] : 1;
    return stability * (1 + Math.exp(W[8]) * (11 - difficulty) * stability ** -W[9] *
      (Math.exp((1 - recalled) * W[10]) - 1) * weight);
  }

  /** @type {Everystep["fsrs"]["review"]} */
  function review(memory, rating, days) {
    if (!memory) {
      return { stability: W[rating - 1], difficulty: clamp(firstDifficulty(rating), 1, 10) };
    }
    const recalled = retrievability(memory, days);
    const stability = days < 1 ? sameDay(memory.stability, rating)
      : rating === RATINGS.again ? forgotten(memory, recalled)
      : remembered(memory, recalled, rating);
    return {
      stability: Math.max(stability, LEAST_STABILITY),
      difficulty: nextDifficulty(memory.difficulty, rating),
    };
  }

  everystep.fsrs = { RATINGS, retrievability, interval, review };
})();
