"""Ticks in the navigation beside the chapters whose quiz is done."""

import json

import pytest

from tests.web.reader import (
    DRILL,
    POOL,
    PROGRESS,
    QUIZ,
    answer,
    answer_all,
    check,
    kept,
    load,
    right_parts,
)


def ticked(page):
    """Return what the navigation says where there is a tick."""
    links = page.locator(".bd-docs-nav a", has=page.locator(".done")).all()
    return [" ".join(link.inner_text().split()) for link in links]


def test_a_chapter_is_ticked_once_all_of_its_quiz_is_answered(tab):
    page = tab.open(QUIZ)
    questions = page.locator("form.question").all()
    for question in questions:
        assert ticked(page) == []
        answer(question, right_parts(question))
        check(question)
    assert ticked(page) == ["Steps ✓ (quiz done)"]
    assert page.get_by_role("link", name="Steps (quiz done)", exact=True).count() == 1
    [done] = [value for key, value in kept(page).items() if key == "done/01-steps"]
    assert done["day"] > 20_000
    assert ticked(tab.open(DRILL)) == ["Steps ✓ (quiz done)"]
    check(questions[0])  # named "Try again"
    assert ticked(page) == ["Steps ✓ (quiz done)"], "what was done stays done"


def test_a_tick_is_seen_in_other_tabs_at_once_and_goes_with_the_progress(tab):
    drill, page = tab.open(DRILL), tab.open(QUIZ)
    answer_all(page)
    drill.locator(".bd-docs-nav .done").wait_for()
    progress = tab.open(PROGRESS)
    progress.locator("[data-do=forget]").click()
    progress.locator("[data-do=forget]").click()
    assert ticked(progress) == []
    entries = {"done/01-steps": {"day": 20_500}}
    load(progress, json.dumps({"format": "everystep-progress-1", "entries": entries}))
    assert ticked(progress) == ["Steps ✓ (quiz done)"]


def test_a_pool_is_no_chapter(tab):
    page = tab.open(POOL)
    answer_all(page)
    assert not [key for key in kept(page) if key.startswith("done/")]


@pytest.mark.parametrize("width", [320, 1280])
def test_a_tick_stands_beside_its_title(reader, width):
    with reader(width=width) as one:
        page = one.open(QUIZ)
        page.evaluate("localStorage.setItem('everystep/done/01-steps', '{\"day\": 20500}')")
        page.reload()
        if width == 320:
            page.locator(".primary-toggle").first.click()
        page.locator(".bd-docs-nav .done").wait_for(state="visible")
        link = page.locator(".bd-docs-nav a", has=page.locator(".done")).bounding_box()
        tick = page.locator(".bd-docs-nav .done").bounding_box()
        assert tick["y"] >= link["y"]
        assert tick["y"] + tick["height"] <= link["y"] + link["height"] + 1
