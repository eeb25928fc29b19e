"""The built site, opened from disk in a real browser with the network blocked."""

from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe

from tests.browser import settle
from tests.paths import ROOT


def pages_in(toc):
    """Return every page that the table of contents names, and those that Sphinx adds."""
    text = yaml.safe_load(toc.read_text(encoding="utf-8"))
    files = [c["file"] for part in text["parts"] for c in part["chapters"]]
    return [text["root"], *files, "search", "genindex"]


PAGES = pages_in(ROOT / "_toc.yml")
every_page = pytest.mark.parametrize("page", PAGES)
# A laptop, a phone at night, a wide screen.
VIEWS = [(1280, "light"), (320, "dark"), (1920, "dark")]
every_view = pytest.mark.parametrize(("width", "theme"), VIEWS)

UNDESCRIBED = """() => [
  // docutils writes the file's name where an author gives no description
  ...[...document.querySelectorAll('img')].filter(i => {
    const alt = i.getAttribute('alt');
    const file = (i.getAttribute('src') ?? '').split('/').pop();
    return alt === null || (!alt.trim() && i.getAttribute('role') !== 'presentation')
      || alt.trim().endsWith(file) || /\\.(png|jpe?g|svg|gif|webp)$/i.test(alt.trim());
  }),
  ...[...document.querySelectorAll('main .bd-article svg')].filter(
    s => !s.closest('button, [aria-hidden=true]') && !s.classList.contains('svg-inline--fa')
      && !(s.getAttribute('role') === 'img' && s.getAttribute('aria-label'))),
].map(element => element.outerHTML.slice(0, 200))"""

# Of the text that follows the theme. Text with a color of its own stands on a heat map's cell, or
# has the color of a line: tests/lab/test_plots.py and tests/lab/test_figures.py look after those.
CONTRASTS = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = color => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = luminance(getComputedStyle(document.body).backgroundColor);
  const own = text => text.getAttribute('fill') === 'currentColor';
  return [...document.querySelectorAll('.lab-figure text')].filter(own).map(text => {
    const ink = luminance(getComputedStyle(text).fill);
    return (Math.max(ink, background) + 0.05) / (Math.min(ink, background) + 0.05);
  });
}"""

# Texts of figures that stick out of what is shown of the figure, by a pixel or more.
CUT_OFF = """() => [...document.querySelectorAll('.lab-figure svg')].flatMap(svg => {
  const outer = svg.getBoundingClientRect();
  const left = Math.max(outer.left, 0);
  const right = Math.min(outer.right, document.documentElement.clientWidth);
  return [...svg.querySelectorAll('text')].filter(text => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < left - 1 || box.right > right + 1
      || box.top < outer.top - 1 || box.bottom > outer.bottom + 1);
  }).map(text => `${svg.closest('figure').id}: ${text.textContent}`);
})"""

# Of captions: their contrast, and how thick their letters are.
CAPTIONS = """() => {
  const channel = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const luminance = color => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = luminance(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll('figcaption, .lab-table caption')].map(caption => {
    const style = getComputedStyle(caption);
    const ink = luminance(style.color);
    const contrast = (Math.max(ink, background) + 0.05) / (Math.min(ink, background) + 0.05);
    return [contrast, Number(style.fontWeight)];
  });
}"""


@pytest.fixture(scope="module")
def new_tab(browser):
    """Return a function that opens an empty tab, offline, which collects what goes wrong in it."""

    def open_tab(width, theme):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True
        )
        tab = context.new_page()
        tab.problems = []
        tab.on("console", lambda m: m.type == "error" and tab.problems.append(m.text))
        tab.on("pageerror", lambda error: tab.problems.append(str(error)))
        tab.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:", "blob:"))
                or tab.problems.append(f"request to {request.url}")
            ),
        )
        return tab

    return open_tab


@pytest.fixture(scope="module")
def open_page(site, new_tab):
    """Return a function that opens a page in a tab of its own, and closes it afterward."""

    @contextmanager
    def open_(name):
        tab = new_tab(1280, "light")
        tab.goto((site / f"{name}.html").as_uri(), wait_until="load")
        yield tab
        tab.context.close()

    return open_


@pytest.fixture(scope="module")
def turn_to(site, new_tab):
    """Return a function that opens a page in the one tab of a view."""
    # A new tab for each page would take twice the time.
    tab_of = cache(new_tab)

    def turn(name, width, theme):
        tab = tab_of(width, theme)
        tab.problems.clear()
        tab.goto((site / f"{name}.html").as_uri(), wait_until="load")
        return tab

    return turn


@pytest.fixture(scope="module")
def seen(turn_to):
    """Return a function that gives what is seen of a page in a view; each is opened once."""

    @cache
    def look(name, width, theme):
        tab = turn_to(name, width, theme)
        return {
            "h1": tab.locator("h1").count(),
            "undescribed": tab.evaluate(UNDESCRIBED),
            "width": tab.evaluate("document.documentElement.scrollWidth"),
            "contrasts": tab.evaluate(CONTRASTS),
            "captions": tab.evaluate(CAPTIONS),
            "cut off": tab.evaluate(CUT_OFF),
            "links": tab.evaluate("[...document.querySelectorAll('a[href]')].map(a => a.href)"),
            "problems": list(tab.problems),
        }

    return look


@every_page
@every_view
def test_no_console_error_and_no_request_to_another_host(seen, page, width, theme):
    assert seen(page, width, theme)["problems"] == []


@every_page
def test_one_h1_and_a_description_for_every_image(seen, page):
    view = seen(page, *VIEWS[0])
    assert view["h1"] == 1
    assert view["undescribed"] == []


def test_planted_images_without_a_description_are_found(turn_to):
    page = turn_to("book/references", *VIEWS[0])
    page.evaluate(
        """() => document.querySelector('main').insertAdjacentHTML('beforeend',
          '<img src="a/b.png" alt="a/b.png"><img src="b.png"><img src="c.svg" alt=" ">'
          + '<img src="x.png?1" alt="other.webp"><img src="y.png" alt="A falling curve">')"""
    )
    assert len(page.evaluate(UNDESCRIBED)) == 4


@every_page
@every_view
def test_no_sideways_scrolling(seen, page, width, theme):
    assert seen(page, width, theme)["width"] <= width


@every_page
@every_view
def test_text_in_figures_can_be_read(seen, page, width, theme):
    assert all(contrast >= 4.5 for contrast in seen(page, width, theme)["contrasts"])


@every_page
@every_view
def test_no_text_of_a_figure_is_cut_off(seen, page, width, theme):
    assert seen(page, width, theme)["cut off"] == []


@every_page
@every_view
def test_captions_can_be_read(seen, page, width, theme):
    for contrast, weight in seen(page, width, theme)["captions"]:
        assert contrast >= 7
        assert weight >= 400


def test_planted_text_outside_a_figure_is_found(turn_to):
    page = turn_to("book/01-steps/concept", *VIEWS[1])
    move = "text => { text.style.transform = 'translate(-400px)'; }"
    page.locator(".lab-figure text").first.evaluate(move)
    assert len(page.evaluate(CUT_OFF)) == 1


def test_figures_have_text_that_follows_the_theme(seen):
    assert len(seen("book/01-steps/concept", *VIEWS[0])["contrasts"]) > 20


@every_page
def test_links_within_the_site_lead_somewhere(seen, page):
    broken = []
    for link in {link for link in seen(page, *VIEWS[0])["links"] if link.startswith("file:")}:
        url, anchor = urldefrag(link)
        target = Path(unquote(url.removeprefix("file://")))
        text = target.read_text(encoding="utf-8") if target.suffix == ".html" else ""
        # What the trainer's page is set to stands there; test_claims and test_landing check it.
        is_setting = "=" in anchor and target.name == "trainer.html"
        if not target.exists() or (
            anchor and not is_setting and f'id="{unquote(anchor)}"' not in text
        ):
            broken.append(link)
    assert broken == []


@every_page
def test_no_page_scrolls_sideways_on_a_phone_with_letters_twice_as_large(turn_to, page):
    opened = turn_to(page, 320, "light")
    opened.evaluate("document.documentElement.style.fontSize = '200%'")
    settle(opened)
    assert opened.evaluate("document.documentElement.scrollWidth") == 320


# The theme changes colors alone, so dark is looked at on one page of each kind.
ONE_OF_EACH_KIND = [
    "book/index",
    "book/05-schedules/concept",
    "book/03-batch-size/concept",
    "book/01-steps/lab",
    "book/references",
    "book/findings",
    "book/cheat-sheet",
    "exercises/03-batch-size",
    "book/assess/exam-topic",
    "book/assess/exam-c01",
    "book/assess/pool-curves",
    "book/assess/drill",
    "book/assess/flashcards",
    "book/assess/progress",
]
# A lab takes axe a quarter of a minute, and has what its chapter and the other labs have.
SEEN_BY_AXE = [
    *((page, "light") for page in PAGES if page in ONE_OF_EACH_KIND or not page.endswith("/lab")),
    *((page, "dark") for page in ONE_OF_EACH_KIND),
]


@pytest.mark.parametrize(("page", "theme"), SEEN_BY_AXE)
def test_no_accessibility_finding(turn_to, page, theme):
    opened = turn_to(page, 1280, theme)
    settle(opened)
    violations = Axe().run(opened).response["violations"]
    found = [(v["id"], [node["html"][:200] for node in v["nodes"]]) for v in violations]
    assert found == []


def test_index_html_leads_to_the_landing_page(open_page, site):
    with open_page("index") as page:
        page.wait_for_url((site / "book" / "index.html").as_uri())
        assert page.locator("h1").inner_text().startswith("Every Step Counts")


def test_the_landing_page_offers_the_four_ways_in(open_page):
    with open_page("book/index") as page:
        cards = page.locator(".sd-card")
        assert cards.locator(".sd-card-title").all_inner_texts() == [
            "Read and train",
            "Run the labs",
            "Prepare for the exam",
            "Bring a log",
        ]
        assert cards.locator("a").count() == 4


def test_a_solution_is_closed_until_it_is_opened(open_page):
    with open_page("exercises/01-steps") as page:
        solution = page.locator("details", has_text="Show a solution").first
        assert not solution.locator("pre").first.is_visible()
        solution.locator("summary").click()
        assert "math.ceil(60_000 / 64)" in solution.locator("pre").first.inner_text()
        assert page.locator("text=not attempted yet").count() >= 8


def test_a_finding_can_be_reached_from_the_sentence_it_proves(open_page):
    with open_page("book/01-steps/concept") as page:
        page.locator("a.finding-link").first.click()
        page.wait_for_load_state("load")
        assert page.locator(":target").evaluate("e => e.classList.contains('finding')")


def test_numbers_in_the_text_come_from_the_run(open_page):
    with open_page("book/01-steps/concept") as page:
        shown = page.locator(".pasted-text").all_inner_texts()
        quoted = page.locator("p", has_text="validation set").locator(".pasted-text").nth(1)
        accuracy = quoted.inner_text()
    assert {"10,000", "7,820", "7,810"} <= set(shown)
    with open_page("book/01-steps/lab") as page:
        finding = page.locator("#finding-steps\\.reaches-94").inner_text()
    assert f"mean {accuracy}" in finding


def test_a_table_of_the_lab_stands_on_the_page_with_its_numbers_to_the_right(open_page):
    with open_page("book/03-batch-size/concept") as page:
        table = page.locator("#table-batch\\.bill table")
        assert table.locator("caption").inner_text().startswith("What it takes")
        assert table.locator("thead th").all_inner_texts()[-1] == "epochs needed"
        cells = table.locator("tbody :is(th, td)")
        sides = cells.evaluate_all("cells => cells.map(cell => getComputedStyle(cell).textAlign)")
    assert len(sides) == 36
    assert set(sides) == {"right"}


def test_the_caption_of_a_wide_table_stays_within_a_narrow_page(turn_to):
    page = turn_to("book/03-batch-size/concept", 320, "dark")
    captions = page.locator(".lab-table caption span")
    assert captions.count() > 1
    for caption in captions.all():
        box = caption.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
