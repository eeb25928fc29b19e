"""Flashcards in a real browser."""

from tests.web.reader import (
    TERMS,
    kept,
    tab_to,
)


def test_flashcards(tab):
    page = tab.open(TERMS)
    assert page.locator("dt:visible").count() == 3
    tab_to(page, "[data-do=begin]")
    page.keyboard.press("Enter")
    assert page.locator("dt:visible").all_inner_texts() == ["Epoch"]
    assert page.locator("dd:visible").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Show the definition"
    page.keyboard.press("Enter")
    assert page.locator("dd:visible").all_inner_texts() == ["One pass over the data."]
    assert page.evaluate("document.activeElement.textContent") == "I knew it"
    page.get_by_role("button", name="I did not").click()
    for _ in range(3):
        page.get_by_role("button", name="Show the definition").click()
        page.get_by_role("button", name="I knew it").click()
    assert page.locator("dt:visible").count() == 3
    assert page.locator(".due").inner_text() == "Due today: 0 of 3 cards."
    boxes = {k: v["box"] for k, v in kept(page).items()}
    assert boxes == {f"card/{id}@1": 2 for id in ("term-Epoch", "term-L2-penalty", "term-Step")}
