"""Settings stand in the address under names of their own; code can be copied."""

from tests.web.reader import PLANNER, tab_to

OTHERS = "#other.a=1&plan.epochs=3&heading"


def test_settings_of_others_stay_in_the_address(tab):
    page = tab.open(PLANNER, address=OTHERS)
    assert page.evaluate("everystep.tools.fromAddress('plan.')") == {"epochs": "3"}
    page.evaluate("everystep.tools.toAddress('plan.', { epochs: '4', batch: '1 & 2' })")
    assert page.evaluate("location.hash") == "#other.a=1&plan.epochs=4&plan.batch=1+%26+2"
    assert page.evaluate("everystep.tools.fromAddress('other.')") == {"a": "1"}


def test_names_that_objects_have_are_names_like_others(tab):
    page = tab.open(PLANNER, address="#x.__proto__=1&x.constructor=2")
    found = page.evaluate("Object.entries(everystep.tools.fromAddress('x.'))")
    assert found == [["__proto__", "1"], ["constructor", "2"]]


def test_code_is_copied(reader):
    with reader(permissions=["clipboard-read", "clipboard-write"]) as one:
        page = one.open(PLANNER)
        part = page.locator(".codes details").nth(2)
        part.locator("summary").click()
        part.get_by_role("button", name="Copy").click()
        part.get_by_text("Copied.").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == part.locator("code").inner_text()
        assert "TrainingArguments(" in copied


def test_code_is_selected_where_there_is_no_clipboard(tab):
    page = tab.open(
        PLANNER,
        prepare=lambda page: page.add_init_script(
            "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
        ),
    )
    part = page.locator(".codes details").first
    tab_to(page, ".codes summary")
    page.keyboard.press("Enter")
    tab_to(page, ".codes button")
    page.keyboard.press("Enter")
    part.get_by_text("Selected: copy it with the keyboard.").wait_for()
    assert page.evaluate("String(getSelection())") == part.locator("code").inner_text()
