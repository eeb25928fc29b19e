// Where a schedule ends by a plan, or by its program's habit: everystep/clinic/planned.py.
"use strict";
everystep.core.add(() => {
  const {
    told, numbers: { round }, curves: { places }, shapes: { furthest },
    schedule: { isMostlyUnseen, rateThatCounts, recognize },
  } = everystep;
  const [ONE_LATE, OF_THE_FALL, FAR, LAST_OF_ULTRALYTICS, NEARLY_WHOLE] =
    [0.3, 0.1, 0.05, 0.01, 0.2];

  /** @type {Everystep["scheduleOf"]} */
  function scheduleOf({ curves: { rate: rates }, format, facts }) {
    let found = recognize(rates ?? []);
    const { horizon } = found;
    if (horizon === null) return found;
    if (format === told.formats.ultralytics && found.kind === "linear" && !found.floor) {
      return ofUltralytics(found, rateThatCounts(rates), horizon, facts.epochs_made);
    }
    const made = facts.epochs_made;
    if (found.unit === "epochs" && made && Math.abs(horizon - made - 1) < ONE_LATE / 3) {
      // A row of an epoch has the rate of that epoch, which began a whole one before it ended.
      return { ...found, horizon: made };
    }
    if (found.unit === "updates") {
      const planned = facts.steps_planned || horizon;
      found = fromARoundPeak(found, rateThatCounts(rates), horizon, planned);
    }
    const end = facts.steps_planned || facts.steps_made;
    if (found.unit !== "updates" || !end) return found;
    if (Math.abs(horizon - end - 1) < ONE_LATE) {
      // Rates of the update before: newer Trainers write those.
      return { ...found, horizon: horizon - 1, warmup: Math.max(found.warmup - 1, 0) };
    }
    const isFar = Math.abs(horizon / end - 1) > FAR;
    return "steps_planned" in facts && isMostlyUnseen(found) && isFar
      ? endingWithThePlan(found, rateThatCounts(rates), end) : found;
  }

  /**
   * A line with a warm-up that its first record follows, if one peak there has a single digit.
   * Updates that were skipped move a line back as well, and its end beyond the plan's.
   * @type {(found: RateSchedule, c: Curve, horizon: number, planned: number) => RateSchedule}
   */
  function fromARoundPeak(found, curve, horizon, planned) {
    const [first, top] = [places(curve)[0], found.peak];
    const isBegunBefore = found.kind === "linear" && !found.warmup && top === curve.values[0];
    if (!isBegunBefore || !(first > 0 && first < horizon)) return found;
    const slope = top / (horizon - first);
    const digit = 10 ** Math.floor(Math.log10(top));
    const [least, most] = [Math.ceil(top / digit), Math.floor((slope * horizon) / digit)];
    const peak = digit * least;
    const warmup = horizon - peak / slope;
    if (least !== most || warmup < 1 + Math.max(horizon - planned, 0)) return found;
    return { ...found, peak, warmup, left: (found.left * top) / peak };
  }

  /**
   * The schedule with the plan's end, if a fall to there is near to the little seen.
   * @type {(found: RateSchedule, curve: Curve, planned: number) => RateSchedule}
   */
  function endingWithThePlan(found, curve, planned) {
    const all = places(curve);
    const x = all.filter((place) => place >= found.warmup);
    const y = curve.values.filter((_, i) => all[i] >= found.warmup);
    const begin = found.warmup || x[0];
    const done = x.map((place) => (place - begin) / (planned - begin));
    const last = y[y.length - 1];
    const [best] = ["cosine", "linear"].map((kind) => {
      const shape = done.map((part) => (kind === "linear" ? 1 - part
        : (1 + Math.cos(Math.PI * part)) / 2));
      const squares = shape.reduce((sum, one) => sum + one ** 2, 0);
      const peak = shape.reduce((sum, one, i) => sum + one * y[i], 0) / squares;
      return { kind, peak, error: furthest(y, (i) => peak * shape[i]) };
    }).sort((a, b) => a.error - b.error);
    if (!(best.error <= OF_THE_FALL * (best.peak - last))) return found;
    return { ...found, kind: best.kind, horizon: planned, peak: best.peak, left: last / best.peak };
  }

  /**
   * A line that ends at a hundredth of its start, at a whole number of epochs. The warm-up is a
   * factor to the line: its start, and no recorded rate, is the peak.
   * @type {(found: RateSchedule, c: Curve, horizon: number, made?: number) => RateSchedule}
   */
  function ofUltralytics(found, curve, horizon, made) {
    const fall = 1 - LAST_OF_ULTRALYTICS;
    // Versions differ in whether an epoch's row has its own rate or that of an epoch before.
    const [best] = [1, 2].map((late) => ({ late, end: (horizon - late) * fall }))
      .map((one) => ({ ...one, whole: round(one.end), off: Math.abs(one.end - round(one.end)) }))
      .filter(({ end, off }) => off < NEARLY_WHOLE && end > 0)
      .sort((a, b) => Number(a.whole !== made) - Number(b.whole !== made) || a.off - b.off);
    if (!best) return found;
    const left = 1 - (fall * (places(curve)[curve.values.length - 1] - best.late)) / best.whole;
    const peak = (found.left * found.peak) / left;
    return { ...found, horizon: best.whole, floor: LAST_OF_ULTRALYTICS, peak, left };
  }

  everystep.scheduleOf = scheduleOf;
});
