// Where the reader left off: of all links that are here, those that lead to something begun.
"use strict";
(() => {
  const { page: { all, begin, find }, memory: { peek } } = everystep;

  class Resume {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.show();
      // The page may come back as it was left, without its scripts being run.
      addEventListener("pageshow", () => this.show());
    }

    show() {
      const last = peek("visit/last")?.page;
      const items = all(this.root, "li");
      for (const item of items) {
        const { page, items: refs } = item.dataset;
        item.hidden = refs === undefined ? page !== last : !this.isBegun(item, refs.split(" "));
      }
      this.root.hidden = items.every(({ hidden }) => hidden);
    }

    /**
     * Is some of a quiz answered, but not all? Its link then leads to the first question left.
     * @param {HTMLElement} item
     * @param {string[]} refs
     */
    isBegun(item, refs) {
      const left = refs.filter((ref) => !peek(`item/${ref}`));
      if (!left.length || left.length === refs.length) return false;
      /** @type {HTMLAnchorElement} */ (find(item, "a")).hash = `q-${left[0].split("@")[0]}`;
      find(item, "span").textContent = `: ${refs.length - left.length} of ${refs.length} answered`;
      return true;
    }
  }

  begin("Resume", Resume);
})();
