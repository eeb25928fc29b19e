// Handwritten digits as pictures, and those among them that recipes still read wrong.
"use strict";
(() => {
  const { charts: { percent }, page: { el, find } } = everystep;

  const SIDE = 8;

  /** @type {Everystep["pictures"]["picture"]} */
  function picture(pixels, says) {
    const canvas = el("canvas", "", { width: SIDE, height: SIDE, className: "picture" });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", says);
    const bytes = pixels.flatMap((ink) => {
      const gray = Math.round(255 * (1 - ink));
      return [gray, gray, gray, 255];
    });
    const image = new ImageData(Uint8ClampedArray.from(bytes), SIDE);
    canvas.getContext("2d")?.putImageData(image, 0, 0);
    return canvas;
  }

  /** @type {(seen: Seen) => HTMLLIElement} */
  function item({ pixels, label, predicted, probabilities }) {
    const one = el("li", "");
    one.append(
      picture(pixels, `a handwritten ${label}`),
      el("span", `${label}, read as ${predicted} (${percent(probabilities[predicted])})`));
    return one;
  }

  /** @type {Everystep["pictures"]["showWrong"]} */
  function showWrong(root, names, wrong, seed) {
    const parts = wrong.flatMap(({ images, count, total }, r) => {
      const told = count > images.length ? `; the ${images.length} it is surest of:` : ".";
      const list = el("ul", "", { className: "images" });
      list.append(...images.map(item));
      return [el("p", `${names[r]}, seed ${seed}: ${count} of ${total} validation images are ` +
        `read wrong${told}`), list];
    });
    find(root, ".wrong .recipes").replaceChildren(...parts);
  }

  everystep.pictures = { picture, showWrong };
})();
