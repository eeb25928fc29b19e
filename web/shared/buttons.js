// The buttons that the theme puts above a page. Its script takes the focus from them when they are
// pressed, and the switch of colors does not say what it was switched to. What others do, the theme
// writes into the page's markup, where a policy may forbid it. Buttons that copy code get a name.
"use strict";
// By then the scripts of the theme have been run.
addEventListener("DOMContentLoaded", () => {
  const BUTTONS = ".theme-switch-button, .search-button, .primary-toggle, .secondary-toggle";
  /** @type {Record<string, string>} */
  const MODES = { auto: "like the system", light: "light", dark: "dark" };
  const { dataset } = document.documentElement;

  /** @type {NodeListOf<HTMLElement>} */
  const buttons = document.querySelectorAll(BUTTONS);
  for (const button of buttons) {
    button.addEventListener("click", () => button.focus(), true);
    if (!button.matches(".theme-switch-button")) continue;
    const told = document.createElement("span");
    told.className = "visually-hidden";
    told.setAttribute("role", "status");
    button.after(told);
    const name = () => {
      const mode = `Color mode: ${MODES[dataset.mode ?? "auto"]}`;
      button.setAttribute("aria-label", mode);
      return mode;
    };
    name();
    button.addEventListener("click", () => { told.textContent = name(); });
  }

  // A picture with a title is no name in every engine.
  for (const copy of document.querySelectorAll(".copybtn")) {
    copy.setAttribute("aria-label", "Copy this code");
  }

  /** @type {Record<string, () => void>} */
  const PRESSED = { print: () => print(), fullScreen: () => toggleFullScreen() };
  /** @type {NodeListOf<HTMLElement>} */
  const plain = document.querySelectorAll("[data-press]");
  for (const button of plain) {
    button.addEventListener("click", () => PRESSED[button.dataset.press]());
  }
});
