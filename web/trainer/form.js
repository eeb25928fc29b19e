// The form of a trainer: fields for what both recipes share, and for each of them.
"use strict";
(() => {
  const { field, page: { all, el }, settings } = everystep;

  /** @type {Record<string, [label: string, options: string[] | null]>} */
  const FIELDS = {
    data: ["data", settings.DATA], seeds: ["seeds", null], from: ["first seed", null],
    images: ["training samples", null],
    hidden: ["hidden units", settings.NETWORKS],
    batch: ["batch size", null], rate: ["learning rate", null], epochs: ["epochs", null],
    schedule: ["schedule", settings.SCHEDULES], optimizer: ["optimizer", ["SGD", "AdamW"]],
    momentum: ["momentum", null], nesterov: ["Nesterov", ["no", "yes"]],
    decay: ["weight decay", null], warmup: ["warm-up updates", null],
    noise: ["random labels (share)", null], accumulation: ["micro-batches per update", null],
  };
  /** Shown at once; the others are behind "More". */
  const MAIN = ["batch", "rate", "epochs", "schedule"];

  /** @type {(name: string, setting: string) => HTMLLabelElement} */
  function fieldOf(name, setting) {
    const [text, options] = FIELDS[setting];
    return field(name, text, options ?? undefined);
  }

  class Form {
    /** @param {HTMLFormElement} form */
    constructor(form) {
      this.form = form;
      const both = el("fieldset", "");
      both.append(el("legend", "Both recipes"), ...settings.COMMON.map((one) => fieldOf(one, one)));
      const [first, second] = ["", settings.SECOND].map(
        (suffix, r) => this.recipe(suffix, "AB"[r]));
      this.second = second;
      this.compare = el("input", "", { type: "checkbox" });
      this.compare.onchange = () => this.show();
      const asked = el("label", "", { className: "compare" });
      asked.append(this.compare, el("span", "Compare with a second recipe"));
      form.append(asked, first, second, both);
    }

    /**
     * @param {string} suffix
     * @param {string} letter
     */
    recipe(suffix, letter) {
      const group = el("fieldset", "");
      const more = el("details", "");
      more.append(el("summary", "More settings"));
      const legend = el("legend", `Recipe ${letter}`);
      legend.dataset.recipe = letter;
      group.append(legend, ...MAIN.map((one) => fieldOf(one + suffix, one)), more);
      const others = settings.RECIPE.filter((one) => !MAIN.includes(one));
      more.append(...others.map((one) => fieldOf(one + suffix, one)));
      return group;
    }

    show() {
      this.second.hidden = !this.compare.checked;
    }

    /** @returns {(HTMLInputElement | HTMLSelectElement)[]} */
    inputs() {
      return all(this.form, "input[name], select[name]");
    }

    /** What the fields hold; of the second recipe, what differs from the first. */
    get texts() {
      const held = Object.fromEntries(
        this.inputs().map(({ name, value }) => [name, value.trim()]));
      for (const name of settings.RECIPE) {
        const other = name + settings.SECOND;
        if (!this.compare.checked || held[other] === held[name]) delete held[other];
      }
      // A second recipe that is the same is still one.
      const isAlone = !Object.keys(held).some((name) => name.endsWith(settings.SECOND));
      if (this.compare.checked && isAlone) held[`batch${settings.SECOND}`] = held.batch;
      return held;
    }

    /** @param {Record<string, string>} texts */
    set texts(texts) {
      for (const input of this.inputs()) {
        input.value = texts[input.name] ?? texts[input.name.slice(0, -1)] ?? "";
      }
      this.compare.checked = Object.keys(texts).some((name) => name.endsWith(settings.SECOND));
      this.show();
    }

    /** What tells the recipes apart, such as "batch 32" and "batch 512". */
    get names() {
      const { texts } = this;
      const differing = settings.RECIPE.filter((name) => name + settings.SECOND in texts);
      if (!this.compare.checked) return ["this recipe"];
      return ["", settings.SECOND].map((suffix, r) => {
        const own = differing.map((name) => `${name} ${texts[name + suffix]}`);
        return `${"AB"[r]}: ${own.join(", ")}`;
      });
    }

    /** @param {boolean} isBusy */
    lock(isBusy) {
      for (const group of all(this.form, "fieldset")) {
        /** @type {HTMLFieldSetElement} */ (group).disabled = isBusy;
      }
      this.compare.disabled = isBusy;
    }

  }

  everystep.form = { Form };
})();
