// Which schedule the recorded rates follow: everystep/clinic/schedule.py.
"use strict";
everystep.core.add(() => {
  const {
    numbers: { diff, fixed, general, line, max, median, min, percent, range, round },
    curves: { at, finite, places },
  } = everystep;
  const [SAME, FITS, LEAST_RECORDS, MOST_FITTED, LONGEST, TRIALS] = [2e-3, 0.01, 3, 500, 30, 300];
  const [ONE_OFF, LEAST_OF_EPOCH] = [1.5, 100]; // updates
  /** @type {Fit} */
  const NO_FIT = { error: Infinity, horizon: null, floor: 0, start: 1 };

  /** @type {Everystep["schedule"]["recognize"]} */
  function recognize(curves) {
    /** @type {RateSchedule} */
    const found = {
      kind: "unknown", unit: "updates", peak: 0, left: 1, every: 0, warmup: 0, horizon: null,
      floor: 0, cuts: [],
    };
    if (!curves.length) return found;
    const curve = curves.map(usable).reduce((best, one) => {
      const [a, b] = [lowestBeginning(one), lowestBeginning(best)];
      return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? one : best;
    });
    found.unit = curve.steps ? "updates" : "epochs";
    if (curve.values.length < LEAST_RECORDS) return found;
    const peak = max(curve.values);
    const [x, y] = [places(curve), curve.values.map((value) => value / peak)];
    const top = y.findIndex((value) => value >= 1 - SAME);
    [found.peak, found.left, found.every] = [peak, y[y.length - 1], median(diff(x))];
    const isFalling = diff(y.slice(0, top + 1)).some((change) => change < -SAME);
    if (isFalling || risesAgain(y.slice(top))) return { ...found, kind: "restarts" };
    const isRounded = areRounded(curve.values);
    if (top) {
      found.warmup = x[top];
      const isLevel = y.slice(top).every((rate) => rate >= 1 - SAME);
      // It has not stopped rising.
      if (top === y.length - 1 || (isRounded && isLevel && goesOn(y))) return found;
    }
    const whole = fall(found, x.slice(top), y.slice(top), isRounded);
    const rise = x[top] / (whole.horizon || x[x.length - 1]);
    if (whole.kind === "cosine" && rise > 0.05 &&
        risesAlongACosine(x.slice(0, top + 1), y.slice(0, top + 1))) {
      return { ...whole, kind: "one-cycle" };
    }
    return whole;
  }

  /** @type {Everystep["schedule"]["describe"]} */
  function describe(schedule, planned = null, perEpoch = null) {
    const { kind, peak, unit, warmup, cuts, horizon, floor, left } = schedule;
    const top = general(peak, 3);
    if (kind === "unknown") {
      return peak ? `unknown: still rising when the log ends, at ${top}`
        : "unknown, for the log has no rates, or too few";
    }
    /** @type {Record<string, string>} */
    const named = {
      constant: `constant at ${top}`,
      step: `cut in steps, from ${top}`,
      plateau: `cut at unequal distances from ${top}, as on a plateau or by hand`,
      restarts: `falling and rising again, below ${top}`,
      falling: `falling from ${top}, in a shape that few records do not show`,
    };
    let words = named[kind] ?? `${kind}, from ${top}`;
    if (warmup) words += `, after a warm-up of about ${amount(warmup)} ${unit}`;
    if (cuts.length) words += `, at ${cuts.slice(0, 6).map(amount).join(", ")} ${unit}`;
    if (horizon !== null) {
      const end = floor < SAME ? "0" : `${percent(floor, 0)} of the peak`;
      words += `, to ${end} at ${horizonOf(schedule, horizon, planned, perEpoch)}`;
    }
    if (kind !== "constant") words += `; it ends at ${percent(left, 1)} of the peak`;
    return words;
  }

  const isMostlyUnseen = (/** @type {RateSchedule} */ { left, floor }) =>
    left - floor > (1 - floor) / 2 + SAME;

  /** @type {(s: RateSchedule, horizon: number, ...of: (number | null)[]) => string} */
  function horizonOf(schedule, horizon, planned, perEpoch) {
    const end = plannedEnd(schedule, horizon, planned, perEpoch);
    if (end !== null) return `${amount(end)} ${schedule.unit}`;
    return `about ${amount(horizon)} ${schedule.unit}` + (isMostlyUnseen(schedule)
      ? " if the fall, of which the log shows less than half, goes on like this" : "");
  }

  /** @type {(s: RateSchedule, horizon: number, ...of: (number | null)[]) => number | null} */
  function plannedEnd(schedule, horizon, planned, perEpoch) {
    const each = schedule.unit === "updates" ? 1 : perEpoch;
    if (!each) return null;
    let end = planned;
    const finest = Math.max(LEAST_OF_EPOCH, 2 * schedule.every * each);
    if (!planned && perEpoch && perEpoch >= finest && !isMostlyUnseen(schedule)) {
      end = perEpoch * round(horizon * (each / perEpoch));
    }
    return end && Math.abs(horizon * each - end) <= ONE_OFF ? end / each : null;
  }

  const amount = (/** @type {number} */ count) => (count >= 100 ? fixed(count) : general(count, 3));

  /** Whether rates change by their last decimal alone. @param {number[]} rates */
  function areRounded(rates) {
    const changes = diff(rates).map(Math.abs).filter((change) => change > 0);
    if (changes.length < LEAST_RECORDS) return false;
    const least = min(changes);
    const digits = Math.log10(least);
    return max(changes) - least < 0.01 * least && Math.abs(digits - Math.round(digits)) < 1e-3;
  }

  /** Whether the last rate stands no longer than the longest before it. @param {number[]} y */
  function goesOn(y) {
    const begins = range(y.length).filter((i) => !i || y[i] !== y[i - 1]);
    const lengths = diff([...begins, y.length]);
    return lengths.length > 1 && lengths[lengths.length - 1] <= max(lengths.slice(0, -1));
  }

  /** Positive or zero rates, one a moment. @param {Curve} curve */
  function usable(curve) {
    const known = finite(curve);
    const x = places(known);
    const last = x.length - 1;
    const keep = range(x.length).filter((i) =>
      (i === last || x[i + 1] > x[i]) && known.values[i] >= 0);
    return at(known, keep.some((i) => known.values[i] > 0) ? keep : []);
  }

  /** @type {(curve: Curve) => [number, number]} */
  function lowestBeginning(curve) {
    if (!curve.values.length) return [Infinity, 0];
    const peak = max(curve.values);
    return [Number((curve.values[0] / peak).toFixed(2)), -peak];
  }

  /** @param {number[]} y */
  function risesAgain(y) {
    let low = Infinity;
    return y.some((value) => {
      low = Math.min(low, value);
      return value - low > 10 * SAME;
    });
  }

  /**
   * The furthest that rates are from a shape.
   * @type {(y: number[], shape: (i: number) => number) => number}
   */
  const furthest = (y, shape) =>
    y.reduce((most, value, i) => Math.max(most, Math.abs(shape(i) - value)), 0);

  /** @type {(x: number[], y: number[]) => boolean} */
  function risesAlongACosine(x, y) {
    if (x.length < 5) return false;
    const span = x[x.length - 1] - x[0];
    const done = x.map((place) => (place - x[0]) / span);
    const curved = furthest(y, (i) => y[0] + ((1 - y[0]) * (1 - Math.cos(Math.PI * done[i]))) / 2);
    return curved < furthest(y, (i) => y[0] + (1 - y[0]) * done[i]);
  }

  /** @type {(found: RateSchedule, x: number[], y: number[], r: boolean) => RateSchedule} */
  function fall(found, x, y, isRounded) {
    if (max(y) - min(y) < SAME) return { ...found, kind: "constant" };
    const cuts = isRounded ? null : cutsOf(x, y);
    if (cuts) {
      const [distances, gap] = [diff(cuts), 1.5 * max(diff(x))];
      let isEven = cuts.length < 3 || max(distances) - min(distances) <= gap;
      const first = cuts[0] - (found.warmup ? x[0] : 0);
      if (cuts.length === 2) isEven = Math.abs(distances[0] - first) <= gap;
      return { ...found, kind: isEven ? "step" : "plateau", cuts };
    }
    // The record at which a warm-up ends may lie before the peak.
    if (found.warmup && x.length > LEAST_RECORDS) [x, y] = [x.slice(1), y.slice(1)];
    if (x.length < LEAST_RECORDS) return { ...found, kind: "falling" };
    const step = (x.length - 1) / (MOST_FITTED - 1);
    const steps = range(MOST_FITTED - 1).map((i) => Math.trunc(i * step));
    const some = [...new Set([...steps, x.length - 1])];
    [x, y] = [some.map((i) => x[i]), some.map((i) => y[i])];
    const fits = Object.entries(SHAPES).map(([kind, make]) => ({ kind, fit: make(x, y) }));
    let best = fits.reduce((least, one) => (one.fit.error < least.fit.error ? one : least));
    if (fits[0].fit.error < SAME) [best] = fits; // linear
    if (!(best.fit.error <= FITS)) best = { kind: "constant, then cooldown", fit: cooldown(x, y) };
    const { kind, fit } = best;
    if (!(fit.error <= FITS) || (x.length === LEAST_RECORDS && found.warmup)) {
      return { ...found, kind: "falling" };
    }
    const whole = { ...found, kind, horizon: fit.horizon, floor: fit.floor };
    if (!found.warmup && fit.start > 1) { // the first record is not the first update
      [whole.peak, whole.left] = [found.peak * fit.start, found.left / fit.start];
    }
    return whole;
  }

  /** @type {(x: number[], y: number[]) => number[] | null} */
  function cutsOf(x, y) {
    if (y.length < LEAST_RECORDS) return null; // they differ once, whatever the shape
    const changes = range(y.length).filter((i) =>
      i && Math.abs(y[i] - y[i - 1]) > 1e-4 * y[i - 1] + 1e-12);
    const isApart = Math.min(y.length, min(diff(changes))) > 1;
    const isFew = changes.length > 0 && changes.length < Math.max(2, y.length / 4);
    return isApart && isFew ? changes.map((i) => x[i]) : null;
  }

  /** @type {(x: number[], y: number[]) => Fit} */
  function linear(x, y) {
    const [slope, start] = line(x, y);
    if (!(slope < 0)) return NO_FIT;
    const error = furthest(y, (i) => start + slope * x[i]);
    return { error, horizon: -start / slope, floor: 0, start };
  }

  /**
   * Half a cosine to 0 of any length, or one to any floor that ends within the log.
   * @type {(x: number[], y: number[]) => Fit}
   */
  function cosine(x, y) {
    const last = x[x.length - 1];
    const span = last - x[0];
    let best = NO_FIT;
    for (const begin of [x[0], x[0] - (x[1] - x[0]), x[0] - 2 * (x[1] - x[0]), 0]) {
      for (let trial = 0; trial < TRIALS; trial++) {
        const length = span * 0.5 * (LONGEST / 0.5) ** (trial / (TRIALS - 1));
        const shape = x.map((place) => {
          const done = Math.min(1, Math.max(0, (place - begin) / length));
          return (1 + Math.cos(Math.PI * done)) / 2;
        });
        let [aa, ab, bb, ay, by] = [0, 0, 0, 0, 0];
        shape.forEach((a, i) => {
          const b = 1 - a;
          aa += a * a;
          ab += a * b;
          bb += b * b;
          ay += a * y[i];
          by += b * y[i];
        });
        if (aa === 0) continue;
        const end = begin + length;
        const start = ay / aa;
        const error = furthest(y, (i) => start * shape[i]);
        if (error < best.error) best = { error, horizon: end, floor: 0, start };
        const both = aa * bb - ab * ab;
        if (end > last + 0.05 * span || !(both > 1e-12 * aa * bb)) continue;
        const [top, floor] = [(ay * bb - by * ab) / both, (by * aa - ay * ab) / both];
        if (!(top > floor && floor > FITS)) continue;
        const rest = furthest(y, (i) => top * shape[i] + floor * (1 - shape[i]));
        if (rest < best.error) best = { error: rest, horizon: end, floor, start: top };
      }
    }
    return best;
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

  everystep.schedule = { recognize, describe };
});
