"""A browser that refuses its storage, or has none left, when a page is opened."""

import pytest

from tests.web.reader import COMPOSER, QUIZ, kept

BLOCKED = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, {
    configurable: true,
    get() { throw new DOMException("blocked", "SecurityError"); },
  });
}"""
# As Firefox has it where storage is switched off.
MISSING = """for (const name of ["localStorage", "sessionStorage"]) {
  Object.defineProperty(window, name, { configurable: true, get: () => null });
}"""
FULL = """Storage.prototype.setItem = () => {
  throw new DOMException("full", "QuotaExceededError");
};"""
THEME = "document.documentElement.dataset.theme"


@pytest.mark.parametrize("fault", [BLOCKED, MISSING, FULL], ids=["blocked", "missing", "full"])
def test_without_storage_search_and_colors_work(reader, fault):
    with reader() as one:
        one.context.add_init_script(fault)
        page = one.open(COMPOSER)
        assert page.evaluate(THEME) == "light"
        page.locator(".theme-switch-button").click()
        assert page.evaluate(THEME) == "dark"
        page.locator(".search-button__button:visible").click()
        page.locator("#pst-search-dialog input").wait_for(state="visible")
        stood_in = "[localStorage, sessionStorage].map(one => one.isStandIn)"
        assert page.evaluate(stood_in) == [True, True]


def test_what_stands_in_for_the_storage_keeps_texts_as_the_storage_does(reader):
    with reader() as one:
        one.context.add_init_script(MISSING)
        page = one.open(QUIZ)
        found = page.evaluate("""() => {
          for (const key of ["mode", "theme"]) localStorage.removeItem(key);
          localStorage.setItem("a", 5);
          localStorage.setItem("b", "x");
          localStorage.setItem("a", "y");
          const { length } = localStorage;
          const keys = [0, 1, 2].map((i) => localStorage.key(i));
          localStorage.removeItem("b");
          return [length, keys, ["a", "b", "constructor"].map((key) => localStorage.getItem(key))];
        }""")
        assert found == [2, ["a", "b", None], ["y", None, None]]


def test_in_a_full_storage_what_was_kept_can_still_be_read(reader):
    with reader() as one:
        page = one.open(QUIZ)
        page.evaluate("localStorage.setItem('mode', 'dark')")
        one.context.add_init_script(FULL)
        page = one.open(QUIZ)
        assert page.evaluate("localStorage.isStandIn")
        assert page.evaluate(THEME) == "dark"


def test_a_storage_that_works_is_left_as_it_is(tab):
    page = tab.open(QUIZ)
    assert page.evaluate("localStorage instanceof Storage && sessionStorage instanceof Storage")
    assert kept(page) == {}
    assert page.evaluate("Object.keys(localStorage).sort()") == ["mode", "theme"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_colors_of_the_system_are_there_before_the_scripts_of_the_theme(reader, theme):
    with reader(theme=theme) as one:
        page = one.open(
            QUIZ, prepare=lambda page: page.route("**/pydata-sphinx-theme.js*", silence)
        )
        assert page.evaluate(THEME) == theme


def silence(route):
    route.fulfill(body="", content_type="text/javascript")
