"""A reader composes schedules."""

import pytest

from everystep.core import schedules
from tests.web.reader import COMPOSER, tab_to
from tests.web.trainer.test_charts import SPY

DRAWN = "plots[plots.length - 1].data.map((list) => [...list])"


def problem(page):
    return page.locator(".problem").inner_text()


def part(page, letter):
    return page.get_by_role("group", name=f"Schedule {letter}", exact=True)


def field(page, letter, name):
    return part(page, letter).locator(f"[name={name}]")


def rates(page, column):
    """Return a column of the table, by update; of those that have a rate."""
    rows = page.locator(".numbers tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return {int(row[0]): float(row[column]) for row in rows if row[column] != "–"}


def opened(one, **options):
    page = one.open(COMPOSER, **options)
    page.evaluate(SPY)
    return page


def test_what_is_drawn_and_told_is_the_schedule(tab):
    page = opened(tab)
    field(page, "A", "updates").fill("2000")
    field(page, "A", "floor").fill("0.1")
    page.locator("[name=rows]").fill("0, 99, 100, 1000, 1999")
    first = schedules.warmup_cosine(2000, 100, 0.1)
    second = schedules.step_decay(300)
    x, *lines = page.evaluate(DRAWN)
    for line, schedule, last in zip(lines, (first, second), (1999, 999), strict=True):
        found = {step: rate for step, rate in zip(x, line, strict=True) if rate is not None}
        assert len(found) == 600
        assert {0, last} <= set(found)
        for step, rate in found.items():
            assert rate == pytest.approx(0.4 * schedule(step), rel=1e-12)
    told = {step: 0.4 * first(step) for step in (0, 99, 100, 1000, 1999)}
    assert rates(page, 1) == pytest.approx(told, rel=1e-4)
    assert rates(page, 2) == pytest.approx({0: 0.4, 99: 0.4, 100: 0.4}, rel=1e-4)


def test_schedules_are_added_and_removed(tab):
    page = opened(tab)
    for _ in range(3):
        page.get_by_role("button", name="Add a schedule").click()
    assert page.get_by_role("button", name="Add a schedule").is_disabled()
    assert len(page.evaluate(DRAWN)) == 6
    field(page, "C", "form").select_option("one-cycle")
    assert field(page, "C", "warmup").is_hidden()
    page.get_by_role("button", name="Remove schedule B").click()
    assert field(page, "B", "form").input_value() == "one-cycle"
    lines = page.locator(".lines li").all_inner_texts()
    assert lines == ["A: cosine", "B: one-cycle", "C: step decay", "D: step decay"]
    for letter in "DCB":
        page.get_by_role("button", name=f"Remove schedule {letter}").click()
    assert page.get_by_role("button", name="Remove schedule A").is_hidden()
    assert page.locator(".codes details").count() == 1


def test_it_can_be_done_without_a_mouse(tab):
    page = opened(tab)
    tab_to(page, "[name=peak]")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("0.2")
    tab_to(page, "[data-do=add]")
    page.keyboard.press("Enter")
    focused = "document.activeElement.closest('fieldset').querySelector('legend').textContent"
    assert page.evaluate(focused) == "Schedule C"
    page.keyboard.type("one-cycle")
    assert field(page, "C", "form").input_value() == "one-cycle"
    assert rates(page, 1)[100] == 0.2
    tab_to(page, "fieldset:last-child button")
    page.keyboard.press("Enter")
    assert page.locator("fieldset.settings").count() == 2
    assert page.evaluate("document.activeElement.dataset.do") == "add"


def test_the_address_holds_all_schedules(tab):
    page = opened(tab)
    field(page, "B", "form").select_option("constant, then cooldown")
    field(page, "B", "cooldown").fill("400")
    page.locator("[name=rows]").fill("0 500")
    page.locator("[name=rows]").press("Tab")
    address = "#" + page.url.split("#")[1]
    again = opened(tab, address=address)
    for column in (1, 2):
        assert rates(again, column) == rates(page, column)
    assert field(again, "B", "cooldown").input_value() == "400"
    code = again.locator(".codes code")
    assert code.all_text_contents() == page.locator(".codes code").all_text_contents()


def test_an_address_that_changes_is_followed(tab):
    page = opened(tab)
    page.evaluate("location.hash = '#compose.B.peak=0.1&compose.D.form=constant'")
    page.wait_for_function("document.querySelector('[name=peak]').value === '0.1'")
    assert page.locator(".lines li").all_inner_texts() == ["A: cosine", "B: constant"]


@pytest.mark.parametrize(
    "address",
    [
        "#compose.A.form=<img src=x onerror=alert(1)>",
        "#compose.A.form=constructor",
        "#compose.A.__proto__=1",
        "#compose.F.peak=1",
        "#compose.peak=1",
        "#compose.rows=0",
        "#compose.A.peak=1&compose.rows=0,x",
        "#compose.A.updates=1e99",
        "#compose.A.form=cosine+with+restarts&compose.A.updates=99999999",
    ],
)
def test_a_hostile_address_is_named_and_not_used(tab, address):
    page = opened(tab, address=address)
    assert "The address of this page cannot be used" in problem(page)
    assert page.locator(".lines li").all_inner_texts() == ["A: cosine", "B: step decay"]


def test_what_cannot_be_is_named_with_its_schedule(tab):
    page = opened(tab)
    before = rates(page, 2)
    field(page, "B", "warmup").fill("1000")
    field(page, "B", "warmup").press("Tab")
    assert problem(page).startswith("Schedule B: warmup must be below the schedule's 1000 updates")
    assert rates(page, 2) == before
    assert "#" not in page.url
    field(page, "B", "warmup").fill("10")
    assert problem(page) == ""


def test_the_slowest_schedule_answers_soon(tab):
    page = opened(tab, address="#compose.A.form=cosine+with+restarts&compose.A.updates=100000")
    field(page, "A", "period").fill("1")
    assert problem(page) == ""
    assert rates(page, 1)[999] == 0.4


def test_the_chart_follows_the_width_of_the_page(tab):
    page = opened(tab)
    page.set_viewport_size({"width": 320, "height": 900})
    page.wait_for_function(
        "document.querySelector('.plot canvas').getBoundingClientRect().width <= 300"
    )


def test_the_axes_take_the_color_of_another_theme(tab):
    page = opened(tab)
    page.locator("[name=rows]").fill("1")
    pixels = "document.querySelector('.plot canvas').toDataURL()"
    before = page.evaluate(pixels)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"before => {pixels} !== before", arg=before)


def test_without_javascript_it_says_so(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(COMPOSER)
        assert page.get_by_text("The composer needs JavaScript").is_visible()
        assert page.get_by_role("button", name="Add a schedule").is_hidden()
