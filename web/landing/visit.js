// A page that is remembered as the one seen last.
"use strict";
(() => {
  const { page: { begin }, memory: { note } } = everystep;

  class Visit {
    /** @param {HTMLElement} root */
    constructor({ dataset: { page } }) {
      note("visit/last", { page });
    }
  }

  begin("Visit", Visit);
})();
