"""A training in a worker, and its numbers as a table."""

import pytest

from tests.web.reader import MAP, MOMENTS

TRAIN = """([stopAfter]) => new Promise((resolve) => {
  const settings = everystep.settings.read(everystep.settings.fromAddress(
    "#batch=8&batch2=64&epochs=2&images=64&seeds=2"));
  let heard = 0;
  const stop = everystep.live.train(settings, (recipes, done) => {
    heard += 1;
    if (heard === stopAfter) {
      stop();
      setTimeout(() => resolve([heard, recipes]), 500);
    }
    if (done) resolve([heard, recipes, settings]);
  });
})"""
HIDE = """() => new Promise((resolve) => {
  const settings = everystep.settings.read(everystep.settings.fromAddress(
    "#epochs=60&images=256&seeds=8"));
  const wait = (ms) => new Promise((next) => setTimeout(next, ms));
  const turn = (hidden) => {
    Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  };
  let heard = 0;
  let isQuiet = null;
  everystep.live.train(settings, async (_, done) => {
    heard += 1;
    if (done) resolve([isQuiet, heard]);
    if (heard !== 1) return;
    turn(true);
    await wait(600); // what was under way has arrived
    const before = heard;
    await wait(600);
    isQuiet = heard === before;
    turn(false);
  });
})"""
EXPECTED = f"""() => ({MOMENTS})(everystep.settings.read(everystep.settings.fromAddress(
  "#batch=8&batch2=64&epochs=2&images=64&seeds=2")))"""
FILL = """(recipes) => {
  const table = document.createElement("table");
  table.createTHead();
  table.createTBody();
  everystep.live.fill(table, recipes, ["one", "two"]);
  return [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent));
}"""


def timeless(recipes):
    return [
        [{name: value for name, value in moment.items() if name != "seconds"} for moment in moments]
        for moments in recipes
    ]


def test_what_is_heard_is_what_the_engine_trains(tab):
    page = tab.open(MAP)
    expected = page.evaluate(EXPECTED)
    assert timeless(page.evaluate(TRAIN, [None])[1]) == timeless(expected)
    assert [len(moments) for moments in expected] == [17, 3]


def test_it_is_silent_once_it_is_stopped(tab):
    page = tab.open(MAP)
    assert page.evaluate(TRAIN, [1])[0] == 1


def test_it_waits_while_the_page_is_hidden_and_goes_on_to_the_end(tab):
    is_quiet, heard = tab.open(MAP).evaluate(HIDE)
    assert is_quiet
    assert heard > 2


def test_the_table_has_every_moment_with_means_over_seeds(tab):
    page = tab.open(MAP)
    recipes = page.evaluate(EXPECTED)
    head, *rows = page.evaluate(FILL, recipes)
    assert head[:4] == ["run", "epochs", "updates", "training loss (nats)"]
    moments = [("one", m) for m in recipes[0]] + [("two", m) for m in recipes[1]]
    assert len(rows) == len(moments) == 20
    measures = ("train_loss", 1), ("val_loss", 1), ("train_accuracy", 100), ("val_accuracy", 100)
    for row, (name, moment) in zip(rows, moments, strict=True):
        assert (row[0], row[2]) == (name, str(moment["updates"]))
        assert float(row[1]) == pytest.approx(moment["epochs"], abs=0.0051)
        for text, (measure, factor) in zip(row[3:], measures, strict=True):
            mean = factor * sum(moment[measure]) / 2
            assert abs(float(text) - mean) <= 0.006 * mean
