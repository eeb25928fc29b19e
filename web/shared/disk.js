// Where each page has a storage of its own, as in Firefox from disk, the one that is opened next
// learns from its address whether it is light or dark: shared/storage.js takes it from there.
"use strict";
(() => {
  if (document.documentElement.dataset.apart === undefined) return;
  const mode = () => localStorage.getItem("mode") ?? "auto";

  addEventListener("click", ({ target }) => {
    const link = /** @type {Element} */ (target).closest("a");
    if (link?.protocol !== "file:" || link.pathname === location.pathname) return;
    const address = new URL(link.href);
    address.searchParams.set("mode", mode());
    link.href = String(address);
  }, true);

  addEventListener("submit", ({ target }) => {
    const form = /** @type {HTMLFormElement} */ (target);
    if (!form.matches(".bd-search")) return; // the others lead nowhere
    const field = document.createElement("input");
    form.append(Object.assign(field, { type: "hidden", name: "mode", value: mode() }));
  }, true);
})();
