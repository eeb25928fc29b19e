"""The built site, opened from disk in a real browser with the network blocked."""

from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import yaml

from tests.paths import ROOT


def pages_in(toc):
    """Return every page that the table of contents names, and what Sphinx adds to them."""
    text = yaml.safe_load(toc.read_text(encoding="utf-8"))
    files = [c["file"] for part in text["parts"] for c in part["chapters"]]
    return [text["root"], *files, "index", "search", "genindex"]


PAGES = pages_in(ROOT / "_toc.yml")
every_page = pytest.mark.parametrize("page", PAGES)
every_theme = pytest.mark.parametrize("theme", ["light", "dark"])

UNDESCRIBED = """() => [
  ...[...document.querySelectorAll('img')].filter(i => !i.hasAttribute('alt')),
  ...[...document.querySelectorAll('main .bd-article svg')].filter(
    s => !s.closest('[aria-hidden=true]') && !s.classList.contains('svg-inline--fa')
      && !(s.getAttribute('role') === 'img' && s.getAttribute('aria-label'))),
].map(element => element.outerHTML.slice(0, 200))"""

CONTRASTS = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = color => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = luminance(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('.lab-figure text')].map(text => {
    const ink = luminance(getComputedStyle(text).fill);
    return (Math.max(ink, background) + 0.05) / (Math.min(ink, background) + 0.05);
  });
}"""


@pytest.fixture
def open_page(site, browser):
    """Return a function that opens a page offline and collects what goes wrong on it."""
    contexts = []

    def open_(name, *, width=1280, theme="light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.on("console", lambda m: m.type == "error" and page.problems.append(m.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:", "blob:"))
                or page.problems.append(f"request to {request.url}")
            ),
        )
        page.goto((site / f"{name}.html").as_uri())
        page.wait_for_load_state("load")
        return page

    yield open_
    for context in contexts:
        context.close()


@every_page
@every_theme
def test_no_console_error_and_no_request_to_another_host(open_page, page, theme):
    assert open_page(page, theme=theme).problems == []


@every_page
def test_one_h1_and_a_description_for_every_image(open_page, page):
    opened = open_page(page)
    assert opened.locator("h1").count() == 1
    assert opened.evaluate(UNDESCRIBED) == []


@every_page
@pytest.mark.parametrize("width", [320, 1920])
def test_no_sideways_scrolling(open_page, page, width):
    opened = open_page(page, width=width)
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@every_page
@every_theme
def test_text_in_figures_can_be_read_in_both_themes(open_page, page, theme):
    contrasts = open_page(page, theme=theme).evaluate(CONTRASTS)
    assert all(contrast >= 4.5 for contrast in contrasts)


@every_page
def test_links_within_the_site_lead_somewhere(open_page, page, site):
    opened = open_page(page)
    links = opened.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)")
    broken = []
    for link in {link for link in links if link.startswith("file:")}:
        url, anchor = urldefrag(link)
        target = Path(unquote(url.removeprefix("file://")))
        text = target.read_text(encoding="utf-8") if target.suffix == ".html" else ""
        if not target.exists() or (anchor and f'id="{unquote(anchor)}"' not in text):
            broken.append(link)
    assert broken == []


def test_the_landing_page_offers_the_three_ways_in(open_page):
    cards = open_page("book/index").locator(".sd-card")
    assert [cards.nth(n).locator(".sd-card-title").inner_text() for n in range(3)] == [
        "Read",
        "Run",
        "Test yourself",
    ]
    assert cards.locator("a").count() == 3


def test_a_solution_is_closed_until_it_is_opened(open_page):
    page = open_page("exercises/01-steps")
    solution = page.locator("details", has_text="Show a solution").first
    assert not solution.locator("pre").first.is_visible()
    solution.locator("summary").click()
    assert "math.ceil(60_000 / 64)" in solution.locator("pre").first.inner_text()
    assert page.locator("text=not attempted yet").count() >= 8


def test_a_finding_can_be_reached_from_the_sentence_it_proves(open_page):
    page = open_page("book/01-steps/concept")
    page.locator("a.finding-link").first.click()
    page.wait_for_load_state("load")
    assert page.locator(":target").evaluate("e => e.classList.contains('finding')")


def test_numbers_in_the_text_come_from_the_run(open_page):
    concept = open_page("book/01-steps/concept")
    shown = concept.locator(".pasted-text").all_inner_texts()
    assert "10,000" in shown
    assert "7,820" in shown
    lab = open_page("book/01-steps/lab").locator("#finding-steps\\.reaches-95").inner_text()
    quoted = concept.locator("p", has_text="random starts").locator(".pasted-text").nth(2)
    assert quoted.inner_text() in lab
