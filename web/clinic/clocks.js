// Which rows follow each other, and how many updates and passes each saw:
// everystep/clinic/readers/clocks.py.
"use strict";
everystep.core.add(() => {
  const {
    numbers: { diff, fixed, max, median, min, range }, tables: { LogError, columnOf, put, rowsOf },
  } = everystep;
  const [MOST_STEPS, SINCE_1970, MANY_EPOCHS, ROUND, ODD_PLACES] = [1e15, 1e8, 50, 10, 0.34];

  /** @type {Everystep["clocks"]["filled"]} */
  function filled(values, present) {
    const isGood = values.map((value, i) => present[i] && Number.isFinite(value));
    let last = isGood.indexOf(true);
    if (last < 0) throw new LogError("The column of steps or epochs holds no number.");
    if (values.some((value, i) => isGood[i] && Math.abs(value) > MOST_STEPS)) {
      throw new LogError("The column of steps or epochs holds numbers that no run can reach.");
    }
    return values.map((_, i) => {
      if (isGood[i]) last = i;
      return values[last];
    });
  }

  /** @type {Everystep["clocks"]["clockOf"]} */
  const clockOf = (table, name) => filled(...columnOf(table, name));

  /** @type {Everystep["clocks"]["rowsAreRuns"]} */
  const rowsAreRuns = (sign) =>
    new LogError(`Each row seems to be another run: ${sign}. Give the log of a single run.`);

  /** @type {Everystep["clocks"]["oneRun"]} */
  function oneRun(table, clock, wanted, notes) {
    const times = clockOf(table, clock);
    const n = times.length;
    const backward = range(n).filter((row) => row && times[row] < times[row - 1]);
    if (backward.length > Math.max(20, n / 5)) {
      notes.push(`The rows are in no order; they were sorted by ${clock}.`);
      return [rowsOf(table, range(n).sort((a, b) => times[a] - times[b])), ""];
    }
    const bounds = [0, ...backward.filter((row) => times[row] <= times[0]), n];
    if (n > 2 && times.every((time) => time === times[0])) {
      throw rowsAreRuns(`${clock} is the same in all`);
    }
    if (bounds.length > 2 && 2 * (bounds.length - 1) > n) {
      throw rowsAreRuns(`${clock} starts again and again`);
    }
    const chosen = wanted ?? bounds.length - 1;
    if (!(chosen >= 1 && chosen < bounds.length)) {
      throw new LogError(`There is no run ${chosen}; the file holds ${bounds.length - 1}.`);
    }
    const which = bounds.length > 2 ? `run ${chosen} of ${bounds.length - 1}` : "";
    if (which) {
      notes.push(`The file holds ${bounds.length - 1} runs, one after the other: ${clock} starts ` +
        `again. This is about run ${chosen}; --run 1 is the first.`);
    }
    const rows = range(n).slice(bounds[chosen - 1], bounds[chosen]);
    // Whether no later row is earlier than this one.
    let earliest = Infinity;
    const kept = [...rows].reverse().filter((row) => {
      const isLast = times[row] <= earliest;
      earliest = Math.min(earliest, times[row]);
      return isLast;
    }).reverse();
    if (kept.length < rows.length) {
      notes.push(`The run was resumed: ${clock} falls back, and ` +
        `${fixed(rows.length - kept.length)} rows that were made again were left out.`);
    }
    return [rowsOf(table, kept), which];
  }

  /** @type {Everystep["clocks"]["countedFrom0"]} */
  function countedFrom0(table, step, notes) {
    const steps = [...new Set(clockOf(table, step))].sort((a, b) => a - b);
    const gaps = diff(steps);
    if (gaps.length < 2 || gaps[0] < 2 || steps[0] !== gaps[0] - 1) return false;
    const odd = steps.filter((place) => (place + 1) % gaps[0] !== 0).length;
    if (odd / steps.length > ODD_PLACES) return false;
    notes.push(`${step} counts from 0: its first record stands one before ${fixed(gaps[0])}.`);
    return true;
  }

  /** @type {Everystep["clocks"]["secondsOf"]} */
  function secondsOf(table, name, notes) {
    if (name === null) return null;
    const [values, present] = columnOf(table, name);
    const good = values.map((value, i) => present[i] && Number.isFinite(value));
    if (!good.includes(true)) return null;
    if (values.some((value, i) => good[i] && Math.abs(value) > MOST_STEPS)) return null;
    const times = filled(values, good);
    const [first, last] = [times[0], times[times.length - 1]];
    if (times.some((time, i) => i && time < times[i - 1]) || last <= first) return null;
    notes.push(`${name} was read as seconds.`);
    return first > SINCE_1970 ? times.map((time) => time - first) : times;
  }

  /** @type {Everystep["clocks"]["clocksOf"]} */
  function clocksOf(table, step, epoch, { areEpochsPasses, stepsFrom, epochsFrom, notes }) {
    const none = { steps: null, epochs: null, stepsPerEpoch: null, seconds: null };
    const later = 1 - stepsFrom;
    const steps = step === null ? null : clockOf(table, step).map((time) => time + later);
    if (epoch === null) return { ...none, steps };
    const epochs = clockOf(table, epoch);
    if (areEpochsPasses || !epochs.every(Number.isInteger)) return { ...none, steps, epochs };
    if (steps && step !== null) {
      // An empty cell that took the epoch above may belong to the next one.
      const [ofStep, ofEpoch] = [step, epoch].map((name) => columnOf(table, name)[1]);
      const isTold = ofStep.map((present, row) => present && ofEpoch[row]);
      return { ...none, ...epochsInProgress(steps, epochs, isTold, notes) };
    }
    let from = epochsFrom;
    if (from === null) {
      const gap = epochs.length > 1 ? median(diff(epochs)) : 1;
      from = epochs[0] === 0 && gap <= 1 ? 0 : 1;
      if (from === 0) {
        notes.push("Epochs count from 0: the row of epoch 0 was written after one pass, and is " +
          "called epoch 1 here.");
      } else if (epochs[0] === 0) {
        notes.push(`Rows are ${fixed(gap)} epochs apart, and epoch 0 was read as before the ` +
          "training.");
      }
      if (gap >= MANY_EPOCHS) {
        notes.push(`If ${epoch} counts updates, say so with --column step=${epoch} --column ` +
          "epoch=.");
      }
    }
    const more = 1 - from;
    return { ...none, epochs: epochs.map((time) => time + more) };
  }

  /** @type {Everystep["clocks"]["countThrough"]} */
  function countThrough(table, step, epoch, stepsFrom, notes) {
    const [[ofStep, hasStep], [ofEpoch, hasEpoch]] = [step, epoch].map((n) => columnOf(table, n));
    const told = range(table.rows).filter((row) => hasStep[row]);
    if (!told.length || !told.every((row) => hasEpoch[row])) return null;
    const [steps, epochs] = [ofStep, ofEpoch].map((values) => told.map((row) => values[row]));
    if (!beginAnew(steps, epochs)) return null;
    // Of round numbers, one is missing where the first update is number 0.
    const isFrom0 = min(steps) === 0 || (steps[0] + 1) % ROUND === 0;
    const more = 1 - (stepsFrom ?? (isFrom0 ? 0 : 1));
    const later = diff(epochs);
    const gaps = diff(steps).filter((_, i) => later[i] === 0);
    const [begin, longest] = [steps[0] + more, max(steps) + more];
    // Where rows stand at regular places, an epoch's last updates may have none. Those places are
    // no nearer to each other than the first is to the start.
    const gap = gaps.length ? Math.max(commonest(gaps), begin) : 1;
    const isExact = gap <= 1 || (longest - begin) % gap !== 0;
    const perEpoch = isExact ? longest : longest + Math.floor(gap / 2);
    const first = Math.min(min(epochs), 1);
    const made = ofStep.map((value, row) =>
      (ofEpoch[row] - first) * perEpoch + (hasStep[row] ? value + more : perEpoch));
    notes.push(`${step} begins anew in each epoch and was counted on, with ` +
      `${isExact ? "" : "about "}${fixed(perEpoch)} updates an epoch.`);
    const counted = { ...table, names: [...table.names], values: new Map(table.values),
      present: new Map(table.present) };
    put(counted, step, made, hasEpoch);
    put(counted, epoch, made.map((value) => value / perEpoch), hasEpoch);
    return [counted, perEpoch];
  }

  /** The largest of the numbers that there are most of. @param {number[]} numbers */
  function commonest(numbers) {
    /** @type {Map<number, number>} */
    const times = new Map();
    for (const number of numbers) times.set(number, (times.get(number) ?? 0) + 1);
    const most = max([...times.values()]);
    return max([...times.keys()].filter((number) => times.get(number) === most));
  }

  /** @type {(steps: number[], epochs: number[]) => boolean} */
  function beginAnew(steps, epochs) {
    if (!steps.every(Number.isInteger) || !epochs.every(Number.isInteger)) return false;
    const [onward, later] = [diff(steps), diff(epochs)];
    return max(steps) >= 1 && later.some((rise) => rise > 0) &&
      onward.every((rise, i) => (later[i] > 0 ? rise <= 0 : later[i] < 0 || rise > 0));
  }

  /** @type {Everystep["clocks"]["endsOfEpochs"]} */
  function endsOfEpochs(steps, epochs) {
    const perEpoch = steps[0] / (epochs[0] + 1);
    return perEpoch >= 1 && steps.every((step, i) => step === perEpoch * (epochs[i] + 1));
  }

  /** @type {(s: number[], e: number[], isTold: boolean[], notes: string[]) => Partial<Clocks>} */
  function epochsInProgress(steps, epochs, isTold, notes) {
    const first = Math.min(min(epochs), 1);
    const numbers = epochs.map((epoch) => epoch - first).filter((_, row) => isTold[row]);
    const told = steps.filter((_, row) => isTold[row]);
    const [least, most] = boundsOfAnEpoch(told, numbers);
    if (!(least >= 1 && least <= most)) return { steps };
    const whole = Math.ceil(least);
    const ended = new Set(numbers.filter((epoch, i) => told[i] === least * (epoch + 1)));
    const between = betweenEpochs(told, numbers);
    let isExact = (whole <= most && most < whole + 1) || ended.size > 1;
    let stepsPerEpoch = isExact ? whole : (least + most) / 2;
    if (!isExact && least <= between && between <= most) {
      [isExact, stepsPerEpoch] = [true, between];
    }
    const updates = `${fixed(stepsPerEpoch)} update${stepsPerEpoch === 1 ? "" : "s"}`;
    notes.push(`An epoch has ${isExact ? "" : "about "}${updates}: so the numbers of steps and ` +
      "epochs fit together.");
    return { steps, epochs: steps.map((step) => step / stepsPerEpoch), stepsPerEpoch };
  }

  /**
   * The updates from the first row of an epoch to that of the next, if always as many; NaN where
   * rows stand at multiples of a number, which say less of epochs.
   * @type {(steps: number[], epochs: number[]) => number}
   */
  function betweenEpochs(steps, epochs) {
    const numbers = [...new Set(epochs)].sort((a, b) => a - b);
    const begins = numbers.map((epoch) => steps[epochs.indexOf(epoch)]);
    const later = diff(numbers);
    const apart = diff(begins).map((count, i) => count / later[i]);
    const gaps = diff(epochs);
    const within = diff(steps).filter((_, i) => gaps[i] === 0);
    const isRegular = apart.length > 1 && within.every((gap) => gap > 0) &&
      apart.every((count) => count === apart[0]);
    if (!isRegular) return NaN;
    const usual = within.length ? median(within) : NaN;
    return steps.every((step) => step % usual === 0) ? NaN : apart[0];
  }

  /** @type {(steps: number[], epochs: number[]) => [least: number, most: number]} */
  function boundsOfAnEpoch(steps, epochs) {
    /** @type {Map<number, [first: number, last: number]>} */
    const bounds = new Map();
    epochs.forEach((epoch, i) => {
      const known = bounds.get(epoch);
      bounds.set(epoch, [known ? known[0] : steps[i], Math.max(known ? known[1] : 0, steps[i])]);
    });
    const numbers = [...bounds.keys()].sort((a, b) => a - b);
    if (numbers.length < 2) return [0, 0];
    const of = (/** @type {number} */ epoch) => bounds.get(epoch) ?? [NaN, NaN];
    const earlier = numbers.slice(0, -1);
    const most = min(earlier.map((epoch, i) => of(numbers[i + 1])[0] / (epoch + 1)));
    const each = numbers.map((epoch) => of(epoch)[1] / (epoch + 1));
    // What stands at the end may have been measured after the training.
    const least = max(each[each.length - 1] < most ? each : each.slice(0, -1));
    return [least, justBelow(most)];
  }

  /** The next smaller number. @param {number} value */
  function justBelow(value) {
    if (!(value > 0)) return -Number.MIN_VALUE;
    const bits = new BigInt64Array(new Float64Array([value]).buffer);
    bits[0] -= BigInt(1);
    return new Float64Array(bits.buffer)[0];
  }

  everystep.clocks = {
    MOST_STEPS, clockOf, clocksOf, countThrough, countedFrom0, endsOfEpochs, filled, oneRun,
    rowsAreRuns, secondsOf,
  };
});
