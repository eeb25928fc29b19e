// Bring your own log: a file that is dropped, chosen or pasted, or an example, is read in a worker;
// what can be said of it stands on the page. Nothing is sent anywhere, and nothing kept.
"use strict";
(() => {
  const {
    core, examples, told, page: { all, begin, el, find, wire }, picture: { Picture, clocksOf },
  } = everystep;

  const [MOST_BYTES, MOST_SECONDS] = [64 * 2 ** 20, 20];
  const [AS_READ, NONE] = ["as read", "none"];

  /** @type {(element: Element) => HTMLInputElement} */
  const input = (element) => /** @type {any} */ (element);

  class Clinic {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.root = root;
      this.picture = new Picture(root);
      this.status = find(root, ".status");
      this.form = /** @type {HTMLFormElement} */ (find(root, ".otherwise form"));
      this.clock = /** @type {HTMLSelectElement} */ (find(root, ".clock"));
      /** @type {LogFile[]} */
      this.files = [];
      /** @type {Examined | null} */
      this.examined = null;
      /** @type {Worker | null} */
      this.worker = null;
      this.timer = 0;
      this.listen();
      this.offer();
      wire(root, this);
      find(root, ".with-script").hidden = false;
    }

    get name() {
      return this.files.map(({ name }) => name).join(" + ");
    }

    listen() {
      const drop = find(this.root, ".drop");
      const chosen = input(find(this.root, "[type=file]"));
      chosen.onchange = () => this.take([...(chosen.files ?? [])]);
      drop.ondragover = (event) => {
        event.preventDefault();
        drop.classList.add("over");
      };
      drop.ondragleave = () => drop.classList.remove("over");
      drop.ondrop = (event) => {
        event.preventDefault();
        drop.classList.remove("over");
        this.take([...(event.dataTransfer?.files ?? [])]);
      };
      this.form.onchange = () => this.examine();
      this.form.onsubmit = (event) => event.preventDefault();
      this.clock.onchange = () => this.draw();
    }

    /** The examples, and what can be said otherwise of any log. */
    offer() {
      find(this.root, ".examples").append(...Object.entries(examples).map(([label, file]) => {
        const button = el("button", label, { type: "button" });
        button.onclick = () => this.read([{ ...file, bytes: new TextEncoder().encode(file.text) }]);
        return button;
      }));
      const facts = Object.entries(told.facts).map(([name, words]) =>
        this.field(words, el("input", "", { name, type: "text", inputMode: "decimal" })));
      find(this.form, ".facts").append(...facts);
    }

    /** @param {string} words @param {HTMLElement} control */
    field(words, control) {
      const label = el("label", "");
      label.append(el("span", words), control);
      return label;
    }

    /** @param {File[]} files */
    async take(files) {
      if (!files.length) return;
      if (files.some(({ size }) => size > MOST_BYTES)) {
        this.refuse("Logs are read up to 64 MB. Write every tenth or hundredth record only.");
        return;
      }
      try {
        this.read(await Promise.all(files.map(async (file) =>
          ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }))));
      } catch {
        this.refuse("The browser cannot read this file. Choose it again.");
      }
    }

    paste() {
      const { value } = /** @type {HTMLTextAreaElement} */ (find(this.root, "textarea"));
      this.read([{ name: "pasted text", bytes: new TextEncoder().encode(value) }]);
    }

    /**
     * Begin with another log: what was said otherwise of the last is forgotten.
     * @param {LogFile[]} files
     */
    read(files) {
      this.files = files.map(({ name, bytes }) => ({ name, bytes }));
      this.form.reset();
      find(this.form, ".columns").replaceChildren();
      this.examine(true);
    }

    /** What the form says. A RangeError names what cannot be. @returns {LogOptions} */
    options() {
      /** @type {LogOptions} */
      const options = { columns: {}, facts: {}, run: null, stepsFrom: null, epochsFrom: null };
      for (const { name, value } of all(this.form, ".columns select").map(input)) {
        if (value !== AS_READ) options.columns[name] = value === NONE ? "" : value.slice(1);
      }
      for (const { name, value } of all(this.form, ".facts input").map(input)) {
        const number = Number(value);
        if (!value.trim()) continue;
        if (!Number.isFinite(number) || number < 0) {
          throw new RangeError(`${told.facts[name]}: must be a finite number of at least 0`);
        }
        options.facts[name] = number;
      }
      const [run, stepsFrom, epochsFrom] = ["run", "steps", "epochs"].map((name) =>
        input(find(this.form, `[name=${name}]`)).value.trim());
      if (run && !/^[1-9]\d{0,8}$/.test(run)) {
        throw new RangeError("run: must be a whole number from 1 on");
      }
      options.run = run ? Number(run) : null;
      options.stepsFrom = stepsFrom ? Number(stepsFrom) : null;
      options.epochsFrom = epochsFrom ? Number(epochsFrom) : null;
      return options;
    }

    /** Have a worker read the log; one that takes too long is stopped. */
    examine(isNew = false) {
      this.stop();
      if (!this.files.length) return;
      let options;
      try {
        options = this.options();
      } catch (error) {
        this.refuse(`${/** @type {Error} */ (error).message}.`, isNew);
        return;
      }
      this.say(`Reading ${this.name} …`);
      const worker = core.worker();
      this.worker = worker;
      worker.onmessage = ({ data }) => {
        this.stop();
        if (data.wrong) this.refuse(data.wrong, isNew);
        else this.show(data, isNew);
      };
      worker.onerror = () => {
        this.stop();
        this.refuse("This log cannot be read here.", isNew);
      };
      this.timer = setTimeout(() => {
        this.stop();
        this.refuse(`Reading took more than ${MOST_SECONDS} seconds and was stopped.`, isNew);
      }, MOST_SECONDS * 1000);
      worker.postMessage({ files: this.files, options });
    }

    stop() {
      clearTimeout(this.timer);
      this.worker?.terminate();
      this.worker = null;
    }

    /** @param {string} text */
    say(text) {
      this.status.textContent = text;
    }

    /** Say what is wrong; the report of another log does not stay. */
    refuse(/** @type {string} */ text, isNew = true) {
      this.say(text);
      // A log whose columns nobody knows can still be told what they are.
      const columns = /the columns(?: with numbers)? are (.*)\.$/.exec(text);
      if (isNew && columns) this.columns(columns[1].split(", "));
      if (isNew) {
        this.examined = null;
        find(this.root, ".report").replaceChildren();
        find(this.root, ".result").hidden = true;
      }
      find(this.root, ".otherwise").hidden = isNew && !columns;
    }

    /** @param {Examined} examined */
    show(examined, isNew = false) {
      this.examined = examined;
      this.say(`${this.name}: ${examined.verdict}`);
      find(this.root, ".result").hidden = false;
      find(this.root, ".otherwise").hidden = false;
      if (!find(this.form, ".columns").children.length) this.columns(examined.columns);
      const clocks = clocksOf(examined);
      const before = this.clock.value;
      this.clock.replaceChildren(...clocks.map((name) => el("option", name)));
      if (!isNew && clocks.includes(before)) this.clock.value = before;
      this.draw();
      find(this.root, ".report").replaceChildren(...examined.sections.flatMap(([title, lines]) => {
        const list = el("ul", "");
        list.append(...lines.map((line) => el("li", line)));
        return [el("h2", title), list];
      }));
    }

    draw() {
      if (this.examined) this.picture.draw(this.examined, this.clock.value || "records");
    }

    /** Which column is what. @param {string[]} names */
    columns(names) {
      const roles = ["step", "epoch", ...told.roles.filter((role) => role !== "metric")];
      find(this.form, ".columns").replaceChildren(...roles.map((role) => {
        const select = el("select", "", { name: role });
        select.append(...[AS_READ, NONE].map((text) => el("option", text)),
          ...names.map((name) => el("option", name, { value: `=${name}` })));
        return this.field(role.replace("_", " "), select);
      }));
    }

    get text() {
      const parts = (this.examined?.sections ?? []).map(([title, lines]) =>
        [title, ...lines.map((line) => `  - ${line}`)].join("\n"));
      const title = `${this.name}: ${this.examined?.verdict}`;
      return `${[title, ...parts].join("\n\n")}\n`;
    }

    save() {
      const url = URL.createObjectURL(new Blob([this.text], { type: "text/plain" }));
      el("a", "", { href: url, download: "report.txt" }).click();
      setTimeout(() => URL.revokeObjectURL(url));
    }

    print() {
      print();
    }
  }

  begin("Clinic", Clinic);
})();
