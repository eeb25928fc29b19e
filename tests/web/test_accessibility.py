"""No complaints of axe, and no sideways scrolling, in the states in which pages are seen."""

from pathlib import Path

import axe_playwright_python
import pytest

from tests.browser import settle
from tests.web.reader import (
    CLAIMS,
    CLINIC,
    COMPOSER,
    DRILL,
    EXAM,
    KNOB,
    MAP,
    PLANNER,
    PROGRESS,
    QUIZ,
    TERMS,
    TRAINER,
    answer,
    answer_all,
    check,
    current,
    finish,
    go_on,
    right_parts,
    start,
    wrong_parts,
)

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def complaints(page):
    settle(page)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document.querySelector('article'), {preload: false})")
    assert len(found["passes"]) > 10
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]]


def states_of_pages(one):
    """Yield every page in the states in which a reader sees it."""
    page = one.open(DRILL)
    yield page
    check(current(page))
    yield page
    page = one.open(QUIZ)
    yield page
    answer_all(page)
    yield page
    page = one.open(EXAM)
    yield page
    start(page)
    page.get_by_role("button", name="Flag").click()
    answer(current(page), right_parts(current(page)))
    go_on(page)
    answer(current(page), wrong_parts(current(page)))
    yield page
    finish(page)
    yield page
    page = one.open(TERMS)
    yield page
    page.get_by_role("button", name="Practice").click()
    page.get_by_role("button", name="Show the definition").click()
    yield page
    page = one.open(PROGRESS)
    page.get_by_role("button", name="Delete everything").click()
    yield page
    for data in ("digits", "mnist1d"):
        page = one.open(TRAINER, address=f"#batch2=64&epochs=1&images=64&data={data}")
        for summary in page.locator("form summary").all():
            summary.click()
        page.get_by_role("button", name="One update").click()
        page.locator(".stations .made").wait_for()
        yield page
        page.get_by_role("button", name="Train").click()
        page.locator(".result").wait_for()
        page.get_by_role("button", name="Draw a seed").click()
        for summary in page.locator(".result summary").all():
            summary.click()
        yield page
    for name in (PLANNER, COMPOSER):
        page = one.open(name)
        for summary in page.locator(".explorer summary").all():
            summary.click()
        yield page
        page.locator(".explorer form input:visible").first.fill("none")
        yield page
    page = one.open(CLAIMS)
    yield page
    for place in page.locator(".claim").all():
        place.get_by_label("Guess first").select_option(index=2)
        place.get_by_role("button", name="Train").click()
        place.locator(".guessed:not(:empty)").wait_for()
    yield page
    page = one.open(MAP)
    page.locator(".numbers summary").click()
    for schedule in page.locator("[name=schedule]").all():
        schedule.check()
        yield page
    page = one.open(KNOB, address="#puzzle=3")
    page.locator(".guess [type=submit]:enabled").wait_for()
    for summary in page.locator(".explorer summary").all():
        summary.click()
    page.get_by_label("noisy labels").check()
    page.get_by_role("button", name="Check").click()
    yield page
    page = one.open(CLINIC)
    yield page
    page.locator(".examples button").first.click()
    page.locator(".clinic .report h2").first.wait_for()
    for summary in page.locator(".clinic summary").all():
        summary.click()
    yield page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(reader, theme):
    with reader(theme=theme) as one:
        for page in states_of_pages(one):
            assert complaints(page) == []


def test_nothing_is_wider_than_a_narrow_screen(reader):
    with reader(width=320) as one:
        for page in states_of_pages(one):
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
