"""The trainer at the top of the landing page: a run in one sentence."""

import re

import pytest

from tests.web.landing.test_resume import LAB, PATIENCE
from tests.web.reader import tab_to
from tests.web.test_accessibility import complaints

SAID = re.compile(
    r"Same (.*): batch 32 gets (\d+)% of unseen images right after its (.*), "
    r"batch 256 gets (\d+)% after its (.*) \(means of 2 seeds\)\."
)
# What the event says, in percent: mean validation accuracies at the end.
HEARD = """() => addEventListener("trained", ({ detail }) => {
  window.heard = detail.ends.map(({ val_accuracy }) =>
    100 * val_accuracy.reduce((sum, one) => sum + one) / val_accuracy.length);
})"""


def told(page, number):
    """Wait for the sentence of a trainer; return what it says, and what the event said."""
    place = page.locator(".sentence").nth(number)
    place.filter(has_text="Same").wait_for(timeout=PATIENCE)
    return SAID.fullmatch(place.inner_text()).groups(), page.evaluate("window.heard")


def test_one_button_trains_and_the_sentence_says_what_the_run_came_to(reader):
    with reader() as one:
        page = one.open("index")
        page.evaluate(HEARD)
        assert page.locator(".try").nth(1).is_hidden()
        shown = page.locator("main .try :is(input, select, textarea, button)").filter(visible=True)
        assert shown.all_inner_texts() == ["Train it now"]
        page.get_by_role("button", name="Train it now").click()
        (same, first, updates, second, fewer), heard = told(page, 0)
        assert (same, updates, fewer) == ("1 epochs", "8 updates", "1 updates")
        assert [float(first), float(second)] == pytest.approx(heard, abs=0.5001)
        place = page.locator(".try").first
        captions = place.locator("figure:visible figcaption").all_inner_texts()
        assert captions == ["validation accuracy (%)"]
        place.get_by_text("All records").click()
        assert place.locator(".records tbody tr").count() > 8


def test_the_second_question_comes_with_the_first_answer_by_keyboard_alone(reader):
    with reader() as one:
        page = one.open("index")
        page.evaluate(HEARD)
        tab_to(page, ".try [type=submit]")
        page.keyboard.press("Enter")
        told(page, 0)
        tab_to(page, ".try + .try [type=submit]")
        page.keyboard.press("Enter")
        (same, first, epochs, second, more), heard = told(page, 1)
        assert (same, epochs, more) == ("8 updates", "1 epochs", "8 epochs")
        assert [float(first), float(second)] == pytest.approx(heard, abs=0.5001)
        assert page.locator(".clock").nth(1).input_value() == "updates"


def test_the_link_leads_to_the_same_runs_in_the_full_trainer(reader):
    with reader() as one:
        page = one.open("index")
        page.get_by_text("rate or epochs in the trainer").first.click()
        page.wait_for_url("**/book/train/trainer.html#**")
        values = page.locator(".trainer form").evaluate(
            "form => ['batch', 'batch2', 'epochs', 'seeds'].map(name => form[name].value)"
        )
        assert values == ["32", "256", "1", "2"]


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (320, "dark")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(reader, width, theme):
    with reader(width=width, theme=theme) as one:
        one.open(LAB)
        page = one.open("index")
        page.evaluate(HEARD)
        assert complaints(page) == []
        page.get_by_role("button", name="Train it now").click()
        told(page, 0)
        page.get_by_role("button", name="Train again").click()
        told(page, 1)
        page.locator(".records summary").first.click()
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == width
