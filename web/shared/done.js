// A tick in the navigation beside each chapter whose quiz was answered to the end.
"use strict";
(() => {
  const CHAPTER = /(\d\d-[a-z-]+)\/concept\.html$/;

  /** @param {string} text */
  const part = (text, props = {}) =>
    Object.assign(document.createElement("span"), { textContent: text }, props);

  function show() {
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const links = document.querySelectorAll(".bd-docs-nav a");
    for (const link of links) {
      link.querySelector(".done")?.remove();
      // The link to the page itself is a mere "#".
      const chapter = CHAPTER.exec(new URL(link.href).pathname)?.[1];
      if (!chapter || !localStorage.getItem(`everystep/done/${chapter}`)) continue;
      const tick = part(" ", { className: "done" });
      tick.append(part("✓", { ariaHidden: "true" }),
        part("(quiz done)", { className: "visually-hidden" }));
      link.append(tick);
    }
  }

  show();
  document.addEventListener("done", show);
  // It may have been done in another tab, or the page may come back as it was left.
  addEventListener("storage", show);
  addEventListener("pageshow", show);
})();
