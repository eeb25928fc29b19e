// The inner loops of training, and the memory that they work on. Where a browser can, they run as
// WebAssembly with SIMD, which is faster; kernels.wat is their source. Elsewhere the same is done
// in JavaScript.
"use strict";
everystep.core.add(() => {
  const COMPILED =
    "AGFzbQEAAAABHQNgBX9/f39/AGALf39/f39/f39/f38AYAN/f38AAhABBHBhZ2UGbWVtb3J5AgABAwQDAAECBxUC" +
    "CmFkZFByb2R1Y3QAAQRjbGlwAAIKjwYDpQMCB38EeyAAIAFBA3RqIQogACABQXxxQQN0aiELAkADQCAERQ0BIAIo" +
    "AgAhBSACKAIEIQYgAigCCCEHIAIoAgwhCCAD/QoDACEMIAP9CgMIIQ0gA/0KAxAhDiAD/QoDGCEPIAAhCQJAA0Ag" +
    "CSALTw0BIAkgCf0ABAAgDCAF/QAEAP3yASANIAb9AAQA/fIB/fABIA4gB/0ABAD98gEgDyAI/QAEAP3yAf3wAf3w" +
    "Af3wAf0LBAAgCSAJ/QAEECAMIAX9AAQQ/fIBIA0gBv0ABBD98gH98AEgDiAH/QAEEP3yASAPIAj9AAQQ/fIB/fAB" +
    "/fAB/fAB/QsEECAJQSBqIQkgBUEgaiEFIAZBIGohBiAHQSBqIQcgCEEgaiEIDAALCwJAA0AgCSAKTw0BIAkgCSsD" +
    "ACAM/SEAIAUrAwCiIA39IQAgBisDAKKgIA79IQAgBysDAKIgD/0hACAIKwMAoqCgoDkDACAJQQhqIQkgBUEIaiEF" +
    "IAZBCGohBiAHQQhqIQcgCEEIaiEIDAALCyACQRBqIQIgA0EgaiEDIARBBGshBAwACwsL5gEDBX8BfAJ/IAJBA3Qh" +
    "EgJAA0AgAUUNASAHIQsgAyEMIAYhDSAIIQ4gCSEPAkADQCANRQ0BIAwrAwAhECAOIAs2AgAgDyAQOQMAIBBEAAAA" +
    "AAAAAABiIREgDiARQQJ0aiEOIA8gEUEDdGohDyAMIAVqIQwgCyASaiELIA1BAWshDQwACwsCQANAIA4gCGtBD3FF" +
    "DQEgDiAKNgIAIA9EAAAAAAAAAAA5AwAgDkEEaiEOIA9BCGohDwwACwsgACACIAggCSAOIAhrQQJ2EAAgACASaiEA" +
    "IAMgBGohAyABQQFrIQEMAAsLC34BAX8gACACQX5xQQN0aiEDAkADQCAAIANPDQEgACAA/QAEACAB/QAEAP0MAAAA" +
    "AAAAAAAAAAAAAAAAAP1L/U/9CwQAIABBEGohACABQRBqIQEMAAsLIAJBAXEEQCABKwMARAAAAAAAAAAAZQRAIABE" +
    "AAAAAAAAAAA5AwALCws=";
  const PAGE = 65536; // bytes

  /** @returns {WebAssembly.Module | null} */
  function compile() {
    try {
      return new WebAssembly.Module(Uint8Array.from(atob(COMPILED), (c) => c.charCodeAt(0)));
    } catch {
      return null; // no WebAssembly, or none with SIMD
    }
  }

  const compiled = compile();

  /**
   * The same in JavaScript; for the arguments see kernels.wat.
   * @type {(buffer: ArrayBuffer) => Kernels}
   */
  function inJavaScript(buffer) {
    const all = new Float64Array(buffer);
    return {
      addProduct(out, n, width, x, step, stride, count, m) {
        for (let s = 0; s < n; s++) {
          for (let k = 0; k < count; k++) {
            const times = all[(x + s * step + k * stride) >> 3];
            if (times === 0) continue;
            const [to, from] = [(out >> 3) + s * width, (m >> 3) + k * width];
            for (let j = 0; j < width; j++) all[to + j] += times * all[from + j];
          }
        }
      },
      clip(values, by, count) {
        for (let k = 0; k < count; k++) if (all[(by >> 3) + k] <= 0) all[(values >> 3) + k] = 0;
      },
    };
  }

  /**
   * Reserve memory for arrays of so many numbers in all, and for sums of up to `most` rows of up
   * to `most` numbers.
   * @type {Everystep["kernels"]["arena"]}
   */
  function arena(numbers, most, isCompiled = compiled !== null) {
    const room = most + 4;
    let free = 0;
    const bytes = 8 * (numbers + 3 * room);
    const pages = Math.ceil(bytes / PAGE);
    const memory = isCompiled ? new WebAssembly.Memory({ initial: pages }) : null;
    const buffer = memory?.buffer ?? new ArrayBuffer(pages * PAGE);
    const array = (/** @type {number} */ length) => {
      free += 8 * length;
      return new Float64Array(buffer, free - 8 * length, length);
    };
    const [factors, zeros, rows] = [room, room, room].map((n) => array(n).byteOffset);
    const exports = memory && compiled &&
      new WebAssembly.Instance(compiled, { page: { memory } }).exports;
    const kernels = /** @type {Kernels} */ (exports ?? inJavaScript(buffer));

    /**
     * Add x m to out, which has n rows of `width` numbers; x has n rows of `count`. Where
     * `isTurned`, its columns stand one after another in x. What a 0 in x would add is left out.
     * @type {Arena["add"]}
     */
    function add(out, n, width, x, count, m, isTurned = false) {
      const [step, stride] = isTurned ? [8, 8 * n] : [8 * count, 8];
      kernels.addProduct(
        out.byteOffset, n, width, x.byteOffset, step, stride, count, m.byteOffset,
        rows, factors, zeros,
      );
    }

    /** @type {Arena["clip"]} */
    const clip = (values, by, count) => kernels.clip(values.byteOffset, by.byteOffset, count);

    return { array, add, clip };
  }

  everystep.kernels = { arena };
});
