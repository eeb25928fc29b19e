// Means, intervals and paired differences over seeds, as everystep/core/statistics.py computes
// them; a table holds it to that.
"use strict";
(() => {
  /** Seeds below which no interval is given: it would be wide, and lean on luck. */
  const FEWEST = 10;
  // Student's t at 0.975 for 9 to 31 degrees of freedom: scipy.special.stdtrit(df, 0.975).
  const T = [
    2.2621571627982, 2.22813885198627, 2.20098516009164, 2.17881282966723,
    2.16036865646279, 2.1447866879178, 2.13144954555978, 2.11990529922125,
    2.10981557783332, 2.10092204024104, 2.09302405440831, 2.08596344726586,
    2.07961384472768, 2.07387306790403, 2.06865761041905, 2.06389856162802,
    2.0595385527533, 2.05552943864287, 2.05183051648028, 2.04840714179525,
    2.0452296421327, 2.04227245630124, 2.03951344639641,
  ];

  /** @type {(values: number[]) => number} */
  const meanOf = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  /** @type {Everystep["statistics"]["estimate"]} */
  function estimate(values) {
    const [n, mean] = [values.length, meanOf(values)];
    if (n < FEWEST) return { n, mean, low: NaN, high: NaN };
    const squares = values.map((value) => (value - mean) ** 2);
    const deviation = Math.sqrt((meanOf(squares) * n) / (n - 1));
    const half = (T[n - FEWEST] * deviation) / Math.sqrt(n);
    return { n, mean, low: mean - half, high: mean + half };
  }

  /** @type {Everystep["statistics"]["difference"]} */
  function difference(first, second) {
    const values = first.map((value, i) => value - second[i]);
    const above = values.map((value) => (value > 0 ? 1 : value === 0 ? 0.5 : 0));
    return { ...estimate(values), p_above: meanOf(above) };
  }

  everystep.statistics = { FEWEST, estimate, difference };
})();
