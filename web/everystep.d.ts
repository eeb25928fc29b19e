/**
 * What the scripts of a page offer one another, and what templates and storage hold. Checked by tsc
 * in tests, never loaded.
 *
 * Each script fills one part of the namespace, and finds there what was loaded before it: which
 * pages load which scripts, and in which order, is in everystep/site/assets.py.
 */
declare var everystep: Everystep;

interface Everystep {
  page: {
    find<T extends Element = HTMLElement>(root: ParentNode, selector: string): T;
    all<T extends Element = HTMLElement>(root: ParentNode, selector: string): T[];
    el<K extends keyof HTMLElementTagNameMap>(
      tag: K, text: string, props?: Partial<HTMLElementTagNameMap[K]>
    ): HTMLElementTagNameMap[K];
    say(text: string): void;
    wire(root: ParentNode, object: any): void;
    count(tallies: Tallies, name: string, right: number, total: number): void;
    fillTallies(root: ParentNode, tallies: Tallies): void;
    anyNumber(): number;
    begin(kind: string, Part: new (root: HTMLElement) => unknown): void;
  };
  memory: {
    DAY: number;
    today(): number;
    place(key: string): string;
    isObject(value: unknown): value is Record<string, any>;
    isValid(key: string, value: any): boolean;
    /** What is kept there, of the kind that the key's first part says; null: nothing. */
    read(key: string): any;
    write(key: string, value: Repetition | Attempt | ExamState): void;
    remove(key: string): void;
    keys(): string[];
    leitner(record: Repetition, isRight: boolean, day: number): Repetition;
    learn(key: string, isRight: boolean): void;
  };
  grading: {
    parseNumber(text: string): number | null;
    grade(question: Key, answer: string[]): Outcome;
  };
  question: {
    SIGNS: Record<string, string>;
    questionsIn(root: ParentNode): Question[];
    only(root: ParentNode, question?: Question): void;
  };
  exam: {
    draw(units: Unit[], quotas: Record<string, number>, seed: number): string[];
  };
  progress: {
    parseExport(text: string): [string, any][];
  };
}

/** By the name of a task or an objective, or "" for all: answers that were right, and answers. */
type Tallies = Map<string, [right: number, total: number]>;

/** What grading needs to know of a question: everystep/bank/grading.py has the same rule. */
type Key =
  | { type: "single" | "multiple" | "ordering" | "matching"; key: string[] }
  | { type: "numeric"; key: number; tolerance: number; wrong: number[] };

/** `mistake`: index in the key's `wrong`, or -1. */
interface Outcome {
  state: "empty" | "partial" | "unreadable" | "wrong" | "right";
  mistake: number;
}

/** A question on the page: web/quiz/question.js. */
interface Question {
  form: HTMLFormElement;
  ref: string;
  task: string;
  objective: string;
  fields: HTMLFieldSetElement;
  details: HTMLDetailsElement;
  answer: string[];
  readonly result: Outcome;
  readonly isRight: boolean;
  pick(variant: number): void;
  number(n: number): void;
  show(outcome: Outcome): void;
  reset(): void;
  checks(label: string, after: (question: Question) => void, checked: () => void): void;
}

/** What an exam draws whole: one question, or the questions of a case. */
type Unit = { ref: string; takes: string }[];

/** How a question or a card was answered so far; `due` counts days, as `today()` does. */
interface Repetition {
  box: number;
  due: number;
  seen: number;
  right: number;
}

/** An exam that was finished; `end` in milliseconds, as in `Date.now()`. */
interface Attempt {
  exam: string;
  end: number;
  right: number;
  total: number;
}

/** The exam that goes on; `ends` while the clock runs, `left` while it is paused, in ms. */
interface ExamState {
  id: number;
  seed: number;
  items: string[];
  answers: Record<string, string[]>;
  flags: string[];
  ends: number | null;
  left: number | null;
  done: boolean;
}

/** The data attributes that everystep/site/templates writes where the scripts read them. */
interface DOMStringMap {
  ref: string;
  type: "single" | "multiple" | "ordering" | "matching" | "numeric";
  objective: string;
  task: string;
  takes: string;
  taskOf: string;
  keys: string;
  number: string;
  items: string;
  exam: string;
  exams: string;
  minutes: string;
  quotas: string;
  phase: string;
  do: string;
}
