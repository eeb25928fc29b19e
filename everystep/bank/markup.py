"""Turn the texts of questions, which are Markdown, into HTML."""

import html
import re

from markdown_it import MarkdownIt

# Raw HTML is shown as text: exports carry it into other programs.
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAG = re.compile(r"<[^>]+>")


def block_html(text: str) -> str:
    """Return HTML with paragraphs, lists and tables."""
    return _markdown.render(text).strip()


def inline_html(text: str) -> str:
    """Return HTML for one paragraph, without the paragraph."""
    return _markdown.renderInline(" ".join(text.split()))


def plain_text(text: str) -> str:
    """Return one paragraph without any markup."""
    return html.unescape(_TAG.sub("", inline_html(text)))
