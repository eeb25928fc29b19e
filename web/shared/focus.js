// Who works by keyboard must not fall back to the top of the page because a button was disabled or
// hidden when it was pressed, or a field when it was filled in: the next button gets the focus.
"use strict";
(() => {
  const GONE = ":disabled, [hidden], [hidden] *";
  /** @type {Element | null} */
  let last = null; // what had the focus last
  addEventListener("focusin", ({ target }) => { last = /** @type {Element} */ (target); });

  const observer = new MutationObserver(() => {
    const { activeElement, body } = document;
    // Browsers differ in when they take the focus away.
    if (!last?.matches(GONE) || (activeElement !== last && activeElement !== body)) return;
    const scopes = [last.closest("form"), last.closest(".assess")];
    /** @type {HTMLButtonElement[]} */
    const buttons = scopes.flatMap((scope) => [...scope?.querySelectorAll("button") ?? []]);
    buttons.find((button) => !button.matches(GONE) && button.checkVisibility())?.focus();
  });
  observer.observe(document, { subtree: true, attributeFilter: ["disabled", "hidden"] });
})();
