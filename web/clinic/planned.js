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
    const found = recognize(rates ?? []);
    const { horizon } = found;
    if (horizon === null) return found;
    if (format === told.formats.ultralytics && found.kind === "linear" && !found.floor) {
      return ofUltralytics(found, horizon, facts.epochs_made);
    }
    const made = facts.epochs_made;
    if (found.unit === "epochs" && made && Math.abs(horizon - made - 1) < ONE_LATE / 3) {
      // A row of an epoch has the rate of that epoch, which began a whole one before it ended.
      return { ...found, horizon: made };
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
   * A line that ends at a hundredth of its peak, at a whole number of epochs.
   * @type {(found: RateSchedule, horizon: number, made?: number) => RateSchedule}
   */
  function ofUltralytics(found, horizon, made) {
    // Versions differ in whether an epoch's row has its own rate or that of an epoch before.
    const [best] = [1, 2].map((late) => (horizon - late) * (1 - LAST_OF_ULTRALYTICS))
      .map((end) => ({ end: round(end), off: Math.abs(end - round(end)), isLost: end <= 0 }))
      .filter(({ off, isLost }) => off < NEARLY_WHOLE && !isLost)
      .sort((a, b) => Number(a.end !== made) - Number(b.end !== made) || a.off - b.off);
    return best ? { ...found, horizon: best.end, floor: LAST_OF_ULTRALYTICS } : found;
  }

  everystep.scheduleOf = scheduleOf;
});
