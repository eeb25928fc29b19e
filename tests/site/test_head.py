"""What pages say of themselves in their heads."""

import re
import struct
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from everystep.site.head import HEIGHT, LONGEST, WIDTH, write_sitemap
from tests import quiz_site
from tests.test_built_site import PAGES

META = re.compile(r'<meta (?:name|property)="([^"]+)" content="([^"]*)" />')
LONG = "word " * 60
OWN = """---
description: Said "by the author" & <kept>.
---

# Own

Not this.
"""
ADDRESS = "https://example.org/course"


@pytest.fixture
def sources(tmp_path):
    folder = quiz_site.write_sources(tmp_path)
    texts = {
        "own": OWN,
        "long": f"# Long & short\n\n- No.\n\n> Nor.\n\n{LONG}\n",
        "bare": "# Bare\n",
    }
    for name, text in texts.items():
        (folder / f"book/assess/{name}.md").write_text(text, encoding="utf-8")
    return folder


def heads(folder, **config):
    """Build the site; return what the heads of its pages say."""
    quiz_site.build(folder, extensions=("everystep.site.head",), config=config)
    return {
        path.relative_to(folder / "site").with_suffix("").as_posix(): dict(
            META.findall(path.read_text(encoding="utf-8"))
        )
        for path in quiz_site.pages_of(folder / "site")
    }


def test_every_page_is_described(sources):
    found = heads(sources, html_title="The site")
    assert found["book/assess/own"]["description"] == (
        "Said &quot;by the author&quot; &amp; &lt;kept&gt;."
    )
    long = found["book/assess/long"]
    assert long["og:title"] == "Long &amp; short"
    assert long["description"] == long["og:description"]
    assert long["description"].startswith("word word")
    assert LONGEST - 10 < len(long["description"]) <= LONGEST
    assert found["book/assess/bare"]["description"] == "Bare – The site"
    assert found["search"]["description"] == "Search – The site"
    assert found["genindex"]["description"] == "Index – The site"
    assert all(head["description"] for head in found.values())


def test_a_site_that_does_not_know_its_address_names_none(sources):
    found = heads(sources)
    assert not [name for head in found.values() for name in head if name in ("og:url", "og:image")]
    assert not (sources / "site/sitemap.xml").exists()


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}/"])
def test_a_site_that_knows_its_address_has_a_sitemap_and_a_picture(sources, address):
    found = heads(sources, html_baseurl=address)
    head = found["book/assess/drill"]
    assert head["og:url"] == f"{ADDRESS}/book/assess/drill.html"
    assert head["twitter:card"] == "summary_large_image"
    picture = head["og:image"].removeprefix(f"{ADDRESS}/")
    image = (sources / "site" / picture).read_bytes()
    # The first chunk of a PNG has width and height.
    assert struct.unpack(">4sII", image[12:24]) == (b"IHDR", WIDTH, HEIGHT)
    assert len(image) > 5_000, "more than an empty area"
    sitemap = ElementTree.parse(sources / "site/sitemap.xml")
    locations = [place.text for place in sitemap.iterfind(".//{*}loc")]
    written = [name for name in found if name not in ("search", "genindex")]
    assert sorted(locations) == sorted(f"{ADDRESS}/{name}.html" for name in written)


def test_nothing_is_listed_of_a_build_that_failed(tmp_path):
    config = SimpleNamespace(html_baseurl=ADDRESS, html_title="")
    app = SimpleNamespace(config=config, builder=SimpleNamespace(name="html"), outdir=tmp_path)
    write_sitemap(app, ValueError())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_page_of_the_course_has_a_description_of_its_own(site, page):
    meta = dict(META.findall((site / f"{page}.html").read_text(encoding="utf-8")))
    assert 15 < len(meta["description"]) <= LONGEST
    assert meta["og:title"]
