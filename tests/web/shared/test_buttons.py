"""The buttons that the theme puts above a page: they keep the focus, and say what they did."""

import pytest

from tests.web.reader import QUIZ

SWITCH = ".theme-switch-button"
SEARCH = ".article-header-buttons .search-button"
MENU = ".primary-toggle"
IS_FOCUSED = "button => document.activeElement === button"


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_the_switch_of_colors_keeps_the_focus_and_says_its_mode(tab, way):
    page = tab.open(QUIZ)
    switch = page.locator(SWITCH)
    told = page.locator(f"{SWITCH} + [role=status]")
    assert switch.get_attribute("aria-label") == "Color mode: like the system"
    assert told.inner_text() == ""
    for mode in ("dark", "light", "like the system"):
        if way == "mouse":
            switch.click()
        else:
            switch.press("Enter")
        assert switch.evaluate(IS_FOCUSED)
        assert switch.get_attribute("aria-label") == told.inner_text() == f"Color mode: {mode}"


def test_a_mode_that_was_chosen_before_is_named(tab):
    tab.open(QUIZ).locator(SWITCH).click()
    assert tab.open(QUIZ).locator(SWITCH).get_attribute("aria-label") == "Color mode: dark"


@pytest.mark.parametrize(
    ("button", "opened"),
    [(SEARCH, "#pst-search-dialog"), (MENU, "#pst-primary-sidebar-modal")],
    ids=["search", "menu"],
)
def test_closing_what_a_button_opened_gives_it_the_focus_back(reader, button, opened):
    with reader(width=390) as one:
        page = one.open(QUIZ)
        page.locator(button).press("Enter")
        page.locator(opened).wait_for(state="visible")
        page.keyboard.press("Escape")
        page.locator(opened).wait_for(state="hidden")
        assert page.locator(button).evaluate(IS_FOCUSED)
