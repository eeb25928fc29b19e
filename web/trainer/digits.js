// What pages train on, by the names of the setting "data": at first the course's images alone,
// unpacked from the letters that everystep/site/trainer.py writes.
"use strict";
(() => {
  const [FEATURES, WHITE] = [64, 16];
  const FIRST_LETTER = "A".charCodeAt(0);

  /** @type {Everystep["datasets"]["digits"]} */
  function digits() {
    const { counts, pixels } = everystep.packed;
    const y = counts.flatMap((count, label) => Array(count).fill(label));
    const x = new Float32Array(pixels.length);
    for (let k = 0; k < pixels.length; k++) {
      const [place, image] = [Math.floor(k / y.length), k % y.length];
      x[image * FEATURES + place] = (pixels.charCodeAt(k) - FIRST_LETTER) / WHITE;
    }
    return { x, y, features: FEATURES, classes: counts.length };
  }

  everystep.datasets = { digits };
})();
