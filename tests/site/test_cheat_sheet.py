"""The cheat sheet fits on one printed page."""

import pytest

from tests.browser import pages_of

PAGE = "book/cheat-sheet"


def printed(browser, address, paper):
    """Return how many pages a page takes, and in what size its list items are printed."""
    tab = browser.new_page()
    try:
        tab.goto(address)
        pages = pages_of(tab.pdf(format=paper, prefer_css_page_size=False))
        tab.emulate_media(media="print")
        items = "items => items.map(item => parseFloat(getComputedStyle(item).fontSize))"
        return pages, set(tab.locator("#cheat-sheet li").evaluate_all(items))
    finally:
        tab.close()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_cheat_sheet_is_one_page_that_can_be_read(site, browser, paper):
    pages, sizes = printed(browser, (site / f"{PAGE}.html").as_uri(), paper)
    assert pages == 1
    assert min(sizes) >= 9 * 96 / 72, "9 points, in pixels"


def test_a_page_that_takes_several_is_counted_so(site, browser):
    pages, _ = printed(browser, (site / "book/01-steps/concept.html").as_uri(), "A4")
    assert pages > 3
