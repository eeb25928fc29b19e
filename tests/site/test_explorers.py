"""What the directive of explorers puts on a page."""

import json
import re

import pytest
from sphinx.errors import SphinxError

from everystep.site.explorers import EXPLORERS, part_html, shade
from tests.paths import ROOT
from tests.quiz_site import build, write_sources

RECORD = json.loads((ROOT / EXPLORERS["map"]).read_text(encoding="utf-8"))
CELL = re.compile(r'<td style="background:rgb\((.*?)\);color:(#\w+)">(\d+)(<span)?')


def test_the_map_can_be_read_without_scripts():
    html = part_html("map", ROOT, "trainer.html")
    cells = CELL.findall(html)
    assert [int(shown) for _, _, shown, _ in cells] == [
        pytest.approx(cell["accuracy"][0], abs=0.5001) for cell in RECORD["cells"]
    ]
    n = len(RECORD["rates"])
    for begin in range(0, len(cells), n):
        row = [cell["accuracy"][0] for cell in RECORD["cells"][begin : begin + n]]
        marked = [bool(mark) for *_, mark in cells[begin : begin + n]]
        assert marked == [value == max(row) for value in row]


def test_the_record_travels_whole():
    html = part_html("map", ROOT, "trainer.html")
    [text] = re.findall(r'<script type="application/json" class="record">(.*?)</script>', html)
    assert json.loads(text) == RECORD


def luminance(color):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("percent", [0, 9.4, 30, 50, 60, 64, 66, 68, 70, 72, 75, 80, 91.7, 100])
def test_numbers_stand_out_on_every_shade(percent):
    color, ink = re.fullmatch(r"background:rgb\((.*)\);color:(#\w+)", shade(percent)).groups()
    shaded = luminance([int(part) / 255 for part in color.split(",")])
    light, dark = max(shaded, ink == "#fff"), min(shaded, ink == "#fff")
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_signs_and_the_choices_are_the_same_knobs_and_lead_into_the_chapter():
    html = part_html("knob", ROOT, "trainer.html")
    choices = re.findall(r'name="knob" value="([\w ]+)"', html)
    assert sorted(choices) == sorted(re.findall(r'<li data-knob="([\w ]+)"', html))
    chapter = (ROOT / "book" / "07-diagnosis" / "concept.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.*)$", chapter, flags=re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-"): head for head in heads}
    links = re.findall(r'<a href="#([\w-]+)">(.*?)</a>', html)
    assert len(links) == len(choices)
    assert all(slugs[anchor] == title for anchor, title in links)


@pytest.mark.parametrize(
    ("name", "chapter"), [("map", "04-learning-rate"), ("knob", "07-diagnosis")]
)
def test_every_explorer_stands_in_its_chapter(name, chapter):
    page = (ROOT / "book" / chapter / "concept.md").read_text(encoding="utf-8")
    assert page.count(f"```{{explorer}} {name}\n```\n") == 1


def test_an_explorer_that_is_not_there_stops_the_build(tmp_path):
    folder = write_sources(tmp_path)
    (folder / "book/explore/map.md").write_text("# Map\n\n```{explorer} maps\n```\n", "utf-8")
    with pytest.raises(
        SphinxError, match="there is no explorer 'maps', only composer, knob, map, planner"
    ):
        build(folder)


def test_a_page_without_its_record_stops_the_build(tmp_path):
    folder = write_sources(tmp_path)
    (folder / EXPLORERS["map"]).unlink()
    with pytest.raises(Exception, match=r"rate_map\.json"):
        build(folder)
