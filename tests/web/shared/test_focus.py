"""What is disabled or hidden when it is used hands the focus on."""

from tests.web.reader import KNOB, MAP, QUIZ, TRAINER, form, right_parts

FOCUSED = "document.activeElement.textContent"


def test_a_button_that_disappears_hands_the_focus_to_the_one_in_its_place(tab):
    page = tab.open(TRAINER, address="#batch=8&epochs=2000&images=64&seeds=8")  # to be stopped
    for name, follows in (("Train", "Pause"), ("Pause", "Go on"), ("Go on", "Pause")):
        page.get_by_role("button", name=name, exact=True).press("Enter")
        page.wait_for_function(f"{FOCUSED} === '{follows}'")
    page.get_by_role("button", name="Stop").press("Enter")
    page.wait_for_function(f"{FOCUSED} === 'Train'")


def test_a_field_that_is_disabled_hands_the_focus_to_the_button_of_its_form(tab):
    page = tab.open(TRAINER, address="#batch=8&epochs=1&images=64&seeds=2")
    page.get_by_label("epochs").first.press("Enter")
    page.locator(".result").wait_for()
    assert page.evaluate("document.activeElement.matches('.trainer form button')")
    page = tab.open(QUIZ)
    question = form(page, "numeric")
    question.locator("[name=a]").fill(str(right_parts(question)[0]))
    question.locator("[name=a]").press("Enter")
    page.wait_for_function(f"{FOCUSED} === 'Try again'")


def test_where_a_form_has_no_other_button_one_of_the_same_part_gets_the_focus(tab):
    page = tab.open(KNOB, address="#puzzle=3")
    page.locator(".guess [type=submit]:enabled").wait_for()
    page.get_by_label("noisy labels").check()
    page.get_by_role("button", name="Check").press("Enter")
    page.wait_for_function("document.activeElement.matches('.explorer button:enabled')")
    page = tab.open(MAP)
    page.get_by_role("button", name="Train it here").press("Enter")
    page.wait_for_function("document.activeElement.matches('.explorer button:enabled')")


def test_nobody_is_given_a_focus_that_is_elsewhere(tab):
    page = tab.open(QUIZ)
    question = form(page, "single")
    focused = question.evaluate("""async (form) => {
      const fields = form.querySelector("fieldset");
      const change = async (isDisabled) => {
        fields.disabled = isDisabled;
        await new Promise(requestAnimationFrame);
        return document.activeElement.tagName;
      };
      const found = [await change(true)];
      await change(false);
      form.querySelector("input").focus();
      form.querySelector("summary, .check button").focus();
      return [...found, await change(true)];
    }""")
    assert focused == ["BODY", "BUTTON"]
