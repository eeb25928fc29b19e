// Signals as lines. A page loads this with them.
"use strict";
(() => {
  const FEATURES = 40;
  /** Above and below the middle there is room for values of so many standard deviations. */
  const REACH = 4;
  const SVG = "http://www.w3.org/2000/svg";

  /** @type {(values: number[]) => SVGSVGElement} */
  function line(values) {
    const drawn = document.createElementNS(SVG, "svg");
    drawn.setAttribute("viewBox", `0 ${-REACH} ${FEATURES - 1} ${2 * REACH}`);
    drawn.setAttribute("preserveAspectRatio", "none");
    const path = document.createElementNS(SVG, "polyline");
    path.setAttribute("points", values.map((value, i) => `${i},${-value}`).join(" "));
    drawn.append(path);
    return drawn;
  }

  everystep.pictures.DRAWN[FEATURES] = line;
})();
