"""What a page says of itself to search engines, and to those who share it.

Every page has a description: what its front matter gives as ``description``, or else its first
paragraph. Where the site knows its address (``html: baseurl:`` in ``_config.yml``), pages also have
it, with a picture, and ``sitemap.xml`` lists them.
"""

import posixpath
from html import escape
from pathlib import Path
from textwrap import shorten

from docutils import nodes
from sphinx.application import Sphinx

# Characters that search engines show of a description.
LONGEST = 160
# Titles of pages that no source describes.
UNDESCRIBED = {"genindex": "Index", "search": "Search"}
CARD = "_static/card.png"
# Width and height of the picture in pixels, as networks ask for.
WIDTH, HEIGHT = 1200, 630
DARK, LIGHT, BLUE = "#121212", "#ffffff", "#56b4e9"


def description(document: nodes.document) -> str:
    """Return the first paragraph of a page that is no part of a list or a box, shortened."""
    for paragraph in document.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            return shorten(paragraph.astext(), LONGEST, placeholder=" …")
    return ""


def describe(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, str],
    doctree: nodes.document | None,
) -> None:
    """Put a description into a page's head, and what networks show of it."""
    site = app.config.html_title
    title, text = UNDESCRIBED.get(pagename, pagename), ""
    if doctree is not None:
        title = app.env.titles[pagename].astext()
        text = app.env.metadata[pagename].get("description") or description(doctree)
    text = text or f"{title} – {site}"
    tags = [("name", "description", text)]
    shared = {"title": title, "description": text, "site_name": site, "type": "website"}
    if base := app.config.html_baseurl:
        shared |= {
            "url": context["pageurl"],
            "image": posixpath.join(base, CARD),
            "image:alt": site,
        }
        tags.append(("name", "twitter:card", "summary_large_image"))
    tags += [("property", f"og:{name}", value) for name, value in shared.items()]
    context["metatags"] = context.get("metatags", "") + "".join(
        f'\n<meta {kind}="{name}" content="{escape(value)}" />' for kind, name, value in tags
    )


def write_sitemap(app: Sphinx, exception: Exception | None) -> None:
    """List the pages of a site that knows its address, and draw its picture."""
    base = app.config.html_baseurl
    if not base or exception or app.builder.name != "html":
        return
    uris = [app.builder.get_target_uri(page) for page in sorted(app.env.found_docs)]
    lines = [f"<url><loc>{escape(posixpath.join(base, uri))}</loc></url>" for uri in uris]
    text = "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
            *lines,
            "</urlset>\n",
        ]
    )
    Path(app.outdir, "sitemap.xml").write_text(text, encoding="utf-8")
    draw_card(Path(app.outdir, CARD), app.config.html_title)


def draw_card(path: Path, title: str) -> None:
    """Draw the picture by which others show the site: its title over the stairs of its icon."""
    from matplotlib.figure import Figure  # slow to import, and few builds need it

    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100, facecolor=DARK)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    axes.axis("off")
    axes.step(range(80, 1200, 160), range(60, 410, 50), where="post", color=BLUE, linewidth=14)
    axes.text(80, 480, title, color=LIGHT, fontsize=54, fontweight="bold")
    figure.savefig(path)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.connect("html-page-context", describe)
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
