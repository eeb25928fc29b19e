"""Curves are drawn on the clocks that a log has, and stand in a table."""

from tests.clinic.kinds_of_logs import logs
from tests.web.clinic.test_clinic import give, say
from tests.web.reader import CLINIC

CELLS = """() => [...document.querySelectorAll(".numbers tr")].map((row) =>
  [...row.cells].map((cell) => cell.textContent))"""


def clocks(page):
    return page.locator(".clock option").all_inner_texts()


def test_a_log_offers_the_clocks_that_it_has(tab):
    page = tab.open(CLINIC)
    offered = {}
    for name in ("trainer_state.json", "training.log", "results.csv", "wandb-history.csv"):
        give(page, name)
        offered[name] = clocks(page)
    assert offered == {
        "trainer_state.json": ["updates", "epochs"],
        "training.log": ["epochs"],
        "results.csv": ["epochs", "seconds"],
        "wandb-history.csv": ["epochs", "seconds"],
    }


def test_what_is_said_of_batches_gives_the_clock_of_samples(tab):
    page = tab.open(CLINIC)
    give(page, "trainer_state.json")
    say(page, "samples_per_update", "64")
    page.wait_for_function("document.querySelectorAll('.clock option').length === 3")
    page.locator(".clock").select_option("samples")
    assert page.locator(".clinic canvas").count() == 2


def test_the_table_has_the_numbers_of_the_file(tab):
    page = tab.open(CLINIC)
    give(page, "fastai.csv")
    head, *rows = page.evaluate(CELLS)
    assert head == ["epochs", "train_loss", "valid_loss", "accuracy"]
    assert rows[0] == ["1", "1.9", "1.4", "0.55"]
    assert len(rows) == 6


def test_of_a_long_log_some_records_stand_in_the_table(tab):
    page = tab.open(CLINIC)
    give(page, "slow.csv")
    _, *rows = page.evaluate(CELLS)
    assert 35 <= len(rows) <= 40
    assert rows[-1][0] == "1,199"
    assert len(logs()["slow.csv"].splitlines()) == 1200
