// The browser's storage, put right before any other script reads it, and the page's colors, before
// it is drawn: this script comes before those of the theme, which use the storage at once and would
// end there.
"use strict";
(() => {
  /** Where a browser refuses its storage, or has no room in it: one that lasts as the page does. */
  class StandIn {
    /** @param {[string, string][]} kept */
    constructor(kept) {
      this.isStandIn = true;
      /** @type {Map<string, string>} */
      this.kept = new Map(kept);
    }

    get length() { return this.kept.size; }

    /** @param {number} i */
    key(i) { return [...this.kept.keys()][i] ?? null; }

    /** @param {string} key */
    getItem(key) { return this.kept.get(key) ?? null; }

    /**
     * @param {string} key
     * @param {string} text
     */
    setItem(key, text) { this.kept.set(key, String(text)); }

    /** @param {string} key */
    removeItem(key) { this.kept.delete(key); }
  }

  for (const name of /** @type {const} */ (["localStorage", "sessionStorage"])) {
    /** @type {[string, string][]} */
    let kept = [];
    try {
      kept = Object.entries(globalThis[name]);
      globalThis[name].setItem("room", "for a line of this length");
      globalThis[name].removeItem("room");
    } catch {
      const value = new StandIn(kept);
      Object.defineProperty(globalThis, name, { value, configurable: true });
    }
  }

  // Firefox gives each page from disk a storage of its own: pages say so where it matters (.apart),
  // and hand the mode on in the address (disk.js).
  if (location.protocol === "file:" && navigator.userAgent.includes("Firefox")) {
    document.documentElement.dataset.apart = "";
    const address = new URL(location.href);
    const given = address.searchParams.get("mode") ?? "";
    if (/^(auto|light|dark)$/.test(given)) localStorage.setItem("mode", given);
    address.searchParams.delete("mode");
    history.replaceState(history.state, "", address);
  }
  // What "auto" means is known before the page is drawn, and not only when the theme's script runs.
  if (/^(auto)?$/.test(localStorage.getItem("mode") ?? "")) {
    const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
    localStorage.setItem("theme", isDark ? "dark" : "light");
  }
  // As the theme has it in its pages, where a policy may forbid it.
  const { dataset } = document.documentElement;
  const usual = dataset.theme ?? "auto";
  dataset.mode = localStorage.getItem("mode") || usual;
  dataset.theme = localStorage.getItem("theme") || usual;
})();
