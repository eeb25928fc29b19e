// What the browser keeps.
"use strict";
(() => {
  const { say } = everystep.page;

  const PREFIX = "everystep/";
  // No record under a longer name is read back: what is built for pages keeps to these limits.
  const LIMITS = { idLength: 80, versionDigits: 4, nameLength: 40 };
  const REF = RegExp(`^[\\w.-]{1,${LIMITS.idLength}}@\\d{1,${LIMITS.versionDigits}}$`);
  const ID = RegExp(`^[\\w.-]{1,${LIMITS.idLength}}$`);
  const NAME = RegExp(`^[a-z\\d-]{1,${LIMITS.nameLength}}$`);
  const MOMENT = /^\d{1,15}$/;
  const CHAPTER = RegExp(`^(free|\\d\\d-[a-z\\d-]{1,${LIMITS.nameLength}})$`);
  const LONGEST_ANSWER = 200;
  const PAGE = /^[\w/-]{1,120}$/;

  const DAY = 864e5;
  const today = () => Math.floor(Date.now() / DAY - new Date().getTimezoneOffset() / 1440);

  /** @type {Everystep["memory"]["dayName"]} */
  const dayName = (day) => new Date(day * DAY).toLocaleDateString("en-US", {
    timeZone: "UTC", weekday: "long", month: "long", day: "numeric",
  });

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
  /** @param {unknown} v */
  const areTally = (v) => Array.isArray(v) && v.length === 2 && areCounts(...v) && v[0] <= v[1];
  /** @param {unknown[]} list */
  const areDays = (...list) => areCounts(...list) && list.every((v) => Number(v) < 1e6);
  /** @type {(v: unknown, low: number, high: number) => boolean} */
  const isWithin = (v, low, high) => typeof v === "number" && v >= low && v <= high;
  /** @param {any} v */
  const areAnswers = (v) => areCounts(v.seen, v.right) && v.right <= v.seen;
  /** @param {any} v */
  const isMemory = (v) => areDays(v.last) && areCounts(v.variant) &&
    isWithin(v.stability, 1e-3, 1e9) && isWithin(v.difficulty, 1, 10);
  /** @type {(id: string, v: any) => boolean} */
  const isRecord = (id, v) => REF.test(id) && areAnswers(v) && areDays(v.due) &&
    ("box" in v ? areCounts(v.box) && v.box < 6 : isMemory(v));

  /**
   * By the first part of a key: can its second part be this, and the value that?
   * @type {Record<string, (id: string, v: any) => boolean>}
   */
  const VALID = {
    item: isRecord,
    card: isRecord,
    given: (id, v) => REF.test(id) && areTexts(v.answer) && areCounts(v.variant),
    sure: (id, v) => NAME.test(id) && areAnswers(v),
    mistake: (id, v) =>
      ID.test(id) && areTexts([v.item, v.answer]) && REF.test(v.item) &&
      v.answer.length <= LONGEST_ANSWER && areDays(v.last) && areCounts(v.seen),
    attempt: (id, v) =>
      MOMENT.test(id) && areTexts([v.exam]) && NAME.test(v.exam) &&
      areCounts(v.end, v.right, v.total) && v.right <= v.total &&
      (v.topics === undefined || (isObject(v.topics) && Object.values(v.topics).every(areTally))),
    guess: (id, v) =>
      ID.test(id) && areTexts([v.chapter]) && CHAPTER.test(v.chapter) &&
      areCounts(v.direction, v.size) && v.size <= v.direction && v.direction <= 1,
    done: (id, v) => CHAPTER.test(id) && areDays(v.day),
    visit: (id, v) => id === "last" && areTexts([v.page]) && PAGE.test(v.page),
    exam: (id, v) =>
      NAME.test(id) && areCounts(v.id, v.seed, v.ends ?? 0, v.left ?? 0) &&
      areTexts(v.items) && areTexts(v.flags) &&
      isObject(v.answers) && Object.values(v.answers).every(areTexts) &&
      (v.sure === undefined || (isObject(v.sure) && areTexts(Object.values(v.sure)))),
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
    const tell = () => {
      if (!warned && !isQuiet) say(BLOCKED);
      warned ||= !isQuiet;
    };
    try {
      if (localStorage.isStandIn) tell();
      return act(localStorage);
    } catch {
      tell();
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

  /** @type {(kept: Storage) => string[]} */
  const namesIn = (kept) => Array.from(kept, (_, i) => kept.key(i) ?? "");

  function keys() {
    const all = (storage(namesIn) ?? []).map((key) => key.split(PREFIX)[1]);
    return [...new Set([...all, ...unkept.keys()])].filter(Boolean);
  }

  everystep.memory = {
    LONGEST_ANSWER, today, dayName, place: (key) => PREFIX + key, isObject, isValid, read, write,
    peek, note, remove, keys,
  };
})();
