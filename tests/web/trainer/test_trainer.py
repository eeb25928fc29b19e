"""A reader trains in the page."""

import pytest

from everystep.core.statistics import difference
from tests.web.reader import MOMENTS, TRAINER, notice, tab_to

SMALL = "#batch=8&batch2=64&epochs=1&images=64&seeds=10"
SETTINGS = "everystep.settings.read(everystep.settings.fromAddress(location.hash))"


def train(page):
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()


def table(page):
    return (
        page.locator(".result table")
        .first.locator("tr")
        .evaluate_all("rows => rows.map(row => [...row.cells].map(cell => cell.textContent))")
    )


def test_two_recipes_are_compared_seed_by_seed(tab):
    page = tab.open(TRAINER, address=SMALL)
    ends = page.evaluate("""() => {
      const texts = everystep.settings.fromAddress(location.hash);
      const groups = everystep.experiment.begin(everystep.settings.read(texts),
        everystep.datasets.digits());
      let last = [];
      for (const { moments } of everystep.experiment.run(groups, () => 0)) {
        last = groups.map((_, r) => moments?.[r] ?? last[r]);
      }
      return last.map(({ val_accuracy }) => val_accuracy.map((value) => 100 * value));
    }""")
    train(page)
    heads, *rows = table(page)
    assert heads == ["", "A: batch 8", "B: batch 64", "A − B", "A above B"]
    apart = difference(*ends)
    three = [f"{v:.3g}".replace("-", "−") for v in (apart.mean, apart.low, apart.high)]
    assert rows[-1][0] == "validation accuracy (%)"
    told = rows[-1][3].replace("(", "").replace(")", "").replace(" to", "").split()
    assert [float(t.replace("−", "-")) for t in told] == pytest.approx(
        [float(t.replace("−", "-")) for t in three], rel=6e-3
    )
    assert rows[-1][4] == f"{round(100 * apart.p_above)}%"


SIGNALS = "#data=mnist1d&batch=8&batch2=64&epochs=1&images=64&seeds=2&hidden=32"


def test_signals_are_loaded_when_a_reader_trains_on_them_and_once(tab):
    asked = []

    def listen(page):
        page.on("request", lambda request: "mnist1d" in request.url and asked.append(request.url))

    page = tab.open(TRAINER, address=SMALL, prepare=listen)
    train(page)
    tab_to(page, "[name=data]")
    page.keyboard.press("ArrowDown")
    assert asked == []
    page.keyboard.press("Enter")
    before = page.locator(".result").text_content()
    train(page)
    # Until the signals are there, what stands there is the result on the digits.
    page.wait_for_function(
        "before => ![before, undefined].includes(document.querySelector('.result')?.textContent)",
        arg=before,
    )
    assert len(asked) == 1
    assert "data=mnist1d" in page.url
    ends = page.evaluate(f"({MOMENTS})({SETTINGS})")
    mean = 100 * sum(ends[0][-1]["val_accuracy"]) / 10
    assert float(table(page)[-1][1].split()[0]) == pytest.approx(mean, rel=5e-3)
    page.get_by_role("button", name="One update").click()
    train(page)
    assert len(asked) == 1
    assert notice(page) == ""


def test_an_address_asks_for_signals(tab):
    page = tab.open(TRAINER, address=SIGNALS)
    page.get_by_role("button", name="One update").click()
    page.locator(".stations .made").wait_for()
    train(page)
    assert "data=mnist1d" in page.url
    assert table(page)[0][1:3] == ["A: batch 8", "B: batch 64"]


def test_a_trainer_with_settings_of_its_own_can_have_signals(tab):
    own = OWN % SIGNALS[1:]
    page = tab.open(TRAINER, prepare=lambda page: page.add_init_script(own))
    train(page)
    assert page.locator(".result tbody tr").first.is_visible()
    assert page.locator("[name=data]").input_value() == "mnist1d"


def test_signals_that_are_not_there_are_told_and_can_be_asked_for_again(tab):
    page = tab.open(TRAINER, address=SIGNALS)
    page.evaluate("""() => {
      const { dataset } = document.querySelector(".trainer");
      [dataset.there, dataset.signals] = [dataset.signals, "none.js"];
    }""")
    page.get_by_role("button", name="Train").click()
    page.get_by_text("The data could not be loaded.").wait_for()
    assert page.locator(".result").is_hidden()
    page.evaluate("({ dataset }) => { dataset.signals = dataset.there; }",
                  page.locator(".trainer").element_handle())  # fmt: skip
    train(page)
    assert notice(page) == ""
    assert all("ERR_FILE_NOT_FOUND" in problem for problem in tab.problems)
    tab.problems.clear()


@pytest.mark.parametrize("button", ["stop", "reset"])
def test_loading_can_be_stopped(tab, button):
    page = tab.open(TRAINER, address=SIGNALS)
    seen = page.evaluate(f"""() => {{
      const click = (selector) => document.querySelector(selector).click();
      const told = () => document.querySelector(".notice").textContent;
      click("[type=submit]");
      const before = told();
      click("[data-do={button}]");
      return [before, told(), document.querySelector(".trainer").dataset.phase];
    }}""")
    assert seen == ["Loading the data …", "", "idle"]
    page.wait_for_function("everystep.datasets.mnist1d")
    page.wait_for_timeout(300)
    assert page.get_by_role("button", name="Train").is_visible()
    assert page.locator(".legend li").count() == 0


def test_what_was_asked_for_last_is_done_once_the_signals_are_there(tab):
    page = tab.open(TRAINER, address=SIGNALS)
    page.evaluate("""() => {
      for (const selector of ["[type=submit]", "[data-do=stop]", "form [data-do=step]"]) {
        document.querySelector(selector).click();
      }
    }""")
    page.locator(".stations .made").wait_for()
    page.wait_for_timeout(300)
    assert page.get_by_role("button", name="Train").is_visible()
    assert page.locator(".stations .made").inner_text().startswith("Recipe A, seed 0, update 1 of")
    assert page.locator(".legend li").count() == 0


def test_few_seeds_get_no_interval(tab):
    page = tab.open(TRAINER, address="#batch2=64&epochs=1&images=64&seeds=9")
    train(page)
    assert "(" not in "".join(cell for row in table(page)[1:] for cell in row[1:])


def test_it_can_be_done_without_a_mouse(tab):
    page = tab.open(TRAINER, address=SMALL)
    tab_to(page, "[name=batch]")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("16")
    page.keyboard.press("Enter")
    page.locator(".result").wait_for()
    assert "batch=16" in page.url
    tab_to(page, "select.clock")
    page.keyboard.press("ArrowDown")
    assert page.locator("select.clock").input_value() == "updates"


def test_the_address_holds_the_setting(tab):
    page = tab.open(TRAINER)
    page.locator("[name=images]").fill("64")
    page.locator("[name=epochs]").fill("1")
    page.locator("[name=schedule2]").select_option("cosine, restarts")
    train(page)
    result = table(page)
    again = tab.open(TRAINER, address="#" + page.url.split("#")[1])
    train(again)
    assert table(again) == result


@pytest.mark.parametrize(
    "address", ["#batch=<img src=x onerror=alert(1)>", "#run=1", "#batch=0", "#%E0%A4%A"]
)
def test_a_hostile_address_is_named_and_not_used(tab, address):
    page = tab.open(TRAINER, address=address)
    assert "The address of this page cannot be used" in notice(page)
    assert page.locator("[name=batch]").input_value() == "32"
    assert page.locator(".result").is_hidden()


def test_what_cannot_be_trained_is_named_and_nothing_runs(tab):
    page = tab.open(TRAINER, address=SMALL)
    page.locator("[name=batch]").fill("many")
    page.get_by_role("button", name="Train").click()
    assert notice(page) == 'batch must be a whole number from 1 to 1797, got "many".'
    assert page.get_by_role("button", name="Train").is_visible()
    assert page.locator(".legend li").count() == 0


def test_it_pauses_goes_on_and_stops(tab):
    page = tab.open(TRAINER, address="#epochs=2000&images=64&seeds=8")
    page.get_by_role("button", name="Train").click()
    page.wait_for_function("document.querySelector('.speed').textContent.includes('%')")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(300)
    before = page.locator(".speed").inner_text()
    page.wait_for_timeout(500)
    assert page.locator(".speed").inner_text() == before
    page.get_by_role("button", name="Go on").click()
    page.wait_for_function(
        "(before) => document.querySelector('.speed').textContent !== before", arg=before
    )
    page.get_by_role("button", name="Stop").click()
    assert page.get_by_role("button", name="Train").is_visible()


def test_it_pauses_when_the_page_is_hidden(tab):
    page = tab.open(TRAINER, address="#epochs=2000&images=64&seeds=8")
    page.get_by_role("button", name="Train").click()
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert page.get_by_role("button", name="Go on").is_visible()


def test_another_address_stops_what_trains(tab):
    page = tab.open(TRAINER, address="#epochs=2000&images=64&seeds=8")
    page.get_by_role("button", name="Train").click()
    page.evaluate("location.hash = '#batch=4'")
    page.get_by_role("button", name="Train").wait_for()
    assert page.locator("[name=batch]").input_value() == "4"


def test_without_javascript_it_says_so(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(TRAINER)
        assert page.get_by_text("Training in the page needs JavaScript").is_visible()


LISTEN = """for (const name of ["training", "trained"]) {
  addEventListener(name, ({ target, detail }) => {
    (globalThis.heard ??= []).push([name, target.className, detail]);
  });
}"""
# As the scripts find the page: with settings of the trainer's own.
OWN = """new MutationObserver(() => {
  const trainer = document.querySelector(".trainer");
  if (trainer) trainer.dataset.settings = %r;
}).observe(document, { childList: true, subtree: true });"""


def test_a_run_is_announced_with_what_it_came_to(tab):
    page = tab.open(TRAINER, address=SMALL, prepare=lambda page: page.add_init_script(LISTEN))
    train(page)
    began, ended = page.evaluate("heard")
    assert [began[0], ended[0]] == ["training", "trained"]
    assert "assess trainer" in began[1]
    assert began[2]["ends"] == []
    assert ended[2]["texts"] == page.evaluate("everystep.settings.fromAddress(location.hash)")
    assert ended[2]["names"] == ["A: batch 8", "B: batch 64"]
    first, second = (end["val_accuracy"] for end in ended[2]["ends"])
    assert len(first) == len(second) == 10
    assert float(table(page)[-1][1].split()[0]) == pytest.approx(10 * sum(first), abs=0.05)


def test_a_run_that_is_stopped_has_no_end(tab):
    page = tab.open(
        TRAINER,
        address="#epochs=2000&images=64&seeds=8",
        prepare=lambda page: page.add_init_script(LISTEN),
    )
    page.get_by_role("button", name="Train").click()
    page.get_by_role("button", name="Stop").click()
    page.wait_for_timeout(300)
    assert [name for name, *_ in page.evaluate("heard")] == ["training"]


def test_a_trainer_with_settings_of_its_own_leaves_the_address_alone(tab):
    own = OWN % SMALL[1:].replace("batch=8", "batch=16")
    page = tab.open(TRAINER, address="#batch=4", prepare=lambda page: page.add_init_script(own))
    assert page.locator("[name=batch]").input_value() == "16"
    train(page)
    assert page.url.endswith("#batch=4")
    page.evaluate("location.hash = '#batch=2'")
    page.wait_for_timeout(300)
    assert table(page)[0][1:3] == ["A: batch 16", "B: batch 64"]
    assert page.locator("[name=batch]").input_value() == "16"


def test_settings_of_its_own_that_are_wrong_are_named(tab):
    page = tab.open(TRAINER, prepare=lambda page: page.add_init_script(OWN % "batch=0"))
    assert "What is set here cannot be used: batch must be" in notice(page)


def test_a_reset_leaves_what_was_set_and_nothing_that_was_trained(tab):
    page = tab.open(TRAINER, address=SMALL)
    page.get_by_role("button", name="One update").click()
    train(page)
    tab_to(page, "[data-do=reset]")
    page.keyboard.press("Enter")
    for part in (".result", ".stations", ".charts canvas"):
        assert page.locator(f"{part}:visible").count() == 0
    assert page.locator(".legend li").count() == 0
    assert page.locator("progress").evaluate("e => e.value") == 0
    assert page.locator("[name=batch2]").input_value() == "64"
    train(page)
    assert page.locator(".charts canvas:visible").count() == 4


def test_a_reset_ends_what_trains(tab):
    page = tab.open(TRAINER, address="#epochs=2000&images=64&seeds=8")
    page.get_by_role("button", name="Train").click()
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(300)
    assert page.get_by_role("button", name="Train").is_visible()
    assert page.locator(".speed").inner_text() == ""


WORKERS = """globalThis.alive = new Set();
globalThis.Worker = class extends Worker {
  constructor(url) {
    super(url);
    alive.add(this);
  }
  terminate() {
    super.terminate();
    alive.delete(this);
  }
};"""


def heap(session):
    """Return the megabytes that the page holds on to: objects, elements and typed arrays."""
    session.send("HeapProfiler.collectGarbage")
    usage = session.send("Runtime.getHeapUsage")
    parts = ("usedSize", "embedderHeapUsedSize", "backingStorageSize")
    return sum(usage[part] for part in parts) / 2**20


def test_many_trainings_end_their_workers_and_hold_their_memory(tab):
    page = tab.open(
        TRAINER,
        address="#batch=8&batch2=64&epochs=2&images=256&seeds=4",
        prepare=lambda page: page.add_init_script(WORKERS),
    )
    session = page.context.new_cdp_session(page)
    before = None
    for run in range(12):
        train(page)
        page.get_by_role("button", name="Draw a seed").click()
        assert page.evaluate("alive.size") == 0
        page.get_by_role("button", name="Reset").click()
        page.get_by_role("button", name="One update").click()
        if run == 1:  # what is made once is there
            before = heap(session)
    # The images alone, kept by each of ten runs, would take 4 MB.
    assert heap(session) < before + 2
    assert page.evaluate("document.querySelectorAll('.charts canvas').length") == 0
