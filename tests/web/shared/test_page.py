"""Parts of pages that do something: buttons that warn."""

import json

from tests.web.reader import (
    PROGRESS,
    RECORD,
    kept,
    load,
)


def test_a_button_that_never_had_the_focus_warns_each_time(tab):
    """So it is in Safari, where a click gives a button no focus."""
    page = tab.open(PROGRESS)
    text = json.dumps({"format": "everystep-progress-1", "entries": {"item/a@1": RECORD}})
    button = page.locator("[data-do=forget]")
    for _ in range(2):
        load(page, text)
        button.evaluate("button => button.click()")
        assert len(kept(page)) == 1
        button.evaluate("button => button.click()")
        assert kept(page) == {}


def test_a_template_that_lacks_what_a_script_needs_is_named(tab):
    page = tab.open(PROGRESS)
    message = """() => {
      try { everystep.page.find(document, ".not-there"); } catch (error) { return error.message; }
    }"""
    assert page.evaluate(message) == "the page has no .not-there"
