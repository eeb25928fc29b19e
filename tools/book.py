"""Make one file of the built site: the whole book as a PDF, or as an EPUB.

``python -m tools.book pdf`` and ``python -m tools.book epub`` read the pages in the order of
``_toc.yml``, as a reader without JavaScript sees them, and write into ``_build/book``. Chromium
turns the pages into XHTML, without what an EPUB may not have, and prints them. Pages that live in a
browser alone are left out.
"""

import base64
import mimetypes
import re
import sys
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlparse

import yaml
from playwright.sync_api import Page, sync_playwright

from tests.browser import ADVICE, found_or_installed, launch

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
BOOK = ROOT / "_build" / "book" / "every-step-counts"
LEFT_OUT = (
    "book/train/",
    "book/clinic/",
    *(f"book/assess/{page}" for page in ("exam", "drill", "pool", "progress")),
)
XHTML = 'xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"'
FOOTER = (
    '<div style="width: 100%; text-align: center; font: 8pt sans-serif">'
    '<span class="pageNumber"></span></div>'
)
# Takes a page's article; returns its title, its XHTML and its styles. Identifiers
# get the page's name before them, so that all pages can stand in one document.
READ = """([name, names]) => {
  const article = document.querySelector("article.bd-article").cloneNode(true);
  const all = (selector) => [...article.querySelectorAll(selector)];
  const dropped = "script, style, noscript, button, .headerlink, .with-script, .without-script";
  const live = ".assess.trainer, .panel, .bar, .check, .outcome, .score, .results .yours";
  for (const element of all(`${dropped}, ${live}`)) element.remove();
  for (const input of all("input, select, progress")) {
    input.replaceWith(/radio|checkbox/.test(input.type) ? "" : "____");
  }
  for (const element of all("form, fieldset, legend")) {
    const block = document.createElement("div");
    for (const attribute of element.attributes) block.setAttributeNode(attribute.cloneNode());
    block.append(...element.childNodes);
    element.replaceWith(block);
  }
  for (const block of all("summary > p")) block.replaceWith(...block.childNodes);
  for (const image of all("img")) image.setAttribute("src", image.src);
  for (const link of all("a[href]")) {
    const [address, anchor] = link.href.split("#");
    if (address in names) {
      link.setAttribute("href", `#${names[address]}${anchor ? `--${anchor}` : ""}`);
    } else if (link.protocol === "file:") {
      const block = link.closest("p, li, div");
      const alone = block.textContent.trim() === link.textContent.trim();
      alone ? block.remove() : link.replaceWith(...link.childNodes);
    }
  }
  const names_others = ["id", "for", "headers", "aria-labelledby", "aria-describedby"];
  for (const element of all("*")) {
    for (const { name: attribute, value } of [...element.attributes]) {
      if (names_others.includes(attribute)) {
        const ids = value.split(/\\s+/).filter(Boolean);
        element.setAttribute(attribute, ids.map((id) => `${name}--${id}`).join(" "));
      } else if (/^(data-|on|autocomplete$|halign$)/.test(attribute)) {
        element.removeAttribute(attribute);
      } else if (attribute === "xlink:href") {
        element.attributes[attribute].value = value.replace("#", `#${name}--`);
      } else if (value.includes("url(#")) {
        element.setAttribute(attribute, value.replaceAll("url(#", `url(#${name}--`));
      }
    }
  }
  article.id = name;
  const title = article.querySelector("h1").textContent;
  const styles = [...document.styleSheets].map((sheet) => sheet.href).filter(Boolean);
  return [title, new XMLSerializer().serializeToString(article), styles];
}"""


class Article(NamedTuple):
    """A page of the book.

    Attributes:
        name: of the page; also the identifier of the article, and the beginning of those within.
        part: of the table of contents that the page belongs to; empty for the first page.
        title: the page's heading.
        xhtml: an ``<article>``, whose links to others are ``#name`` or ``#name--anchor``.
        styles: addresses of the styles that the page loads.
    """

    name: str
    part: str
    title: str
    xhtml: str
    styles: Sequence[str]


def contents(toc: Path) -> list[tuple[str, str]]:
    """Return part and path of every page of the book, in the order of a table of contents."""
    listed = yaml.safe_load(toc.read_text("utf-8"))
    pages = [(part["caption"], one["file"]) for part in listed["parts"] for one in part["chapters"]]
    return [
        ("", listed["root"]),
        *((p, page) for p, page in pages if not page.startswith(LEFT_OUT)),
    ]


def read_articles(tab: Page, site: Path, toc: Path) -> list[Article]:
    """Return the pages of a built site that are part of the book."""
    pages = [(part, page, site / f"{page}.html") for part, page in contents(toc)]
    names = {path.as_uri(): page.replace("/", "-") for _, page, path in pages}
    articles = []
    for part, _, path in pages:
        tab.goto(path.as_uri())
        name = names[path.as_uri()]
        title, xhtml, styles = tab.evaluate(READ, [name, names])
        articles.append(Article(name, part, title, with_images(xhtml), styles))
    return with_links_that_lead_somewhere(articles)


def with_images(xhtml: str) -> str:
    """Return an article with the files of its images in place of their addresses."""

    def data(match: re.Match[str]) -> str:
        path = Path(unquote(urlparse(match[1]).path))
        kind = mimetypes.guess_type(path.name)[0]
        return f'src="data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"'

    return re.sub(r'src="(file:[^"]+)"', data, xhtml)


def with_links_that_lead_somewhere(articles: Sequence[Article]) -> list[Article]:
    """Return articles whose links to what the book leaves out lead to the page it was on."""
    there = {id for one in articles for id in re.findall(r'\bid="([^"]+)"', one.xhtml)}

    def link(match: re.Match[str]) -> str:
        return match[0] if unquote(match[1]) in there else f'href="#{match[1].partition("--")[0]}"'

    return [
        one._replace(xhtml=re.sub(r'(?<!:)href="#([^"]+)"', link, one.xhtml)) for one in articles
    ]


def document(title: str, styles: Iterable[str], body: str) -> str:
    """Return an XHTML document."""
    links = "".join(f'<link rel="stylesheet" href="{escape(style)}"/>' for style in styles)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html {XHTML} lang="en" '
        f'xml:lang="en" data-theme="light"><head><meta charset="utf-8"/>'
        f"<title>{escape(title)}</title>{links}</head><body>{body}</body></html>\n"
    )


def contents_list(articles: Sequence[Article], place: str, numbers: Mapping[str, int]) -> str:
    """Return the table of contents as nested lists.

    Args:
        articles: the pages.
        place: format of a link's address, of the article's ``name``.
        numbers: page numbers by name; none where there are no pages.
    """
    lines, part = [], ""
    for one in articles:
        if one.part != part:
            lines.append("</ol></li>" if part else "")
            lines.append(f"<li><span>{escape(one.part)}</span><ol>")
            part = one.part
        number = f"<span>{numbers[one.name]}</span>" if numbers else ""
        link = f'<a href="{place.format(name=one.name)}">{escape(one.title)}{number}</a>'
        lines.append(f"<li>{link}</li>")
    return f"<ol>{''.join(lines)}{'</ol></li>' if part else ''}</ol>"


def write_pdf(tab: Page, articles: Sequence[Article], path: Path, title: str) -> None:
    """Print the articles as one PDF, with a table of contents and running page numbers."""
    own = (ROOT / "tools" / "book.css").as_uri()
    styles = dict.fromkeys([*(style for one in articles for style in one.styles), own])
    texts = "".join(one.xhtml.replace("<details", '<details open=""') for one in articles)
    numbers = dict.fromkeys((one.name for one in articles), 0)
    source = path.with_suffix(".xhtml")
    for is_last in (False, True):  # the first one shows on which pages the second puts them
        listed = contents_list(articles, "#{name}", numbers)
        front = f'<h1 class="title">{escape(title)}</h1><nav class="contents">{listed}</nav>'
        body = f'{front}<main class="bd-main"><div class="bd-content">{texts}</div></main>'
        source.write_text(document(title, styles, body), "utf-8")
        tab.goto(source.as_uri())
        pdf = tab.pdf(
            prefer_css_page_size=True,
            outline=is_last,
            tagged=is_last,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
        )
        numbers |= pages_of(pdf)
    source.unlink()
    path.write_bytes(pdf)


def pages_of(pdf: bytes) -> dict[str, int]:
    """Return on which page each destination of a PDF by Chromium is, counted from 1."""
    order = re.findall(rb"(\d+) 0 obj\s*<</Type /Page\b", pdf)
    places = re.findall(rb"/([^\s/]+) \[(\d+) 0 R /XYZ", pdf)
    return {name.decode(): order.index(page) + 1 for name, page in places}


def write_epub(articles: Sequence[Article], path: Path, title: str, author: str) -> None:
    """Write the articles as an EPUB 3, each a file of its own."""
    listed = contents_list(articles, "{name}.xhtml", {})
    nav = f'<nav epub:type="toc"><h1>{escape(title)}</h1>{listed}</nav>'
    files = {"nav.xhtml": document(title, ["ebook.css"], nav)}
    for one in articles:
        # Each article was made to stand in one document with the others.
        text = re.sub(
            r'(?<!:)href="#([^"]+)"',
            lambda link: f'href="{link[1].partition("--")[0]}.xhtml#{link[1]}"',
            one.xhtml,
        )
        files[f"{one.name}.xhtml"] = document(one.title, ["ebook.css"], text)
    files["content.opf"] = package(files, title, author)
    files["ebook.css"] = (ROOT / "tools" / "ebook.css").read_text("utf-8")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        # By its first bytes, as they are, a file is known to be an EPUB.
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        archive.writestr("META-INF/container.xml", CONTAINER)
        for name, text in files.items():
            archive.writestr(f"book/{name}", text)


CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="book/content.opf" media-type="application/oebps-package+xml"/>
</rootfiles></container>
"""


def package(files: Mapping[str, str], title: str, author: str) -> str:
    """Return the list of an EPUB's files, in the order in which they are read."""
    items, spine = ['<item id="css" href="ebook.css" media-type="text/css"/>'], []
    for name, text in files.items():
        holds = ["nav"] if name == "nav.xhtml" else []
        holds += [kind for kind, sign in (("svg", "<svg"), ("mathml", "<math")) if sign in text]
        properties = f' properties="{" ".join(holds)}"' if holds else ""
        id = name.removesuffix(".xhtml")
        items.append(
            f'<item id="{id}" href="{name}" media-type="application/xhtml+xml"{properties}/>'
        )
        spine.append(f'<itemref idref="{id}"/>')
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="book" '
        'xml:lang="en"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="book">urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, title)}</dc:identifier>'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        "<dc:language>en</dc:language>"
        f'<meta property="dcterms:modified">{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}</meta>'
        f"</metadata><manifest>{''.join(items)}</manifest><spine>{''.join(spine)}</spine></package>\n"
    )


@contextmanager
def open_tab() -> Iterator[Page]:
    """Yield a tab in which no script of a page runs."""
    path = found_or_installed()
    if path is None:
        sys.exit(f"book: {ADVICE}")
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser.new_context(java_script_enabled=False, offline=True).new_page()
        browser.close()


def main() -> None:
    """Write the file that is asked for, and say where it is."""
    if sys.argv[1:] not in (["pdf"], ["epub"]):
        sys.exit(f"book: expected pdf or epub, got {' '.join(sys.argv[1:]) or 'nothing'}")
    if not (SITE / "index.html").exists():
        sys.exit(f"book: there is no site in {SITE}: run 'make site' first")
    settings = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    path = BOOK.with_suffix(f".{sys.argv[1]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    with open_tab() as tab:
        articles = read_articles(tab, SITE, ROOT / "_toc.yml")
        if path.suffix == ".pdf":
            write_pdf(tab, articles, unfinished, settings["title"])
        else:
            write_epub(articles, unfinished, settings["title"], settings["author"])
    unfinished.replace(path)
    print(f"The book: {path}")


if __name__ == "__main__":
    main()
