"""Pages of which each has a storage of its own hand the mode on; so it is in Firefox from disk."""

from tests.web.reader import DRILL, PROGRESS, QUIZ, TRAINER

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
FORGETFUL = """if (location.protocol === "file:") {
  addEventListener("pagehide", () => localStorage.clear());
}"""
THEME = "document.documentElement.dataset.theme"


def test_the_mode_goes_along_with_links_and_the_search(reader):
    with reader(user_agent=FIREFOX) as one:
        one.context.add_init_script(FORGETFUL)
        page = one.open(QUIZ)
        assert page.evaluate(THEME) == "light"
        page.locator(".theme-switch-button").click()
        page.locator("a.right-next, a.left-prev").first.click()
        page.wait_for_function("!location.pathname.endsWith('01-steps/concept.html')")
        page.locator("h1").first.wait_for()
        assert page.evaluate(f"[{THEME}, location.search]") == ["dark", ""]
        sent = page.locator("form.bd-search").evaluate("""(form) => {
          form.addEventListener("submit", (event) => event.preventDefault());
          form.elements.q.value = "epoch";
          form.requestSubmit();
          return String(new URLSearchParams(new FormData(form)));
        }""")
        assert sent == "q=epoch&mode=dark"


def test_forms_that_lead_nowhere_get_no_field(reader):
    with reader(user_agent=FIREFOX) as one:
        page = one.open(TRAINER, address="#batch=8&epochs=1&images=64&seeds=2")
        fields = page.locator(".trainer form [name]").count()
        page.get_by_role("button", name="Train").click()
        page.locator(".trainer .result").wait_for()
        assert page.locator(".trainer form [name]").count() == fields


def test_links_within_a_page_and_to_elsewhere_stay_as_they_are(reader):
    with reader(user_agent=FIREFOX) as one:
        page = one.open(QUIZ)
        addresses = page.evaluate("""() => {
          addEventListener("click", (event) => event.preventDefault());
          return ["#check", "https://example.org/a", location.href].map((href) => {
            const link = Object.assign(document.createElement("a"), { href });
            document.body.append(link);
            link.click();
            return link.getAttribute("href");
          });
        }""")
        assert addresses == ["#check", "https://example.org/a", page.url]


def test_what_an_address_says_is_taken_for_a_mode_only_if_it_is_one(reader):
    with reader(user_agent=FIREFOX) as one:
        page = one.open(QUIZ, address="?mode=%3Cb%3E&a=1")
        assert page.evaluate("[localStorage.mode, location.search]") == ["auto", "?a=1"]


def test_other_browsers_neither_hand_on_a_mode_nor_take_one(tab):
    page = tab.open(QUIZ, address="?mode=dark")
    assert page.evaluate(f"[{THEME}, location.search]") == ["light", "?mode=dark"]
    page.locator("a.right-next, a.left-prev").first.click()
    page.wait_for_function("!location.pathname.endsWith('01-steps/concept.html')")
    assert page.evaluate("location.search") == ""


def test_where_pages_do_not_know_of_each_other_they_say_so(reader):
    for options, shown in (({"user_agent": FIREFOX}, 1), ({}, 0)):
        with reader(**options) as one:
            for page in (DRILL, PROGRESS):
                assert one.open(page).locator(".apart:visible").count() == shown
