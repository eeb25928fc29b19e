// The signals of MNIST-1D: unpacked from the letters that everystep/site/trainer.py writes before
// this. A page loads both when a reader asks for them.
"use strict";
(() => {
  const [FEATURES, N_VAL] = [40, 1024];
  const FIRST_LETTER = "?".charCodeAt(0);

  const { counts, letters, low, step } = everystep.signals;
  const y = counts.flatMap((count, label) => Array(count).fill(label));
  const x = Float32Array.from(letters, (letter) =>
    low + step * (letter.charCodeAt(0) - FIRST_LETTER));
  everystep.datasets.mnist1d = () =>
    ({ x, y, features: FEATURES, classes: counts.length, n_val: N_VAL });
})();
