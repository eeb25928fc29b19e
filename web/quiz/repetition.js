// What is known of a question or a card: how it was answered so far, and when it is due again.
"use strict";
(() => {
  const {
    memory: { read, today, write },
    fsrs: { RATINGS, interval, retrievability, review },
  } = everystep;

  // Days until what was in one of Leitner's boxes was due; box 0 had never been missed.
  const BOXES = [0, 0, 1, 3, 7, 21];

  /**
   * Go on with a record of the time when there were boxes: the time of its box is what it has been
   * remembered for. What was never missed had no date, and counts as answered on this day.
   * @type {Everystep["repetition"]["takeOver"]}
   */
  function takeOver({ box, due, seen, right }, day) {
    const first = review(null, seen > right ? RATINGS.again : RATINGS.good, 0);
    const memory = { ...first, stability: BOXES[box] || first.stability };
    const dates = box ? { due, last: Math.max(due - BOXES[box], 0) }
      : { due: day + interval(memory), last: day };
    return { ...memory, ...dates, seen, right, variant: 0 };
  }

  /** @type {Everystep["repetition"]["recall"]} */
  function recall(key) {
    const kept = read(key);
    if (kept?.box === undefined) return kept;
    const taken = takeOver(kept, today());
    write(key, taken);
    return taken;
  }

  /** @type {Everystep["repetition"]["learn"]} */
  function learn(key, rating, variant = 0) {
    const day = today();
    const before = recall(key);
    const memory = review(before, rating, day - (before?.last ?? day));
    write(key, {
      ...memory, due: day + interval(memory), last: day, seen: (before?.seen ?? 0) + 1,
      right: (before?.right ?? 0) + Number(rating > RATINGS.again), variant,
    });
  }

  /**
   * What is due, that which is forgotten soonest first, and what was never answered.
   * @type {Everystep["repetition"]["sort"]}
   */
  function sort(parts, keyOf) {
    const day = today();
    const known = parts.flatMap((part) => {
      const record = recall(keyOf(part));
      return record ? [{ part, due: record.due, chance: retrievability(record, day - record.last) }]
        : [];
    });
    const seen = new Set(known.map(({ part }) => part));
    return {
      due: known.filter(({ due }) => due <= day).sort((a, b) => a.chance - b.chance)
        .map(({ part }) => part),
      fresh: parts.filter((part) => !seen.has(part)),
      next: Math.min(...known.map(({ due }) => due).filter((due) => due > day)),
    };
  }

  everystep.repetition = { takeOver, recall, learn, sort };
})();
