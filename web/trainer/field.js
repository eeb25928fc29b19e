// A field of a form, with its label: a choice where there are options, else a text.
"use strict";
(() => {
  const { page: { el } } = everystep;

  /** @type {Everystep["field"]} */
  function field(name, text, options) {
    const label = el("label", "");
    const input = options ? el("select", "") : el("input", "", { type: "text" });
    input.name = name;
    if (input instanceof HTMLInputElement) input.inputMode = "decimal";
    for (const option of options ?? []) input.append(el("option", option, { value: option }));
    label.append(el("span", text), input);
    return label;
  }

  everystep.field = field;
})();
