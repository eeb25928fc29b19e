// A diagnosis in words: everystep/clinic/report.py.
"use strict";
everystep.core.add(() => {
  const {
    told, numbers: { diff, fixed, general, max, median, min, percent },
    curves: { finite, places }, remarks: { moment, of: remarks, passes, place },
    schedule: { describe }, validation: { curveOf },
  } = everystep;

  const STAYS = 0.02; // an accuracy that ends this near to its best

  /** @type {Everystep["sections"]} */
  function sections(diagnosis) {
    /** @type {[title: string, lines: string[]][]} */
    const parts = [
      ["What the log says", says(diagnosis)],
      ["Do its numbers agree?", agrees(diagnosis)],
      ["What it suggests", suggests(diagnosis)],
      ["What could not be asked", unasked(diagnosis)],
      ["What next", next(diagnosis)],
      ["What was assumed", diagnosis.log.notes],
    ];
    return parts.filter(([, lines]) => lines.length);
  }

  /** @type {(number: number, what: string, words: string) => string} */
  const many = (number, what, words) => `${words} ${what}${number === 1 ? "" : "s"}`;

  /** @param {Diagnosis} diagnosis */
  function says({ log, counts, schedule }) {
    const ofRun = log.run ? ` (${log.run})` : "";
    const lines = [`Format: ${log.format}.`];
    const planned = (/** @type {number | null} */ n, as = fixed) =>
      (n ? ` of ${as(n)} planned` : "");
    const { stepsMade, epochsMade, stepsPerEpoch, samplesPerUpdate, isAtLeast } = counts;
    if (stepsMade) {
      const made = many(stepsMade, "update", fixed(stepsMade));
      lines.push(`${made}${planned(counts.stepsPlanned)}${ofRun}.`);
    }
    if (epochsMade) {
      const digits = Number.isInteger(stepsPerEpoch) ? 0 : 1;
      const each = stepsPerEpoch
        ? `, ${many(stepsPerEpoch, "update", fixed(stepsPerEpoch, digits))} each` : "";
      const made = many(epochsMade, "epoch", passes(epochsMade));
      lines.push(`${made}${planned(counts.epochsPlanned, passes)}${each}${ofRun}.`);
    }
    if (counts.begun) {
      const number = fixed(Math.trunc(epochsMade ?? 0) + 1);
      const part = percent(counts.begun, 1);
      lines.push(`Epoch ${number} was begun and not ended: ${part} of it was made.`);
    }
    if (samplesPerUpdate) {
      const known = ["devices", "accumulation"].find((name) => name in log.facts) ?? "";
      const [least, why] = isAtLeast ? ["at least ", `, ${told.atLeast[known]}`] : ["", ""];
      const samples = many(samplesPerUpdate, "sample", fixed(samplesPerUpdate));
      lines.push(`An update has ${least}${samples}${why}.`);
    }
    for (const [part, n] of [["training", counts.train], ["validation", log.facts.n_val]]) {
      if (n) lines.push(`The ${part} set has about ${fixed(Number(n))} samples.`);
    }
    lines.push(`Learning rate: ${describe(schedule, counts.stepsPlanned, stepsPerEpoch)}.`);
    for (const [role, called] of told.parts) {
      for (const curve of log.curves[role] ?? []) {
        lines.push(`${called} (${curve.name}): ${course(curve)}.`);
      }
    }
    return [...lines, ...notTheBeginning(log)];
  }

  /** @param {RunLog} log */
  function notTheBeginning({ curves }) {
    const lines = [];
    for (const curve of [...(curves.train_loss ?? []), ...(curves.val_loss ?? [])]) {
      const x = places(curve);
      const gaps = diff(x);
      const usual = gaps.length > 1 ? 3 * median(gaps) : 0;
      if (x[0] > usual && usual > 0) {
        lines.push(`${curve.name} begins at ${place(curve, 0)}; what came before is not in this ` +
          "file, or no finite number.");
      }
    }
    const accuracy = curves.train_accuracy?.[0]?.values[0];
    if (accuracy !== undefined && accuracy > 0.99) {
      lines.push(`The first record has a training accuracy of ${percent(accuracy, 2)}: either ` +
        "the task is very easy, or the log continues an earlier training.");
    }
    return lines;
  }

  /** How a curve goes, in words. @param {Curve} curve */
  function course(curve) {
    const known = finite(curve);
    const { values } = known;
    const gone = curve.values.length - values.length;
    if (!values.length) return "no finite value";
    if (values.length === 1) return `${general(values[0], 4)}, recorded once`;
    const [low, high] = [min(values), max(values)];
    const [first, last] = [values[0], values[values.length - 1]].map((value) => general(value, 4));
    const words = `from ${first} to ${last} in ${fixed(values.length)} records; ` +
      `lowest ${general(low, 4)} at ${moment(known, values.indexOf(low))}, ` +
      `highest ${general(high, 4)} at ${place(known, values.indexOf(high))}`;
    return words + (gone ? `; ${fixed(gone)} records are not finite` : "");
  }

  /** @param {Diagnosis} diagnosis */
  function agrees({ counts: { contradictions }, log }) {
    const odd = [...contradictions, ...remarks(log)];
    if (odd.length) return odd;
    return ["Nothing in it contradicts itself, as far as it tells the same thing twice."];
  }

  /** @param {Diagnosis} diagnosis */
  function suggests(diagnosis) {
    const lines = shows(diagnosis);
    if (diagnosis.besides) {
      const [verdict, ...signs] = shows(diagnosis.besides);
      const others = signs.filter((sign) => !lines.includes(sign));
      lines.push(`Something else shows as well. ${verdict}`, ...others);
    }
    if (told.sound.includes(diagnosis.cause)) {
      lines.push("Healthy means that no sign of trouble that is looked for here showed; some " +
        "kinds leave none in a log.");
    }
    return lines;
  }

  /** A verdict, and how sure it is. @type {Everystep["headline"]} */
  const headline = (verdict, surely) => verdict + (surely ? ` ${told.surely[surely]}` : "");

  /** A verdict, and what speaks for it. @param {Diagnosis} diagnosis */
  function shows({ log, answer: { question, sign }, cause, told: { verdict }, surely }) {
    const lines = [headline(verdict, surely)];
    if (question && sign) lines.push(`${question.text} Seen: ${sign.text}.`);
    if (cause === "overfitting") lines.push(...turned(log.curves));
    return told.ended.includes(cause) ? [...lines, ...lowest(log)] : lines;
  }

  /** Where validation was best, of a run that could have been another length. */
  function lowest(/** @type {RunLog} */ log) {
    const val = curveOf(log);
    if (!val || val.values.length < 2) return [];
    if (val.values[val.values.length - 1] === min(val.values)) {
      return [`${val.name} was lowest at its last record.`];
    }
    return [`${val.name} was lowest at ${moment(val, val.values.indexOf(min(val.values)))}.`];
  }

  /** Where validation was best, if it ends worse. @param {Curves} curves */
  function turned({ val_loss, val_error, val_accuracy }) {
    const lines = [];
    const loss = [val_loss, val_error].flatMap((some) => (some ? [finite(some[0])] : []))
      .find(({ values }) => values.length);
    const low = loss ? min(loss.values) : 0;
    const isRisen = loss !== undefined && loss.values[loss.values.length - 1] > low;
    if (loss && isRisen) {
      lines.push(`${loss.name} was lowest at ${moment(loss, loss.values.indexOf(low))}.`);
    }
    const accuracy = val_accuracy?.[0];
    if (accuracy && accuracy.values.length > 1) {
      const { values } = accuracy;
      const best = max(values.filter((value) => !Number.isNaN(value)));
      const last = values[values.length - 1];
      lines.push(`Validation accuracy ends at ${percent(last, 1)}, its best ` +
        `was ${percent(best, 1)}.` + (val_loss && isRisen && last > best - STAYS
        ? " Where a loss rises and accuracy stays, the model has become surer of the same mistakes."
        : ""));
    }
    const error = val_loss && val_error ? finite(val_error[0]) : null;
    if (error && error.values.length > 1) {
      const { name, values } = error;
      const best = min(values);
      lines.push(`${name} ends at ${general(values[values.length - 1], 4)}, its best was ` +
        `${general(best, 4)} at ${moment(error, values.indexOf(best))}. If that is what you ` +
        "need, stop by it.");
    }
    return lines;
  }

  /**
   * For each thing that is missing, the causes that could not be looked for, each of them once.
   * @param {Diagnosis} d
   */
  function unasked({ answer, cause, told: { covers } }) {
    /** @type {Map<string, string[]>} */
    const lacking = new Map();
    const known = new Set(["healthy", cause, ...covers, ...answer.refuted]);
    if (known.has("come to rest")) known.add("at rest"); // was asked, without rates
    for (const { sign, missing } of answer.unasked) {
      if (!known.has(sign.cause)) {
        known.add(sign.cause);
        const [need] = told.needs[missing[0]];
        lacking.set(need, [...(lacking.get(need) ?? []), sign.cause]);
      }
    }
    return [...lacking].map(([need, causes]) => {
      const words = causes.join(", ");
      const begin = words[0].toUpperCase() + words.slice(1).toLowerCase();
      return `${begin}: not asked, because the log does not tell ${need}.`;
    });
  }

  /** @param {Diagnosis} diagnosis */
  function next({ answer, log: { curves }, told: { knob, section } }) {
    const lines = [];
    if (knob) lines.push(`Knob: ${knob}.`);
    if (answer.question?.secondRun) {
      lines.push(`A second run that decides: ${answer.question.secondRun}`);
    }
    const missing = answer.unasked.flatMap((unasked_) => unasked_.missing);
    // What is there, though not as a question needs it, is not asked for.
    const records = missing.map((name) => told.needs[name][1]).filter((record) =>
      !told.records[record]?.every((role) => curves[role]));
    for (const record of [...new Set(records)].slice(0, told.mostToRecord)) {
      lines.push(`To record next time: ${record}.`);
    }
    return [...lines, `To read: ${told.chapter}, section “${section}”.`];
  }

  everystep.headline = headline;
  everystep.sections = sections;
});
