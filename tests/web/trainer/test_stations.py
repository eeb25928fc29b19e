"""One update at a time: what the page says of it, beside what the scripts that train computed."""

import re

import pytest

from tests.web.reader import TRAINER, notice, tab_to

SMALL = "#batch=16&batch2=64&epochs=1&images=64&seeds=3&from=4"
STEPS = """([r, steps]) => {
  const texts = everystep.settings.fromAddress(location.hash);
  const settings = everystep.settings.read(texts);
  const [{ training }] = everystep.experiment.begin(settings, everystep.datasets.digits())[r];
  let seen;
  for (let k = 0; k < steps; k++) seen = everystep.inspect.step(training);
  return seen;
}"""


def shown(value, places=3):
    return f"{value:#.{places}g}"


def once(page):
    page.get_by_role("button", name="One update").click()


def made(page):
    return page.locator(".stations .made").inner_text()


def station(page, i):
    return page.locator(".stations ol > li").nth(i - 1)


def cells(table):
    return table.locator("tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


def assert_prediction(page, image):
    rows = cells(station(page, 2).locator("table"))
    assert [row[2] for row in rows] == [f"{shown(100 * p)}%" for p in image["probabilities"]]
    widths = (
        station(page, 2)
        .locator(".share")
        .evaluate_all(
            "all => all.map(e => e.firstChild.getBoundingClientRect().width / e.clientWidth)"
        )
    )
    assert widths == pytest.approx(image["probabilities"], abs=0.01)
    assert page.locator(".stations tr.label th").inner_text() == str(image["label"])
    text = station(page, 2).inner_text()
    assert f"labeled {image['label']}, as {image['predicted']}:" in text.replace("\n", " ")
    own = image["probabilities"][image["label"]]
    assert f"−ln {shown(own)} = {shown(image['loss'])}." in station(page, 3).inner_text()


@pytest.mark.parametrize("steps", [1, 3])
def test_five_stations_show_what_was_computed(tab, steps):
    page = tab.open(TRAINER, address=SMALL)
    once(page)
    for _ in range(steps - 1):
        page.get_by_role("button", name="Next update").click()
    seen = page.evaluate(STEPS, [0, steps])
    loss, after = shown(seen["loss"], 4), shown(seen["after"], 4)
    assert made(page) == (
        f"Recipe A, seed 4, update {steps} of 4: the loss of its batch goes from {loss} to {after}."
    )
    first = 16 * (steps - 1)
    assert f"Samples {first + 1} to {first + 16} of the 64" in station(page, 1).inner_text()
    labels = station(page, 1).locator("button").all_inner_texts()
    assert labels == [str(image["label"]) for image in seen["first"]]
    assert_prediction(page, seen["first"][0])
    assert station(page, 3).locator(".value").inner_text() == loss
    assert station(page, 5).locator(".value").inner_text() == after
    assert cells(station(page, 4).locator("table")) == [
        [one["name"], f"{one['count']:,}", shown(one["gradient"])] for one in seen["layers"]
    ]
    assert cells(station(page, 5).locator("table")) == [
        [one["name"], shown(seen["rate"] * one["gradient"]), shown(one["moved"]),
         shown(one["weights"])]
        for one in seen["layers"]
    ]  # fmt: skip
    assert "Each weight loses rate × its gradient." in station(page, 5).inner_text()


def test_another_image_of_the_batch_can_be_chosen_without_a_mouse(tab):
    page = tab.open(TRAINER, address=SMALL)
    tab_to(page, "form [data-do=step]")
    page.keyboard.press("Enter")
    tab_to(page, ".stations li button:nth-child(3)")
    page.keyboard.press("Enter")
    assert_prediction(page, page.evaluate(STEPS, [0, 1])["first"][2])
    pressed = page.locator(".stations [aria-pressed=true]")
    assert pressed.count() == 1
    assert pressed.evaluate("e => e === document.activeElement")
    # The choice stays for the next batch.
    page.keyboard.press("Shift+Tab")
    page.get_by_role("button", name="Next update").press("Enter")
    assert_prediction(page, page.evaluate(STEPS, [0, 2])["first"][2])


def test_the_second_recipe_can_be_looked_at(tab):
    page = tab.open(TRAINER, address=SMALL + "&momentum2=0.9")
    once(page)
    page.locator(".stations select").select_option("B")
    page.get_by_role("button", name="Next update").click()
    seen = page.evaluate(STEPS, [1, 1])
    assert made(page).startswith("Recipe B, seed 4, update 1 of 1:")
    assert station(page, 3).locator(".value").inner_text() == shown(seen["loss"], 4)
    assert "a step of its own" in station(page, 5).inner_text()


def test_another_setting_and_the_end_begin_anew(tab):
    page = tab.open(TRAINER, address="#batch=32&epochs=1&images=64&seeds=1")
    once(page)
    assert page.locator(".stations select").is_hidden()
    once(page)
    assert made(page).startswith("Seed 0, update 2 of 2:")
    once(page)
    assert made(page).startswith("Seed 0, update 1 of 2:")
    page.locator("[name=batch]").fill("16")
    once(page)
    assert made(page).startswith("Seed 0, update 1 of 4:")


def test_wrong_settings_are_named_and_nothing_is_shown(tab):
    page = tab.open(TRAINER, address=SMALL)
    page.locator("[name=rate]").fill("-1")
    once(page)
    assert notice(page).startswith("rate must be")
    assert page.locator(".stations").is_hidden()


def test_numbers_that_are_not_finite_are_said(tab):
    page = tab.open(TRAINER, address="#batch=16&rate=1e300&epochs=1&images=64&seeds=1")
    for _ in range(3):
        once(page)
    assert "not finite" in station(page, 2).inner_text()
    assert station(page, 5).locator(".value").inner_text() == "not finite"


TRAINED = """() => [...document.querySelectorAll(".records tbody tr")].map(
  (row) => [...row.cells].map((cell) => cell.textContent).filter((text, i) => i !== 4))"""


def train_and_pause(page):
    """Press both buttons, the second before the training can have ended."""
    page.evaluate("""() => {
      document.querySelector("[data-when=idle]").click();
      document.querySelector("[data-do=pause]").click();
    }""")
    page.get_by_role("button", name="Go on").wait_for()


def test_a_paused_training_goes_on_by_one_update_and_ends_as_without(tab):
    address = "#batch=8&batch2=16&epochs=60&images=64&seeds=2&from=4&hidden=32"
    page = tab.open(TRAINER, address=address)
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    expected = page.evaluate(TRAINED)
    train_and_pause(page)
    once(page)
    page.locator(".stations .made").wait_for()
    first = made(page)
    assert re.match(r"Recipe [AB], seed [45], update \d+ of (480|240): the loss of its", first)
    assert not page.locator(".stations label").is_visible()
    page.get_by_role("button", name="Next update").click()
    page.wait_for_function("(text) => !document.body.innerText.includes(text)", arg=first)
    (whose, one), (next_whose, another) = (
        re.match(r"(.*), update (\d+)", text).groups() for text in (first, made(page))
    )
    assert next_whose != whose or int(another) == int(one) + 1
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Train").wait_for()
    assert page.evaluate(TRAINED) == expected


def test_the_last_update_ends_a_paused_training(tab):
    page = tab.open(TRAINER, address="#batch=64&epochs=40&images=64&seeds=1&hidden=0")
    train_and_pause(page)
    for _ in range(400):
        if page.get_by_role("button", name="Train").is_visible():
            break
        page.evaluate("document.querySelector('[data-do=step]').click()")
    page.get_by_role("button", name="Train").wait_for()
    assert page.locator(".result").is_visible()
