"""Flashcards in a real browser."""

from tests.web.reader import (
    TERMS,
    kept,
    tab_to,
)


def test_flashcards(tab):
    page = tab.open(TERMS)
    assert page.locator("dt:visible").count() == 3
    assert page.locator(".due").inner_text() == "0 to review, 3 new."
    tab_to(page, "[data-do=begin]")
    page.keyboard.press("Enter")
    assert page.locator("dt:visible").all_inner_texts() == ["Epoch"]
    assert page.locator("dd:visible").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Show the definition"
    page.keyboard.press("Enter")
    assert page.locator("dd:visible").all_inner_texts() == ["One pass over the data."]
    assert page.evaluate("document.activeElement.textContent") == "I knew it"
    assert page.locator(".place").inner_text() == "1 of 3"
    page.get_by_role("button", name="I did not").click()
    for place in (2, 3, 4):
        assert page.locator(".place").inner_text() == f"{place} of 4"
        page.get_by_role("button", name="Show the definition").click()
        page.get_by_role("button", name="I knew it").click()
    assert page.locator("dt:visible").count() == 3
    assert page.locator(".due").inner_text().startswith("Nothing to review until ")
    pauses = {k: v["due"] - v["last"] for k, v in kept(page).items()}
    cards = ("term-Epoch", "term-L2-penalty", "term-Step")
    assert pauses == dict(zip((f"card/{id}@1" for id in cards), (1, 2, 2), strict=True))
