"""The book as one PDF and as an EPUB: a small site, made of pages as Sphinx writes them."""

import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile
from xml.etree.ElementTree import QName

import pytest
import yaml

from tests.paths import ROOT
from tools import book

DRAWING = (
    '<svg viewBox="0 0 9 9"><defs><clipPath id="c"><rect width="9" height="9"/></clipPath>'
    '<path id="m" d="M0 0l1 1"/></defs><g clip-path="url(#c)"><use xlink:href="#m"/></g></svg>'
)
QUESTION = """<div class="assess"><div class="bar"><p class="notice"></p></div>
<form class="question" autocomplete="off" data-keys='["A"]'>
<fieldset aria-labelledby="n"><legend id="n">Q</legend>
<label><input type="radio" name="a"><b>A</b>Yes</label><select><option>1</select></fieldset>
<details class="answer"><summary><p>Answer</p></summary>Because.</details></form></div>"""
PAGES = {
    "book/index": '<h1>Begin<a class="headerlink" href="#x">#</a></h1><p id="x">'
    '<a href="one/concept.html#x">next</a> <a href="one/concept.html#gone">lost</a>'
    '<a href="https://example.org/">elsewhere</a></p><img src="dot.png" alt="A dot">',
    "book/one/concept": f"<h1>One &amp; all</h1><p id='x'>Text<br>{DRAWING}</p>{QUESTION}",
    "book/one/lab": f'<h1>Lab</h1><p id="x">{DRAWING}<math><mi>x</mi></math></p>'
    '<p><a href="../train/trainer.html#a=1">Train it</a></p>'
    '<p>See <a href="../train/trainer.html">the trainer</a>.</p>'
    '<div class="long">many lines</div>',
    "book/train/trainer": "<h1>Train</h1>",
}
TOC = {
    "root": "book/index",
    "parts": [
        {
            "caption": "1 · One",
            "chapters": [{"file": "book/one/concept"}, {"file": "book/one/lab"}],
        },
        {"caption": "Try it", "chapters": [{"file": "book/train/trainer"}]},
    ],
}
DOT = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90400000000002c00000000010001000002024401003b"
)


@pytest.fixture(scope="module")
def tab(browser):
    return browser.new_context(java_script_enabled=False, offline=True).new_page()


@pytest.fixture(scope="module")
def articles(tab, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    for page, body in PAGES.items():
        path = folder / f"{page}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        style = "<style>.long { height: 300vh }</style><link rel=stylesheet href=/no.css>"
        text = f"<!DOCTYPE html><html><head>{style}</head><body>"
        path.write_text(f'{text}<article class="bd-article">{body}</article></body></html>')
    (folder / "book" / "dot.png").write_bytes(DOT)
    (folder / "_toc.yml").write_text(yaml.safe_dump(TOC))
    return book.read_articles(tab, folder, folder / "_toc.yml")


def test_pages_are_read_in_their_order_but_for_those_that_need_a_browser(articles):
    assert [(one.name, one.part, one.title) for one in articles] == [
        ("book-index", "", "Begin"),
        ("book-one-concept", "1 · One", "One & all"),
        ("book-one-lab", "1 · One", "Lab"),
    ]


def test_all_pages_can_stand_in_one_document(articles):
    text = "".join(one.xhtml for one in articles)
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    referred = re.findall(r'(?:href="#|url\(#|labelledby=")([^")]+)', text)
    assert len(referred) == 7
    assert set(referred) <= set(ids)
    assert 'href="#book-one-concept--x"' in text
    assert 'href="#book-one-concept">lost' in text, "the target is gone, its page is there"


def test_nothing_is_left_that_needs_a_browser(articles):
    text = "".join(one.xhtml for one in articles)
    assert "Train it" not in text
    assert "See the trainer." in text
    assert not re.search(
        r"<(input|select|form|fieldset|button|script|style)\b|data-keys|autocomplete", text
    )
    assert "<summary>Answer</summary>" in text, "an EPUB allows no paragraph there"
    assert "file:" not in text
    assert "data:image/png;base64," in text


def test_the_book_is_an_epub(articles, tmp_path):
    path = tmp_path / "book.epub"
    book.write_epub(articles, path, "A <book>", "Some & others")
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    pages = {name: text for name, text in files.items() if name.endswith(".xhtml")}
    ids = {name: re.findall(r'\bid="([^"]+)"', text.decode()) for name, text in pages.items()}
    links = 0
    for name, text in pages.items():
        ElementTree.fromstring(text)
        for link in re.findall(r'(?<!:)href="([^":]+\.xhtml[^"]*)"', text.decode()):
            target, _, id = link.partition("#")
            assert not id or id in ids[f"book/{target}"], f"{name}: {link}"
            links += 1
    assert links == 5, "three of the contents, two of a page"
    package = ElementTree.fromstring(files["book/content.opf"])
    items = package.findall(".//{*}item")
    assert {f"book/{item.get('href')}" for item in items} == {
        name for name in files if name.startswith("book/") and not name.endswith(".opf")
    }
    properties = {item.get("id"): item.get("properties") for item in items}
    assert properties["book-one-lab"] == "svg mathml"
    title = QName("http://purl.org/dc/elements/1.1/", "title").text
    assert package.find(f".//{title}").text == "A <book>"


def test_the_book_is_a_pdf_whose_contents_name_the_pages(articles, tab, tmp_path, monkeypatch):
    path = tmp_path / "book.pdf"
    listed = []
    contents_list = book.contents_list
    monkeypatch.setattr(
        book,
        "contents_list",
        lambda *given: listed.append(given[2].copy()) or contents_list(*given),
    )
    long = [
        one._replace(xhtml=one.xhtml.replace("many lines", "<p>line</p>" * 99)) for one in articles
    ]
    book.write_pdf(tab, [long[0], long[2], long[1]], path, "A book")
    # A title, the contents, the first page; the second takes several.
    numbers = listed[-1]
    assert numbers["book-index"] == 3
    assert numbers["book-one-lab"] == 4
    assert numbers["book-one-concept"] > 5
    pdf = path.read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == numbers["book-one-concept"]
    assert b"/Outlines" in pdf
    assert list(tmp_path.iterdir()) == [path], "no other file is left"


def test_without_a_site_or_with_another_word_one_line_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(book, "SITE", tmp_path)
    for words, told in (
        (["pdf"], "run 'make site' first"),
        (["doc"], "expected pdf or epub, got doc"),
    ):
        monkeypatch.setattr(sys, "argv", ["book", *words])
        with pytest.raises(SystemExit, match=told):
            book.main()


def test_what_is_left_out_of_the_book_is_there():
    """A page that was renamed would come back into the book."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
    pages = [page["file"] for part in toc["parts"] for page in part["chapters"]]
    assert all(any(page.startswith(name) for page in pages) for name in book.LEFT_OUT)
