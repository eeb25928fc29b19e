/**
 * What the scripts of a page offer one another, and what templates and storage hold. Checked by tsc
 * in tests, never loaded.
 *
 * Each script fills one part of the namespace, and finds there what was loaded before it: which
 * pages load which scripts, and in which order, is in everystep/site/assets.py.
 */
declare var everystep: Everystep;
/** Of the theme. */
declare function toggleFullScreen(): void;

interface Everystep {
  page: {
    find<T extends Element = HTMLElement>(root: ParentNode, selector: string): T;
    all<T extends Element = HTMLElement>(root: ParentNode, selector: string): T[];
    el<K extends keyof HTMLElementTagNameMap>(
      tag: K, text: string, props?: Partial<HTMLElementTagNameMap[K]>
    ): HTMLElementTagNameMap[K];
    say(text: string): void;
    wire(root: ParentNode, object: any): void;
    anyNumber(): number;
    begin(kind: string, Part: new (root: HTMLElement) => unknown): void;
  };
  memory: {
    LONGEST_ANSWER: number;
    today(): number;
    dayName(day: number): string;
    place(key: string): string;
    isObject(value: unknown): value is Record<string, any>;
    isValid(key: string, value: any): boolean;
    /** What is kept there, of the kind that the key's first part says; null: nothing. */
    read(key: string): any;
    write(
      key: string, value: Repetition | Given | Answers | Mistake | Attempt | ExamState | Guess
    ): void;
    /** The same of what a reader did not do on purpose: that it is not kept is not told. */
    peek(key: string): any;
    note(key: string, value: Visit | Done): void;
    remove(key: string): void;
    keys(): string[];
  };
  fsrs: {
    RATINGS: Record<"again" | "hard" | "good" | "easy", number>;
    /** The probability of recall so many days after the last answer. */
    retrievability(memory: Memory, days: number): number;
    /** Days until 10% are forgotten. */
    interval(memory: Memory): number;
    /** What an answer makes of a memory; null: the first answer. */
    review(memory: Memory | null, rating: number, days: number): Memory;
  };
  repetition: {
    takeOver(record: Boxed, day: number): Repetition;
    /** What is kept there; a record with a box is taken over first. */
    recall(key: string): Repetition | null;
    learn(key: string, rating: number, variant?: number): void;
    /** `next`: the day on which something is due that is not yet; Infinity, if nothing is. */
    sort<T>(parts: T[], keyOf: (part: T) => string): { due: T[]; fresh: T[]; next: number };
  };
  tallies: {
    count(tallies: Tallies, name: string, right: number, total: number): void;
    /** Show how many were right, as text, and for a style's bar. */
    show(cell: HTMLElement, tally?: [right: number, total: number]): void;
    fill(root: ParentNode, tallies: Tallies): void;
  };
  certainty: {
    Asked: new (root: HTMLElement) => Certainty;
    /** Shares from 0 to 1; `isByChance`: who is as right as they say is as far off in 1 of 20. */
    score(steps: Calibrated[]): {
      total: number; expected: number; right: number; brier: number; isByChance: boolean;
    };
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
  sheets: {
    Sheets: new (root: HTMLElement) => Sheets;
    /** Called by the script with the questions of a file. */
    put(file: string, html: string): void;
  };
  exam: {
    draw(units: Unit[], quotas: Record<string, number>, seed: number): string[];
  };
  progress: {
    parseExport(text: string): [string, any][];
  };
  search: {
    /** Called by the script with the text of a page. */
    put(page: string, html: string): void;
  };
  statistics: {
    FEWEST: number;
    estimate(values: number[]): Estimate;
    /** Of pairs: first − second. */
    difference(first: number[], second: number[]): Estimate & { p_above: number };
  };
  core: {
    add(part: () => void): void;
    source(): string;
    worker(): Worker;
  };
  random: {
    /** Numbers from 0 up to but not including 1. */
    generator(seed: number, purpose: Purpose): () => number;
    /** In PyTorch's order: a layer's weights, output by output, then its biases. */
    initialWeights(sizes: number[], seed: number): Float64Array[];
    /** Each call draws an epoch's order, into the same array. */
    batchOrder(n: number, seed: number): () => Int32Array;
    noisyLabels(labels: number[], noise: number, classes: number, seed: number): number[];
    split(n: number, nTrain: number, nVal: number, seed: number): Record<"train" | "val", Int32Array>;
  };
  /** What is wrong is thrown as a RangeError, worded as the package words it. */
  recipe: {
    whole(name: string, value: any, minimum: number, maximum?: number): void;
    number(
      name: string, value: any, limits?: { maximum?: number; below?: number; positive?: boolean }
    ): void;
    complete(fields: Partial<Recipe>): Recipe;
    /** The sizes of the batches of each epoch. */
    epochBatches(recipe: Recipe, n: number): number[][];
    rates(recipe: Recipe, updates: number): Float64Array;
  };
  schedules: {
    constant(): Schedule;
    step_decay(every: number, factor?: number): Schedule;
    exponential(factor: number): Schedule;
    polynomial(horizon: number, power?: number): Schedule;
    cosine(horizon: number, floor?: number): Schedule;
    cosine_restarts(period: number, growth?: number, floor?: number): Schedule;
    one_cycle(horizon: number, rise?: number, start?: number, end?: number): Schedule;
    warmup(steps: number, then: Schedule): Schedule;
    warmup_cosine(horizon: number, warmup_steps: number, floor?: number): Schedule;
    cooldown(horizon: number, cooldown_steps: number, floor?: number): Schedule;
    reduce_on_plateau(
      losses: number[], factor?: number, patience?: number, threshold?: number
    ): number[];
  };
  kernels: {
    /** Memory for so many numbers, and for products with up to `most` numbers in a row. */
    arena(numbers: number, most: number, isCompiled?: boolean): Arena;
  };
  layers: {
    BLOCK: number;
    parameters(sizes: number[]): number;
    arenaFor(sizes: number[], networks: number): Arena;
    transpose(from: ArrayLike<number>, to: Float64Array, rows: number, columns: number): void;
    /** `weights` and `gradient` are arrays of the arena. */
    layersOf(
      sizes: number[], weights: Float64Array, gradient: Float64Array, arena: Arena
    ): Layer[];
    forward(layer: Layer, x: Float64Array, z: Float64Array, n: number, isHidden: boolean): void;
    backward(
      layer: Layer, x: Float64Array, dz: Float64Array, dx: Float64Array | null, n: number
    ): void;
    crossEntropy(
      logits: Float64Array, labels: Int32Array, classes: number, n: number, factor: number
    ): number;
  };
  trainer: {
    /** `sizes`: features, hidden layers' units, classes. `weights`: as `initialWeights` has them. */
    create(
      recipe: Recipe, sizes: number[], data: Samples, weights: ArrayLike<number>[],
      order: () => Iterable<number>, arena?: Arena
    ): Training;
    update(training: Training): number;
    /** What it says of one sample, and its cross-entropy in nats. */
    predict(training: Training, x: ArrayLike<number>, label: number): Prediction;
    /** Mean cross-entropy in nats, and the fraction that is right. */
    evaluate(
      training: Training, x: ArrayLike<number>, y: ArrayLike<number>
    ): { loss: number; accuracy: number };
    /** A copy of the weights, as `initialWeights` has them. */
    parameters(training: Training): Float64Array[];
    /** Passes over the training samples so far, with fractions. */
    epochs(training: Training): number;
  };
  experiment: {
    MEASURES: readonly Measure[];
    /** For each recipe, a run a seed. */
    begin(settings: Settings, data: Dataset): Run[][];
    run(
      groups: Run[][], now: () => number, update?: (training: Training) => void
    ): Generator<Progress, void>;
  };
  inspect: {
    step(training: Training): Stations;
    wrong(run: Run): Wrong;
  };
  /** Written by everystep/site/trainer.py: images of each class, and their pixels as letters. */
  packed: { counts: number[]; pixels: string };
  /** By the names of the setting "data": of what pages train on, what this page has loaded. */
  datasets: { digits(): Dataset; [name: string]: (() => Dataset) | undefined };
  /**
   * Written by everystep/site/trainer.py: signals of each class, and their values as letters, each
   * `step` above the one before, from `low` on.
   */
  signals: { counts: number[]; letters: string; low: number; step: number };
  field(name: string, text: string, options?: string[]): HTMLLabelElement;
  readings: {
    wholeFrom(minimum: number, maximum: number): Reading<number>;
    real(limits: { maximum?: number; below?: number; positive?: boolean }): Reading<number>;
    oneOf(options: string[]): Reading<string>;
  };
  settings: {
    /** What stands in the form at first. */
    FIRST: Record<string, string>;
    /** Ends the names of what the second recipe has for itself. */
    SECOND: string;
    COMMON: string[];
    RECIPE: string[];
    SCHEDULES: string[];
    NETWORKS: string[];
    DATA: string[];
    /** What is wrong is thrown as a RangeError that names it. */
    read(texts: Record<string, string>): Settings & { data: string };
    fromAddress(hash: string): Record<string, string>;
    toAddress(texts: Record<string, string>): string;
  };
  pictures: {
    /** By how many numbers a sample has: how it is drawn. */
    DRAWN: Record<number, (values: number[]) => Element>;
    /** A sample, with words for those who cannot see it. */
    picture(sample: Seen): Element;
    /** The samples that each recipe reads wrong. */
    showWrong(root: HTMLElement, names: string[], wrong: Wrong[], seed: number): void;
  };
  stations: {
    Stepper: new (root: HTMLElement) => {
      step(texts: Record<string, string>, wanted: Settings, data: () => Dataset): void;
      show(seen: Stations, whose: string, isChosen: boolean): void;
      reset(): void;
    };
  };
  roulette: {
    outcomes(differences: number[], k: number): Outcomes;
    Roulette: new (root: HTMLElement) => {
      begin(ends: Moment[], seeds: number[]): void;
      draw(): void;
    };
  };
  landing: {
    sentence(detail: TrainingDetail): string;
  };
  charts: {
    /** A number as readers see it. */
    shown(value: number, places?: number): string;
    /** A probability as readers see it. */
    percent(share: number): string;
    CLOCKS: readonly Clock[];
    TITLES: Record<string, [title: string, factor: number]>;
    /** The names of the recipes beside their colors. */
    legend(list: HTMLElement, names: string[]): void;
    /** An axis of uPlot with the colors that the theme has when it is drawn. */
    axisIn(element: HTMLElement): object;
    /** Called when the theme changes, or is set after the page has been read. */
    onTheme(redraw: () => void): void;
    Charts: new (root: HTMLElement) => {
      setClock(clock: Clock): void;
      begin(recipes: Moment[][]): void;
      draw(recipes: Moment[][]): void;
      clear(): void;
    };
  };
  predict: {
    /** What the claim compares, a value a seed: differences, or ratios. */
    compared(claim: Claim, ends: Moment[]): number[];
    /** How far from "no difference", in bands of the unit; negative where the second is higher. */
    bandOf(value: number, unit: string): number;
  };
  form: {
    Form: new (form: HTMLFormElement) => {
      texts: Record<string, string>;
      readonly names: string[];
      lock(isBusy: boolean): void;
    };
  };
  live: {
    /** Train in a worker, and hear all moments so far whenever there are more; returns what stops it. */
    train(settings: Settings, hear: (recipes: Moment[][], done: boolean) => void): () => void;
    /** Write every moment into a table, a row each. */
    fill(table: HTMLTableElement, recipes: Moment[][], names: string[]): void;
  };
  knobs: {
    /** By the name of a knob: the ways in which it may be turned. */
    KNOBS: Record<string, Partial<Described>[]>;
    /** The sound run and one with the knob turned in one of its ways. */
    puzzle(knob: string, way: number, seed: number): Settings;
    draw(number: number): { knob: string; settings: Settings };
  };
  tools: {
    /** What the page's address says under names that begin with the prefix, without it. */
    fromAddress(prefix: string): Record<string, string>;
    toAddress(prefix: string, texts: Record<string, string>): void;
    code(title: string): { root: HTMLDetailsElement; show(source: string): void };
  };
  plan: {
    FIELDS: string[];
    /** What stands in the form at first. */
    FIRST: Record<string, string>;
    /** As everystep.core.steps has it, its errors too. */
    updatesPerEpoch(
      n_samples: number, batch_size: number,
      options?: { drop_last?: boolean; accumulation?: number; workers?: number }
    ): number;
    /** What is wrong is thrown as a RangeError that names it. */
    read(texts: Record<string, string>): Plan;
    outcome(plan: Plan, tool: Tool): Planned;
  };
  /** By the title of a tool: its settings as code. */
  jobs: Record<string, (plan: Plan) => string>;
  compose: {
    FIELDS: Record<string, [read: Reading, first: string, label: string]>;
    FORMS: string[];
    /** The names of a form's settings. */
    fieldsOf(form: string): string[];
    /** What is wrong is thrown as a RangeError that names it. */
    read(texts: Record<string, string>): Composed;
    /** The updates of the table, in order. */
    moments(text: string): number[];
    rateOf(composed: Composed): Schedule;
    /** PyTorch code that makes the same schedule. */
    python(composed: Composed): string;
  };
  /** Written by everystep/clinic/told.py: words, questions, causes, sentences. */
  told: Told;
  /** By their labels, written by everystep/site/clinic.py. */
  examples: Record<string, { name: string; text: string }>;
  /** Texts are those of Python's formats: `,.{places}f`, `,.{digits}g` and `.{places}%`. */
  numbers: {
    fixed(value: number, places?: number): string;
    general(value: number, digits: number): string;
    percent(share: number, places: number): string;
    /** To the nearest whole number, a tie to the even one. */
    round(value: number): number;
    range(n: number): number[];
    sum(values: number[]): number;
    mean(values: number[]): number;
    median(values: number[]): number;
    max(values: number[]): number;
    min(values: number[]): number;
    diff(values: number[]): number[];
    /** In parts of nearly equal length. */
    split(values: number[], count: number): number[][];
    /** By least squares. */
    line(x: number[], y: number[]): [slope: number, start: number];
    interpolated(place: number, x: number[], y: number[]): number;
  };
  tables: {
    LogError: new (message: string) => Error;
    /** null: an empty cell; undefined: something that is no number. */
    number(cell: unknown): number | null | undefined;
    printable(text: string): string;
    listed(names: string[], most?: number): string;
    tableOfColumns(names: string[], columns: ArrayLike<unknown>[], notes: string[]): LogTable;
    tableOfRecords(records: Map<unknown, unknown>[], notes: string[]): LogTable;
    refuseWhatIsTooLarge(columns: number, rows: number): void;
    put(table: LogTable, name: string, values: number[], present: boolean[]): void;
    columnOf(table: LogTable, name: string): [values: number[], present: boolean[]];
    rowsOf(table: LogTable, rows: number[]): LogTable;
    without(table: LogTable, names: string[]): LogTable;
    /** A table without cells in rows in which all of some columns are 0, and how many those are. */
    withoutZeros(table: LogTable, names: string[]): [table: LogTable, rows: number];
    renamed(table: LogTable, name: string, other: string): LogTable;
  };
  files: {
    decode(bytes: Uint8Array, notes: string[]): string;
    parseCsv(text: string, notes: string[], name?: string): LogTable;
  };
  /** Objects are maps. */
  json: {
    parseJson(text: string): unknown;
    parsePrinted(text: string): unknown[];
  };
  names: {
    words(name: string): string[];
    meaning(name: string): Meaning;
    clockColumn(names: string[], wanted: string[]): string | null;
    /** The part of the data that a file's name says it is of; "" if it says none, or two. */
    partOfFile(name: string): Meaning["part"] | "";
    /** Whether a name is that of a score: the higher, the better. */
    isScore(name: string): boolean;
    /** Whether a score is measured in validation alone, whatever its name says of the data. */
    isOfValidation(name: string): boolean;
    placeAmongErrors(name: string): number;
    placeAmongScores(name: string): number;
    smallest(names: string[], key: (name: string) => number[]): string;
  };
  clocks: {
    MOST_STEPS: number;
    filled(values: number[], present: boolean[]): number[];
    clockOf(table: LogTable, name: string): number[];
    oneRun(
      table: LogTable, clock: string, wanted: number | null, notes: string[]
    ): [table: LogTable, which: string];
    rowsAreRuns(sign: string): Error;
    secondsOf(table: LogTable, name: string | null, notes: string[]): number[] | null;
    clocksOf(
      table: LogTable, step: string | null, epoch: string | null,
      how: {
        areEpochsPasses: boolean; stepsFrom: number; epochsFrom: number | null; notes: string[];
      }
    ): Clocks;
    countThrough(
      table: LogTable, step: string, epoch: string, stepsFrom: number | null, notes: string[]
    ): [table: LogTable, perEpoch: number] | null;
    endsOfEpochs(steps: number[], epochs: number[]): boolean;
    countedFrom0(table: LogTable, step: string, notes: string[]): boolean;
  };
  phases: {
    /** Null if no word in the rows tells training from validation. */
    apart(
      names: string[], columns: ArrayLike<unknown>[]
    ): [names: string[], columns: ArrayLike<unknown>[], phase: string] | null;
  };
  curves: {
    Roles: new (
      table: LogTable, clocks: Clocks, chosen: Record<string, string>, notes: string[],
      part: Meaning["part"] | ""
    ) => { curves(): Curves; odd: string[] };
    at(curve: Curve, records: number[]): Curve;
    finite(curve: Curve): Curve;
    /** Where values stand: updates if known, else passes, else their number from 1. */
    places(curve: Curve): number[];
  };
  build(
    format: string, table: LogTable, options: LogOptions, notes: string[],
    more?: {
      facts?: Record<string, number>; stepsFrom?: number;
      areEpochsPasses?: boolean; areRowsEpochs?: boolean;
    }
  ): RunLog;
  openmmlab: {
    recognizes(records: Map<string, any>[]): boolean;
    read(records: Map<string, any>[], options: LogOptions, notes: string[]): RunLog;
  };
  keras: {
    recognizes(table: LogTable): boolean;
    read(table: LogTable, options: LogOptions, notes: string[]): RunLog;
    /** The lists of a history without what lies beside them; nothing if it is none. */
    historyIn(content: unknown): Map<string, any>;
    isOfNumbers(values: any): boolean;
    readHistory(content: any, options: LogOptions, notes: string[]): RunLog;
  };
  trainerState: {
    recognizes(content: unknown): boolean;
    read(content: any, options: LogOptions, notes: string[]): RunLog;
  };
  /** What is wrong with a log is thrown as a LogError, a sentence. */
  readLogs(files: LogFile[], options: LogOptions): RunLog;
  courses: {
    usable(curve: Curve | null): Curve | null;
    /** The median of the first tenth. */
    firstLevel(curve: Curve): number;
    start(curve: Curve): number;
    end(curve: Curve): number;
    smoothed(values: number[]): number[];
    noise(values: number[]): number;
    variation(curve: Curve): number;
    leap(curve: Curve): number;
    loneLeap(curve: Curve): number;
    fallAtTheEnd(curve: Curve): number;
    level(curve: Curve, to: number): [mean: number, error: number];
    fallsInOrder(values: number[]): number;
  };
  shapes: {
    SAME: number;
    FITS: number;
    EXACT: number;
    /** The furthest that rates are from a shape. */
    furthest(y: number[], shape: (i: number) => number): number;
    bestFit(x: number[], y: number[], straight?: number): { kind: string; fit: Fit };
    fitOfATail(x: number[], y: number[]): { kind: string; fit: Fit } | null;
  };
  remarks: {
    of(log: RunLog): string[];
    stuckAt0(curves: Curves): Curve[];
    /** Where a record stands, with the unit of its clock. */
    moment(curve: Curve, record: number): string;
    /** Where a record stands; updates are whole, however many. */
    place(curve: Curve, record: number): string;
    /** A number of epochs: many are whole, of few the part counts. */
    passes(number: number): string;
  };
  schedule: {
    recognize(curves: Curve[]): RateSchedule;
    describe(
      schedule: RateSchedule, planned?: number | null, perEpoch?: number | null
    ): string;
    /** Whether the log has less than half of the fall. */
    isMostlyUnseen(schedule: RateSchedule): boolean;
    /** The rates by which a schedule is recognized, one a moment. */
    rateThatCounts(curves: Curve[]): Curve;
  };
  /** The schedule of a log's rates, with all that the log tells of it. */
  scheduleOf(log: RunLog): RateSchedule;
  validation: {
    HIGH: number;
    first(log: RunLog, role: string): Curve | null;
    /** The accuracy of validation, or else another score of at most 1. */
    scoreOf(log: RunLog): Curve | null;
    /** What says how validation went: its loss, another error, or 1 − accuracy or score. */
    curveOf(log: RunLog): Curve | null;
    measuresOf(log: RunLog, train: Curve | null): Measures;
    endsNearItsBest(val: Curve | null): boolean;
    /** The last moment of any curve that has the same clock. */
    endOfLog(log: RunLog, like: Curve): number;
  };
  count(log: RunLog, schedule: RateSchedule): Counts;
  measuresOf(log: RunLog, counts: Counts, schedule: RateSchedule): Measures;
  questions: {
    walk(tree: LogQuestion[], measures: Measures): Answer;
    examine(log: RunLog): Diagnosis;
  };
  headline(verdict: string, surely: string): string;
  sections(diagnosis: Diagnosis): Sections;
  picture: {
    Picture: new (root: HTMLElement) => { draw(examined: Examined, clock: string): void };
    /** Those that all curves have. */
    clocksOf(examined: Examined): string[];
  };
}

/** What the scripts of the clinic know of the package: everystep/clinic/told.py. */
interface Told {
  names: Record<string, string[]>;
  missing: string[];
  notFinite: [text: string, value: string][];
  roles: string[];
  facts: Record<string, string>;
  formats: Record<string, string>;
  tree: LogQuestion[];
  causes: Record<string, Cause>;
  cannotTell: string;
  needs: Record<string, [holds: string, record: string]>;
  besidesAny: string[];
  counted: string[];
  ended: string[];
  sound: string[];
  fewRecords: number;
  weaker: Record<string, string>;
  surely: Record<string, string>;
  parts: [role: string, called: string][];
  /** Why no more is known of an update's samples, by what is known of them. */
  atLeast: Record<string, string>;
  chapter: string;
  mostToRecord: number;
  records: Record<string, string[]>;
}

interface LogFile {
  name: string;
  bytes: Uint8Array;
}

/** What a reader of a log says of it: Options in everystep/clinic/readers/build.py. */
interface LogOptions {
  columns: Record<string, string>;
  facts: Record<string, number>;
  run: number | null;
  stepsFrom: number | null;
  epochsFrom: number | null;
  /** The file's name, which may say what the file is of. */
  file?: string;
}

/** Columns by their names; what is not in `names` was left out. */
interface LogTable {
  names: string[];
  values: Map<string, number[]>;
  present: Map<string, boolean[]>;
  rows: number;
}

interface Meaning {
  part: "train" | "val" | "test";
  quantity: "loss" | "accuracy" | "error" | "score" | "rate" | "metric" | "";
  rest: string[];
  isNamed: boolean;
}

interface Clocks {
  steps: number[] | null;
  epochs: number[] | null;
  stepsPerEpoch: number | null;
  seconds: number[] | null;
}

interface Curve {
  name: string;
  values: number[];
  steps: number[] | null;
  epochs: number[] | null;
  seconds: number[] | null;
}

type Curves = Record<string, Curve[]>;
type Measures = Record<string, number>;

interface RunLog {
  format: string;
  curves: Curves;
  facts: Record<string, number>;
  notes: string[];
  clock: "step" | "epoch";
  /** Which of the runs in the file it is, as "run 2 of 3"; "" if the file holds one. */
  run: string;
  /** What the file says twice, and differently. */
  contradictions: string[];
  columns: string[];
}

interface RateSchedule {
  kind: string;
  unit: "updates" | "epochs";
  peak: number;
  left: number;
  every: number;
  warmup: number;
  horizon: number | null;
  floor: number;
  cuts: number[];
}

/** How far a shape is from the rates at most, where it ends, and the rate of its start. */
interface Fit {
  error: number;
  horizon: number | null;
  floor: number;
  start: number;
  /** How it goes at its beginning, if that is nearly a line. */
  level: Line | null;
  /** Where that lies. */
  begin: number;
}

/** Rates along a line: that at 0, and what is added a moment. */
interface Line {
  start: number;
  slope: number;
}

/** Half a cosine that begins somewhere, of some length, and how well it fits. */
interface Cosine {
  begin: number;
  length: number;
  squares: number;
  fit: Fit;
}

type Shape = (x: number[], y: number[]) => Fit;

/** null: the log does not tell. */
interface Counts {
  stepsMade: number | null;
  stepsPlanned: number | null;
  epochsMade: number | null;
  epochsPlanned: number | null;
  stepsPerEpoch: number | null;
  samplesPerUpdate: number | null;
  isAtLeast: boolean;
  train: number | null;
  contradictions: string[];
  begun: number;
}

type Condition = [measure: string, relation: string, threshold: number];

interface LogSign {
  text: string;
  cause: string;
  shows: Condition[];
  surely: string;
}

interface LogQuestion {
  text: string;
  signs: LogSign[];
  applies: Condition[];
  secondRun: string;
}

interface Answer {
  question: LogQuestion | null;
  sign: LogSign | null;
  unasked: { sign: LogSign; missing: string[] }[];
  refuted: Set<string>;
}

interface Cause {
  verdict: string;
  knob: string;
  section: string;
  /** Causes that the verdict names as well, or leaves open. */
  covers: string[];
  /** Causes that a log may show beside it. */
  besides: string[];
}

interface Diagnosis {
  log: RunLog;
  schedule: RateSchedule;
  counts: Counts;
  measures: Measures;
  answer: Answer;
  cause: string;
  told: Cause;
  surely: string;
  besides: Diagnosis | null;
}

type Sections = [title: string, lines: string[]][];

/** What the clinic's worker tells of a log. */
interface Examined {
  verdict: string;
  sections: Sections;
  columns: string[];
  clock: "step" | "epoch";
  curves: ({ role: string } & Curve)[];
  sizes: { samplesPerUpdate: number | null; stepsPerEpoch: number | null; train: number | null };
}

/** The library of charts, as far as it is used here. */
declare class uPlot {
  constructor(options: object, data: unknown[], place: HTMLElement);
  setData(data: unknown[]): void;
  redraw(): void;
  setSize(size: { width: number; height: number }): void;
  destroy(): void;
  static join(tables: unknown[][]): unknown[];
}

/** `low` and `high`: the 95% interval of the mean; NaN where there are too few values. */
interface Estimate {
  n: number;
  mean: number;
  low: number;
  high: number;
}

type Measure = "train_loss" | "train_accuracy" | "val_loss" | "val_accuracy";
type Clock = "updates" | "epochs" | "samples" | "seconds";

/** A schedule by its name and arguments, of which one may be a schedule again. */
type ScheduleCall = [name: string, ...parts: (number | ScheduleCall)[]];

/** A recipe that can be sent to a worker: the schedule is no function yet. */
interface Described {
  fields: Partial<Recipe>;
  schedule: ScheduleCall | null;
}

interface Settings {
  recipes: Described[];
  seeds: number[];
  hidden: number[];
  n_train: number;
}

/**
 * `x` holds one sample after another, of `features` numbers. Of those that do not train, `n_val`
 * validate; all, if it is not there.
 */
interface Dataset {
  x: Float32Array;
  y: number[];
  features: number;
  classes: number;
  n_val?: number;
}

/** A recipe from one seed; `seconds` its updates took. */
interface Run {
  training: Training;
  val: Samples;
  seconds: number;
}

/** Does something with what is set, as it was written and as it is read, and its data. */
type Use = (texts: Record<string, string>, wanted: Settings, data: () => Dataset) => void;

/** What was measured of a recipe at one time: lists have a number a seed. */
type Moment = Record<Measure, number[]> & Record<Clock, number>;

/** What the events "training" and "trained" of a trainer tell; `ends` is empty at the start. */
interface TrainingDetail {
  /** What was set, by the names of the address. */
  texts: Record<string, string>;
  /** What tells the recipes apart. */
  names: string[];
  /** Of each recipe, measured after the last update. */
  ends: Moment[];
}

/** A small experiment tied to a finding: everystep/authoring/claims.py. */
interface Claim {
  /** The finding's; empty where readers set the trainer themselves. */
  id: string;
  chapter: string;
  measure: Measure[];
  /** Compare the share of runs above so many percent. */
  above: number | null;
  compare: string;
  expect: string;
}

/** A reader's first guess at a comparison: 1 if it was right. */
interface Guess {
  chapter: string;
  direction: number;
  size: number;
}

interface Progress {
  samples: number;
  /** One a recipe; null of one that made no update since the last. */
  moments: (Moment | null)[] | null;
}

interface Report {
  records: (Moment | null)[][];
  samples: number;
  seconds: number;
  done: boolean;
  /** At the end, of the first seed of each recipe. */
  wrong: Wrong[];
  /** The update that was asked for, while paused. */
  looked: Looked | null;
}

/** An update of one of the recipes' seeds, both by their numbers. */
interface Looked {
  recipe: number;
  seed: number;
  stations: Stations;
}

/** What a network says of a sample; `probabilities` has one for each class. */
interface Prediction {
  predicted: number;
  loss: number;
  probabilities: number[];
}

/** A sample with the label that it trains or validates with. */
interface Seen extends Prediction {
  values: number[];
  label: number;
}

type Length = "gradient" | "moved" | "weights";

/** Of the weights and biases of a layer: how many, and the Euclidean norms of three lists. */
type Lengths = { name: string; count: number } & Record<Length, number>;

/** One update: the first samples of its batch as the network saw them before, and what it did. */
interface Stations {
  optimizer: string;
  momentum: number;
  weight_decay: number;
  /** Updates made, this one included, and of how many; samples processed; training samples. */
  step: number;
  updates: number;
  samples: number;
  total: number;
  first: Seen[];
  /** Of the batch, which begins `from` samples after its epoch. */
  size: number;
  from: number;
  rate: number;
  /** Of the batch, before and after. */
  loss: number;
  after: number;
  /** Of each layer, and of all. */
  layers: Lengths[];
}

/** Samples read wrong: those of which it is surest, how many there are, and of how many. */
interface Wrong {
  surest: Seen[];
  count: number;
  total: number;
}

/** Of all choices of so many seeds: in how many A is ahead, in how many B, and in how many none. */
interface Outcomes {
  A: number;
  B: number;
  none: number;
}

/** How a text that a reader may have typed becomes a value; a RangeError if it cannot. */
type Reading<Value = string | number> = (name: string, text: string) => Value;

/** What the data limit: how many samples there are, and how many of them may train. */
type Limits = Record<"samples" | "training", number>;

type LimitedReading = (name: string, text: string, limits: Limits) => string | number;

type Purpose = "weights" | "order" | "label noise" | "split" | "puzzle";

/** From the number of updates made so far to what the rate is multiplied by. */
type Schedule = (step: number) => number;

/** How a model is trained: the fields of everystep/core/recipe.py, described there. */
interface Recipe {
  batch_size: number;
  lr: number;
  epochs: number | null;
  steps: number | null;
  optimizer: string;
  momentum: number;
  nesterov: boolean;
  weight_decay: number;
  betas: number[];
  eps: number;
  schedule: Schedule | number[] | null;
  label_noise: number;
  accumulation: number;
  drop_last: boolean;
  batch_growth: [epoch: number, size: number][];
}

/** `x` holds one sample after another; `y` their labels, noise included. */
interface Samples {
  x: ArrayLike<number>;
  y: ArrayLike<number>;
}

/** A fully connected layer; `weight` stands input by input. */
interface Layer {
  arena: Arena;
  inputs: number;
  outputs: number;
  weight: Float64Array;
  bias: Float64Array;
  dWeight: Float64Array;
  dBias: Float64Array;
  /** Scratch: the weights with rows as columns; empty in the first layer, which needs none. */
  turned: Float64Array;
}

/** The inner loops: web/trainer/kernels.wat. Arrays are given by their addresses in bytes. */
interface Kernels {
  addProduct(
    out: number, n: number, width: number,
    x: number, step: number, stride: number, count: number,
    m: number, rows: number, factors: number, zeros: number
  ): void;
  clip(values: number, by: number, count: number): void;
}

/** Memory of the inner loops, and the loops on it, for its own arrays: web/trainer/kernels.js. */
interface Arena {
  array(length: number): Float64Array;
  /** out += x m, with n rows in out and x, `width` numbers in a row of out, `count` in one of x. */
  add(
    out: Float64Array, n: number, width: number,
    x: Float64Array, count: number, m: Float64Array, isTurned?: boolean
  ): void;
  /** Sets those of `count` values to 0 of which `by` is at most 0. */
  clip(values: Float64Array, by: Float64Array, count: number): void;
}

/** A training under way: web/trainer/engine.js. */
interface Training {
  recipe: Recipe;
  data: Samples;
  order: () => Iterable<number>;
  /** The sizes of the batches of each epoch. */
  batches: number[][];
  updates: number;
  layers: Layer[];
  weights: Float64Array;
  gradient: Float64Array;
  rates: Float64Array;
  /** Of the last update. */
  rate: number;
  /** Updates made. */
  step: number;
  epoch: number;
  batch: number;
  /** Samples processed. */
  samples: number;
  visited: number;
  rows: Int32Array;
  size: number;
  moments: [Float64Array, Float64Array];
  tape: Float64Array[];
  slopes: Float64Array[];
  labels: Int32Array;
}

/** What a reader plans: web/explorers/plan.js. */
interface Plan {
  samples: number;
  /** Per device. */
  batch: number;
  workers: number;
  accumulation: number;
  epochs: number;
  drop_last: "no" | "yes";
  /** Per update. */
  seconds: number;
  /** Share of the updates. */
  warmup: number;
  per_machine: number;
}

/** A loop of one's own, Lightning, and the Trainer of Hugging Face: they round differently. */
type Tool = "loop" | "lightning" | "trainer";

/** What a plan comes to. */
interface Planned {
  global: number;
  perEpoch: number;
  total: number;
  warmup: number;
  hours: number;
}

/** A schedule that a reader has set; `warmup` is 0 where the form has none. */
interface Composed {
  form: string;
  values: Record<string, number>;
}

/** A form of schedules: web/explorers/compose.js. */
interface Form {
  fields: string[];
  make(values: Record<string, number>, n: number): Schedule;
  code(
    values: Record<string, number>, rest: string
  ): { name: string; call: string; begin?: string }[];
}

/** What benchmarks/rate_map.py recorded. */
interface RateRecord {
  recipe: { hidden: number; images: number; epochs: number; label_noise: number; seeds: number[] };
  batches: number[];
  rates: number[];
  schedules: string[];
  /** By batch: updates of a run, and of its warm-up. */
  updates: Record<number, number>;
  warm_up: Record<number, number>;
  /** At which the curves have their points. */
  epochs: number[];
  cells: RateCell[];
}

/** Accuracy at the end in percent, with its interval; means over seeds, null if not finite. */
type RateCell = Record<Measure, (number | null)[]> & {
  schedule: string;
  batch: number;
  rate: number;
  accuracy: [mean: number, low: number, high: number];
  diverged: number;
};

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
  objective: string;
  fields: HTMLFieldSetElement;
  details: HTMLDetailsElement;
  answer: string[];
  key: Key;
  /** Which of the question's sets of numbers is shown. */
  variant: number;
  readonly sure: string;
  readonly result: Outcome;
  readonly isRight: boolean;
  pick(variant: number): void;
  number(n: number): void;
  show(outcome: Outcome): void;
  reset(): void;
  learn(sure?: string): void;
  checks(
    label: string, after: (question: Question) => void,
    checked: (question: Question, answer: string[]) => void
  ): void;
}

/** How sure a reader is, asked in one question at a time: web/quiz/certainty.js. */
interface Certainty {
  ask(question: Question, sure?: string): void;
  hide(): void;
}

/** One question, or the questions of a case; for an exam, with what it takes from its quotas. */
type Unit = { ref: string; takes: string }[];

/** The questions that a part of a page may ask: web/quiz/sheets.js. */
interface Sheets {
  units: Unit[];
  /** Those that are on the page. */
  questions: Map<string, Question>;
  /** Put questions on the page, with others of their cases; return what was not there before. */
  load(refs: string[]): Promise<Question[]>;
}

/** How often something was answered, and how often right. */
interface Answers {
  seen: number;
  right: number;
}

/** What was answered with a certainty that stands for a probability of being right. */
interface Calibrated extends Answers {
  share: number;
}

/** What FSRS knows of a memory: after `stability` days, 90% is recalled; `difficulty`: 1 to 10. */
interface Memory {
  stability: number;
  difficulty: number;
}

/**
 * How a question or a card was answered so far, `last` and `due` in days, as `today()` counts them;
 * `variant` is the one answered last.
 */
interface Repetition extends Memory, Answers {
  last: number;
  due: number;
  variant: number;
}

/** The same as it was kept when there were boxes, from 0, never missed, to 5. */
interface Boxed extends Answers {
  box: number;
  due: number;
}

/** The answer that a quiz shows, and the variant that it was given to. */
interface Given {
  answer: string[];
  variant: number;
}

/**
 * A misconception behind wrong answers: how often, and of the last of them the question, the answer
 * and the day.
 */
interface Mistake {
  item: string;
  answer: string;
  last: number;
  seen: number;
}

/** Where a reader finds what refutes a misconception, for each question of an objective. */
interface Trails {
  places: [title: string, url: string][];
  questions: Record<string, Record<string, number[]>>;
}

/** An exam that was finished; `end` in milliseconds, as in `Date.now()`. */
interface Attempt {
  exam: string;
  end: number;
  right: number;
  total: number;
  /** By topic; older ones have none. */
  topics?: Record<string, [right: number, total: number]>;
}

/** The page of a chapter that was seen last, as the table of contents names it. */
interface Visit {
  page: string;
}

/** When the quiz of a chapter was last seen with all its questions answered. */
interface Done {
  day: number;
}

/** The exam that goes on; `ends` while the clock runs, `left` while it is paused, in ms. */
interface ExamState {
  id: number;
  seed: number;
  items: string[];
  answers: Record<string, string[]>;
  flags: string[];
  /** How sure the reader is, by question. */
  sure?: Record<string, string>;
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
  tasks: string;
  sheet: string;
  src: string;
  units: string;
  given: string;
  guide: string;
  trails: string;
  keys: string;
  number: string;
  items: string;
  exam: string;
  exams: string;
  chapter: string | undefined;
  chapters: string;
  step: string;
  share: string;
  minutes: string;
  quotas: string;
  settings: string | undefined;
  signals: string;
  row: string;
  line: string;
  claim: string | undefined;
  page: string;
  clock: string;
  button: string;
  phase: string;
  recipe: string;
  when: string;
  do: string;
  press: string;
}
