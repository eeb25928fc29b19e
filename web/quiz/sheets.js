// Questions that come when they are asked. Each file of the bank lies beside the pages as a script,
// since a page opened from disk can load nothing else.
"use strict";
(() => {
  const { page: { all, el, find, say }, question: { questionsIn } } = everystep;

  const MISSING = "Some questions could not be loaded. Are you offline? Then try again later.";
  /** @type {Map<string, (html: string) => void>} */
  const awaited = new Map();

  /**
   * Load the questions of a file. Their links are written as seen from the page that shows them.
   * @param {HTMLAnchorElement} page
   */
  async function fetchSheet({ href, dataset: { sheet, src } }) {
    /** @type {string} */
    const html = await new Promise((resolve, reject) => {
      awaited.set(sheet, resolve);
      document.head.append(el("script", "", { src, onerror: reject }));
    });
    // Written by the build, as the pages are.
    const { body } = new DOMParser().parseFromString(html, "text/html");
    for (const link of all(body, "a[href]")) {
      link.setAttribute("href", String(new URL(link.getAttribute("href") ?? "", href)));
    }
    return body;
  }

  /** @implements {Sheets} */
  class LinkedSheets {
    /** @param {HTMLElement} root */
    constructor(root) {
      this.place = find(root, ".units");
      /** @type {Map<string, HTMLAnchorElement>} */
      this.pages = new Map();
      /** @type {HTMLAnchorElement[]} */
      const pages = all(root, "[data-sheet]");
      this.units = pages.flatMap((page) => {
        /** @type {Unit[]} */
        const units = JSON.parse(page.dataset.units);
        for (const { ref } of units.flat()) this.pages.set(ref, page);
        return units;
      });
      /** @type {Map<HTMLAnchorElement, Promise<HTMLElement | null>>} */
      this.sheets = new Map();
      /** @type {Sheets["questions"]} */
      this.questions = new Map();
      this.isToldMissing = false;
    }

    /** @param {HTMLAnchorElement} page */
    sheet(page) {
      const failed = () => {
        this.sheets.delete(page);
        return null;
      };
      const sheet = this.sheets.get(page) ?? fetchSheet(page).catch(failed);
      this.sheets.set(page, sheet);
      return sheet;
    }

    /** @type {Sheets["load"]} */
    async load(refs) {
      const wanted = new Set(refs.filter((ref) => !this.questions.has(ref)));
      const pages = new Set([...wanted].flatMap((ref) => this.pages.get(ref) ?? []));
      const sheets = await Promise.all([...pages].map((page) => this.sheet(page)));
      const units = sheets.flatMap((sheet) => (sheet ? all(sheet, ".unit") : []))
        .filter((unit) => all(unit, "form").some(({ dataset }) => wanted.has(dataset.ref)));
      this.place.append(...units);
      const questions = units.flatMap(questionsIn);
      for (const question of questions) this.questions.set(question.ref, question);
      const isComplete = refs.every((ref) => this.questions.has(ref));
      if (isComplete === this.isToldMissing) say(isComplete ? "" : MISSING);
      this.isToldMissing = !isComplete;
      return questions;
    }
  }

  everystep.sheets = { Sheets: LinkedSheets, put: (file, html) => awaited.get(file)?.(html) };
})();
