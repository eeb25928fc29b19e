// Samples as pictures, handwritten digits at first, and those that recipes still read wrong.
"use strict";
(() => {
  const { charts: { percent }, page: { el, find } } = everystep;

  const SIDE = 8;

  /** @type {(pixels: number[]) => HTMLCanvasElement} */
  function digit(pixels) {
    const canvas = el("canvas", "", { width: SIDE, height: SIDE });
    const bytes = pixels.flatMap((ink) => {
      const gray = Math.round(255 * (1 - ink));
      return [gray, gray, gray, 255];
    });
    const image = new ImageData(Uint8ClampedArray.from(bytes), SIDE);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    return canvas;
  }

  /** @type {Everystep["pictures"]["DRAWN"]} */
  const DRAWN = { [SIDE * SIDE]: digit };

  /** @type {Everystep["pictures"]["picture"]} */
  function picture({ values, label }) {
    const drawn = DRAWN[values.length](values);
    drawn.classList.add("picture");
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", `a sample labeled ${label}`);
    return drawn;
  }

  /** @type {(seen: Seen) => HTMLLIElement} */
  function item(seen) {
    const { label, predicted, probabilities } = seen;
    const one = el("li", "");
    one.append(
      picture(seen),
      el("span", `${label}, read as ${predicted} (${percent(probabilities[predicted])})`));
    return one;
  }

  /** @type {Everystep["pictures"]["showWrong"]} */
  function showWrong(root, names, wrong, seed) {
    const parts = wrong.flatMap(({ surest, count, total }, r) => {
      const told = count > surest.length ? `; the ${surest.length} it is surest of:` : ".";
      const list = el("ul", "", { className: "samples" });
      list.append(...surest.map(item));
      return [el("p", `${names[r]}, seed ${seed}: ${count} of ${total} validation samples are ` +
        `read wrong${told}`), list];
    });
    find(root, ".wrong .recipes").replaceChildren(...parts);
  }

  everystep.pictures = { DRAWN, picture, showWrong };
})();
