"""Search, colors, print, training and widths in Chromium, Firefox and WebKit."""

import re

import pytest
from selenium.webdriver.common.keys import Keys

from tests.web.engines.drivers import opened
from tests.web.engines.visitor import LANDING, WIDE, Visitor
from tests.web.reader import (
    COMPOSER,
    DRILL,
    EXAM,
    KNOB,
    PLANNER,
    POOL,
    PROGRESS,
    QUIZ,
    TERMS,
    TRAINER,
)
from tests.web.test_accessibility import AXE

SWITCH = ".theme-switch-button"
SMALL_RUN = "#batch=8&batch2=64&epochs=1&images=64&hidden=32&seeds=2"
KINDS = [LANDING, QUIZ, EXAM, DRILL, TERMS, PROGRESS, TRAINER, KNOB, COMPOSER, WIDE, "search"]
# On the page that was found; among the results, words are highlighted as well.
HIGHLIGHTED = "!document.querySelector('ul.search') && document.querySelector('main .highlighted')"


def test_the_search_quotes_and_highlights(visitor):
    visitor.open(QUIZ)
    visitor.click(".search-button__button")
    visitor.focused.send_keys("penalty", Keys.ENTER)
    visitor.wait("document.querySelector('ul.search li .context .highlighted')")
    visitor.click(f"ul.search a[href='{TERMS}.html']")
    visitor.wait(HIGHLIGHTED)
    assert visitor.text("main .highlighted").lower() == "penalty"


def test_the_landing_page_has_the_words_highlighted(visitor):
    visitor.open("search", "?q=steps")
    visitor.wait("document.querySelector('ul.search li .context .highlighted')")
    visitor.click(f"ul.search a[href='{LANDING}.html']")
    visitor.wait(HIGHLIGHTED)


def test_colors_are_switched_and_stay_on_the_next_page(visitor):
    visitor.open(QUIZ)
    before = visitor.theme
    switch = visitor.find(SWITCH)
    switch.click()
    chosen = visitor.theme
    assert {before, chosen} == {"light", "dark"}
    assert visitor.focused == switch
    assert switch.get_attribute("aria-label") == f"Color mode: {chosen}"
    visitor.click("a.left-prev, a.right-next")
    assert visitor.theme == chosen
    assert visitor.find(SWITCH).get_attribute("aria-label") == f"Color mode: {chosen}"


@pytest.mark.parametrize("page", [LANDING, EXAM, DRILL, TERMS, PROGRESS])
def test_firefox_says_that_pages_from_disk_do_not_know_of_each_other(visitor, engine, way, page):
    visitor.open(page)
    shown = visitor.shown(".apart")
    assert len(shown) == (engine == "firefox" and way == "disk")


def test_the_trainer_trains(visitor):
    visitor.open(TRAINER, SMALL_RUN)
    visitor.click(".trainer [type=submit]")
    # Asked at once: the run is short, and its end moves the focus again.
    visitor.wait("document.activeElement.checkVisibility()")
    visitor.wait("document.querySelector('.trainer .result').checkVisibility()")
    cells = [one.text for one in visitor.all(".trainer .result > .wide:first-child tr td")][1:5]
    assert all(re.match(r"[−-]?\d", cell) for cell in cells)
    # Where the charts' own styles are missing, curves lie below their chart.
    assert visitor.ask(
        """[...document.querySelectorAll(".charts figure")].every((figure) => {
          const [outer, inner] = [figure, figure.querySelector("canvas")]
            .map((one) => one.getBoundingClientRect());
          return inner.top >= outer.top && inner.bottom <= outer.bottom + 1;
        })"""
    )


def test_the_trainer_loads_signals_and_trains_on_them(visitor):
    visitor.open(TRAINER, f"{SMALL_RUN}&data=mnist1d")
    assert [one.text[:8] for one in visitor.shown(".trainer .about")] == ["MNIST-1D"]
    visitor.click(".trainer [type=submit]")
    visitor.wait("document.querySelector('.trainer .result').checkVisibility()")
    cells = [one.text for one in visitor.all(".trainer .result > .wide:first-child tr td")][1:5]
    assert all(re.match(r"[−-]?\d", cell) for cell in cells)
    visitor.click(".trainer .wrong summary")
    assert len(visitor.shown(".trainer .wrong svg.picture")) == 32


def test_without_storage_everything_works_and_says_so(engine, served):
    with opened(engine, without_storage=True) as driver:
        one = Visitor(driver, served)
        one.open(QUIZ)
        assert one.ask("localStorage.isStandIn")
        before = one.theme
        one.find(SWITCH).click()
        assert one.theme != before
        question = one.find("form[data-type=single]")
        one.answer(question, one.key(question))
        one.check(question)
        assert one.outcome(question) == "✓ Right."
        assert "Storage is blocked or full" in one.text(".notice")
        one.click(".search-button__button")
        one.focused.send_keys("penalty", Keys.ENTER)
        one.wait("document.querySelector('ul.search li .context')")


def test_without_scripts_questions_can_be_read(guest, small_site):
    """So they are where JavaScript is off: a page without its scripts."""
    html = (small_site / f"{QUIZ}.html").read_text(encoding="utf-8")
    bare = re.sub(r"<script\b.*?</script>|</?noscript>", "", html, flags=re.DOTALL)
    (small_site / f"{QUIZ}-bare.html").write_text(bare, encoding="utf-8")
    guest.open(f"{QUIZ}-bare")
    for selector in ("form[data-type=numeric] input", "label.choice", "select"):
        control = guest.find(selector)
        assert control.is_displayed()
        assert control.value_of_css_property("border-top-style") == "solid"
        border = control.value_of_css_property("border-top-color")
        assert border not in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    assert guest.shown(SWITCH) == []
    colors = [guest.find(one).value_of_css_property("color") for one in ("article p", "article a")]
    assert len(set(colors)) == 2, "links look like text"


# Shows a page as it is printed: what is for paper is for all, and what is for the screen for none.
AS_PRINTED = """for (const sheet of document.styleSheets) {
  for (const rule of sheet.cssRules) {
    if (rule.media?.mediaText === "print") rule.media.mediaText = "all";
    else if (rule.media?.mediaText === "screen") rule.media.mediaText = "not all";
  }
}"""


def test_paper_is_used_up_to_its_edges(guest):
    guest.open(WIDE)
    guest.run(AS_PRINTED)
    width = guest.ask("document.querySelector('article').getBoundingClientRect().width")
    assert width > 0.85 * guest.ask("document.documentElement.clientWidth")
    assert guest.ask("""[...document.querySelectorAll("article pre")].every(
      (code) => code.scrollWidth <= code.clientWidth)""")


def test_an_exam_that_was_not_begun_prints_no_questions(guest):
    guest.open(EXAM)
    guest.run(AS_PRINTED)
    assert guest.shown(".assess fieldset, .assess .answer, .assess .scenario") == []
    guest.open(QUIZ)
    guest.run(AS_PRINTED)
    assert guest.shown(".assess fieldset")


def test_a_wide_table_is_scrolled_by_keyboard(guest):
    guest.open(WIDE)
    guest.wait("document.querySelector('.pst-scrollable-table-container').tabIndex === 0")
    table = guest.find(".pst-scrollable-table-container")
    assert table.get_attribute("role") == "group"
    assert table.get_attribute("aria-label")
    guest.run("arguments[0].focus();", table)
    assert guest.focused == table
    for _ in range(3):
        table.send_keys(Keys.ARROW_RIGHT)
    guest.wait("document.activeElement.scrollLeft > 0")


# Opens pages in a frame of some width, with letters of some size; returns what is wider than it.
IN_A_FRAME = """const [pages, width, size, done] = arguments;
(async () => {
  const frame = document.createElement("iframe");
  frame.style.cssText = `width: ${width}px; height: 800px; border: 0`;
  document.body.replaceChildren(frame);
  const wider = [];
  for (const page of pages) {
    await new Promise((resolve) => { frame.onload = resolve; frame.src = page; });
    const root = frame.contentDocument.documentElement;
    root.style.fontSize = size;
    // Charts are drawn anew.
    for (let i = 0; i < 3; i += 1) await new Promise(requestAnimationFrame);
    if (root.scrollWidth > width) wider.push([page, root.scrollWidth]);
  }
  done(wider);
})();"""


@pytest.mark.parametrize(
    ("width", "size"), [(320, "100%"), (320, "200%"), (390, "200%"), (1280, "200%")]
)
def test_no_page_is_wider_than_its_window_however_large_the_letters(guest, width, size):
    kinds = [*KINDS, POOL, PLANNER, "genindex"]
    pages = [f"{guest.site}/{page}.html" for page in kinds]
    assert guest.driver.execute_async_script(IN_A_FRAME, pages, width, size) == []


def test_large_letters_leave_the_text_most_of_the_width(guest):
    guest.open(QUIZ)
    guest.run("document.documentElement.style.fontSize = '200%';")
    widths = "[...document.querySelectorAll('main, article')].map((one) => one.clientWidth)"
    [whole, article] = guest.ask(widths)
    assert article > 0.55 * whole


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing_to_complain_about(guest, mode):
    guest.open(LANDING)
    guest.run("localStorage.setItem('mode', arguments[0]);", mode)
    found = {}
    for page in KINDS:
        guest.open(page)
        assert guest.theme == mode
        guest.run("document.head.append(Object.assign(document.createElement('style'),"
                  "{ textContent: '* { transition: none !important; }' }));")  # fmt: skip
        guest.run(AXE)
        result = guest.driver.execute_async_script(
            "axe.run(document, {preload: false}).then(arguments[0]);"
        )
        assert len(result["passes"]) > 10
        if result["violations"]:
            found[page] = [
                (v["id"], [n["html"][:200] for n in v["nodes"]]) for v in result["violations"]
            ]
    assert found == {}
