"""The texts that the search quotes."""

import json
import re

import pytest
from docutils import nodes

from everystep.site.search import TEXTS, text_of
from tests.quiz_site import build, pages_of, write_sources

PAGE = """# A page

First &amp; &lt;last&gt;.
$x$

## Part

- one
- *two*three

<style>a { b: c }</style><p title="x">raw</p> &lt;
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("search"))
    (folder / "book/assess/page.md").write_text(PAGE, encoding="utf-8")
    config = {"myst_enable_extensions": ["dollarmath"]}
    build(folder, extensions=("everystep.site.search",), config=config)
    return folder / "site"


def text(written, page):
    script = (written / TEXTS / f"{page}.js").read_text(encoding="utf-8")
    [arguments] = re.findall(r"^everystep\.search\.put\(\.\.\.(.*)\);\n$", script)
    named, html = json.loads(arguments)
    assert named == page
    return html


def test_a_pages_text_has_its_words_apart_and_its_sections_by_name(written):
    html = text(written, "book/assess/page")
    assert html.startswith('<div role="main"><div id="a-page">A page First &amp; &lt;last&gt;.')
    assert '<div id="part">Part one twothree' in html
    assert "raw &lt;" in html
    assert not re.search(r"b: c|title=|x\$", html)
    assert re.sub(r'<div (role|id)="[\w-]+">|</div>', "", html).count("<") == 0


def test_an_entry_of_the_glossary_is_named_with_its_definition(written):
    html = text(written, "book/assess/terms")
    assert '<div id="term-L2-penalty">L2 penalty A term that keeps weights small. </div>' in html


def test_every_page_has_a_text_and_only_the_search_loads_any(written):
    pages = {path: path.read_text("utf-8") for path in pages_of(written)}
    names = {path.relative_to(written).with_suffix("").as_posix() for path in pages}
    texts = {
        path.relative_to(written / TEXTS).with_suffix("").as_posix()
        for path in (written / TEXTS).rglob("*.js")
    }
    assert names - texts == {"search", "genindex"}
    assert texts <= names
    assert not [path for path, html in pages.items() if f"{TEXTS}/" in html]


def test_what_is_not_seen_is_not_quoted():
    hidden = [nodes.comment(text="no"), nodes.target(text="no"), nodes.math(text="no")]
    raw = nodes.raw(text="<script>no</script><b>yes</b>", format="html")
    assert "".join(text_of(nodes.paragraph("", "", *hidden, raw))).split() == ["yes"]
