"""Signals are drawn as lines, with words for those who cannot see them."""

import pytest

from tests.web.reader import TRAINER

ADDRESS = "#data=mnist1d&batch=16&epochs=1&images=64&seeds=1&hidden=32"
FIRST_BATCH = """() => {
  const settings = everystep.settings.read(everystep.settings.fromAddress(location.hash));
  const data = everystep.datasets.mnist1d();
  const [[{ training }]] = everystep.experiment.begin(settings, data);
  return everystep.inspect.step(training).first;
}"""
POINTS = "all => all.map((line) => [...line.points].map(({ x, y }) => [x, -y]))"


@pytest.fixture
def page(tab):
    page = tab.open(TRAINER, address=ADDRESS)
    page.get_by_role("button", name="One update").click()
    page.locator(".stations .made").wait_for()
    return page


def test_each_signal_of_a_batch_is_a_line_through_its_values(page):
    expected = page.evaluate(FIRST_BATCH)
    pictures = page.locator(".stations .samples svg")
    points = pictures.locator("polyline").evaluate_all(POINTS)
    assert len(points) == len(expected) == 8
    for line, signal in zip(points, expected, strict=True):
        assert [x for x, _ in line] == list(range(40))
        assert [y for _, y in line] == pytest.approx(signal["values"], abs=1e-6)
    labels = [f"a sample labeled {signal['label']}" for signal in expected]
    assert [one.get_attribute("aria-label") for one in pictures.all()] == labels
    assert {one.get_attribute("role") for one in pictures.all()} == {"img"}


def test_a_line_has_the_color_of_the_text_and_no_surface(page):
    drawn = page.locator(".stations .samples polyline").first
    stroke, fill, color = drawn.evaluate("""(line) => {
      const { stroke, fill, color } = getComputedStyle(line);
      return [stroke, fill, color];
    }""")
    assert (stroke, fill) == (color, "none")


def test_wrong_signals_are_drawn_too(page):
    page.get_by_role("button", name="Train").click()
    page.locator(".result").wait_for()
    page.get_by_text("Samples that are still read wrong").click()
    assert page.locator(".wrong li svg polyline").count() == 16
    assert "of 1024 validation samples are read wrong" in page.locator(".wrong p").inner_text()
