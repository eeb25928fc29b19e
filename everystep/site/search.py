"""What the search quotes of a page that it finds.

Sphinx's search fetches every page that it finds, whole, to quote some words of it; from disk a
browser fetches nothing. So the text of each page also stands in a script of its own, which loads
from anywhere: ``web/search/excerpts.js`` has those loaded that were found.
"""

import json
import re
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx

# Where the scripts are, below the built site. Not among its static files: those are looked through
# for the classes that scripts set, and here every word would pass for one.
TEXTS = "texts"
UNQUOTED = (nodes.Invisible, nodes.math, nodes.math_block)
UNSEEN = re.compile(r"<(style|script)\b.*?</\1>|<[^<>]+>", re.IGNORECASE | re.DOTALL)


def text_of(node: nodes.Node) -> Iterator[str]:
    """Yield the text of a page, or of a part of it, as HTML with little but text.

    Sections and entries of a glossary are elements with their ids, since the search asks for the
    text of those that it finds. Words of different paragraphs stay apart.
    """
    if isinstance(node, nodes.raw):
        yield escape(unescape(UNSEEN.sub(" ", node.astext())) + " ", quote=False)
    elif isinstance(node, nodes.Text):
        yield escape(node.astext(), quote=False)
    elif not isinstance(node, UNQUOTED):
        named = node[0] if isinstance(node, nodes.definition_list_item) else node
        is_place = isinstance(node, nodes.section) or named is not node
        ids = named["ids"][:1] if is_place else []
        yield from (f'<div id="{escape(id)}">' for id in ids)
        for child in node.children:
            yield from text_of(child)
        yield "</div>" if ids else "" if isinstance(node, nodes.Inline) else " "


def write_text(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, object],
    doctree: nodes.document | None,
) -> None:
    """Write the script with the text of a page that is written."""
    if doctree is None or app.builder.name != "html":
        return
    text = " ".join("".join(text_of(doctree)).split())
    path = Path(app.outdir, TEXTS, f"{pagename}.js")
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps([pagename, f'<div role="main">{text}</div>'], ensure_ascii=False)
    path.write_text(f"everystep.search.put(...{content});\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.setup_extension("everystep.site.assets")
    app.connect("html-page-context", write_text)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
