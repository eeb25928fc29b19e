"""Which files become pages, what is left out of them, and what is put right in them."""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from everystep.authoring.contents import pages
from everystep.authoring.tidy import CHECKED

SIGN_OF_ZERO = re.compile(r"(?<![\w.])-(?=0(?:\.0+)?(?![\d.]))")
HYPHEN_FOR_MINUS = re.compile(r"(?<![\w.])-(?=[\d.])")
SCROLLS = 'class="pst-scrollable-table-container"'
MARKUP = (
    ("<th></th>", "<td></td>"),
    ('role="doc-biblioentry"', 'role="listitem"'),
    (SCROLLS, f'{SCROLLS} role="group" aria-label="Table"'),
)


def keep_to_contents(app: Sphinx, config: Config) -> None:
    """Have Sphinx look at no file but those in the table of contents.

    Copies and untitled notebooks beside them are then as good as not there. Excluding them instead
    would change the configuration when one appears, and have every page read again.
    """
    config.include_patterns = [f"{page}.*" for page in pages(Path(app.srcdir))]


def leave_figures_unnumbered(app: Sphinx, config: Config) -> None:
    """Undo what an extension sets: to number figures, Sphinx would load every page in every build.

    No figure here is named by a number.
    """
    config.numfig = False


def drop_thebe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Remove the scripts of Thebe, which is off; they name another host, and raise an error."""
    context["script_files"] = [
        script
        for script in context.get("script_files", [])
        if "thebe" not in f"{script.filename} {script.attributes.get('body', '')}".lower()
    ]


def without_test_marks(text: str) -> str:
    """Leave out the comment that tells nbval, and no reader, to compare a cell's output.

    Args:
        text: a notebook as JSON text, or the text of another page, which has no such comment.
    """
    return text.replace(f'"{CHECKED}\\n",', "").replace(f'"{CHECKED}\\n', '"')


def drop_test_marks(app: Sphinx, docname: str, source: list[str]) -> None:
    """Leave the comments for nbval out of a page that is about to be parsed."""
    source[0] = without_test_marks(source[0])


def let_links_lead_to_given_ids(app: Sphinx, doctree: nodes.document) -> None:
    """Let other pages link to text that has been given an id, ``[text]{#id}``, as to a heading.

    MyST knows the anchors of headings alone, and would warn of every such link.
    """
    anchors = app.env.metadata[app.env.docname].setdefault("myst_slugs", {})
    for text in doctree.findall(nodes.inline):
        for anchor in text["ids"]:
            anchors.setdefault(anchor, (text.line, anchor, text.astext()))


def write_minus_signs(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the numbers that a page quotes from a lab minus signs, and zero none.

    Python writes hyphens, and -0.0 for -0.04 with one digit.
    """
    for quoted in doctree.findall(nodes.inline):
        if "pasted-text" in quoted["classes"]:
            for text in list(quoted.findall(nodes.Text)):
                shown = HYPHEN_FOR_MINUS.sub("−", SIGN_OF_ZERO.sub("", text))
                text.parent.replace(text, nodes.Text(shown))


def fix_markup(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Tell screen readers what is there.

    An empty header, which pandas writes over the index of a table, is none. An entry of the
    bibliography is an item of the list that it stands in; the role that docutils gives it has
    been withdrawn from the standard. What a table scrolls in gets the focus, if it is wide, by the
    theme's script; it is named here.
    """
    body = context.get("body", "")
    for before, after in MARKUP:
        body = body.replace(before, after)
    context["body"] = body


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.connect("config-inited", keep_to_contents)
    app.connect("config-inited", leave_figures_unnumbered, priority=900)
    app.connect("source-read", drop_test_marks)
    app.connect("doctree-read", let_links_lead_to_given_ids)
    app.connect("doctree-resolved", write_minus_signs)
    app.connect("html-page-context", drop_thebe, priority=900)
    app.connect("html-page-context", fix_markup)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
