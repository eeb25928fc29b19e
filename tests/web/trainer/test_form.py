"""The form says what is set, and takes what it is given."""

import pytest

from tests.web.reader import TRAINER


def fields(page):
    return page.evaluate("""Object.fromEntries(
      [...document.querySelectorAll('.trainer [name]')].map(({ name, value }) => [name, value]))""")


def test_every_setting_has_a_field_with_a_label(tab):
    page = tab.open(TRAINER)
    known = page.evaluate("""[...everystep.settings.COMMON, ...everystep.settings.RECIPE,
      ...everystep.settings.RECIPE.map((name) => name + everystep.settings.SECOND)].sort()""")
    assert sorted(fields(page)) == known
    assert page.evaluate("""[...document.querySelectorAll('.trainer [name]')].every(
      (field) => field.labels.length === 1 && field.labels[0].textContent.trim())""")


def test_an_address_fills_it(tab):
    page = tab.open(TRAINER, address="#batch=64&schedule=cosine&rate2=0.5")
    held = fields(page)
    assert (held["batch"], held["schedule"], held["rate"]) == ("64", "cosine", "0.1")
    # What the second recipe has not for itself, it has from the first.
    assert (held["batch2"], held["schedule2"], held["rate2"]) == ("64", "cosine", "0.5")
    assert page.locator("legend[data-recipe=B]").is_visible()


@pytest.mark.parametrize(
    ("data", "told"),
    [("digits", "The digits are 1,797 images"), ("mnist1d", "MNIST-1D has signals of 40 numbers")],
)
def test_the_data_that_are_chosen_are_explained(tab, data, told):
    page = tab.open(TRAINER)
    page.get_by_label("data").select_option(data)
    [about] = [one for one in page.locator(".about").all() if one.is_visible()]
    assert about.inner_text().startswith(told)


def test_without_a_second_recipe_its_fields_are_hidden_and_not_used(tab):
    page = tab.open(TRAINER, address="#epochs=1&images=64&seeds=2")
    assert not page.locator("legend[data-recipe=B]").is_visible()
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    assert page.locator(".legend li").all_inner_texts() == ["this recipe"]
    assert "batch2" not in page.url


def test_names_say_what_tells_the_recipes_apart(tab):
    page = tab.open(TRAINER, address="#batch2=16&rate2=0.2&epochs=1&images=64&seeds=2")
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    assert page.locator(".legend li").all_inner_texts() == [
        "A: batch 32, rate 0.1",
        "B: batch 16, rate 0.2",
    ]


def test_it_is_locked_while_it_trains(tab):
    page = tab.open(TRAINER, address="#epochs=2000&images=64&seeds=8")
    page.get_by_role("button", name="Train").click()
    assert page.locator("[name=batch]").is_disabled()
    page.get_by_role("button", name="Stop").click()
    assert page.locator("[name=batch]").is_enabled()
