// What is odd in the numbers of a log, whatever is wrong: everystep/clinic/remarks.py.
"use strict";
everystep.core.add(() => {
  const {
    numbers: { fixed, general, max, min }, curves: { places }, courses: { leap, level, usable },
  } = everystep;
  const [FAR_APART, LEAP] = [4, 2]; // times

  /** @type {Everystep["remarks"]["of"]} */
  function remarks({ curves }) {
    const [train, val] = [curves.train_loss, curves.val_loss]
      .map((all) => usable(all?.[0] ?? null));
    const lines = train ? notPositive(train.values) : [];
    if (train && val) lines.push(...anotherScale(train, val));
    for (const curve of [train, val]) {
      if (curve && leap(curve) > LEAP) {
        const high = max(curve.values);
        const when = moment(curve, curve.values.indexOf(high));
        lines.push(`${curve.name} leaped to ${general(high, 4)} at ${when}, and came back.`);
      }
    }
    const accuracy = curves.val_accuracy?.[0];
    if (accuracy && accuracy.values.length > 1 && accuracy.values.every((value) => value === 0)) {
      lines.push(`${accuracy.name} is 0 in all ${fixed(accuracy.values.length)} records. If it ` +
        "tells classes apart, guessing would exceed that: labels of the two sets may not be the " +
        "same.");
    }
    const stuck = stuckAt0(curves).map(({ name }) => name);
    if (stuck.length) {
      lines.push(`0 in every record: ${stuck.slice(0, 6).join(", ")}. That was never right, or ` +
        "never measured.");
    }
    return lines;
  }

  /** @type {Everystep["remarks"]["stuckAt0"]} */
  const stuckAt0 = ({ metric }) => (metric ?? []).filter(({ values }) =>
    values.length > 1 && values.every((value) => value === 0));

  /** @param {number[]} values */
  function notPositive(values) {
    const lines = [];
    const zeros = values.filter((value) => value === 0).length;
    if (zeros > 1 && zeros >= values.length / 2) {
      lines.push(`The training loss is exactly 0 in ${fixed(zeros)} of ${fixed(values.length)} ` +
        "records, which the loss of a batch hardly ever is: all its labels may be masked, or " +
        "numbers were lost.");
    }
    if (values.some((value) => value < 0)) {
      lines.push("The training loss goes below 0, so it has no natural zero: how many times it " +
        "fell or rose means nothing.");
    }
    return lines;
  }

  /** @type {(train: Curve, val: Curve) => string[]} */
  function anotherScale(train, val) {
    if (val.values.length < 2 || val.values.some((value) => value <= 0)) return [];
    const times = places(val).map((x, i) => level(train, x)[0] / val.values[i]);
    if (!(min(times) > FAR_APART)) return [];
    const [least, most] = [general(min(times), 3), general(max(times), 3)];
    return [`The training loss is about ${least} to ${most} times ` +
      "the validation loss all along. They are not the same quantity: one may be a sum over " +
      "batches, or have terms that the other has not; or validation is far easier than training."];
  }

  /** @type {Everystep["remarks"]["place"]} */
  function place(curve, record) {
    const x = places(curve)[record];
    return curve.steps ? fixed(x) : passes(x);
  }

  /** @type {Everystep["remarks"]["passes"]} */
  const passes = (number) => (number >= 1000 ? fixed(number) : general(number, 4));

  /** @type {Everystep["remarks"]["moment"]} */
  const moment = (curve, record) =>
    `${curve.steps ? "update" : "epoch"} ${place(curve, record)}`;

  everystep.remarks = { of: remarks, stuckAt0, moment, place, passes };
});
