// Parts of pages that do something. Loaded before all others, it makes their namespace.
"use strict";
globalThis.everystep = /** @type {Everystep} */ ({});
(() => {
  /** @type {Everystep["page"]["find"]} */
  function find(root, selector) {
    const found = root.querySelector(selector);
    if (!found) throw Error(`the page has no ${selector}`);
    return /** @type {any} */ (found);
  }

  /** @type {Everystep["page"]["all"]} */
  function all(root, selector) {
    return /** @type {any} */ ([...root.querySelectorAll(selector)]);
  }

  /** @type {Everystep["page"]["el"]} */
  function el(tag, text, props) {
    return Object.assign(document.createElement(tag), { textContent: text }, props);
  }

  /**
   * Tell something that no trainer or explorer says of itself; those have a place of their own.
   * @param {string} text
   */
  function say(text) {
    const [place] = [".assess:not(.trainer, .explorer) .notice", ".notice"].flatMap((selector) =>
      all(document, selector));
    if (place.textContent !== text) place.textContent = text;
  }

  /**
   * Call the method named in data-do when a button is pressed; twice, if it has a warning.
   * @param {ParentNode} root
   * @param {any} object
   */
  function wire(root, object) {
    for (const button of all(root, "[data-do]")) {
      const label = button.textContent;
      const { warning } = button.dataset;
      if (warning) button.onblur = () => { button.textContent = label; };
      button.onclick = () => {
        if (warning && button.textContent === label) {
          say(warning);
          button.textContent += ": sure?";
        } else {
          if (warning) button.textContent = label; // clicked in Safari, it has no focus to lose
          object[button.dataset.do](button);
        }
      };
    }
  }

  const anyNumber = () => Math.floor(Math.random() * 1e9);

  /** @type {Everystep["page"]["begin"]} */
  function begin(kind, Part) {
    for (const root of all(document, `.assess[data-kind=${kind}]`)) {
      root.classList.add("live");
      new Part(root);
    }
  }

  everystep.page = { find, all, el, say, wire, anyNumber, begin };
})();
