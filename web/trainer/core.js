// Parts of scripts that a worker runs, too. A page opened from disk may not load a worker from a
// file, so workers are made from the text of these parts.
"use strict";
(() => {
  /** @type {(() => void)[]} */
  const parts = [];

  /** @type {Everystep["core"]["add"]} */
  function add(part) {
    parts.push(part);
    part();
  }

  /** @type {Everystep["core"]["source"]} */
  function source() {
    const runs = parts.map((part) => `(${part})();`);
    return ['"use strict";', "globalThis.everystep = { core: {} };", ...runs].join("\n");
  }

  let url = "";

  /** @type {Everystep["core"]["worker"]} */
  function worker() {
    url ||= URL.createObjectURL(new Blob([source()], { type: "text/javascript" }));
    return new Worker(url);
  }

  everystep.core = { add, source, worker };
})();
