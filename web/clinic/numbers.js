// Numbers as the package computes and prints them: NumPy's small functions, and Python's formats,
// which round a tie to the even digit.
"use strict";
everystep.core.add(() => {
  const MORE = 25; // digits that tell a tie from what is near one

  /** @type {(head: string, tail: string) => string} */
  function rounded(head, tail) {
    const isTie = /^50*$/.test(tail);
    const goesUp = isTie ? Number(head.at(-1)) % 2 === 1 : tail >= "5";
    return goesUp ? String(BigInt(head) + BigInt(1)).padStart(head.length, "0") : head;
  }

  /** @type {(value: number) => string} */
  const notFinite = (value) => (value > 0 ? "inf" : value < 0 ? "-inf" : "nan");

  /** @type {(digits: string) => string} */
  const grouped = (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ",");

  /** @type {Everystep["numbers"]["fixed"]} */
  function fixed(value, places = 0) {
    if (!Number.isFinite(value)) return notFinite(value);
    const size = Math.abs(value);
    const isLarge = size >= 1e21;
    const [a, b] = (isLarge ? `${BigInt(size)}.${"0".repeat(places + 1)}`
      : size.toFixed(places + MORE)).split(".");
    const all = rounded(a + b.slice(0, places), b.slice(places));
    const [whole, part] = [all.slice(0, all.length - places), all.slice(all.length - places)];
    const sign = value < 0 || Object.is(value, -0) ? "-" : "";
    return sign + grouped(whole) + (part && `.${part}`);
  }

  /** @type {Everystep["numbers"]["general"]} */
  function general(value, digits) {
    if (!Number.isFinite(value)) return notFinite(value);
    const sign = value < 0 || Object.is(value, -0) ? "-" : "";
    const [mantissa, power] = Math.abs(value).toExponential(digits + MORE).split("e");
    const all = mantissa.replace(".", "");
    let head = rounded(all.slice(0, digits), all.slice(digits));
    const exponent = Number(power) + head.length - digits;
    head = head.slice(0, digits);
    if (exponent >= -4 && exponent < digits) {
      const text = exponent < 0 ? "0".repeat(-exponent) + head : head;
      const point = Math.max(exponent, 0) + 1;
      const part = text.slice(point).replace(/0+$/, "");
      return sign + grouped(text.slice(0, point)) + (part && `.${part}`);
    }
    const part = head.slice(1).replace(/0+$/, "");
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return sign + head[0] + (part && `.${part}`) + (exponent < 0 ? "e-" : "e+") + size;
  }

  /** @type {Everystep["numbers"]["percent"]} */
  const percent = (share, places) => `${fixed(100 * share, places)}%`;

  /** @type {Everystep["numbers"]["round"]} */
  function round(value) {
    const low = Math.floor(value);
    const above = value - low;
    if (above !== 0.5) return above > 0.5 ? low + 1 : low;
    return low % 2 === 0 ? low : low + 1;
  }

  /** @type {Everystep["numbers"]["range"]} */
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  /** @type {Everystep["numbers"]["sum"]} */
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  /** @type {Everystep["numbers"]["mean"]} */
  const mean = (values) => sum(values) / values.length;

  /** @type {Everystep["numbers"]["median"]} */
  function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * Of arrays of any length, which spread arguments are not.
   * @type {Everystep["numbers"]["max"]}
   */
  const max = (values) => values.reduce((most, value) => (value > most ? value : most), -Infinity);
  /** @type {Everystep["numbers"]["min"]} */
  const min = (values) => values.reduce((low, value) => (value < low ? value : low), Infinity);
  /** @type {Everystep["numbers"]["diff"]} */
  const diff = (values) => values.slice(1).map((value, i) => value - values[i]);

  /** @type {Everystep["numbers"]["split"]} */
  function split(values, count) {
    const [size, longer] = [Math.floor(values.length / count), values.length % count];
    let end = 0;
    return range(count).map((part) => {
      const begin = end;
      end += size + (part < longer ? 1 : 0);
      return values.slice(begin, end);
    });
  }

  /** @type {Everystep["numbers"]["line"]} */
  function line(x, y) {
    const [middle, level] = [mean(x), mean(y)];
    let [up, across] = [0, 0];
    x.forEach((place, i) => {
      up += (place - middle) * (y[i] - level);
      across += (place - middle) ** 2;
    });
    const slope = up / across;
    return [slope, level - slope * middle];
  }

  /** @type {Everystep["numbers"]["interpolated"]} */
  function interpolated(place, x, y) {
    const last = x.length - 1;
    if (place >= x[last]) return y[last];
    if (place <= x[0]) return y[0];
    let [low, high] = [0, last];
    while (high - low > 1) {
      const half = (low + high) >> 1;
      if (x[half] <= place) low = half; else high = half;
    }
    return y[low] + ((y[high] - y[low]) / (x[high] - x[low])) * (place - x[low]);
  }

  everystep.numbers = {
    fixed, general, percent, round, range, sum, mean, median, max, min, diff, split, line,
    interpolated,
  };
});
