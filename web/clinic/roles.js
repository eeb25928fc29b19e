// From a table to curves, and what was left aside: everystep/clinic/readers/roles.py.
"use strict";
everystep.core.add(() => {
  const {
    told, names: {
      isOfValidation, isScore, meaning, placeAmongErrors, placeAmongScores, smallest, words,
    },
    numbers: { fixed, max, min, range },
    tables: { LogError, columnOf, listed, withoutZeros },
  } = everystep;
  const OPPONENTS = new Set(told.names.opponents);
  const [LARGEST, LEAST_AT_0] = [1e30, 3];

  /** @type {Everystep["curves"]["at"]} */
  function at(curve, records) {
    const some = (/** @type {number[] | null} */ clock) => clock && records.map((i) => clock[i]);
    return {
      name: curve.name,
      values: records.map((i) => curve.values[i]),
      steps: some(curve.steps), epochs: some(curve.epochs), seconds: some(curve.seconds),
    };
  }

  /** @type {Everystep["curves"]["finite"]} */
  const finite = (curve) =>
    (curve.values.every(Number.isFinite) ? curve
      : at(curve, range(curve.values.length).filter((i) => Number.isFinite(curve.values[i]))));

  /** @type {Everystep["curves"]["places"]} */
  const places = (curve) => curve.steps ?? curve.epochs ?? curve.values.map((_, i) => i + 1);

  /** Gives the columns of a table their roles. */
  class Roles {
    /**
     * @param {LogTable} table @param {Clocks} clocks
     * @param {Record<string, string>} chosen @param {string[]} notes
     * @param {Meaning["part"] | ""} part that the file's name says it is of
     */
    constructor(table, clocks, chosen, notes, part) {
      this.table = table;
      this.clocks = clocks;
      this.notes = notes;
      this.chosen = new Map(Object.entries(chosen));
      this.meanings = new Map(table.names.filter((name) => columnOf(table, name)[1].includes(true))
        .map((name) => [name, meaning(name)]));
      /** @type {Set<string>} */
      this.used = new Set();
      /** @type {string[]} */
      this.odd = []; // what a reader should look at, a sentence each
      this.leaveOutUnmeasured();
      this.takePartOfFile(part);
      this.takePartsForLosses();
      this.takeErrorsForLosses();
      this.takeForValidation("accuracy");
      this.takeForValidation("error");
      this.leaveOutZeros();
    }

    /** Columns of validation that only say NaN, where the training went well. */
    leaveOutUnmeasured() {
      const isFinite = [...this.meanings].some(([name, says]) => {
        const [values, present] = columnOf(this.table, name);
        return says.part === "train" && says.quantity === "loss" &&
          Number.isFinite(values[present.lastIndexOf(true)]);
      });
      if (!isFinite) return;
      const chosen = new Set(this.chosen.values());
      const none = [...this.meanings].filter(([name, says]) =>
        says.part !== "train" && columnOf(this.table, name)[0].every(Number.isNaN));
      for (const [name, { part, quantity }] of none) {
        if (chosen.has(name)) continue;
        if (part === "val" && quantity === "loss") {
          this.odd.push(`${name} is NaN in every record, though the training loss is finite: ` +
            "perhaps masking leaves no label of that set, or its evaluation overflowed.");
        }
        this.meanings.delete(name);
      }
      if (none.length) {
        this.notes.push("Not measured, for there is no number but NaN: " +
          `${listed(none.map(([name]) => name))}.`);
      }
    }

    /**
     * Columns are of the part of the data that the file is called by, if none names one.
     * @param {Meaning["part"] | ""} part
     */
    takePartOfFile(part) {
      const ofModel = [...this.meanings].filter(([, { quantity }]) =>
        quantity && quantity !== "rate");
      if (!part || part === "train" || ofModel.some(([, { isNamed }]) => isNamed)) return;
      for (const [name, says] of ofModel) this.meanings.set(name, { ...says, part, isNamed: true });
      this.notes.push("The columns were read as of " +
        `${part === "val" ? "validation" : "a test set"}, for the file is called so.`);
    }

    /** Columns that are called train and val, and no more, are losses if nothing else is. */
    takePartsForLosses() {
      const all = [...this.meanings];
      if (all.some(([, { quantity }]) => ["loss", "accuracy"].includes(quantity))) return;
      const taken = all.filter(([, { isNamed, quantity, rest }]) =>
        isNamed && quantity === "metric" && !rest.length);
      for (const [name, says] of taken) this.meanings.set(name, { ...says, quantity: "loss" });
      if (taken.length) {
        this.notes.push(`${listed(taken.map(([name]) => name))}: taken for losses, for no column ` +
          "is called so.");
      }
    }

    /** An error of training and of validation is the losses, if nothing else is. */
    takeErrorsForLosses() {
      if ([...this.meanings.values()].some(({ quantity }) => quantity === "loss")) return;
      const errors = ["train", "val"].flatMap((part) => [...this.meanings].filter(([, says]) =>
        says.part === part && says.quantity === "error"));
      for (const word of told.names.error) {
        const pair = errors.filter(([name]) => words(name).includes(word));
        if (pair.length !== 2 || pair[0][1].part === pair[1][1].part) continue;
        for (const [name, says] of pair) this.meanings.set(name, { ...says, quantity: "loss" });
        this.notes.push(`${listed(pair.map(([name]) => name))}: read as the losses, for no ` +
          "column is called so.");
        return;
      }
    }

    /**
     * Who writes train_loss, val_loss and accuracy means the accuracy in validation.
     * @param {string} quantity
     */
    takeForValidation(quantity) {
      const is = (/** @type {string} */ part, /** @type {string} */ what) =>
        [...this.meanings.values()].some((says) =>
          says.isNamed && says.part === part && says.quantity === what);
      if (!is("train", "loss") || !is("val", "loss") || is("val", quantity)) return;
      // Where validation has rows of its own, what never stands in them is not of it.
      const rows = [...this.meanings].filter(([, { part, quantity: what }]) =>
        part === "val" && what === "loss").map(([name]) => columnOf(this.table, name)[1]);
      const taken = [...this.meanings].filter(([name, says]) =>
        says.quantity === quantity && !says.isNamed &&
          columnOf(this.table, name)[1].some((has, i) => has && rows.some((row) => row[i])));
      for (const [name, says] of taken) this.meanings.set(name, { ...says, part: "val" });
      if (taken.length) {
        this.notes.push(`${listed(taken.map(([name]) => name))} names no part of the data; ` +
          "beside losses that do, it was read as of validation.");
      }
    }

    /** Rows in which every column of validation, a loss among them, is exactly 0. */
    leaveOutZeros() {
      const ofVal = [...this.meanings].filter(([, { part }]) => part === "val");
      if (ofVal.length < 2 || ofVal.every(([, { quantity }]) => quantity !== "loss")) return;
      const [table, n] = withoutZeros(this.table, ofVal.map(([name]) => name));
      if ([0, table.rows].includes(n)) return;
      this.notes.push(`In ${fixed(n)} rows all columns of validation are 0: not measured there.`);
      this.table = table;
      const has = (/** @type {string} */ name) => columnOf(table, name)[1].includes(true);
      for (const [name] of ofVal) if (!has(name)) this.meanings.delete(name);
    }

    /** @returns {Curves} */
    curves() {
      /** @type {Curves} */
      const found = {};
      for (const [role, name] of this.chosen) found[role] = this.given(role, name);
      for (const role of told.roles) found[role] ??= this.ofRole(role);
      if (!["val_loss", "val_accuracy", "val_error"].some((role) => found[role].length)) {
        this.takeTestForValidation(found);
      }
      const rest = [...this.meanings].filter(([name, { quantity }]) =>
        quantity && !this.used.has(name));
      if (!this.chosen.has("metric")) found.metric = rest.flatMap(([name]) => this.at0(name));
      if (rest.length) {
        this.notes.push(`Recorded too, and not used here: ${listed(rest.map(([name]) => name))}.`);
      }
      return Object.fromEntries(Object.entries(found).filter(([, curves]) => curves.length));
    }

    /** A score that is 0 in every record, which is worth a remark. @param {string} name */
    at0(name) {
      const [values, present] = columnOf(this.table, name);
      const there = values.filter((_, row) => present[row]);
      const isWorthIt = isScore(name) &&
        ["metric", "score"].includes(this.meanings.get(name)?.quantity ?? "");
      const isAt0 = there.length >= LEAST_AT_0 && there.every((value) => value === 0);
      return isWorthIt && isAt0 ? [this.at(name, values, present)] : [];
    }

    /** @param {string} role @param {string} name */
    given(role, name) {
      if (!told.roles.includes(role)) {
        throw new LogError(`There is no role ${role}; there are ${told.roles.join(", ")}.`);
      }
      if (!name) return [];
      if (!this.table.names.includes(name)) {
        throw new LogError(`There is no column ${name} for ${role}; the columns with numbers are ` +
          `${listed(this.table.names, 20)}.`);
      }
      if (!columnOf(this.table, name)[1].includes(true)) {
        throw new LogError(`The column ${name}, which was to be ${role}, holds no number.`);
      }
      return [role.endsWith("accuracy") ? this.fraction(name) : this.curve(name)];
    }

    /** @param {string} part @param {string} quantity */
    named(part, quantity) {
      const chosen = [...this.chosen.values()];
      return [...this.meanings.keys()].filter((name) => !chosen.includes(name) &&
        this.meanings.get(name)?.part === part && this.meanings.get(name)?.quantity === quantity);
    }

    /** @param {string} role @returns {Curve[]} */
    ofRole(role) {
      if (role === "metric") return [];
      if (role === "rate") {
        return [...this.meanings].filter(([, { quantity }]) => quantity === "rate")
          .map(([name]) => this.curve(name));
      }
      if (role === "val_score") return this.score();
      const [part, quantity] = role.split("_");
      const names = this.named(part, quantity);
      if (!names.length) return [];
      if (quantity === "accuracy") return [this.fraction(this.plainest(names))];
      if (quantity === "error") {
        return [this.curve(smallest(names, (name) => [placeAmongErrors(name)]))];
      }
      return this.losses(names, part);
    }

    /** A score of validation that is at most 1, and was not 0 throughout. @returns {Curve[]} */
    score() {
      let names = this.named("val", "score");
      if (!names.length) {
        names = this.named("train", "score").filter((name) =>
          !this.meanings.get(name)?.isNamed && isOfValidation(name));
      }
      const found = names.filter((name) => {
        const [values, present] = columnOf(this.table, name);
        const there = values.filter((value, i) => present[i] && Number.isFinite(value));
        return there.some((value) => value !== 0) && min(there) >= -1 && max(there) <= 100;
      });
      if (!found.length) return [];
      // Of mAP at one overlap and at many, the stricter says more.
      const keys = (/** @type {string} */ name) =>
        [placeAmongScores(name), words(name).includes("95") ? 0 : 1, words(name).length];
      return [this.fraction(smallest(found, keys))];
    }

    rest(/** @type {string} */ name) {
      return this.meanings.get(name)?.rest ?? [];
    }

    /** @param {string[]} names @param {string} part @returns {Curve[]} */
    losses(names, part) {
      const plain = names.filter((name) => !this.rest(name).length);
      if (plain.length) return [this.curve(this.plainest(plain))];
      const alone = names.map((name) => this.rest(name)).filter((rest) => rest.length === 1);
      if (part === "train" && alone.some(([word]) => OPPONENTS.has(word))) {
        this.notes.push(`${listed(names)} belong to networks that are trained against each ` +
          "other; no question here is made for that.");
        return [];
      }
      if (names.length === 1) return [this.curve(names[0])];
      const ofTraining = this.named("train", "loss").map((name) => this.rest(name).join(" "));
      const isPart = (/** @type {string} */ name) => ofTraining.includes(this.rest(name).join(" "));
      if (part === "train" || names.every(isPart)) return [this.total(names, part)];
      this.notes.push(`There are ${names.length} validation losses: ${listed(names)}.`);
      return names.map((name) => this.curve(name));
    }

    /** @param {string[]} names @param {string} part */
    total(names, part) {
      names.forEach((name) => this.used.add(name));
      const columns = names.map((name) => columnOf(this.table, name));
      const rows = range(this.table.rows);
      this.notes.push(`No column has the whole ${part} loss; its terms were added as they stand: ` +
        `${listed(names)}.`);
      return this.at(
        `sum of ${names.length} ${part} losses`,
        rows.map((row) => columns.reduce((sum, [values]) => sum + values[row], 0)),
        rows.map((row) => columns.every(([, present]) => present[row])));
    }

    /** @param {string[]} names */
    plainest(names) {
      const best = smallest(names, (name) => {
        const records = columnOf(this.table, name)[1].filter(Boolean).length;
        const isOfEpochs = words(name).includes("epoch") && records >= 3;
        return [this.rest(name).length, isOfEpochs ? 0 : 1, -records];
      });
      if (names.length > 1) {
        const others = names.filter((name) => name !== best);
        others.forEach((name) => this.used.add(name));
        this.notes.push(`${best} was taken, and not ${listed(others)}.`);
      }
      return best;
    }

    /** @param {Curves} found */
    takeTestForValidation(found) {
      for (const quantity of ["loss", "accuracy", "error"]) {
        const known = found[`test_${quantity}`];
        const curves = known?.length ? known : this.ofRole(`test_${quantity}`);
        if (!this.chosen.has(`val_${quantity}`) && curves.length && curves[0].values.length > 1) {
          found[`val_${quantity}`] = curves;
          this.notes.push(`${curves[0].name} was recorded during training, so it is read as ` +
            "validation.");
        }
      }
    }

    /** @param {string} name */
    fraction(name) {
      const curve = this.curve(name);
      if (max(curve.values.filter(Number.isFinite)) <= 1.5) return curve;
      this.notes.push(`${name} is in percent.`);
      return { ...curve, values: curve.values.map((value) => value / 100) };
    }

    /** @param {string} name */
    curve(name) {
      this.used.add(name);
      return this.at(name, ...columnOf(this.table, name));
    }

    /** @param {string} name @param {number[]} values @param {boolean[]} present @returns {Curve} */
    at(name, values, present) {
      let rows = range(values.length).filter((row) => present[row]);
      const isGap = rows.map((row) => !Number.isFinite(values[row]));
      const known = range(rows.length).filter((i) => !isGap[i]);
      // A run that has broken stays broken: NaN between numbers means that nothing was measured.
      if (known.length) {
        const last = known[known.length - 1];
        const gaps = known.slice(1).map((place, i) => place - known[i] - 1);
        const longest = Math.max(max(gaps), 0, known[0]);
        const end = rows.length - 1 - last <= longest ? rows.length : last;
        const isMissing = isGap.map((gap, i) => gap && i < end);
        if (isMissing.includes(true)) {
          this.notes.push(
            `Where ${name} is no finite number, and numbers follow, it was read as missing.`);
        }
        rows = rows.filter((_, i) => !isMissing[i]);
      }
      const limited = values.map((value) =>
        (Math.abs(value) > LARGEST ? Math.sign(value) * Infinity : value));
      const { steps, epochs, seconds } = this.clocks;
      return at({ name, values: limited, steps, epochs, seconds }, rows);
    }
  }

  everystep.curves = { Roles, at, finite, places };
});
