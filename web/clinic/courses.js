// How a curve goes: where it starts and ends, its noise, its order: everystep/clinic/courses.py.
"use strict";
everystep.core.add(() => {
  const {
    numbers: { diff, mean, median, min, max, range, split }, curves: { at, finite, places },
  } = everystep;
  const [MOST_BINS, MOST_RECORDS, ROUNDING] = [10, 1000, 1e-12];
  const [LEAP, MOST_LEAPS] = [2, 2];

  /**
   * The finite records, means of neighbors if there are many.
   * @type {Everystep["courses"]["usable"]}
   */
  function usable(curve) {
    const known = curve && finite(curve);
    if (!known || !known.values.length) return null;
    const n = known.values.length;
    const parts = split(range(n), Math.min(n, MOST_RECORDS));
    const last = at(known, parts.map((part) => part[part.length - 1]));
    return { ...last, values: parts.map((part) => mean(part.map((i) => known.values[i]))) };
  }

  /** @param {number} n */
  const tenth = (n) => Math.max(1, Math.floor(n / 10));
  /** @type {Everystep["courses"]["firstLevel"]} */
  const firstLevel = ({ values }) => median(values.slice(0, tenth(values.length)));
  /** @type {Everystep["courses"]["start"]} */
  const start = (curve) => Math.max(firstLevel(curve), curve.values[0]);
  /** @type {Everystep["courses"]["end"]} */
  const end = ({ values }) => median(values.slice(-tenth(values.length)));

  /**
   * Moving medians over a tenth of the records; of few, the values.
   * @type {Everystep["courses"]["smoothed"]}
   */
  function smoothed(values) {
    const n = values.length;
    if (n < 10) return values;
    const half = Math.max(1, Math.floor(n / 20));
    const mirrored = (/** @type {number} */ i) => (i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i);
    return range(n).map((i) =>
      median(range(2 * half + 1).map((k) => values[mirrored(i - half + k)])));
  }

  /** @type {Everystep["courses"]["noise"]} */
  function noise(values) {
    if (values.length < 3) return 0;
    return median(diff(diff(values)).map(Math.abs)) / (Math.sqrt(6) * 0.6745);
  }

  /** The range as a fraction of the highest. @type {Everystep["courses"]["variation"]} */
  function variation({ values }) {
    const highest = max(values);
    return highest > 0 ? (highest - min(values)) / highest : 0;
  }

  /**
   * A curve's leap; 0 if it rose so far again and again, as some batch of each epoch may.
   * @type {Everystep["courses"]["loneLeap"]}
   */
  function loneLeap(curve) {
    const high = LEAP * start(curve);
    const areHigh = curve.values.map((value) => value > high);
    const times = areHigh.filter((isHigh, i) => isHigh && !areHigh[i - 1]).length;
    return times <= MOST_LEAPS ? leap(curve) : 0;
  }

  /**
   * By what part of itself the last tenth lies below the tenth before it; infinity of few records.
   * @type {Everystep["courses"]["fallAtTheEnd"]}
   */
  function fallAtTheEnd(curve) {
    const n = Math.floor(curve.values.length / 10);
    const rest = end(curve);
    return n < 2 || rest <= 0 ? Infinity : median(curve.values.slice(-2 * n, -n)) / rest - 1;
  }

  /**
   * How many times its start a curve rose to, if it came back below; 0 if it did not.
   * @type {Everystep["courses"]["leap"]}
   */
  function leap(curve) {
    const [begin, high] = [start(curve), max(curve.values)];
    const place = curve.values.indexOf(high);
    const hasComeBack = min(curve.values.slice(place)) <= begin;
    return place && begin > 0 && hasComeBack ? high / begin : 0;
  }

  /**
   * Mean and its standard error of the tenth of the records that are nearest.
   * @type {Everystep["courses"]["level"]}
   */
  function level(curve, to) {
    const distances = places(curve).map((place) => Math.abs(place - to));
    const near = range(distances.length).sort((a, b) => distances[a] - distances[b])
      .slice(0, tenth(distances.length)).map((i) => curve.values[i]);
    const middle = mean(near);
    const deviation = Math.sqrt(mean(near.map((value) => (value - middle) ** 2)));
    return [middle, deviation / Math.sqrt(near.length)];
  }

  /**
   * 1 if values only fall, −1 if they only rise, 0 without order.
   * @type {Everystep["courses"]["fallsInOrder"]}
   */
  function fallsInOrder(values) {
    if (values.length < 2) return 0;
    const means = split(values, Math.min(values.length, MOST_BINS)).map(mean);
    const signs = means.flatMap((earlier, i) => means.slice(i + 1).map((later) => {
      const fallen = earlier - later;
      return Math.abs(fallen) > ROUNDING * Math.abs(earlier) ? Math.sign(fallen) : 0;
    }));
    return mean(signs);
  }

  everystep.courses = {
    usable, firstLevel, start, end, smoothed, noise, variation, leap, loneLeap,
    fallAtTheEnd, level, fallsInOrder,
  };
});
