// Schedules as a reader sets them: their settings, the schedule that they make, and PyTorch code
// that makes the same. A test runs the code and compares every rate.
"use strict";
(() => {
  const { schedules, readings: { wholeFrom, real, oneOf } } = everystep;

  /** Updates of a schedule, at most: cosine with restarts counts its restarts one by one. */
  const MOST = 1e5;
  /** Moments in the table, at most. */
  const MOST_ROWS = 20;

  /**
   * By name: how a text is read, what stands there at first, and its label.
   * @type {Record<string, [read: Reading, first: string, label: string]>}
   */
  const FIELDS = {
    peak: [real({ positive: true }), "0.4", "peak rate"],
    updates: [wholeFrom(1, MOST), "1000", "updates in all"],
    warmup: [wholeFrom(0, MOST), "0", "warm-up updates"],
    every: [wholeFrom(1, MOST), "300", "updates between cuts"],
    factor: [real({ maximum: 1 }), "0.1", "factor of a cut"],
    decay: [real({ maximum: 1 }), "0.995", "factor per update"],
    power: [real({ positive: true }), "1", "power"],
    period: [wholeFrom(1, MOST), "200", "updates to the first restart"],
    growth: [wholeFrom(1, 1000), "1", "growth of the periods"],
    rise: [real({ maximum: 1 }), "0.3", "share of the rise"],
    start: [real({ maximum: 1 }), "0.04", "start (share of the peak)"],
    end: [real({ maximum: 1 }), "0.000004", "end (share of the peak)"],
    cooldown: [wholeFrom(1, MOST), "250", "updates of the cooldown"],
    floor: [real({ maximum: 1 }), "0", "floor (share of the peak)"],
  };
  const BEFORE = ["peak", "updates", "warmup"];

  /**
   * By name: the settings of a form, the schedule that follows the warm-up for n updates, and the
   * same as PyTorch's schedulers, each after `begin`. The code speaks of `peak`, `updates`,
   * `warmup`, and of `rest`, what the warm-up leaves.
   * @type {Record<string, Form>}
   */
  const FORMS = {
    "constant": {
      fields: [],
      make: () => schedules.constant(),
      code: () => [{ name: "constant", call: "ConstantLR(optimizer, factor=1.0)" }],
    },
    "step decay": {
      fields: ["every", "factor"],
      make: ({ every, factor }) => schedules.step_decay(every, factor),
      code: ({ every, factor }) => [
        { name: "steps", call: `StepLR(optimizer, step_size=${every}, gamma=${factor})` },
      ],
    },
    "exponential": {
      fields: ["decay"],
      make: ({ decay }) => schedules.exponential(decay),
      code: ({ decay }) => [{ name: "falling", call: `ExponentialLR(optimizer, gamma=${decay})` }],
    },
    "polynomial": {
      fields: ["power"],
      make: ({ power }, n) => schedules.polynomial(n, power),
      code: ({ power }, rest) => [
        { name: "falling",
          call: `PolynomialLR(\n    optimizer, total_iters=${rest}, power=${power}\n)` },
      ],
    },
    "cosine": {
      fields: ["floor"],
      make: ({ floor }, n) => schedules.cosine(n, floor),
      code: ({ floor }, rest) => [{
        name: "falling",
        call: `CosineAnnealingLR(\n    optimizer, T_max=${rest}, eta_min=${floor} * peak\n)`,
      }],
    },
    "cosine with restarts": {
      fields: ["period", "growth", "floor"],
      make: ({ period, growth, floor }) => schedules.cosine_restarts(period, growth, floor),
      code: ({ period, growth, floor }) => [{
        name: "falling",
        call: "CosineAnnealingWarmRestarts(\n" +
          `    optimizer, T_0=${period}, T_mult=${growth}, eta_min=${floor} * peak\n)`,
      }],
    },
    "one-cycle": {
      fields: ["rise", "start", "end"],
      make: ({ rise, start, end }, n) => schedules.one_cycle(n, rise, start, end),
      code: ({ rise, start, end }) => [{
        name: "cycle",
        call: "OneCycleLR(\n    optimizer,\n    max_lr=peak,\n    total_steps=updates,\n" +
          `    pct_start=${rise},\n    div_factor=1 / ${start},\n` +
          `    final_div_factor=${start} / ${end},\n    cycle_momentum=False,\n)`,
      }],
    },
    "constant, then cooldown": {
      fields: ["cooldown", "floor"],
      make: ({ cooldown, floor }, n) => schedules.cooldown(n, cooldown, floor),
      code: ({ cooldown, floor, updates, warmup }) => {
        const falling = {
          name: "falling", begin: `updates - ${cooldown}`,
          call: "LinearLR(\n" +
            `    optimizer,\n    start_factor=1.0,\n    end_factor=${floor},\n` +
            `    total_iters=${cooldown},\n)`,
        };
        if (cooldown === updates - warmup) return [falling];
        return [{ name: "constant", call: "ConstantLR(optimizer, factor=1.0)" }, falling];
      },
    },
  };
  /** One-cycle rises by itself. */
  const WITHOUT_WARMUP = "one-cycle";

  /** @type {Everystep["compose"]["fieldsOf"]} */
  const fieldsOf = (form) => [
    ...BEFORE.filter((name) => name !== "warmup" || form !== WITHOUT_WARMUP),
    ...FORMS[form].fields,
  ];

  /** @param {Composed} composed */
  function check({ form, values: { updates, warmup, cooldown, rise, start, end } }) {
    if (warmup >= updates) {
      throw RangeError(`warmup must be below the schedule's ${updates} updates, got ${warmup}`);
    }
    if (form === "constant, then cooldown" && cooldown > updates - warmup) {
      throw RangeError(`cooldown must be at most ${updates - warmup}, the updates after the ` +
        `warm-up, got ${cooldown}`);
    }
    if (form !== WITHOUT_WARMUP) return;
    // There PyTorch's OneCycleLR divides by zero.
    if (!(rise * updates > 1 && rise < 1)) {
      throw RangeError(`rise must be above 1 / ${updates}, one update, and below 1, got ${rise}`);
    }
    if (!(start > 0 && end > 0)) {
      throw RangeError(`start and end must be above 0, got ${start} and ${end}`);
    }
  }

  /** @type {Everystep["compose"]["read"]} */
  function read(texts) {
    const form = /** @type {string} */ (oneOf(Object.keys(FORMS))("form", texts.form ?? "cosine"));
    const fields = fieldsOf(form);
    for (const name of Object.keys(texts)) {
      if (name !== "form" && !fields.includes(name)) {
        throw RangeError(`${form} has no setting ${JSON.stringify(name)}`);
      }
    }
    const values = Object.fromEntries(fields.map((name) => {
      const [reading, first] = FIELDS[name];
      return [name, Number(reading(name, texts[name] ?? first))];
    }));
    const composed = { form, values: { warmup: 0, ...values } };
    check(composed);
    return composed;
  }

  /** @type {Everystep["compose"]["moments"]} */
  function moments(text) {
    const reading = wholeFrom(0, MOST);
    const steps = text.split(/[\s,]+/).filter(Boolean).map((part) => Number(reading("rows", part)));
    if (steps.length > MOST_ROWS) {
      throw RangeError(`rows must be at most ${MOST_ROWS} updates, got ${steps.length}`);
    }
    return [...new Set(steps)].sort((a, b) => a - b);
  }

  /** @type {Everystep["compose"]["rateOf"]} */
  function rateOf({ form, values }) {
    const { peak, updates, warmup } = values;
    const factor = schedules.warmup(warmup, FORMS[form].make(values, updates - warmup));
    return (step) => peak * factor(step);
  }

  /** @type {Everystep["compose"]["python"]} */
  function python({ form, values }) {
    const { peak, updates, warmup } = values;
    const rising = {
      name: "rising",
      call: "LinearLR(\n    optimizer,\n    start_factor=1 / (warmup + 1),\n    end_factor=1.0,\n" +
        "    total_iters=warmup,\n)",
    };
    const then = FORMS[form].code(values, warmup ? "updates - warmup" : "updates");
    /** @type {ReturnType<Form["code"]>} */
    const parts = warmup ? [rising, { ...then[0], begin: "warmup" }, ...then.slice(1)] : then;
    const classes = parts.map(({ call }) => call.slice(0, call.indexOf("(")));
    if (parts.length > 1) classes.push("SequentialLR");
    const names = parts.map(({ name }) => name).join(", ");
    const milestones = parts.slice(1).map(({ begin }) => begin).join(", ");
    return [
      "import torch",
      `from torch.optim.lr_scheduler import ${[...new Set(classes)].sort().join(", ")}`,
      "",
      ...[["peak", peak], ["updates", updates], ...(warmup ? [["warmup", warmup]] : [])].map(
        ([name, value]) => `${name} = ${value}`),
      "optimizer = torch.optim.SGD(model.parameters(), lr=peak)",
      ...(parts.length === 1 ? [`scheduler = ${parts[0].call}`] : [
        ...parts.map(({ name, call }) => `${name} = ${call}`),
        `scheduler = SequentialLR(optimizer, [${names}], milestones=[${milestones}])`,
      ]),
      `# After each of the ${updates} updates: optimizer.step(), then scheduler.step()`,
    ].join("\n");
  }

  everystep.compose = {
    FIELDS, FORMS: Object.keys(FORMS), fieldsOf, read, moments, rateOf, python,
  };
})();
