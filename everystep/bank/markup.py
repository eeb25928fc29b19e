r"""Turn the texts of questions, which are Markdown with formulas, into HTML.

A formula stands between dollar signs, in LaTeX, and becomes MathML, which browsers and the programs
that read the exports show without a script: ``$\eta = 0.1$``. ``\$`` is a dollar sign.
"""

import html
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

_TAG = re.compile(r"<[^>]+>")
_ROLE = re.compile(r"\{[\w:.+-]+\}$")
_PARAGRAPH = ["paragraph_open", "inline", "paragraph_close"]
# Elements that place signs above, below or inside others, with the number of their parts. Without
# them a formula is a row of signs, which plain text can hold.
_LAYOUT = {
    **{"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3},
    **{"munder": 2, "mover": 2, "munderover": 3, "msqrt": None, "mtable": None},
}
# What Markdown can say and a question cannot show, by the type of token.
_REFUSED = {
    "image": "an image cannot be shown: no export carries it; use words, a table or a listing",
    "heading_open": "a heading cannot be shown: it would break the outline of the page",
}


def block_html(text: str) -> str:
    """Return HTML with paragraphs, lists, tables and formulas."""
    return str(_html.render(text)).strip()


def inline_html(text: str) -> str:
    """Return HTML for one paragraph, without the paragraph."""
    return str(_html.renderInline(_one_line(text)))


def plain_text(text: str) -> str:
    """Return one paragraph without any markup; a formula that is no row of signs stays LaTeX."""
    return html.unescape(_TAG.sub("", _plain.renderInline(_one_line(text))))


def formula_html(latex: str, *, display: bool = False) -> str:
    """Return a formula as MathML.

    Args:
        latex: the formula, without dollar signs.
        display: whether it stands in a line of its own.

    Raises:
        ValueError: if the formula cannot be understood.
    """
    problem = f"the formula {latex!r} cannot be understood"
    try:
        mathml = convert(latex, display="block" if display else "inline")
        elements = list(ET.fromstring(mathml).iter())
    except Exception as error:  # the library's errors have no class in common
        raise ValueError(problem) from error
    # The library passes over a missing part and an unknown command without a word.
    braces = re.sub(r"\\.", "", latex)
    if (
        braces.count("{") != braces.count("}")
        or any("\\" in (element.text or "") for element in elements)
        or any(_LAYOUT.get(_name(one)) not in (None, len(one)) for one in elements)
    ):
        raise ValueError(problem)
    return mathml


def formulas(text: str) -> list[str]:
    """Return the LaTeX of all formulas in a text."""
    return [token.content for token in _walk(_html.parse(text)) if token.type.startswith("math_")]


def check_block(text: str) -> str:
    """Return a text that ``block_html`` is to render, as it is.

    Raises:
        ValueError: if it has something that pages or exports cannot show.
    """
    _check(_html.parse(text))
    return text


def check_inline(text: str) -> str:
    """Return a text that ``inline_html`` is to render, as it is.

    Raises:
        ValueError: if it has something that pages or exports cannot show in one paragraph.
    """
    _check(_html.parseInline(_one_line(text)))
    lines = text.strip()
    if "\n" in lines and [token.type for token in _html.parse(lines)] != _PARAGRAPH:
        raise ValueError("lists, tables and several paragraphs cannot be shown here")
    return text


def check_plain(text: str) -> str:
    """Return a text that ``plain_text`` is to render, as it is.

    Raises:
        ValueError: if it has something that pages or exports cannot show, such as a fraction.
    """
    check_inline(text)
    for latex in formulas(_one_line(text)):
        if not _is_row(latex):
            raise ValueError(
                f"the formula {latex!r} cannot be shown here: a menu holds no fractions and powers"
            )
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _is_row(latex: str) -> bool:
    return not any(_name(one) in _LAYOUT for one in ET.fromstring(formula_html(latex)).iter())


def _walk(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or ())


def _check(tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.type in _REFUSED:
            raise ValueError(_REFUSED[token.type])
        if token.type.startswith("math_"):
            formula_html(token.content)
        if token.type == "fence" and token.info.startswith("{"):
            raise ValueError(f"the directive {token.info} cannot be shown: it belongs to pages")
        href = str(token.attrGet("href") or "https:")
        if not href.startswith(("https:", "http:")):
            raise ValueError(f"a link must begin with https://, got {href!r}")
        _check(token.children or ())
    for first, second in pairwise(tokens):
        if second.type == "code_inline" and (role := _ROLE.search(first.content)):
            raise ValueError(f"the role {role[0]} cannot be shown: it belongs to pages")
        beside = first.content[-1:] if second.type == "math_inline" else ""
        beside += second.content[:1] if first.type == "math_inline" else ""
        if any(sign.isdigit() or sign == "$" for sign in beside):
            raise ValueError(
                r"$ beside a digit or another $: write \$ for a dollar sign; a formula has single "
                "ones and holds its numbers"
            )


def _reader(formula: Callable[[str, bool], str]) -> MarkdownIt:
    """Return a reader of Markdown; ``formula`` is given LaTeX and whether it has its own line."""
    # Raw HTML is shown as text: exports carry it into other programs. Quotes and apostrophes become
    # curly, as those of the pages do.
    reader = MarkdownIt("commonmark", {"html": False, "typographer": True})
    reader.enable(["table", "smartquotes"])
    reader.use(dollarmath_plugin, allow_labels=False, allow_space=False, double_inline=False)

    # add_render_rule binds them to the renderer, as if they were methods of it.
    def inline(_: object, tokens: Sequence[Token], index: int, *rest: object) -> str:
        return formula(tokens[index].content, False)

    def block(_: object, tokens: Sequence[Token], index: int, *rest: object) -> str:
        return f'<div class="formula">{formula(tokens[index].content.strip(), True)}</div>\n'

    reader.add_render_rule("math_inline", inline)
    reader.add_render_rule("math_block", block)
    return reader


_html = _reader(lambda latex, display: formula_html(latex, display=display))
_plain = _reader(
    lambda latex, _: _TAG.sub("", formula_html(latex)) if _is_row(latex) else html.escape(latex)
)
