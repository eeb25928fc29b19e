// The counts of a run, and where they contradict each other: everystep/clinic/arithmetic.py.
"use strict";
everystep.core.add(() => {
  const { numbers: { fixed, general, round } } = everystep;
  const [NEAR, EXACT, HARDLY_FALLEN, FAR_HORIZON] = [0.01, 2e-3, 0.97, 0.05];

  /** @type {Everystep["count"]} */
  function count(log, schedule) {
    const { facts } = log;
    const contradictions = [...log.contradictions];
    const stepsPerEpoch = perEpochOf(facts, contradictions);
    const [samples, isAtLeast] = samplesOf(facts, contradictions);
    let [steps, epochs] = [facts.steps_made ?? null, facts.epochs_made ?? null];
    let [planned, train] = [facts.steps_planned ?? null, facts.n_train ?? null];
    if (steps === null && epochs && stepsPerEpoch) steps = epochs * stepsPerEpoch;
    if (epochs === null && steps && stepsPerEpoch) epochs = steps / stepsPerEpoch;
    if (planned === null && stepsPerEpoch && facts.epochs_planned) {
      planned = facts.epochs_planned * stepsPerEpoch;
    }
    if (stepsPerEpoch && samples && !isAtLeast) {
      if (train === null) train = stepsPerEpoch * samples;
      else if (train) compareWithDivision(train, stepsPerEpoch, samples, contradictions);
    }
    const isEarly = steps && planned && steps < planned / 2 && schedule.left > HARDLY_FALLEN;
    if (planned && schedule.horizon && schedule.unit === "updates" && !isEarly) {
      compareWithHorizon(planned, schedule, contradictions);
    }
    let epochsPlanned = facts.epochs_planned ?? null;
    if (epochsPlanned && planned && stepsPerEpoch && planned < epochsPlanned * stepsPerEpoch) {
      // Updates were planned, and the epochs are those that they begin.
      epochsPlanned = planned / stepsPerEpoch;
    }
    return {
      stepsMade: steps, stepsPlanned: planned, epochsMade: epochs,
      epochsPlanned, stepsPerEpoch,
      samplesPerUpdate: samples, isAtLeast, train, contradictions,
      begun: begunOf(epochs ?? 0, stepsPerEpoch),
    };
  }

  /** @type {(epochs: number, stepsPerEpoch: number | null) => number} */
  function begunOf(epochs, stepsPerEpoch) {
    const part = epochs % 1;
    const least = stepsPerEpoch ? 0.5 / stepsPerEpoch : NEAR / 10;
    return least < part && part < 1 - NEAR ? part : 0;
  }

  /** @type {(steps?: number, epochs?: number) => number | null} */
  const quotient = (steps, epochs) => (steps && epochs ? steps / epochs : null);

  /** @type {(facts: Record<string, number>, wrong: string[]) => number | null} */
  function perEpochOf(facts, wrong) {
    const planned = quotient(facts.steps_planned, facts.epochs_planned);
    const made = quotient(facts.steps_made, facts.epochs_made);
    const known = facts.steps_per_epoch || null;
    const each = known ?? made;
    if (planned === null || each === null) {
      const found = planned ?? made;
      return known ?? (found === null ? null : round(found));
    }
    // Updates may have been planned, and the epochs are those that they begin.
    const isBegun = Math.ceil(facts.steps_planned / each - NEAR) === facts.epochs_planned;
    const isWhole = Math.abs(each - round(each)) < EXACT;
    const isNear = Math.abs(planned - each) <= Math.max(1, NEAR * planned);
    if (known === null && isNear && !isWhole) {
      // The Trainer plans whole updates an epoch; a number set by hand may end within one.
      return planned === round(planned) || Math.abs(each - round(each)) < 0.1
        ? round(planned === round(planned) ? planned : each) : each;
    }
    if (!isBegun && Math.abs(planned - each) > NEAR * planned) {
      wrong.push(twoLengths(facts, planned, each));
    }
    return known ?? round(each);
  }

  /** @type {(facts: Record<string, number>, planned: number, made: number) => string} */
  const twoLengths = (facts, planned, made) =>
    `Planned were ${fixed(facts.steps_planned)} updates in ${fixed(facts.epochs_planned)} ` +
    `epochs, ${fixed(planned, 1)} an epoch; made were ${fixed(facts.steps_made)} in ` +
    `${fixed(facts.epochs_made, 2)}, ${fixed(made, 1)} an epoch. ` +
    (Math.abs(made - planned - 1) < 0.1
      ? "The batches that are left over at the end of an epoch seem to make an update of their " +
        "own, which the plan did not count."
      : "Either the number of updates was set by hand, or the run was resumed with another batch " +
        "or another number of devices.");

  /** @type {(facts: Record<string, number>, wrong: string[]) => [number | null, boolean]} */
  function samplesOf(facts, wrong) {
    const { batch, samples_per_update: total } = facts;
    const known = ["devices", "accumulation"].filter((name) => name in facts);
    if (total === undefined) {
      if (batch === undefined) return [null, false];
      return [known.reduce((product, name) => product * facts[name], batch), known.length < 2];
    }
    const factor = total / batch;
    if (batch && Math.abs(factor - round(factor)) > NEAR * factor) {
      wrong.push(`An update has ${fixed(total)} samples by its speeds, which is no multiple of ` +
        `the batch of ${fixed(batch)} of a device.`);
    }
    return [total, false];
  }

  /** @type {(n: number, perEpoch: number, samples: number, wrong: string[]) => void} */
  function compareWithDivision(n, perEpoch, samples, wrong) {
    const expected = Math.ceil(Math.max(1, round(n)) / Math.max(1, round(samples)));
    if (Math.abs(expected - perEpoch) > Math.max(1.5, 2 * NEAR * perEpoch)) {
      wrong.push(`${fixed(n)} samples in updates of ${fixed(samples)} would be ` +
        `${fixed(expected)} updates an epoch; the log says ${fixed(perEpoch)}, ` +
        `${general(perEpoch / expected, 2)} times as many.`);
    }
  }

  /** @type {(planned: number, schedule: RateSchedule, wrong: string[]) => void} */
  function compareWithHorizon(planned, { horizon, floor, left }, wrong) {
    let apart = (horizon ?? NaN) / planned;
    // A fall to a floor that was not reached looks like one to 0 that ends a little later.
    if (floor === 0 && left < 0.2 && apart < 1 + 2 * FAR_HORIZON) apart = Math.min(apart, 1);
    if (Math.abs(apart - 1) > FAR_HORIZON) {
      wrong.push(`Planned are ${fixed(planned)} updates, but the rate is on its way to the end ` +
        `of its schedule at about ${fixed(horizon ?? NaN)}, ${general(apart, 2)} times as many. ` +
        "The schedule counts something else than updates, or its horizon was set for another run.");
    }
  }

  everystep.count = count;
});
