"""A reader guesses the knob that was turned."""

import pytest

from tests.web.reader import KNOB, MOMENTS, tab_to
from tests.web.trainer.test_charts import SPY

PART = "[data-kind=Knob]"
DRAW = "(n) => everystep.knobs.draw(n).knob"
TRAIN = f"(number) => ({MOMENTS})(everystep.knobs.draw(number).settings)"


def ready(page):
    """Wait until the puzzle is trained."""
    page.locator(f"{PART} .guess [type=submit]:enabled").wait_for(timeout=60_000)


def outcome(page):
    return page.locator(f"{PART} .outcome").inner_text()


def number(page):
    return int(page.url.split("#puzzle=")[1])


def guess(page, knob):
    page.locator(f"{PART} [name=knob][value='{knob}']").check()
    page.get_by_role("button", name="Check").click()


def test_nothing_trains_before_it_is_asked_for(tab):
    page = tab.open(KNOB)
    assert page.locator(f"{PART} .play").is_hidden()
    assert "#" not in page.url


def test_what_is_drawn_is_what_the_puzzle_trains(tab):
    page = tab.open(KNOB)
    page.evaluate(SPY)
    page.get_by_role("button", name="Train a new pair").click()
    ready(page)
    page.locator(f"{PART} .clock").select_option("updates")
    recipes = page.evaluate(TRAIN, number(page))
    plots = page.evaluate("plots.slice(-4).map((plot) => plot.data.map((list) => [...list]))")
    for (x, *lists), measure in zip(
        plots, ("train_loss", "val_loss", "train_accuracy", "val_accuracy"), strict=True
    ):
        factor = 100 if measure.endswith("accuracy") else 1
        for r, moments in enumerate(recipes):
            found = [(u, v) for u, v in zip(x, lists[3 * r], strict=True) if v is not None]
            assert [u for u, _ in found] == [m["updates"] for m in moments]
            assert [v for _, v in found] == pytest.approx([factor * m[measure][0] for m in moments])
    rows = page.locator(f"{PART} .numbers tbody tr")
    assert rows.count() == sum(map(len, recipes))
    last = rows.last.locator("td").all_text_contents()
    assert last[0] == "one knob turned"
    assert float(last[3]) == pytest.approx(recipes[1][-1]["train_loss"][0], rel=6e-3)


def test_right_and_wrong_are_told_explained_and_counted(tab):
    page = tab.open(KNOB, address="#puzzle=7")
    ready(page)
    knob = page.evaluate(DRAW, 7)
    page.get_by_role("button", name="Check").click()
    assert outcome(page) == "Choose a knob first."
    guess(page, knob)
    assert outcome(page) == "✓ Right. 1 of 1 right this visit."
    [because] = page.locator(f"{PART} .because p").all()
    assert because.inner_text().startswith(f"{knob}: ")
    assert because.locator("a").get_attribute("href").startswith("#")
    assert page.get_by_role("button", name="Check").is_disabled()
    page.get_by_role("button", name="Train a new pair").click()
    ready(page)
    assert outcome(page) == ""
    knob = page.evaluate(DRAW, number(page))
    other = "rate too low" if knob != "rate too low" else "rate too high"
    guess(page, other)
    assert outcome(page) == f"✗ Not this time: {knob}. 1 of 2 right this visit."
    told = page.locator(f"{PART} .because p").all_inner_texts()
    assert [text.split(":")[0] for text in told] == [knob, other]


def test_it_can_be_played_without_a_mouse(tab):
    page = tab.open(KNOB)
    tab_to(page, f"{PART} [data-do=draw]")
    page.keyboard.press("Enter")
    ready(page)
    tab_to(page, f"{PART} .clock")
    page.keyboard.press("ArrowDown")
    assert page.locator(f"{PART} .clock").input_value() == "updates"
    tab_to(page, f"{PART} [name=knob]")
    page.keyboard.press("Space")
    knobs = page.locator(f"{PART} [name=knob]").evaluate_all("all => all.map(e => e.value)")
    knob = page.evaluate(DRAW, number(page))
    for _ in range(knobs.index(knob)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert outcome(page) == "✓ Right. 1 of 1 right this visit."


def test_an_address_leads_to_the_same_puzzle(tab):
    page = tab.open(KNOB)
    page.get_by_role("button", name="Train a new pair").click()
    ready(page)
    numbers = f"{PART} .numbers tbody"
    first = page.locator(numbers).text_content()
    again = tab.open(KNOB, address=f"#puzzle={number(page)}")
    ready(again)
    assert again.locator(numbers).text_content() == first
    again.evaluate("location.hash = '#puzzle=12'")
    again.wait_for_function("document.querySelector('.told').textContent.includes('12 is trained')")
    assert again.locator(numbers).text_content() != first


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "1000000001", "<img src=x onerror=alert(1)>"])
def test_a_hostile_address_is_named_and_nothing_trains(tab, text):
    page = tab.open(KNOB, address=f"#puzzle={text}")
    told = page.locator(f"{PART} .told").inner_text()
    assert "puzzle must be a whole number from 0 to 1000000000, got " in told
    assert page.locator(f"{PART} .play").is_hidden()


def test_an_address_of_a_section_is_none_of_a_puzzle(tab):
    page = tab.open(KNOB, address="#what-curves-cannot-tell")
    assert page.locator(f"{PART} .told").inner_text() == ""


def test_without_javascript_the_signs_can_be_read(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(KNOB)
        assert page.get_by_text("Guessing the knob needs JavaScript").is_visible()
        page.locator(f"{PART} .how summary").click()
        assert page.locator(f"{PART} .signs li:visible").count() == 7
