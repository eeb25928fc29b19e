"""The page trains what the package trains, and so what PyTorch trains."""

import itertools
import json
import math

import pytest

from tests.reference.training import ON_SIGNALS, TRAININGS, rows

# Two ways to add up the same numbers part in the last digits. 1e-5 would do for a reader.
TOLERANCE = {"rel": 1e-9, "abs": 1e-12, "nan_ok": True}
RUN = """(reference) => {
  const { given, orders, trainings } = reference;
  const made = ([name, ...parts]) => everystep.schedules[name](
    ...parts.map((part) => (Array.isArray(part) ? made(part) : part)));
  return trainings.map(({ hidden, recipe, schedule, labels }) => {
    let epoch = 0;
    const training = everystep.trainer.create(
      everystep.recipe.complete({ ...recipe, schedule: schedule && made(schedule) }),
      given.sizes[hidden], { x: given.x, y: labels }, given.weights[hidden],
      () => orders[epoch++]);
    const losses = Array.from({ length: training.updates }, () =>
      everystep.trainer.update(training));
    const train = everystep.trainer.evaluate(training, given.x, labels);
    const val = everystep.trainer.evaluate(training, given.x_val, given.y_val);
    return {
      batch_loss: given.kept.map((step) => losses[step]),
      weights: everystep.trainer.parameters(training).map((part) => [...part]),
      end: [train.loss, train.accuracy, val.loss, val.accuracy],
      clocks: [everystep.trainer.epochs(training), training.samples],
    };
  });
}"""
# The same on signals, which the page has itself.
RUN_ON_SIGNALS = f"""(reference) => {{
  const {{ x, y }} = everystep.datasets.mnist1d();
  const take = (rows) => rows.flatMap((row) => [...x.subarray(40 * row, 40 * row + 40)]);
  const {{ train, val, orders, sizes, weights, trainings }} = reference.signals;
  const given = {{
    sizes: [sizes], weights: [weights], kept: reference.given.kept,
    x: take(train), x_val: take(val), y_val: val.map((row) => y[row]),
  }};
  return ({RUN})({{
    given, orders, trainings: trainings.map((training) => ({{ ...training, hidden: 0 }})),
  }});
}}"""


def numbers(row):
    """Return what comes out of a training as one list; what is not finite is NaN."""
    lists = [row["batch_loss"], *row["weights"], row["end"], row["clocks"]]
    flat = itertools.chain.from_iterable(lists)
    return [n if n is not None and math.isfinite(n) else math.nan for n in flat]


def name(training):
    *hidden, recipe, schedule = training
    settings = (f"{field}={value}" for field, value in recipe.items())
    return " ".join([*(f"{n} hidden" for n in hidden), *settings, *(schedule or [])[:1]])


@pytest.fixture(scope="module")
def trained(trainer, reference):
    """Return what the scripts make of every training of the table."""
    with trainer() as page:
        return page.evaluate(RUN, reference)


@pytest.mark.parametrize("index", range(len(TRAININGS)), ids=map(name, TRAININGS))
def test_the_page_ends_where_the_package_ends(trained, reference, index):
    row = reference["trainings"][index]
    assert numbers(trained[index]) == pytest.approx(numbers(row), **TOLERANCE)


@pytest.fixture(scope="module")
def trained_on_signals(trainer, reference):
    """Return what the scripts make of every training on signals."""
    with trainer() as page:
        return page.evaluate(RUN_ON_SIGNALS, reference)


@pytest.mark.parametrize("index", range(len(ON_SIGNALS)), ids=map(name, ON_SIGNALS))
def test_on_signals_the_page_ends_where_the_package_ends(trained_on_signals, reference, index):
    row = reference["signals"]["trainings"][index]
    assert numbers(trained_on_signals[index]) == pytest.approx(numbers(row), **TOLERANCE)


def differing(page, reference):
    """Return the trainings of the table that end elsewhere on this page."""
    pairs = zip(page.evaluate(RUN, reference), reference["trainings"], strict=True)
    return [
        index
        for index, (row, known) in enumerate(pairs)
        if numbers(row) != pytest.approx(numbers(known), rel=1e-5, abs=1e-9, nan_ok=True)
    ]


@pytest.mark.parametrize(
    ("script", "right", "wrong"),
    [
        ("engine", "weight_decay * weights[k]", "0"),
        ("engine", "nesterov ? slope + momentum * v : v", "v"),
        ("engine", "momentum * velocity[k] + slope", "momentum * (velocity[k] + slope)"),
        ("engine", "momentum * velocity[k] + slope", "momentum * velocity[k] + 1.00001 * slope"),
        ("engine", "1 - rate * weight_decay", "1 - weight_decay"),
        ("engine", "Math.sqrt(s) / correction + eps", "(Math.sqrt(s) + eps) / correction"),
        ("engine", "1 - first ** (step + 1)", "1"),
        ("engine", "second ** (step + 1)", "second ** (step + 2)"),
        ("engine", "n, 1 / size)", "n, 1 / n)"),
        ("engine", "gradient.fill(0)", "gradient.fill(1e-5)"),
        ("engine", "training.visited = 0;", ""),
        ("engine", "i + 1 < layers.length", "true"),
        ("layers", "arena.clip(dx, x, n * inputs);", ""),
        ("layers", "dBias[o] += dz[k++]", "dBias[o] += 0 * dz[k++]"),
        ("recipe", "&& !drop_last", ""),
        ("recipe", "schedule(step)", "schedule(step + 1)"),
        ("schedules", "1 + Math.cos", "1.0001 + Math.cos"),
    ],
)
def test_a_planted_fault_is_found(trainer, reference, script, right, wrong):
    with trainer(**{script: (right, wrong)}) as page:
        assert differing(page, reference)


def test_a_batch_larger_than_a_block_trains_the_same(trainer, reference):
    with trainer(layers=("BLOCK = 64", "BLOCK = 4")) as page:
        assert page.evaluate("everystep.layers.BLOCK") == 4
        assert differing(page, reference) == []


def test_the_table_for_the_scripts_is_up_to_date(reference):
    """Words and whole numbers to the letter, others to what another machine may round."""
    advice = "run python -m tests.reference.training, and look at what changed"
    now = json.loads(json.dumps(rows()))
    now |= {part: dict(now[part]) for part in ("given", "signals")}
    known = json.loads(json.dumps(reference))
    results = [
        [results_of(row) for row in [*table["trainings"], *table["signals"]["trainings"]]]
        for table in (now, known)
    ]
    assert now == known, advice
    for row, old in zip(*results, strict=True):
        assert row == pytest.approx(old, **TOLERANCE), advice


def results_of(row):
    """Take the results of a training out of its row."""
    found = numbers(row)
    for field in ("batch_loss", "weights", "end", "clocks"):
        del row[field]
    return found


def test_some_trainings_of_the_table_diverge_and_the_others_lead_somewhere(reference):
    diverged = [row for row in reference["trainings"] if None in row["end"]]
    assert len(diverged) == 3
    for row in reference["trainings"]:
        first = itertools.chain.from_iterable(reference["given"]["weights"][row["hidden"]])
        last = itertools.chain.from_iterable(row["weights"])
        pairs = zip(last, first, strict=True)
        assert row in diverged or max(abs(new - old) for new, old in pairs) > 0.05


# Learns two clouds of points apart, all drawn from one seed.
LEARN = """(seed) => {
  const { random, recipe, trainer } = everystep;
  const sizes = [2, 8, 2];
  const uniform = random.generator(3, "split");
  const y = Array.from({ length: 100 }, (_, i) => i % 2);
  const x = y.flatMap((label) => [uniform() + label, uniform() - label]);
  const settings = recipe.complete({ batch_size: 16, lr: 0.1, epochs: 20, momentum: 0.9 });
  const training = trainer.create(settings, sizes, { x, y },
    random.initialWeights(sizes, seed), random.batchOrder(100, seed));
  const before = trainer.evaluate(training, x, y);
  while (training.step < training.updates) trainer.update(training);
  let after = "";
  try {
    trainer.update(training);
  } catch (error) {
    after = error.message;
  }
  return [before.loss, trainer.evaluate(training, x, y), trainer.epochs(training), after];
}"""


def test_a_run_drawn_from_a_seed_learns_is_repeated_and_ends(page):
    before, end, epochs, after = page.evaluate(LEARN, 1)
    assert before > 0.3
    assert end["loss"] < 0.1
    assert end["accuracy"] > 0.95
    assert epochs == 20
    assert after == "all updates are made"
    assert page.evaluate(LEARN, 1) == [before, end, epochs, after]
    assert page.evaluate(LEARN, 2)[1] != end
