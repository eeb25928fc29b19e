"""A reader walks on the map of chapter 4, sees a cell's curves, and trains it."""

import json
import math
import re

import pytest

from benchmarks.rate_map import recipe_of
from everystep.site.explorers import EXPLORERS
from tests.paths import ROOT
from tests.web.reader import MAP, TRAINER, tab_to
from tests.web.trainer.test_charts import SPY

RECORD = json.loads((ROOT / EXPLORERS["map"]).read_text(encoding="utf-8"))
CELLS, RATES = RECORD["cells"], RECORD["rates"]
SIZE = len(RECORD["batches"]) * len(RATES)
MEASURES = (
    ("train_loss", 1),
    ("val_loss", 1),
    ("train_accuracy", 100),
    ("val_accuracy", 100),
)
# Of every cell: the address of the trainer, and what a training with it would do.
RECIPES = """() => [...document.querySelectorAll("[data-kind=Map] tbody td[style]")].map((cell) => {
  cell.click();
  const texts = everystep.settings.fromAddress(new URL(document.querySelector(".open").href).hash);
  const settings = everystep.settings.read(texts);
  const { seeds } = settings;
  const [[{ training }]] = everystep.experiment.begin({ ...settings, seeds: [0] },
    everystep.datasets.digits());
  const { recipe, rates, batches } = training;
  return { recipe, rates: [...rates], batches, seeds, hidden: settings.hidden };
})"""


def told(page):
    return page.locator("[data-kind=Map] .told").inner_text()


def chosen(page):
    """Return the cell that is marked as chosen, as the record has it."""
    marks = page.locator("[data-kind=Map] tbody td[style]").evaluate_all(
        "cells => cells.map(cell => [cell.getAttribute('aria-selected'), cell.tabIndex])"
    )
    [k] = [k for k, (selected, _) in enumerate(marks) if selected == "true"]
    assert [tab_index for _, tab_index in marks] == [0 if i == k else -1 for i in range(len(marks))]
    return CELLS[k]


def cell(page, batch, rate):
    place = RECORD["batches"].index(batch) * len(RATES) + RATES.index(rate)
    return page.locator("[data-kind=Map] [data-schedule]:visible tbody td").nth(place)


def assert_told(page, held):
    text = told(page)
    mean, low, high = held["accuracy"]
    assert f"Batch {held['batch']}, rate {held['rate']:g}, schedule: {held['schedule']}." in text
    assert f"After {RECORD['updates'][str(held['batch'])]} updates {mean:.1f}%" in text
    assert f"(95% interval {low:.1f} to {high:.1f})" in text
    assert f"Diverged: {held['diverged']} of 10 runs." in text


def drawn(page):
    return page.evaluate("plots.slice(-4).map((plot) => plot.data.map((list) => [...list]))")


def test_a_click_shows_the_numbers_and_the_curves_of_the_cell(tab):
    page = tab.open(MAP)
    page.evaluate(SPY)
    cell(page, 16, 0.8).click()
    held = chosen(page)
    assert (held["schedule"], held["batch"], held["rate"]) == ("constant", 16, 0.8)
    assert_told(page, held)
    for (x, means, *_), (measure, factor) in zip(drawn(page), MEASURES, strict=True):
        assert x == RECORD["epochs"]
        assert means == pytest.approx([factor * value for value in held[measure]])


def test_the_map_can_be_walked_with_the_keys(tab):
    page = tab.open(MAP)
    tab_to(page, "[data-kind=Map] [name=schedule]")
    page.keyboard.press("ArrowDown")
    assert chosen(page)["schedule"] == "cosine"
    tab_to(page, "[data-kind=Map] td")
    here = chosen(page)
    assert (here["batch"], here["rate"]) == (32, 0.4)
    for keys, batch, rate in [
        (["ArrowDown"], 64, 0.4),
        (["ArrowRight"], 64, 0.8),
        (["ArrowUp"] * 9, 8, 0.8),
        (["End", "ArrowRight"], 8, 3.2),
        (["Home", "ArrowLeft"], 8, 0.025),
        (["ArrowDown"] * 9, 512, 0.025),
    ]:
        for key in keys:
            page.keyboard.press(key)
        here = chosen(page)
        assert (here["schedule"], here["batch"], here["rate"]) == ("cosine", batch, rate)
        assert_told(page, here)
    assert page.evaluate("document.activeElement.getAttribute('aria-selected')") == "true"
    tab_to(page, "[data-do=train]")
    page.keyboard.press("Enter")
    page.locator(".here").filter(has_text="Trained here").wait_for(timeout=60_000)


def test_the_schedule_changes_and_batch_and_rate_stay(tab):
    page = tab.open(MAP)
    cell(page, 64, 1.6).click()
    page.get_by_label("warm-up, cosine").check()
    here = chosen(page)
    assert (here["schedule"], here["batch"], here["rate"]) == ("warm-up, cosine", 64, 1.6)
    assert page.locator("[data-schedule]:visible").count() == 1


def test_what_trains_here_is_the_recipe_that_was_recorded(tab):
    page = tab.open(MAP)
    for held, here in zip(CELLS, page.evaluate(RECIPES), strict=True):
        recipe = recipe_of(held["schedule"], held["batch"], held["rate"])
        assert here["rates"] == pytest.approx(recipe.rates(1024).tolist(), rel=1e-9, abs=1e-12)
        assert here["batches"] == recipe.epoch_batches(1024)
        assert here["recipe"]["label_noise"] == recipe.label_noise
        assert (here["recipe"]["optimizer"], here["recipe"]["momentum"]) == ("sgd", 0)
        assert here["hidden"] == [RECORD["recipe"]["hidden"]]
        assert here["seeds"] == RECORD["recipe"]["seeds"]


def test_a_cell_trained_here_agrees_with_the_record(tab):
    page = tab.open(MAP)
    page.evaluate(SPY)
    cell(page, 64, 0.4).click()
    page.get_by_role("button", name="Train it here").click()
    page.locator(".here").filter(has_text="Trained here").wait_for(timeout=60_000)
    text = page.locator(".here").inner_text()
    mean, low, high = (float(number) for number in re.findall(r"\d+\.\d+", text))
    assert low < mean < high
    held = chosen(page)["accuracy"]
    # Different seeds on both sides: the difference of two means has its own interval.
    spread = math.hypot(high - low, held[2] - held[1]) / 2
    assert abs(mean - held[0]) < 2 * spread
    # Recorded, then trained here, over one another.
    x, recorded, _, _, here, above, below = drawn(page)[3]
    known = [value for value in recorded if value is not None]
    assert known == pytest.approx([100 * value for value in chosen(page)["val_accuracy"]])
    assert [value for value in here if value is not None][-1] == pytest.approx(mean, abs=0.06)
    assert above[-1] > below[-1]
    assert x[-1] == RECORD["epochs"][-1]
    rows = page.locator("[data-kind=Map] .numbers tbody tr")
    assert rows.count() == len(known) + 25
    assert rows.last.locator("td").nth(6).text_content() == re.findall(r"\d+\.\d+", text)[0]


def test_another_cell_stops_what_trains(tab):
    page = tab.open(MAP)
    cell(page, 8, 0.1).click()
    page.get_by_role("button", name="Train it here").click()
    page.get_by_role("button", name="Stop").wait_for()
    cell(page, 8, 0.2).click()
    assert page.get_by_role("button", name="Train it here").is_visible()
    page.wait_for_timeout(1000)
    assert page.locator("[data-kind=Map] .legend li").all_inner_texts() == ["recorded"]
    assert page.locator(".here").inner_text() == ""


def test_the_link_opens_the_trainer_with_the_cell(tab):
    page = tab.open(MAP)
    page.get_by_label("warm-up, cosine").check()
    cell(page, 128, 0.8).click()
    page.get_by_role("link", name="Open it in the trainer").click()
    assert page.url.split("#")[0].endswith(f"{TRAINER}.html")
    shown = {name: page.locator(f"[name={name}]").input_value() for name in ("batch", "warmup")}
    assert shown == {"batch": "128", "warmup": "8"}
    assert page.locator("[name=schedule]").input_value() == "cosine"
    assert page.locator("[name=noise]").input_value() == "0.5"


def test_without_javascript_all_three_maps_are_there(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(MAP)
        assert page.locator("[data-schedule]:visible").count() == 3
        assert page.locator("[data-schedule] tbody td:visible").count() == len(CELLS) == 3 * SIZE
        assert page.locator(".cell, .schedules").evaluate_all(
            "parts => parts.every(part => !part.checkVisibility())"
        )
