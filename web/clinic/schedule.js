// Which schedule the recorded rates follow: everystep/clinic/schedule.py.
"use strict";
everystep.core.add(() => {
  const {
    numbers: { diff, fixed, general, max, median, min, percent, range, round },
    curves: { at, finite, places }, shapes: { SAME, FITS, EXACT, furthest, bestFit, fitOfATail },
  } = everystep;
  const [LEAST_RECORDS, MOST_FITTED, MOST_CUTS, LEAST_OF_BEGINNING, LEAST_OF_SHAPE, LEAST_BEGIN] =
    [3, 500, 8, 4, 6, 3];
  const [ONE_OFF, LEAST_OF_EPOCH] = [1.5, 100]; // updates
  const ROUND = 4e-3; // relative: so near to two digits, a rate is round
  const NEARER = 0.75; // as far from half a cosine as from a line: one may lie in the bend

  /** @type {Everystep["schedule"]["recognize"]} */
  function recognize(curves) {
    /** @type {RateSchedule} */
    const found = {
      kind: "unknown", unit: "updates", peak: 0, left: 1, every: 0, warmup: 0, horizon: null,
      floor: 0, cuts: [],
    };
    if (!curves.length) return found;
    const curve = rateThatCounts(curves);
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
    const [whole, level] = fall(found, x.slice(top), y.slice(top), isRounded);
    const rise = x[top] / (whole.horizon || x[x.length - 1]);
    const [early, rising] = [x.slice(0, top + 1), y.slice(0, top + 1)];
    if (whole.kind === "cosine" && rise > 0.05 && risesAlongACosine(early, rising)) {
      return { ...whole, kind: "one-cycle" };
    }
    // A record of an epoch stands for all its updates.
    if (!top || !level || found.unit === "epochs") return whole;
    return meet(whole, early, rising, x[Math.min(top + 1, x.length - 1)], level);
  }

  /** @type {Everystep["schedule"]["rateThatCounts"]} */
  const rateThatCounts = (curves) => curves.map(usable).reduce((best, one) => {
    const [a, b] = [lowestBeginning(one), lowestBeginning(best)];
    return a[0] < b[0] || (a[0] === b[0] && a[1] < b[1]) ? one : best;
  });

  /**
   * The schedule with a warm-up that ends where the rise and what follows it meet.
   * @type {(whole: RateSchedule, x: number[], y: number[], after: number, l: Line) => RateSchedule}
   */
  function meet(whole, x, y, after, level) {
    const before = x.length - 2;
    // One record of the rise has to do, if it began at 0.
    const alone = x[0] > 0 ? y[0] / x[0] : 0;
    const slope = before ? (y[before] - y[0]) / (x[before] - x[0]) : alone;
    if (slope <= level.slope) return whole;
    const warmup = (level.start - y[0] + slope * x[0]) / (slope - level.slope);
    if (!(x[before] <= warmup && warmup <= after)) return whole;
    const top = Math.max(1, level.start + level.slope * warmup);
    return { ...whole, warmup, peak: whole.peak * top, left: whole.left / top };
  }

  /** @type {Everystep["schedule"]["describe"]} */
  function describe(schedule, planned = null, perEpoch = null) {
    const { kind, peak, unit, warmup, cuts, horizon, floor, left } = schedule;
    const top = general(peak, 3);
    if (kind === "unknown") {
      return peak ? `still rising when the log ends, at ${top}, as in a warm-up of at least ` +
        `${amount(warmup)} ${unit}; what was to follow is unknown`
        : "unknown, for the log has no rates, or too few";
    }
    /** @type {Record<string, string>} */
    const named = {
      constant: `constant at ${top}`,
      step: `cut in steps, from ${top}`,
      plateau: `cut at unequal distances from ${top}, as on a plateau or by hand`,
      restarts: `falling and rising again, below ${top}`,
      falling: `falling from ${top}, in a shape that is not known here or that the records are ` +
        "too few for",
    };
    let words = named[kind] ?? `${kind}, from ${top}`;
    if (warmup) words += `, after a warm-up of about ${amount(warmup)} ${unit}`;
    if (cuts.length) {
      const more = cuts.length > MOST_CUTS ? ` and ${cuts.length - MOST_CUTS} more` : "";
      const all = cuts.slice(0, MOST_CUTS).map(amount).join(", ") + more;
      const epochs = cuts.length === 1 ? "epoch" : "epochs";
      words += unit === "epochs" ? `, from ${epochs} ${all} on` : `, first seen at ${all} ${unit}`;
    }
    if (horizon !== null) {
      const end = floor < SAME ? "0" : `${percent(floor, floor > FITS ? 0 : 1)} of the peak`;
      words += `, to ${end} at ${horizonOf(schedule, horizon, planned, perEpoch)}`;
    }
    if (kind !== "constant") words += `; the last record is at ${percent(left, 1)} of the peak`;
    return words;
  }

  /** @type {Everystep["schedule"]["isMostlyUnseen"]} */
  const isMostlyUnseen = ({ left, floor }) =>
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

  /** @type {(x: number[], y: number[]) => boolean} */
  function risesAlongACosine(x, y) {
    if (x.length < 5) return false;
    const span = x[x.length - 1] - x[0];
    const done = x.map((place) => (place - x[0]) / span);
    const curved = furthest(y, (i) => y[0] + ((1 - y[0]) * (1 - Math.cos(Math.PI * done[i]))) / 2);
    return curved < NEARER * furthest(y, (i) => y[0] + (1 - y[0]) * done[i]);
  }

  /**
   * The schedule, and how it goes on after its warm-up, if that is known.
   * @type {(found: RateSchedule, x: number[], y: number[], r: boolean) =>
   *   [RateSchedule, Line | null]}
   */
  function fall(found, x, y, isRounded) {
    const flat = { start: 1, slope: 0 };
    if (max(y) - min(y) < SAME) {
      return [{ ...found, kind: "constant", ...beginsToFall(x, y) }, flat];
    }
    const cuts = isRounded ? null : cutsOf(x, y);
    if (cuts) {
      const [distances, gap] = [diff(cuts), 1.5 * max(diff(x))];
      let isEven = cuts.length < 3 || max(distances) - min(distances) <= gap;
      const first = cuts[0] - (found.warmup ? x[0] : 0);
      if (cuts.length === 2) isEven = Math.abs(distances[0] - first) <= gap;
      return [{ ...found, kind: isEven ? "step" : "plateau", cuts }, flat];
    }
    // The record at which a warm-up ends may lie before the peak.
    const isSeveral = x.length > LEAST_RECORDS;
    if (found.warmup && isSeveral) [x, y] = [x.slice(1), y.slice(1)];
    if (x.length < LEAST_RECORDS) return [{ ...found, kind: "falling" }, null];
    [x, y] = thinned(x, y);
    const { kind, fit } = bestFit(x, y);
    // Of three records after a warm-up only a line is believed; of less than two falls, nothing.
    const isLine = isSeveral && kind === "linear" && fit.error < EXACT;
    const isFew = x.length === LEAST_RECORDS && found.warmup > 0 && !isLine;
    const range_ = max(y) - min(y);
    const falls = diff(y).filter((change) => Math.abs(change) > SAME * range_).length;
    if (!(fit.error <= FITS) || isFew || falls < 2) {
      const tail = found.warmup ? fitOfATail(x, y) : null;
      if (!tail) return [{ ...found, kind: "falling" }, null];
      const { horizon, floor } = tail.fit;
      return [{ ...found, kind: tail.kind, horizon, floor }, null];
    }
    const whole = { ...found, kind, horizon: fit.horizon, floor: fit.floor };
    if (!found.warmup && fit.start > 1) { // the first record is not the first update
      const start = startOfARun(found, fit);
      [whole.peak, whole.left] = [found.peak * start, found.left / start];
    }
    if (kind === "cosine" && !found.warmup &&
        fit.begin > Math.max(LEAST_BEGIN, found.every / 20)) {
      whole.warmup = fit.begin;
    }
    return [whole, fit.level];
  }

  /**
   * As many records as shapes are fitted to, the first and the last among them.
   * @type {(x: number[], y: number[]) => [number[], number[]]}
   */
  function thinned(x, y) {
    const step = (x.length - 1) / (MOST_FITTED - 1);
    const steps = range(MOST_FITTED - 1).map((i) => Math.trunc(i * step));
    const some = [...new Set([...steps, x.length - 1])];
    return [some.map((i) => x[i]), some.map((i) => y[i])];
  }

  /**
   * The shape and the end of a fall of which so little is seen that rates look the same.
   * @type {(x: number[], y: number[]) => Partial<RateSchedule>}
   */
  function beginsToFall(x, y) {
    const fallen = y[0] - y[y.length - 1];
    const isFalling = diff(y.slice(1)).every((change) => change < 0);
    if (y.length < LEAST_OF_BEGINNING || !isFalling || fallen < 1e-5) return {};
    if (y.length < LEAST_OF_SHAPE) return { kind: "falling" };
    const { kind, fit } = bestFit(...thinned(x.slice(1), y.slice(1)), FITS * fallen);
    return fit.error > FITS * fallen ? { kind: "falling" } : { kind, horizon: fit.horizon };
  }

  /**
   * The first rate over the highest: of that at 0 and that of the first update the rounder one.
   * @type {(found: RateSchedule, fit: Fit) => number}
   */
  function startOfARun({ unit, peak }, { start, level, error }) {
    if (unit === "epochs" || !level) return start;
    const off = (/** @type {number} */ some) => {
      const rate = peak * some;
      return Math.abs(rate / Number(rate.toExponential(1)) - 1);
    };
    const second = start + level.slope;
    const best = off(second) < off(start) ? second : start;
    // A warm-up may lie before the first record, and its end in the first.
    return off(best) < ROUND && (error < SAME || best < 1.05) ? best : 1;
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

  everystep.schedule = { recognize, describe, isMostlyUnseen, rateThatCounts };
});
