// The rule of grading: everystep/bank/grading.py says the same, held to it by a reference table.
"use strict";
(() => {
  /**
   * Read a number as people write it: "1,000", "1 000", "1e3", "0,5". Null: not a number.
   * @param {string} text
   */
  function parseNumber(text) {
    let digits = text.trim().replace("−", "-");
    if (/^[-+]?\d{1,3}(\s\d{3})+([.,]\d+)?$/.test(digits)) digits = digits.replace(/\s/g, "");
    // A group after a leading zero is no thousand: 0,125 is an eighth.
    if (/^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(digits)) digits = digits.replaceAll(",", "");
    digits = digits.replace(",", ".");
    const number = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(digits) ? Number(digits) : NaN;
    return Number.isFinite(number) ? number : null;
  }

  /**
   * Grade an answer, all or nothing; it lists what the question's controls hold.
   * @type {Everystep["grading"]["grade"]}
   */
  function grade(question, answer) {
    const given = answer.filter((part) => part.trim());
    /** @type {(state: Outcome["state"], mistake?: number) => Outcome} */
    const outcome = (state, mistake = -1) => ({ state, mistake });
    if (!given.length) return outcome("empty");
    if (question.type === "numeric") {
      const number = parseNumber(given[0]);
      if (number === null) return outcome("unreadable");
      const { key, tolerance, wrong } = question;
      // 3 * 0.1 is not 0.3: a tolerance of 0 still forgives the last binary digits.
      const is = (/** @type {number} */ value) =>
        Math.abs(number - value) <= tolerance + 8 * Number.EPSILON * Math.abs(value);
      return is(key) ? outcome("right") : outcome("wrong", wrong.findIndex(is));
    }
    const { type, key } = question;
    if (given.length < key.length) return outcome("partial");
    const inOrder = type === "ordering" || type === "matching";
    const fits = (/** @type {string} */ part, /** @type {number} */ i) =>
      inOrder ? given[i] === part : given.includes(part);
    return outcome(given.length === key.length && key.every(fits) ? "right" : "wrong");
  }

  everystep.grading = { parseNumber, grade };
})();
