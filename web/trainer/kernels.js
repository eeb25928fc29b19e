// The inner loop of training, and the memory that it works on. Where a browser can, the loop runs
// as WebAssembly with SIMD, which is faster; kernels.wat is its source. Elsewhere the same loop
// runs as JavaScript.
"use strict";
everystep.core.add(() => {
  const COMPILED =
    "AGFzbQEAAAABCQFgBX9/f39/AAIQAQRwYWdlBm1lbW9yeQIAAQMCAQAHCwEHYWRkUm93cwAACqgDAaUDAgd/BHsg" +
    "ACABQQN0aiEKIAAgAUF8cUEDdGohCwJAA0AgBEUNASACKAIAIQUgAigCBCEGIAIoAgghByACKAIMIQggA/0KAwAh" +
    "DCAD/QoDCCENIAP9CgMQIQ4gA/0KAxghDyAAIQkCQANAIAkgC08NASAJIAn9AAQAIAwgBf0ABAD98gEgDSAG/QAE" +
    "AP3yAf3wASAOIAf9AAQA/fIBIA8gCP0ABAD98gH98AH98AH98AH9CwQAIAkgCf0ABBAgDCAF/QAEEP3yASANIAb9" +
    "AAQQ/fIB/fABIA4gB/0ABBD98gEgDyAI/QAEEP3yAf3wAf3wAf3wAf0LBBAgCUEgaiEJIAVBIGohBSAGQSBqIQYg" +
    "B0EgaiEHIAhBIGohCAwACwsCQANAIAkgCk8NASAJIAkrAwAgDP0hACAFKwMAoiAN/SEAIAYrAwCioCAO/SEAIAcr" +
    "AwCiIA/9IQAgCCsDAKKgoKA5AwAgCUEIaiEJIAVBCGohBSAGQQhqIQYgB0EIaiEHIAhBCGohCAwACwsgAkEQaiEC" +
    "IANBIGohAyAEQQRrIQQMAAsLCw==";
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
   * The loop in JavaScript; for the arguments see kernels.wat.
   * @type {(buffer: ArrayBuffer) => AddRows}
   */
  function inJavaScript(buffer) {
    const [all, addresses] = [new Float64Array(buffer), new Int32Array(buffer)];
    return (out, width, rows, factors, count) => {
      const at = out >> 3;
      for (let k = 0; k < count; k += 4) {
        const [i, f] = [(rows >> 2) + k, (factors >> 3) + k];
        const a = addresses[i] >> 3, b = addresses[i + 1] >> 3;
        const c = addresses[i + 2] >> 3, d = addresses[i + 3] >> 3;
        const p = all[f], q = all[f + 1], r = all[f + 2], s = all[f + 3];
        for (let j = 0; j < width; j++) {
          all[at + j] += p * all[a + j] + q * all[b + j] + (r * all[c + j] + s * all[d + j]);
        }
      }
    };
  }

  /**
   * Reserve memory for arrays of so many numbers in all, and for sums of up to `most` rows of up
   * to `most` numbers.
   * @type {Everystep["kernels"]["arena"]}
   */
  function arena(numbers, most, isCompiled = compiled !== null) {
    const count = most + 4;
    let free = 0;
    const bytes = 8 * (numbers + 3 * count);
    const pages = Math.ceil(bytes / PAGE);
    const memory = isCompiled ? new WebAssembly.Memory({ initial: pages }) : null;
    const buffer = memory?.buffer ?? new ArrayBuffer(pages * PAGE);
    const array = (/** @type {number} */ length) => {
      free += 8 * length;
      return new Float64Array(buffer, free - 8 * length, length);
    };
    const [factors, zeros] = [array(count), array(count)];
    const rows = new Int32Array(buffer, array(count).byteOffset, count);
    const exports = memory && compiled &&
      new WebAssembly.Instance(compiled, { page: { memory } }).exports;
    const addRows = /** @type {AddRows} */ (exports?.addRows ?? inJavaScript(buffer));

    /**
     * Add rows of m to the `width` numbers of out that begin at `at`: the row `k` as many times as
     * the number `x[from + k * stride]` says, for k below n. Those of which it says 0 are left out.
     * @type {Arena["add"]}
     */
    function add(out, at, width, m, x, from, stride, n) {
      let used = 0;
      for (let k = 0, i = from, row = m.byteOffset; k < n; k++, i += stride, row += 8 * width) {
        // Written in any case, and kept by counting: which is 0 cannot be foreseen, and a branch
        // that a processor foresees wrongly costs more than this.
        rows[used] = row;
        factors[used] = x[i];
        used += Number(x[i] !== 0);
      }
      while (used & 3) {
        rows[used] = zeros.byteOffset;
        factors[used++] = 0;
      }
      addRows(out.byteOffset + 8 * at, width, rows.byteOffset, factors.byteOffset, used);
    }

    return { array, add };
  }

  everystep.kernels = { arena };
});
