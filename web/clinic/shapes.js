// The shapes along which rates fall, and how near rates are to each: everystep/clinic/shapes.py.
"use strict";
everystep.core.add(() => {
  const { numbers: { line, range, sum } } = everystep;
  const [SAME, FITS, LONGEST, TRIALS, LEAST_OF_TAIL] = [2e-3, 0.01, 100, 390, 5];
  const [ROUNDS, FINEST, NEAREST, NEARER, EXACT] = [300, 1e-6, 1e-14, 0.99999, 1e-4];
  const AROUND = [[-1, -1], [-1, 0], [-1, 1], [0, -1], [0, 1], [1, -1], [1, 0], [1, 1]];
  /** @type {Fit} */
  const NO_FIT = { error: Infinity, horizon: null, floor: 0, start: 1, level: null, begin: 0 };

  /** @type {Everystep["shapes"]["furthest"]} */
  const furthest = (y, shape) =>
    y.reduce((most, value, i) => Math.max(most, Math.abs(shape(i) - value)), 0);

  /** @type {Everystep["shapes"]["bestFit"]} */
  function bestFit(x, y, straight = SAME) {
    const fits = Object.entries(SHAPES).map(([kind, make]) => ({ kind, fit: make(x, y) }));
    let best = fits.reduce((least, one) => (one.fit.error < least.fit.error ? one : least));
    if (fits[0].fit.error < straight) [best] = fits; // linear
    if (best.fit.error <= FITS) return best;
    return { kind: "constant, then cooldown", fit: cooldown(x, y) };
  }

  /** @type {Everystep["shapes"]["fitOfATail"]} */
  function fitOfATail(x, y) {
    for (let first = 1; first <= x.length - LEAST_OF_TAIL; first++) {
      if (y[first] < 0.5) return null;
      const fit = linear(x.slice(first), y.slice(first));
      if (fit.error < SAME) return { kind: "linear", fit };
    }
    return null;
  }

  /** @type {(x: number[], y: number[]) => Fit} */
  function linear(x, y) {
    const [slope, start] = line(x, y);
    if (!(slope < 0)) return NO_FIT;
    const error = furthest(y, (i) => start + slope * x[i]);
    return { error, horizon: -start / slope, floor: 0, start, level: { start, slope }, begin: 0 };
  }

  /**
   * Half a cosine to 0 of any length, or one to any floor that ends within the log.
   * @type {(x: number[], y: number[]) => Fit}
   */
  function cosine(x, y) {
    const [to0, toAFloor] = [refined(x, y, false), refined(x, y, true)];
    return (toAFloor.squares < NEARER * to0.squares ? toAFloor : to0).fit;
  }

  /**
   * The best of many cosines, moved until none around it is better.
   * @type {(x: number[], y: number[], isFloored: boolean) => Cosine}
   */
  function refined(x, y, isFloored) {
    const span = x[x.length - 1] - x[0];
    const growth = (LONGEST / 0.5) ** (1 / (TRIALS - 1));
    const lengths = range(TRIALS).map((trial) => span * 0.5 * growth ** trial);
    // A record or two before the first, if that was the end of a warm-up.
    const begins = [x[0], x[0] - (x[1] - x[0]), x[0] - 2 * (x[1] - x[0]), 0];
    const trials = begins.flatMap((begin) =>
      lengths.map((length) => /** @type {[number, number]} */ ([begin, length])));
    let best = nearest(x, y, trials, isFloored);
    let [along, across] = [x[1] - x[0], best.length * (growth - 1)];
    for (let round = 0; round < ROUNDS; round++) {
      if (across < FINEST * best.length || best.squares < NEAREST) break;
      const { begin, length } = best;
      const near = nearest(x, y, AROUND.map(([i, j]) =>
        /** @type {[number, number]} */ ([begin + i * along, length + j * across]))
        .filter(([, some]) => some > 0), isFloored);
      if (near.squares < NEARER * best.squares) best = near;
      else [along, across] = [along / 2, across / 2];
    }
    return best;
  }

  /** @type {(x: number[], y: number[], trials: [number, number][], f: boolean) => Cosine} */
  const nearest = (x, y, trials, isFloored) =>
    trials.map(([begin, length]) => cosineOf(x, y, begin, length, isFloored))
      .reduce((best, one) => (one.squares < best.squares ? one : best));

  /** @type {(x: number[], y: number[], begin: number, length: number, f: boolean) => Cosine} */
  function cosineOf(x, y, begin, length, isFloored) {
    const [last, end] = [x[x.length - 1], begin + length];
    const none = { begin, length, squares: Infinity, fit: NO_FIT };
    // A record is often written before its epoch's update of the rate, which ended the fall.
    const latest = last + 1.01 * Math.max(0.05 * (last - x[0]), last - x[x.length - 2]);
    if (isFloored && end > latest) return none;
    const shape = x.map((place) =>
      (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, (place - begin) / length)))) / 2);
    let [aa, ab, bb, ay, by] = [0, 0, 0, 0, 0];
    shape.forEach((a, i) => {
      const b = 1 - a;
      aa += a * a;
      ab += a * b;
      bb += b * b;
      ay += a * y[i];
      by += b * y[i];
    });
    if (aa === 0) return none;
    let [start, floor] = [ay / aa, 0];
    if (isFloored) {
      const both = aa * bb - ab * ab;
      [start, floor] = [(ay * bb - by * ab) / both, (by * aa - ay * ab) / both];
      if (!(both > 1e-12 * aa * bb && start > floor && floor > SAME)) return none;
    }
    const at = (/** @type {number} */ i) => start * shape[i] + floor * (1 - shape[i]);
    const squares = sum(y.map((value, i) => (at(i) - value) ** 2));
    const fit = {
      error: furthest(y, at), horizon: end, floor, start, level: { start, slope: 0 }, begin,
    };
    return { begin, length, squares, fit };
  }

  /**
   * Rates whose logarithm is a line over a clock.
   * @type {(clock: (x: number) => number, slope: number | null) => Shape}
   */
  function logarithmic(clock, slope) {
    return (x, y) => {
      if (y.some((value) => value <= 0) || x.some((place) => place <= 0)) return NO_FIT;
      const times = x.map(clock);
      const [found, start] = line(times, y.map(Math.log));
      if (slope !== null && Math.abs(found - slope) > 0.05) return NO_FIT;
      return { ...NO_FIT, error: furthest(y, (i) => Math.exp(start + found * times[i])) };
    };
  }

  /**
   * Rates that stay for a while and then fall along a line.
   * @type {(x: number[], y: number[]) => Fit}
   */
  function cooldown(x, y) {
    const falling = Math.max(0, y.findIndex((value) => value < y[0] - SAME));
    const stays = falling ? (x[falling - 1] - x[0]) / (x[x.length - 1] - x[0]) : 0;
    if (falling < 2 || stays < 0.2 || x.length - falling < 2) return NO_FIT;
    return linear(x.slice(falling), y.slice(falling));
  }

  /** @type {Record<string, Shape>} */
  const SHAPES = {
    linear,
    cosine,
    exponential: logarithmic((x) => x, null),
    "inverse square root": logarithmic(Math.log, -0.5),
  };

  everystep.shapes = { SAME, FITS, EXACT, furthest, bestFit, fitOfATail };
});
