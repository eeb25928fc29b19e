"""A reader plans a job."""

import pytest

from everystep.core.steps import total_steps
from tests.web.reader import PLANNER, tab_to


def table(page):
    """Return the cells of each row as texts, by its name."""
    rows = page.locator("tr[data-row]").evaluate_all(
        "rows => rows.map(row => [row.dataset.row, [...row.cells].slice(1).map("
        "cell => cell.textContent)])"
    )
    return dict(rows)


def problem(page):
    return page.locator(".problem").inner_text()


def test_a_job_is_planned_with_the_mouse(tab):
    page = tab.open(PLANNER)
    for name, text in {"samples": "1437", "batch": "8", "workers": "2", "accumulation": "4",
                       "epochs": "20", "per_machine": "2", "seconds": "36"}.items():  # fmt: skip
        page.locator(f"[name={name}]").fill(text)
    total = total_steps(1437, 8, 20, accumulation=4, workers=2)
    assert table(page) == {
        "global": ["64"] * 3, "perEpoch": ["23"] * 3, "total": [str(total)] * 3,
        "warmup": ["23"] * 3, "hours": ["4.6"] * 3,
    }  # fmt: skip
    assert page.locator(".differs").is_hidden()
    page.locator("[name=drop_last]").select_option("yes")
    assert table(page)["total"] == ["440", "460", "460"]
    assert page.locator(".differs").is_visible()
    page.get_by_text("Settings for PyTorch").click()
    assert "total_updates = 440" in page.locator(".codes pre").first.inner_text()


def test_a_job_is_planned_without_a_mouse(tab):
    page = tab.open(PLANNER)
    tab_to(page, "[name=epochs]")
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.press("y")
    assert page.locator("[name=drop_last]").input_value() == "yes"
    assert table(page)["total"] == ["3,900", "3,900", "3,900"]
    tab_to(page, ".codes summary")
    page.keyboard.press("Enter")
    assert page.locator(".codes pre").first.is_visible()


def test_the_address_holds_the_plan(tab):
    page = tab.open(PLANNER)
    page.locator("[name=samples]").fill("1000")
    page.locator("[name=drop_last]").select_option("yes")
    planned = table(page)
    again = tab.open(PLANNER, address="#" + page.url.split("#")[1])
    assert table(again) == planned
    assert again.locator("[name=samples]").input_value() == "1000"


def test_an_address_that_changes_is_followed_and_a_heading_changes_nothing(tab):
    page = tab.open(PLANNER, address="#plan.epochs=7")
    page.evaluate("location.hash = '#plan'")
    assert page.locator("[name=epochs]").input_value() == "7"
    page.evaluate("location.hash = '#plan.epochs=8'")
    page.wait_for_function("document.querySelector('[name=epochs]').value === '8'")
    assert table(page)["total"] == ["1,568"] * 3


@pytest.mark.parametrize(
    "address",
    [
        "#plan.batch=<img src=x onerror=alert(1)>",
        "#plan.batch=1e400",
        "#plan.speed=1",
        "#plan.__proto__=1",
        "#plan.drop_last=%E0%A4%A",
        "#plan.epochs",
    ],
)
def test_a_hostile_address_is_named_and_not_used(tab, address):
    page = tab.open(PLANNER, address=address)
    assert "The address of this page cannot be used" in problem(page)
    assert page.locator("[name=batch]").input_value() == "32"
    assert table(page)["total"] == ["1,960"] * 3


def test_settings_of_a_trainer_are_not_the_planners(tab):
    page = tab.open(PLANNER, address="#batch=8&epochs=1")
    assert problem(page) == ""
    assert table(page)["total"] == ["1,960"] * 3


def test_what_cannot_be_planned_is_named_and_the_last_plan_stays(tab):
    page = tab.open(PLANNER)
    page.locator("[name=batch]").fill("many")
    page.locator("[name=batch]").press("Tab")
    assert problem(page).startswith('batch must be a whole number from 1 to 1000000000, got "many"')
    assert table(page)["total"] == ["1,960"] * 3
    assert "#" not in page.url
    page.locator("[name=batch]").fill("64")
    assert problem(page) == ""


def test_without_javascript_it_says_so(reader):
    with reader(java_script_enabled=False) as one:
        page = one.open(PLANNER)
        assert page.get_by_text("The planner needs JavaScript").is_visible()
        assert page.locator("form.settings").is_hidden()
