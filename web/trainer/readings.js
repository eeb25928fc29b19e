// How a text that a reader may have typed, or that stands in an address, becomes a value. What it
// cannot be is thrown as a RangeError that names it.
"use strict";
(() => {
  const { recipe: { whole, number } } = everystep;

  /** @type {Everystep["readings"]["wholeFrom"]} */
  const wholeFrom = (minimum, maximum) => (name, text) => {
    const value = /^\d+$/.test(text) ? Number(text) : text;
    whole(name, value, minimum, maximum);
    return Number(value);
  };

  /** @type {Everystep["readings"]["real"]} */
  const real = (limits) => (name, text) => {
    const value = /^(\d+\.?\d*|\.\d+)(e-?\d+)?$/i.test(text) ? Number(text) : text;
    number(name, value, limits);
    return Number(value);
  };

  /** @type {Everystep["readings"]["oneOf"]} */
  const oneOf = (options) => (name, text) => {
    if (options.includes(text)) return text;
    throw RangeError(`${name} must be one of ${options.join(", ")}, got ${JSON.stringify(text)}`);
  };

  everystep.readings = { wholeFrom, real, oneOf };
})();
