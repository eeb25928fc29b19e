// What the questions ask of anybody's log, on its own scale: everystep/clinic/measures.py.
"use strict";
everystep.core.add(() => {
  const {
    told, names: { words }, numbers: { diff, interpolated, line, max, mean, median, min },
    curves: { finite, places }, remarks: { stuckAt0 },
    courses: {
      end, fallAtTheEnd, fallsInOrder, firstLevel, loneLeap, noise, smoothed, start, usable,
    },
    validation: { HIGH, first, curveOf, endOfLog, endsNearItsBest, measuresOf: measuresOfVal,
      scoreOf },
  } = everystep;
  const OF_PARTS = new Set(told.names.ofParts);
  const [NEARLY_0, NEARLY_GONE] = [0.02, 0.02]; // of the peak, and of the start
  const WITH_AN_END = ["linear", "cosine", "one-cycle"];
  const [FIRST_UPDATES, LEAST_FIRST, LOW_RATE] = [10, 5, 0.099];
  const [LEAST_OF_TREND, LEAST_FALLS, BEYOND_NOISE, LITTLE, IN_ORDER] = [5, 2, 4, 0.8, 0.8];

  /** @type {Everystep["measuresOf"]} */
  function measuresOf(log, counts, schedule) {
    const [train, val] = [usable(first(log, "train_loss")), curveOf(log)];
    /** @type {Measures} */
    const found = { ...rates(log, schedule, train), ...secondLooks(log),
      ...counted(counts, val, log.facts) };
    found.has_train = train ? 1 : 0;
    found.has_rates = "rate_left" in found ? 1 : 0;
    found.rate_still_rising_or_0 ??= 0;
    found.train_records = train ? train.values.length : 0;
    found.most_records = Math.max(found.train_records, val ? val.values.length : 0);
    Object.assign(found, broken(log, train, val), sets(log), accuracies(log),
      measuresOfVal(log, train), trends(log, train, val),
      learned(train, val, usable(first(log, "val_error"))), train ? training(log, train) : {});
    // What a log does not tell, for signs that are looked for all the same.
    found.train_climb_or_0 ??= 0;
    found.accuracy_or_0 = found.accuracy ?? 0;
    found.accuracy_or_1 = found.accuracy ?? 1;
    found.stuck_at_0 = stuckAt0(log.curves).length;
    found.train_accuracy_or_0 = found.train_accuracy ?? 0;
    found.train_falls_of_its_level_or_0 = found.train_falls_of_its_level ?? 0;
    if ("n_val" in log.facts) found.n_val = log.facts.n_val;
    found.epochs_unwatched_or_0 = val ? 0 : unwatched(found);
    found.reaches_new_lows_or_1 ??= 1;
    found.falls_of_its_level_or_1 = found.falls_of_its_level ?? 1;
    found.falls_at_the_end_or_1 ??= 1;
    found.train_kept_or_1 = found.train_kept ?? 1;
    found.still_falling_or_1 = found.still_falling ?? 1;
    found.train_zeros_or_0 = train ? mean(train.values.map((v) => (v === 0 ? 1 : 0))) : 0;
    found.leap_or_0 = train ? loneLeap(train) : 0;
    return found;
  }

  /** Epochs after which a loss may have fallen by memory; many if it is nearly gone. */
  function unwatched(/** @type {Measures} */ { train_kept: kept = 1, epochs = 0 }) {
    return kept < NEARLY_GONE ? Infinity : kept < LITTLE ? epochs : 0;
  }

  /** @type {(train: Curve | null, val: Curve | null, error: Curve | null) => Measures} */
  function learned(train, val, error) {
    const several = [train, val, error].flatMap((curve) =>
      (curve && curve.values.length > 1 ? [curve] : []));
    const known = several.filter((curve) => start(curve) > 0);
    const most = (/** @type {number[]} */ numbers) => (numbers.length ? max(numbers) : 0);
    const long = several.filter(({ values }) => values.length >= LEAST_OF_TREND);
    /** @type {Measures} */
    const found = {
      learned_or_0: most(known.map((curve) => 1 - end(curve) / start(curve))),
      falls_throughout_or_0: most(long.map(({ values }) => fallsInOrder(values))),
      goes_below_0: [train, val, error].some((curve) => curve && min(curve.values) < 0) ? 1 : 0,
      val_learned_or_0: val && known.includes(val) ? 1 - end(val) / start(val) : 0,
    };
    // The first record alone may be far above the others, and no measure of what was learned.
    const fromStart = known.filter((curve) =>
      places(curve)[0] <= 2 * median(diff(places(curve))) && firstLevel(curve) > 0);
    if (fromStart.length) {
      found.learned = max(fromStart.map((curve) => 1 - end(curve) / firstLevel(curve)));
    }
    return found;
  }

  /** @type {(log: RunLog, train: Curve | null, val: Curve | null) => Measures} */
  function broken(log, train, val) {
    // A validation loss that was never a number says nothing of the training.
    const isKnown = usable(first(log, "val_loss")) !== null;
    const roles = isKnown ? ["train_loss", "val_loss"] : ["train_loss"];
    const isBroken = roles.some((role) => {
      const values = first(log, role)?.values;
      return values && !Number.isFinite(values[values.length - 1]);
    });
    if (isBroken) return { train_growth: Infinity, train_regrowth: 1 };
    if (!train || train.values.length < 2 || start(train) <= 0) return {};
    // Validation may deny what the losses of single batches seem to say.
    const isWell = endsNearItsBest(val);
    const growth = end(train) / start(train);
    const [begin, smooth] = [start(train), smoothed(train.values)];
    const low = min(smooth);
    const back = end(train) - low;
    const hasRisen = smooth[0] > low && low < 0.9 * begin &&
      back > BEYOND_NOISE * noise(train.values);
    return {
      train_growth: isWell ? Math.min(growth, 1) : growth,
      train_regrowth: hasRisen && !isWell ? back / (begin - low) : 0,
      train_climb_or_0: hasRisen && !isWell ? climb(train) : 0,
    };
  }

  /** How many times its lowest level a loss ends, if it climbed all the way from there. */
  function climb(/** @type {Curve} */ train) {
    const smooth = smoothed(train.values);
    const low = min(smooth);
    const since = train.values.slice(smooth.indexOf(low));
    const isClimb = since.length > LEAST_OF_TREND && -fallsInOrder(since) > IN_ORDER;
    return isClimb && low > 0 ? end(train) / low : 0;
  }

  /**
   * Whether a loss above that of guessing goes with validation that is better: it is a sum.
   * @type {(log: RunLog, train: Curve, classes: number) => boolean}
   */
  function isOfAnotherScale(log, train, classes) {
    const guessing = Math.log(Math.max(2, classes));
    if (!(start(train) > end(train) && end(train) > 1.5 * guessing)) return false;
    const [val, accuracy] = ["val_loss", "val_accuracy"].map((role) => usable(first(log, role)));
    return Boolean((val && end(val) < guessing) || (accuracy && end(accuracy) > 2 / classes));
  }

  /** @type {(log: RunLog, train: Curve) => Measures} */
  function training(log, train) {
    /** @type {Measures} */
    const found = {};
    const classes = log.facts.n_classes;
    const ofGuessing = Math.log(Math.max(2, classes));
    if (start(train) > 0) found.train_kept = end(train) / start(train);
    const isMean = !classes || !isOfAnotherScale(log, train, classes);
    if (classes && isMean) found.train_left = end(train) / ofGuessing;
    const half = train.values.slice(Math.floor(train.values.length / 2));
    if (half.length >= LEAST_OF_TREND) {
      found.share_of_falls = mean(diff(smoothed(half)).map((change) => (change < 0 ? 1 : 0)));
    }
    const singly = finite(log.curves.train_loss[0]);
    const early = singly.values.filter((_, i) => singly.steps && singly.steps[i] <= FIRST_UPDATES);
    if (early.length >= LEAST_FIRST) {
      const guessing = classes ? ofGuessing : early[0];
      if (guessing > 0 && isMean) found.first_loss = mean(early) / guessing;
      if (early[0] > 0) found.left_of_first = end(train) / early[0];
    }
    return found;
  }

  /** @type {(log: RunLog, train: Curve | null, val: Curve | null) => Measures} */
  function trends(log, train, val) {
    const [of] = [val, train].filter((one) => one && one.values.length >= LEAST_OF_TREND);
    if (!of) return {};
    const found = trendOf(of);
    if (!train || train.values.length < LEAST_OF_TREND) return found;
    const { falls_in_order: order, falls_of_its_level: fall = 0 } = trendOf(train);
    found.train_falls_of_its_level = fall;
    const score = scoreOf(log);
    const isHigh = score && end(score) >= HIGH;
    if (val && val.values[val.values.length - 1] === min(val.values) && !isHigh) {
      // Validation that is best at its end goes with training, but for its noise.
      found.falls_in_order = Math.max(found.falls_in_order, order);
    }
    return found;
  }

  /** @type {(curve: Curve) => Measures} */
  function trendOf(curve) {
    const [x, y] = [places(curve), curve.values];
    const last = Math.max(LEAST_OF_TREND, Math.floor(y.length / 3));
    const [late, levels] = [x.slice(-last), y.slice(-last)];
    const slope = late[last - 1] > late[0] ? line(late, levels)[0] : 0;
    const rest = end(curve);
    const fallen = start(curve) - rest;
    const smooth = smoothed(y);
    const [before, after] = [smooth.slice(0, -last), smooth.slice(-last)];
    const fifth = (x[x.length - 1] - x[0]) / 5;
    /** @type {Measures} */
    const found = {
      reaches_new_lows_or_1: !before.length || min(after) < min(before) ? 1 : 0,
      falls_in_order: fallsInOrder(levels),
      falls_at_the_end_or_1: fallAtTheEnd(curve),
      still_falling: fallen > 0 ? (-slope * fifth) / fallen : 0,
    };
    if (rest > 0) found.falls_of_its_level = (-slope * fifth) / rest;
    return found;
  }

  /** @type {(log: RunLog, schedule: RateSchedule, train: Curve | null) => Measures} */
  function rates(log, schedule, train) {
    const all = (log.curves.rate ?? []).map(finite).filter(({ values }) =>
      values.some((value) => value > 0));
    if (!all.length || !schedule.peak) return {};
    const curve = all.reduce((low, one) => (one.values[0] < low.values[0] ? one : low));
    const [x, y, peak] = [places(curve), curve.values, max(curve.values)];
    const top = x[y.indexOf(peak)];
    const isLow = y.map((value, i) => value < LOW_RATE * peak && x[i] >= top);
    const falls = WITH_AN_END.includes(schedule.kind) ? y.length - 1 - y.indexOf(peak) : 0;
    const [before, last] = y.slice(-2);
    // A rate is often that of the updates before its record: one fall more would have ended it.
    const isNearEnd = before > last && last <= 1.2 * (before - last);
    const isMeantToEnd = falls >= LEAST_FALLS && !isNearEnd;
    const hasEnded = falls >= LEAST_OF_TREND && isNearEnd;
    const isRising = schedule.kind !== "constant" && diff(y).every((change) => change >= 0);
    /** @type {Measures} */
    const found = {
      time_at_low_rate: mean(isLow.map(Number)),
      rate_left: hasEnded ? 0 : leftAtTheEnd(log, schedule, curve),
      last_over_first_rate: isMeantToEnd ? schedule.left : 1,
      fall_at_low_rate: 1,
      rate_still_rising_or_0: isRising ? 1 : 0,
    };
    // A schedule that has come to its end was the plan.
    const isAtEnd = found.rate_left < NEARLY_0 || reachesTheHorizon(log, schedule, curve);
    if (isAtEnd) found.planned_share = 1;
    const isLowFirst = schedule.warmup && y[0] < schedule.peak / 2;
    if (isLowFirst || (curve.steps && curve.steps[0] <= FIRST_UPDATES)) {
      found.first_rate = y[0] / schedule.peak;
    }
    if (train && isLow.includes(true) && start(train) > end(train)) {
      const from = x[isLow.indexOf(true)];
      // A fifth of that time is left to what the higher rate had begun.
      const place = from + (x[x.length - 1] - from) / 5;
      const then = interpolated(place, places(train), smoothed(train.values));
      found.fall_at_low_rate = (then - end(train)) / (start(train) - end(train));
    }
    return found;
  }

  // Whether a log goes on to where its schedule ends, but for a record.
  /** @type {(log: RunLog, schedule: RateSchedule, curve: Curve) => boolean} */
  function reachesTheHorizon(log, { kind, horizon, every }, curve) {
    return horizon !== null && WITH_AN_END.includes(kind) &&
      endOfLog(log, curve) >= horizon - Math.max(every, 1);
  }

  // The rate at the log's end over its peak: after its last record, on a line.
  /** @type {(log: RunLog, schedule: RateSchedule, curve: Curve) => number} */
  function leftAtTheEnd(log, schedule, curve) {
    const x = places(curve);
    const beyond = endOfLog(log, curve) - x[x.length - 1];
    const isOn = [...WITH_AN_END, "falling"].includes(schedule.kind);
    if (beyond <= 0 || x.length < 2 || !isOn) return schedule.left;
    const [[from, to], [before, last]] = [x.slice(-2), curve.values.slice(-2)];
    const slope = Math.max(before - last, 0) / (to - from);
    return Math.max(schedule.left - (slope * beyond) / schedule.peak, 0);
  }

  /** @type {(log: RunLog) => Measures} */
  function secondLooks({ facts, curves }) {
    /** @type {Measures} */
    const found = {};
    const values = usable(curves.val_loss?.[0] ?? null)?.values ?? [];
    const last = values[values.length - 1];
    if ("val_loss_again" in facts && last) {
      found.change_when_evaluated_again = Math.abs(facts.val_loss_again / last - 1);
    }
    for (const name of ["mixing", "duplicates"]) if (name in facts) found[name] = facts[name];
    return found;
  }

  /** @type {(counts: Counts, val: Curve | null, facts: RunLog["facts"]) => Measures} */
  function counted(counts, val, facts) {
    /** @type {Measures} */
    const found = {};
    if (counts.samplesPerUpdate && !counts.isAtLeast) found.batch_size = counts.samplesPerUpdate;
    if (counts.stepsPerEpoch) found.updates_per_epoch = counts.stepsPerEpoch;
    if (counts.epochsMade) found.epochs = counts.epochsMade;
    const shares = [
      [counts.stepsMade, counts.stepsPlanned], [counts.epochsMade, counts.epochsPlanned],
    ];
    for (const [made, planned] of shares) {
      if (made && planned) found.planned_share ??= made / planned;
    }
    if (facts.stopped_early) found.planned_share = 1;
    // The state that is kept is often that of the last evaluation, and a run ends between two.
    if (val?.steps && val.steps.length > 1 && counts.stepsPlanned) {
      const [before, last] = val.steps.slice(-2);
      const left = counts.stepsPlanned - last;
      if (left > 0 && left < Math.min(last - before, 0.1 * counts.stepsPlanned)) {
        found.planned_share = 1;
      }
    }
    return found;
  }

  /** @type {(log: RunLog) => Measures} */
  function sets({ curves }) {
    const ends = (curves.val_loss ?? []).map(finite).filter(({ values }) => values.length).map(end);
    return ends.length && min(ends) > 0 ? { sets_apart: max(ends) / min(ends) } : {};
  }

  /** @type {(log: RunLog) => Measures} */
  function accuracies(log) {
    const [train, val] = ["train", "val"].map((part) => usable(first(log, `${part}_accuracy`)));
    /** @type {Measures} */
    const found = {};
    if (train) found.train_accuracy = found.accuracy = end(train);
    if (val) {
      found.accuracy = end(val);
      const n = Math.trunc(log.facts.n_val ?? 0);
      // An accuracy of tokens and the like is no share of the samples.
      if (log.facts.n_val && !words(val.name).some((word) => OF_PARTS.has(word))) {
        // Half of the 95% interval: Agresti & Coull 1998.
        const p = (end(val) * n + 2) / (n + 4);
        found.val_accuracy_half_width = 1.96 * Math.sqrt((p * (1 - p)) / (n + 4));
      }
    }
    if (train && val) found.accuracy_gained_in_validation = end(val) - end(train);
    return found;
  }

  everystep.measuresOf = measuresOf;
});
