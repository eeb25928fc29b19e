// How validation went, and what its scores say beside it: everystep/clinic/validation.py.
"use strict";
everystep.core.add(() => {
  const {
    numbers: { line, max, median, min }, curves: { places }, names: { words },
    courses: { end, fallsInOrder, leap, level, noise, smoothed, start, usable, variation },
  } = everystep;
  const [LEAST_OF_TURN, LEAST_OF_STANDSTILL, LEAST_AFTER_FIRST, LEAST_GAIN] = [3, 5, 3, 0.2];
  const [HIGH, NEAR, OF_THE_START, LEAST_FOR_A_TREND] = [0.95, 0.005, 10, 6];

  /** @type {Everystep["validation"]["first"]} */
  const first = (log, role) => log.curves[role]?.[0] ?? null;
  /** @type {Everystep["validation"]["scoreOf"]} */
  const scoreOf = (log) => usable(first(log, "val_accuracy")) ?? usable(first(log, "val_score"));
  /** @param {Curve} score */
  const errorOf = (score) => ({ ...score, values: score.values.map((value) => 1 - value) });

  /** @type {Everystep["validation"]["curveOf"]} */
  function curveOf(log) {
    const found = usable(first(log, "val_loss")) ?? usable(first(log, "val_error"));
    if (found) return found;
    const score = scoreOf(log);
    return score && { ...errorOf(score), name: `1 − ${score.name}` };
  }

  /** @type {Everystep["validation"]["measuresOf"]} */
  function measuresOf(log, train) {
    const val = curveOf(log);
    /** @type {Measures} */
    const found = { ...scores(log), val_leap_or_0: 0, val_gain_at_end_or_0: 0 };
    if (val) {
      found.val_leap_or_0 = leap(val);
      found.val_stays_above = staysAbove(val);
      found.val_records = val.values.length;
      found.val_reaches = reach(val, log);
      const x = places(val);
      if (x.length > 1 && x[x.length - 1] > x[0]) {
        Object.assign(found, course(val, train, Boolean(log.curves.val_loss)));
        found.val_from_best = fromBest(val, scoreOf(log));
        found.val_gain_at_end_or_0 = gainAtEnd(val);
      }
    }
    found.val_over_train_or_0 = found.val_over_train ?? 0;
    found.val_of_train_start_or_1 = ofStart(usable(first(log, "val_loss")), train);
    found.val_lowest_at_or_1 = found.val_lowest_at ?? 1;
    found.val_records_or_0 = found.val_records ?? 0;
    found.val_reaches_or_1 = found.val_reaches ?? 1;
    found.val_rises_in_order_or_0 = found.val_rises_in_order ?? 0;
    return found;
  }

  /** @type {Everystep["validation"]["endsNearItsBest"]} */
  const endsNearItsBest = (val) =>
    Boolean(val && val.values.length > 1 && end(val) < 1.05 * min(val.values));

  /** @type {Everystep["validation"]["endOfLog"]} */
  function endOfLog({ curves }, like) {
    const alike = Object.values(curves).flat().filter(({ steps }) => !steps === !like.steps);
    return max([...alike, like].map((curve) => places(curve)[curve.values.length - 1]));
  }

  /** @type {(val: Curve, train: Curve | null, areAlike: boolean) => Measures} */
  function course(val, train, areAlike) {
    const { values } = val;
    const smooth = smoothed(values);
    const best = min(smooth);
    const place = smooth.indexOf(best);
    const last = end(val);
    // A last leap is no trend.
    const late = values.length >= 6 && values.length < 30 ? median(values.slice(-3)) : last;
    // Where a loss can be below 0, as a likelihood of densities can, only its range has a meaning.
    const scale = best > 0 ? best : Math.max(max(smooth) - best, 1e-12);
    const x = places(val);
    /** @type {Measures} */
    const found = { val_end_over_best: 1 + (last - best) / scale };
    if (values.length >= LEAST_OF_TURN) {
      found.val_rise = 1 + (late - best) / scale;
      found.val_rise_over_noise = (late - best) / Math.max(noise(values), 1e-12);
      found.val_rises_in_order = -fallsInOrder(values.slice(place));
      const part = (/** @type {number} */ i) => (x[i] - x[0]) / (x[x.length - 1] - x[0]);
      found.val_turn = part(place);
      found.val_lowest_at = part(values.indexOf(min(values)));
    }
    if (train && train.values.length > 1) {
      const trained = places(train);
      const [then, error] = level(train, x[place]);
      const [now, errorNow] = level(train, trained[trained.length - 1]);
      if (areAlike && now > 0) found.val_over_train = last / now;
      const doubt = Math.hypot(error, errorNow);
      const since = train.values.filter((_, i) => trained[i] >= x[place]);
      found.train_order_since = since.length > 1 ? fallsInOrder(since) : 0;
      found.train_fall_since = (then - now - doubt) / (Math.abs(then) || 1);
      found.train_rise_since = (now - then - doubt) / (Math.abs(then) || 1);
    }
    return found;
  }

  /**
   * The end of validation over its best; nearer to 1 if other scales say that it is near.
   * @type {(val: Curve, score: Curve | null) => number}
   */
  function fromBest(val, score) {
    if (score && end(score) >= Math.max(HIGH, max(score.values) - NEAR)) return 1;
    const [best, last, begin] = [min(smoothed(val.values)), end(val), start(val)];
    const own = best > 0 ? 1 + (last - best) / best : Infinity;
    return begin > 0 ? Math.min(own, 1 + (OF_THE_START * (last - best)) / begin) : own;
  }

  /** @type {(val: Curve | null, train: Curve | null) => number} */
  const ofStart = (val, train) => (val && train && end(val) > 0 && start(train) > 0
    ? end(val) / start(train) : 1);

  /** By what part of the lowest all later records are above it, at least; 0 of too few. */
  function staysAbove(/** @type {Curve} */ { values }) {
    const best = min(values);
    const later = values.slice(values.indexOf(best) + 1);
    return later.length >= LEAST_AFTER_FIRST && best > 0 ? min(later) / best - 1 : 0;
  }

  /** By what part of itself it falls in a fifth of the time, if it ends best. */
  function gainAtEnd(/** @type {Curve} */ val) {
    const { values } = val;
    const all = places(val);
    const late = Math.max(2, Math.floor(values.length / 3));
    const [x, y] = [all.slice(-late), values.slice(-late)];
    const last = y[late - 1];
    if (last > min(values) || last <= 0 || x[late - 1] === x[0]) return 0;
    // Of a few records all have to fall, so that no noise counts as a gain.
    const areFew = values.length < LEAST_FOR_A_TREND;
    if (fallsInOrder(areFew ? values : y) < (areFew ? 1 : 0.5)) return 0;
    const slope = line(x, y)[0];
    return Math.max((-slope * (all[all.length - 1] - all[0])) / 5 / last, 0);
  }

  /** @param {RunLog} log */
  function scores(log) {
    const score = scoreOf(log);
    const errors = [usable(first(log, "val_error")), score && errorOf(score)];
    /** @type {Measures} */
    const found = {
      val_error_left_or_0: errorLeft(usable(first(log, "val_accuracy"))),
      accuracy_range_or_1: accuracyRange(log),
      val_score_best_or_1: score ? max(score.values) : 1,
      val_score_range_or_1: score && score.values.length >= LEAST_OF_STANDSTILL
        ? max(score.values) - min(score.values) : 1,
      has_score_that_gained: 0,
      auc_at_chance_or_0: isAtChance(usable(first(log, "val_score"))) ? 1 : 0,
      error_rise_from_first_or_0: Math.max(0, ...errors.map((one) => (one ? riseOf(one) : 0))),
      error_rise_or_0: log.curves.val_loss && errors[0] ? riseFromBest(errors[0]) : 0,
    };
    const loss = usable(first(log, "val_loss"));
    if (score && loss && score.values.length > 1) {
      const smooth = smoothed(loss.values);
      const [then] = level(score, places(loss)[smooth.indexOf(min(smooth))]);
      found.has_score_that_gained = end(score) - then > LEAST_GAIN * (1 - then) ? 1 : 0;
    }
    return found;
  }

  /** Whether a score is the area under a ROC curve, and always that of guessing. */
  function isAtChance(/** @type {Curve | null} */ score) {
    return score && words(score.name).some((word) => word === "auc" || word === "auroc") &&
      score.values.every((value) => Math.abs(value - 0.5) < 0.02);
  }

  /** By what part of its first record an error ends above it; 0 if it was ever lower. */
  function riseOf(/** @type {Curve} */ { values: [begin, ...later] }) {
    if (later.length < LEAST_AFTER_FIRST || begin <= 0 || min(later) <= begin) return 0;
    return median(later.slice(-LEAST_AFTER_FIRST)) / begin - 1;
  }

  /** By what part of its best an error ends above it. */
  function riseFromBest(/** @type {Curve} */ error) {
    const best = min(smoothed(error.values));
    return error.values.length >= LEAST_OF_STANDSTILL && best > 0 ? end(error) / best - 1 : 0;
  }

  // The part of the run, up to the last record of any curve, at which validation ends.
  /** @type {(val: Curve, log: RunLog) => number} */
  function reach(val, log) {
    const last = endOfLog(log, val);
    return last > 0 ? places(val)[val.values.length - 1] / last : 1;
  }

  /** The last error over the first; 0 if that does not tell. @param {Curve | null} accuracy */
  function errorLeft(accuracy) {
    const values = accuracy?.values ?? [];
    return values.length < 2 || values[0] >= 1 ? 0
      : (1 - values[values.length - 1]) / (1 - values[0]);
  }

  /** By what part of its highest an accuracy varied, at most; 1 without. @param {RunLog} log */
  function accuracyRange(log) {
    const known = ["train_accuracy", "val_accuracy"].flatMap((role) => {
      const curve = usable(first(log, role));
      return curve ? [variation(curve)] : [];
    });
    return known.length ? max(known) : 1;
  }

  everystep.validation = { HIGH, first, scoreOf, curveOf, measuresOf, endsNearItsBest, endOfLog };
});
