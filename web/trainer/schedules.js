// Learning-rate schedules under the names of everystep/core/schedules.py, held to it by a table.
//
// A schedule takes the number of updates made so far, and returns what the rate is multiplied by.
"use strict";
everystep.core.add(() => {
  const { whole, number } = everystep.recipe;

  /** @type {(first: number, last: number, done: number) => number} */
  const halfCosine = (first, last, done) =>
    last + ((first - last) * (1 + Math.cos(Math.PI * done))) / 2;

  const constant = () => () => 1;

  /** @type {Everystep["schedules"]["step_decay"]} */
  function step_decay(every, factor = 0.1) {
    whole("every", every, 1);
    number("factor", factor, { maximum: 1 });
    return (step) => factor ** Math.floor(step / every);
  }

  /** @type {Everystep["schedules"]["exponential"]} */
  function exponential(factor) {
    number("factor", factor, { maximum: 1 });
    return (step) => factor ** step;
  }

  /** @type {Everystep["schedules"]["polynomial"]} */
  function polynomial(horizon, power = 1) {
    whole("horizon", horizon, 1);
    number("power", power, { positive: true });
    return (step) => (1 - Math.min(step, horizon) / horizon) ** power;
  }

  /** @type {Everystep["schedules"]["cosine"]} */
  function cosine(horizon, floor = 0) {
    whole("horizon", horizon, 1);
    number("floor", floor, { maximum: 1 });
    return (step) => halfCosine(1, floor, Math.min(step, horizon) / horizon);
  }

  /** @type {Everystep["schedules"]["cosine_restarts"]} */
  function cosine_restarts(period, growth = 1, floor = 0) {
    whole("period", period, 1);
    whole("growth", growth, 1);
    number("floor", floor, { maximum: 1 });
    return (step) => {
      let [left, length] = [step, period];
      while (left >= length) [left, length] = [left - length, length * growth];
      return halfCosine(1, floor, left / length);
    };
  }

  /** @type {Everystep["schedules"]["one_cycle"]} */
  function one_cycle(horizon, rise = 0.3, start = 0.04, end = 4e-6) {
    whole("horizon", horizon, 2);
    for (const [name, value] of Object.entries({ rise, start, end })) {
      number(name, value, { maximum: 1 });
    }
    const [top, last] = [rise * horizon - 1, horizon - 1];
    return (step) => {
      const at = Math.min(step, last);
      if (at <= top) return halfCosine(start, 1, top > 0 ? at / top : 1);
      return halfCosine(1, end, (at - top) / (last - top));
    };
  }

  /** @type {Everystep["schedules"]["warmup"]} */
  function warmup(steps, then) {
    whole("steps", steps, 0);
    if (typeof then !== "function") {
      throw RangeError(`then must be a schedule, a function of the step, got ${then}`);
    }
    return (step) => (step < steps ? (step + 1) / (steps + 1) : then(step - steps));
  }

  /** @type {Everystep["schedules"]["warmup_cosine"]} */
  function warmup_cosine(horizon, warmup_steps, floor = 0) {
    whole("horizon", horizon, 1);
    whole("warmup_steps", warmup_steps, 0, horizon - 1);
    return warmup(warmup_steps, cosine(horizon - warmup_steps, floor));
  }

  /** @type {Everystep["schedules"]["cooldown"]} */
  function cooldown(horizon, cooldown_steps, floor = 0) {
    whole("horizon", horizon, 1);
    whole("cooldown_steps", cooldown_steps, 1, horizon);
    number("floor", floor, { maximum: 1 });
    const begin = horizon - cooldown_steps;
    return (step) =>
      1 - (1 - floor) * Math.min(Math.max(step - begin, 0), cooldown_steps) / cooldown_steps;
  }

  /** @type {Everystep["schedules"]["reduce_on_plateau"]} */
  function reduce_on_plateau(losses, factor = 0.1, patience = 10, threshold = 1e-4) {
    number("factor", factor, { maximum: 1 });
    number("threshold", threshold, { maximum: 1 });
    whole("patience", patience, 0);
    let [best, waited] = [Infinity, 0];
    const factors = [1];
    for (const loss of losses) {
      [best, waited] = loss < best * (1 - threshold) ? [loss, 0] : [best, waited + 1];
      const cut = waited > patience;
      factors.push(factors[factors.length - 1] * (cut ? factor : 1));
      if (cut) waited = 0;
    }
    return factors;
  }

  everystep.schedules = {
    constant, step_decay, exponential, polynomial, cosine, cosine_restarts, one_cycle, warmup,
    warmup_cosine, cooldown, reduce_on_plateau,
  };
});
