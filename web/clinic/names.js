// What the columns of a log hold, told from their names: everystep/clinic/readers/names.py.
"use strict";
everystep.core.add(() => {
  const { told } = everystep;
  /** @type {(group: string) => Set<string>} */
  const group = (name) => new Set(told.names[name]);
  const [VALIDATION, TEST, TRAINING] = ["validation", "test", "training"].map(group);
  const [LOSS, ACCURACY, RATE] = ["loss", "accuracy", "rate"].map(group);
  const [HOUSEKEEPING, PLAIN, RANKED] = ["housekeeping", "plain", "ranked"].map(group);
  const [OF_VALIDATION, OTHER_SCORES] = ["ofValidation", "otherScores"].map(group);
  const { error: ERROR, scores: SCORES } = told.names;
  /** @type {[Meaning["part"], Set<string>][]} */
  const PARTS = [["val", VALIDATION], ["test", TEST], ["train", TRAINING]];
  const ALL_PARTS = PARTS.map(([, names]) => names);

  /** @type {Everystep["names"]["words"]} */
  function words(name) {
    const spaced = name.replace(/([a-z])([A-Z][a-z])/g, "$1 $2");
    return spaced.toLowerCase().match(/[a-zµ]+|[0-9]+/g) ?? [];
  }

  /** Take `trainloss` or `valacc` apart. @type {(word: string) => string[]} */
  function parts(word) {
    for (const end of ["loss", "accuracy", "acc"]) {
      const begin = word.endsWith(end) ? word.slice(0, -end.length) : "";
      if (begin && ALL_PARTS.some((names) => names.has(begin))) return [begin, end];
    }
    return [word];
  }

  /**
   * The scores that words name, the first to be taken first; F1 is two words.
   * @type {(said: string[]) => string[]}
   */
  function scoresIn(said) {
    const all = new Set([...said, ...said.map((word, i) => word + (said[i + 1] ?? ""))]);
    return SCORES.filter((score) => all.has(score));
  }

  /**
   * @type {(said: string[]) => [quantity: Meaning["quantity"], used: (word: string) => boolean]}
   */
  function quantityOf(said) {
    const has = (/** @type {string} */ word) => said.includes(word);
    const any = (/** @type {Set<string>} */ names) => said.some((word) => names.has(word));
    const learning = (/** @type {string} */ word) =>
      RATE.has(word) || word === "learning" || word === "rate";
    const none = () => false;
    if (any(RATE) || (has("learning") && has("rate"))) return ["rate", learning];
    if ((has("grad") && has("norm")) || has("gradnorm")) return ["metric", none];
    if (has("entropy") && !has("cross")) return ["metric", none];
    if (said.some((word) => LOSS.has(word) || word.endsWith("loss"))) {
      return ["loss", (word) => LOSS.has(word) || word === "cross"];
    }
    const scores = scoresIn(said);
    const isScore = scores.length > 0;
    // The rank of a process is the run's business, a rank correlation is the model's.
    const business = said.filter((word) => HOUSEKEEPING.has(word));
    const isRank = isScore && business.every((word) => word === "rank");
    if (business.length && !isRank) return ["", none];
    const others = ["5", "k", "balanced", "domain", "discriminator", "disc"];
    if (any(ACCURACY) && !others.some(has)) {
      return ["accuracy", (word) => ACCURACY.has(word)];
    }
    if (isScore && !ERROR.some(has)) return ["score", (word) => scores.includes(word)];
    if (isScore || any(OTHER_SCORES)) return ["metric", none];
    if (ERROR.some(has)) return ["error", (word) => ERROR.includes(word)];
    if (has("1") && any(RANKED)) return ["accuracy", (word) => word === "1" || RANKED.has(word)];
    return ["metric", none];
  }

  /** @type {Everystep["names"]["meaning"]} */
  function meaning(name) {
    const said = words(name).flatMap(parts);
    const found = PARTS.find(([, names]) => said.some((word) => names.has(word)));
    const [quantity, isUsed] = quantityOf(said);
    const rest = said.filter((word) =>
      !ALL_PARTS.some((names) => names.has(word)) && !PLAIN.has(word) && !isUsed(word));
    return { part: found ? found[0] : "train", quantity, rest, isNamed: Boolean(found) };
  }

  /** @type {Everystep["names"]["partOfFile"]} */
  function partOfFile(name) {
    const said = words(name).flatMap(parts);
    const found = PARTS.filter(([, names]) => said.some((word) => names.has(word)));
    return found.length === 1 ? found[0][0] : "";
  }

  /** @type {Everystep["names"]["clockColumn"]} */
  function clockColumn(names, wanted) {
    /** @type {Map<string, string>} */
    const plain = new Map();
    for (const name of [...names].reverse()) {
      plain.set(name.trim().toLowerCase().replaceAll(" ", "_"), name);
    }
    for (const name of wanted) {
      const found = plain.get(name);
      if (found !== undefined) return found;
    }
    return null;
  }

  /** The name with the smallest key, of keys that are compared part by part. */
  /** @type {Everystep["names"]["smallest"]} */
  function smallest(names, key) {
    return names.reduce((best, name) => {
      const [a, b] = [key(name), key(best)];
      const differs = a.findIndex((part, i) => part !== b[i]);
      return differs >= 0 && a[differs] < b[differs] ? name : best;
    });
  }

  /** @type {Everystep["names"]["placeAmongErrors"]} */
  const placeAmongErrors = (name) => ERROR.findIndex((word) => words(name).includes(word));
  /** @type {Everystep["names"]["placeAmongScores"]} */
  const placeAmongScores = (name) => SCORES.indexOf(scoresIn(words(name))[0]);
  /** @type {Everystep["names"]["isScore"]} */
  const isScore = (name) => scoresIn(words(name)).length > 0 ||
    words(name).some((word) => OTHER_SCORES.has(word));
  /** @type {Everystep["names"]["isOfValidation"]} */
  const isOfValidation = (name) => words(name).some((word) => OF_VALIDATION.has(word));

  everystep.names = {
    clockColumn, isOfValidation, isScore, meaning, partOfFile, placeAmongErrors, placeAmongScores,
    smallest, words,
  };
});
