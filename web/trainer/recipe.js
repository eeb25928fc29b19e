// A recipe: how a model is trained, with the fields of everystep/core/recipe.py and its rules, to
// which a table holds it.
"use strict";
everystep.core.add(() => {
  /** @type {Recipe} */
  const DEFAULTS = {
    batch_size: NaN, lr: NaN, epochs: null, steps: null, optimizer: "sgd", momentum: 0,
    nesterov: false, weight_decay: 0, betas: [0.9, 0.999], eps: 1e-8, schedule: null,
    label_noise: 0, accumulation: 1, drop_last: false, batch_growth: [],
  };
  /**
   * What each optimizer of a page reads, beside the learning rate; the package has more.
   * @type {Record<string, (keyof Recipe)[]>}
   */
  const OPTIMIZERS = {
    sgd: ["momentum", "nesterov", "weight_decay"],
    adamw: ["betas", "eps", "weight_decay"],
  };

  /** @type {(rule: string, value: unknown) => never} */
  function refuse(rule, value) {
    throw RangeError(`${rule}, got ${typeof value === "number" ? value : JSON.stringify(value)}`);
  }

  /** @type {Everystep["recipe"]["whole"]} */
  function whole(name, value, minimum, maximum = Infinity) {
    if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
    const span = maximum < Infinity ? `from ${minimum} to ${maximum}` : `of at least ${minimum}`;
    refuse(`${name} must be a whole number ${span}`, value);
  }

  /** @type {Everystep["recipe"]["number"]} */
  function number(name, value, { maximum = Infinity, below = Infinity, positive = false } = {}) {
    const isInside = Number.isFinite(value) && value >= 0 && value <= maximum && value < below;
    if (isInside && (value !== 0 || !positive)) return;
    let expected = "a finite number of at least 0";
    if (positive) expected = "a positive number that is finite";
    else if (maximum < Infinity) expected = `a number from 0 to ${maximum}`;
    else if (below < Infinity) expected = `a number of at least 0 and below ${below}`;
    refuse(`${name} must be ${expected}`, value);
  }

  /** @type {(value: unknown, length: number) => boolean} */
  const isList = (value, length) => Array.isArray(value) && value.length === length;

  /** @param {Recipe} recipe */
  function checkLists({ batch_growth, betas, schedule }) {
    if (!Array.isArray(batch_growth) || !batch_growth.every((pair) => isList(pair, 2))) {
      refuse("batch_growth must be {epoch: batch size}", batch_growth);
    }
    for (const [epoch, size] of batch_growth) {
      whole("batch_growth's epoch", epoch, 1);
      whole("batch_growth's batch size", size, 1);
    }
    if (!isList(betas, 2)) refuse("betas must be two numbers", betas);
    for (const beta of betas) number("betas", beta, { below: 1 });
    if (schedule === null || typeof schedule === "function") return;
    if (!Array.isArray(schedule)) {
      refuse("schedule must be a function of the step, or a list of factors", schedule);
    }
    for (const factor of schedule) number("each factor of schedule", factor);
  }

  /** @param {Recipe} recipe */
  function checkLength({ epochs, steps, accumulation, batch_size, batch_growth }) {
    if ((epochs === null) === (steps === null)) {
      refuse("give either epochs or steps", { epochs, steps });
    }
    if (steps === null) whole("epochs", epochs, 1);
    else whole("steps", steps, 1);
    whole("accumulation", accumulation, 1);
    whole("batch_size", batch_size, 1);
    for (const size of [batch_size, ...batch_growth.map((pair) => pair[1])]) {
      if (size % accumulation) {
        refuse("accumulation must divide the batch size", [accumulation, size]);
      }
    }
  }

  /** @param {Recipe} recipe */
  function checkOptimizer(recipe) {
    const { optimizer, momentum, nesterov } = recipe;
    if (!Object.hasOwn(OPTIMIZERS, optimizer)) {
      const names = Object.keys(OPTIMIZERS).map((name) => `'${name}'`).join(", ");
      refuse(`optimizer must be one of ${names}`, optimizer);
    }
    number("lr", recipe.lr);
    number("weight_decay", recipe.weight_decay);
    number("momentum", momentum, { below: 1 });
    number("eps", recipe.eps);
    if (nesterov && !momentum) throw RangeError("nesterov needs a momentum above 0");
    number("label_noise", recipe.label_noise, { maximum: 1 });
    const own = OPTIMIZERS[optimizer];
    for (const name of Object.values(OPTIMIZERS).flat()) {
      if (!own.includes(name) && `${recipe[name]}` !== `${DEFAULTS[name]}`) {
        throw RangeError(
          `${name} is no setting of ${optimizer}, which has ${["lr", ...own].join(", ")}`);
      }
    }
  }

  /** @type {Everystep["recipe"]["complete"]} */
  function complete(fields) {
    for (const name of Object.keys(fields)) {
      if (!Object.hasOwn(DEFAULTS, name)) throw RangeError(`a recipe has no field ${name}`);
    }
    const recipe = { ...DEFAULTS, ...fields };
    for (const name of /** @type {const} */ (["nesterov", "drop_last"])) {
      if (typeof recipe[name] !== "boolean") refuse(`${name} must be true or false`, recipe[name]);
    }
    checkLists(recipe);
    checkLength(recipe);
    checkOptimizer(recipe);
    recipe.batch_growth = [...recipe.batch_growth].sort((a, b) => a[0] - b[0]);
    return recipe;
  }

  /** @type {(recipe: Recipe, epoch: number, n: number) => number[]} */
  function oneEpoch({ batch_size, batch_growth, drop_last }, epoch, n) {
    const grown = batch_growth.filter(([start]) => start <= epoch).map((pair) => pair[1]);
    const size = grown.pop() ?? batch_size;
    const sizes = Array(Math.floor(n / size)).fill(size);
    if (n % size && !drop_last) sizes.push(n % size);
    if (!sizes.length) {
      throw RangeError(
        `drop_last leaves no batch: batch_size ${size} exceeds ${n} training samples`);
    }
    return sizes;
  }

  /** @type {Everystep["recipe"]["epochBatches"]} */
  function epochBatches(recipe, n) {
    const epochs = [];
    let left = recipe.steps ?? Infinity;
    while (epochs.length !== recipe.epochs && left > 0) {
      epochs.push(oneEpoch(recipe, epochs.length, n).slice(0, left));
      left -= epochs[epochs.length - 1].length;
    }
    return epochs;
  }

  /** @type {Everystep["recipe"]["rates"]} */
  function rates({ lr, schedule }, updates) {
    if (Array.isArray(schedule) && schedule.length !== updates) {
      throw RangeError(`schedule must have one factor for each of the ${updates} updates, ` +
        `got ${schedule.length}`);
    }
    return Float64Array.from({ length: updates }, (_, step) => {
      let factor = 1;
      if (typeof schedule === "function") factor = schedule(step);
      else if (schedule) factor = schedule[step];
      if (!(factor >= 0 && factor < Infinity)) {
        throw RangeError("schedule must give finite factors of at least 0");
      }
      return lr * factor;
    });
  }

  everystep.recipe = { whole, number, complete, epochBatches, rates };
});
