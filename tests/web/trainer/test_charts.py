"""The charts show the numbers of the tables."""

import pytest

from tests.web.reader import TRAINER

SPY = """() => {
  const plots = [];
  const Original = uPlot;
  globalThis.uPlot = class extends Original {
    constructor(...given) {
      super(...given);
      plots.push(this);
    }
  };
  globalThis.uPlot.join = Original.join;
  globalThis.plots = plots;
}"""
# Of what is drawn last: for every chart, its lists; of the page's tables: their cells.
DRAWN = "plots.slice(-4).map((plot) => plot.data.map((list) => [...list]))"
ADDRESS = "#batch=8&batch2=32&epochs=2&images=64&seeds=3"


def trained(one):
    page = one.open(TRAINER, address=ADDRESS)
    page.evaluate(SPY)
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    return page


def rows(page):
    """Return the records' cells; numbers as numbers."""
    cells = page.locator(".records tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    return [[row[0], *(float(text.replace("−", "-")) for text in row[1:])] for row in cells]


@pytest.mark.parametrize("clock", ["updates", "epochs", "samples"])
def test_what_is_drawn_is_what_the_table_says(tab, clock):
    page = trained(tab)
    page.locator("select.clock").select_option(clock)
    column = 1 + ["epochs", "updates", "samples"].index(clock)
    for chart, (x, *lists) in enumerate(page.evaluate(DRAWN)):
        for r, letter in enumerate("AB"):
            mean, high, low = lists[3 * r : 3 * r + 3]
            points = [(a, m) for a, m in zip(x, mean, strict=True) if m is not None]
            known = [(row[column], row[5 + chart]) for row in rows(page) if row[0] == letter]
            assert len(points) == len(known) == {"A": 17, "B": 5}[letter]
            for point, expected in zip(points, known, strict=True):
                assert point == pytest.approx(expected, rel=6e-3, abs=1e-9)
            bands = [(h, m, b) for h, m, b in zip(high, mean, low, strict=True) if m is not None]
            assert all(h >= m >= b for h, m, b in bands)


def test_a_run_that_is_not_finite_leaves_a_gap_and_no_error(tab):
    page = tab.open(TRAINER, address="#rate=1e300&epochs=2&images=64&seeds=2")
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    assert "not finite" in page.locator(".result tbody").first.inner_text()


def test_charts_follow_the_width_of_the_page(tab):
    page = trained(tab)
    page.set_viewport_size({"width": 560, "height": 900})
    width = "document.querySelector('.charts canvas').getBoundingClientRect().width"
    page.wait_for_function(f"{width} > 400")
    page.set_viewport_size({"width": 320, "height": 900})
    page.wait_for_function(f"{width} <= 300")


def test_the_axes_take_the_color_of_another_theme(tab):
    page = trained(tab)
    pixels = "document.querySelector('.charts canvas').toDataURL()"
    before = page.evaluate(pixels)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function(f"before => {pixels} !== before", arg=before)
