// What the browser keeps, and when it is due again.
"use strict";
(() => {
  const { say } = everystep.page;

  const PREFIX = "everystep/";
  // No record under a longer name is read back: what is built for pages keeps to these limits.
  const LIMITS = { idLength: 80, versionDigits: 4, nameLength: 40 };
  const REF = RegExp(`^[\\w.-]{1,${LIMITS.idLength}}@\\d{1,${LIMITS.versionDigits}}$`);
  const GUESS = RegExp(`^[\\w.-]{1,${LIMITS.idLength}}$`);
  const NAME = RegExp(`^[a-z\\d-]{1,${LIMITS.nameLength}}$`);
  const PAGE = /^[\w/-]{1,120}$/;

  const DAY = 864e5;
  const today = () => Math.floor(Date.now() / DAY - new Date().getTimezoneOffset() / 1440);

  /**
   * @param {unknown} v
   * @returns {v is Record<string, any>}
   */
  const isObject = (v) => v?.constructor === Object;
  /** @param {unknown[]} list */
  const areCounts = (...list) =>
    list.every((v) => Number.isInteger(v) && Number(v) >= 0 && Number(v) < 1e14);
  /** @param {unknown} v */
  const areTexts = (v) => Array.isArray(v) && v.every((text) => typeof text === "string");
  /** @type {(id: string, v: any) => boolean} */
  const isRecord = (id, v) =>
    REF.test(id) && areCounts(v.box, v.due, v.seen, v.right) && v.box < 6 &&
    v.due < 1e6 && v.right <= v.seen;

  /**
   * By the first part of a key: can its second part be this, and the value that?
   * @type {Record<string, (id: string, v: any) => boolean>}
   */
  const VALID = {
    item: isRecord,
    card: isRecord,
    attempt: (id, v) =>
      NAME.test(id) && areTexts([v.exam]) && NAME.test(v.exam) &&
      areCounts(v.end, v.right, v.total) && v.right <= v.total,
    guess: (id, v) =>
      GUESS.test(id) && areTexts([v.chapter]) && NAME.test(v.chapter) &&
      areCounts(v.direction, v.size) && v.size <= v.direction && v.direction <= 1,
    visit: (id, v) => id === "last" && areTexts([v.page]) && PAGE.test(v.page),
    exam: (id, v) =>
      NAME.test(id) && areCounts(v.id, v.seed, v.ends ?? 0, v.left ?? 0) &&
      areTexts(v.items) && areTexts(v.flags) &&
      isObject(v.answers) && Object.values(v.answers).every(areTexts),
  };

  /** @type {Everystep["memory"]["isValid"]} */
  function isValid(key, value) {
    const [kind, id, more] = key.split("/");
    return Object.hasOwn(VALID, kind) && !more && isObject(value) && VALID[kind](id, value);
  }

  const BLOCKED = "Storage is blocked or full: what you do is forgotten when this page closes.";
  /** @type {Map<string, string>} */
  const unkept = new Map(); // what the browser does not keep, until the page is closed
  let warned = false;

  /**
   * Use the browser's storage; tell once when it is blocked or full.
   * @template T
   * @param {(kept: Storage) => T} act
   * @param {boolean} [isQuiet]
   */
  function storage(act, isQuiet = false) {
    try {
      return act(localStorage);
    } catch {
      if (!warned && !isQuiet) say(BLOCKED);
      warned ||= !isQuiet;
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {boolean} isQuiet
   */
  function recall(key, isQuiet) {
    const text = unkept.get(key) ?? storage((kept) => kept.getItem(PREFIX + key), isQuiet);
    if (text === null) return null;
    try {
      const value = JSON.parse(text);
      if (isValid(key, value)) return value;
    } catch {
      // told below
    }
    if (!isQuiet) say("Some of what was kept here is damaged, and is left aside.");
    return null;
  }

  /**
   * @param {string} key
   * @param {object} value
   * @param {boolean} isQuiet
   */
  function store(key, value, isQuiet) {
    const text = JSON.stringify(value);
    unkept.set(key, text);
    storage((kept) => {
      kept.setItem(PREFIX + key, text);
      unkept.delete(key);
    }, isQuiet);
  }

  /** @type {Everystep["memory"]["read"]} */
  const read = (key) => recall(key, false);
  /** @type {Everystep["memory"]["write"]} */
  const write = (key, value) => store(key, value, false);
  /** @type {Everystep["memory"]["peek"]} */
  const peek = (key) => recall(key, true);
  /** @type {Everystep["memory"]["note"]} */
  const note = (key, value) => store(key, value, true);

  /** @param {string} key */
  function remove(key) {
    unkept.delete(key);
    storage((kept) => kept.removeItem(PREFIX + key));
  }

  function keys() {
    const all = (storage(Object.keys) ?? []).map((key) => key.split(PREFIX)[1]);
    return [...new Set([...all, ...unkept.keys()])].filter(Boolean);
  }

  // Days until a question in a box is due. Box 0: never missed, so never due.
  const DAYS = [0, 0, 1, 3, 7, 21];

  /**
   * Move a question between Leitner boxes; one that is not due is not moved up.
   * @type {Everystep["memory"]["leitner"]}
   */
  function leitner({ box, due, seen, right }, isRight, day) {
    if (!isRight) [box, due] = [1, day];
    else if (box && due <= day) {
      box = Math.min(box + 1, 5);
      due = day + DAYS[box];
    }
    return { box, due, seen: seen + 1, right: right + Number(isRight) };
  }

  /** @type {Everystep["memory"]["learn"]} */
  function learn(key, isRight) {
    const box = key.startsWith("card") ? 1 : 0; // a new card is to be learned, a question is not
    write(key, leitner(read(key) ?? { box, due: 0, seen: 0, right: 0 }, isRight, today()));
  }

  everystep.memory = {
    DAY, today, place: (key) => PREFIX + key, isObject, isValid, read, write, peek, note, remove,
    keys, leitner, learn,
  };
})();
