// From a log to what can be said of it: the tree of questions, which is data that the package wrote
// (everystep/clinic/questions.py, diagnosis.py).
"use strict";
everystep.core.add(() => {
  const { told, count, measuresOf, scheduleOf } = everystep;

  /** @type {(condition: Condition, measures: Measures) => boolean | null} */
  function holds([measure, relation, threshold], measures) {
    const value = measures[measure];
    if (value === undefined) return null;
    return relation === ">" ? value > threshold : value < threshold;
  }

  /** @type {Everystep["questions"]["walk"]} */
  function walk(tree, measures) {
    /** @type {Answer["unasked"]} */
    const unasked = [];
    /** @type {Set<string>} */
    const refuted = new Set();
    for (const question of tree) {
      /** @type {Condition[]} */
      const open = []; // what would have to be known for the sign left
      for (const sign of question.signs) {
        const conditions = [...question.applies, ...(sign.shows.length ? sign.shows : open)];
        const said = conditions.map((condition) => holds(condition, measures));
        if (said.includes(false)) {
          // A sign for logs without something was not looked for in one that has it.
          const isForOthers = conditions.some(([measure], i) =>
            said[i] === false && measure.startsWith("has_"));
          if (!isForOthers) refuted.add(sign.cause);
        } else if (said.includes(null)) {
          const names = new Set(conditions.map(([measure]) => measure));
          unasked.push({ sign, missing: [...names].filter((name) => !(name in measures)) });
          open.push(...sign.shows);
        } else {
          return { question, sign, unasked, refuted };
        }
      }
    }
    return { question: null, sign: null, unasked, refuted };
  }

  /**
   * How sure it is, in a word; "" where nothing is said.
   * @type {(a: Answer, verdict: string, m: Measures) => string}
   */
  function surelyOf({ sign }, verdict, measures) {
    if (!sign || verdict.startsWith("Cannot tell")) return "";
    const validated = measures.val_records ?? 0;
    const records = told.sound.includes(sign.cause) // which rests on validation alone
      ? validated : Math.max(validated, measures.train_records ?? 0);
    const isCounted = sign.shows.every(([measure]) => told.counted.includes(measure));
    return records < told.fewRecords && !isCounted ? told.weaker[sign.surely] : sign.surely;
  }

  /** @type {Everystep["questions"]["examine"]} */
  function examine(log) {
    const schedule = scheduleOf(log);
    const counts = count(log, schedule);
    const measures = measuresOf(log, counts, schedule);
    /** @type {(answer: Answer) => Diagnosis} */
    const diagnosisOf = (answer) => {
      const cause = answer.sign ? answer.sign.cause : told.cannotTell;
      const says = told.causes[cause];
      const surely = surelyOf(answer, says.verdict, measures);
      return { log, schedule, counts, measures, answer, cause, told: says, surely, besides: null };
    };
    const found = diagnosisOf(walk(told.tree, measures));
    const causes = [...found.told.besides, ...told.besidesAny.filter((one) => one !== found.cause)];
    const tree = told.tree.filter(({ signs }) => signs.some(({ cause }) => causes.includes(cause)));
    const answer = walk(tree, measures);
    return answer.sign ? { ...found, besides: diagnosisOf(answer) } : found;
  }

  everystep.questions = { walk, examine };
});
