"""Links, findings, quizzes and citations that pages name exist; looked up in the files alone."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from markdown_it import MarkdownIt

from everystep.authoring.findings import find_all
from everystep.authoring.manifest import read_manifest
from tests.anchors import anchors
from tests.paths import ROOT

MARKDOWN = MarkdownIt("commonmark").enable("table")
FENCE = re.compile(r"^(`{3,}|:{3,}|~{3,})\{([\w:-]+)\} *(.*)$", re.MULTILINE)
ROLE = re.compile(r"\{(\w+)\}`([^`\n]+)`")
TITLED = re.compile(r".*<([^<>]+)>")
# A link to a finding that does not say what it leads to: without words, or with that one alone.
WORDLESS = re.compile(r"\{finding\}`(?:\s*[Ff]indings?\s*<[^>]*>|[^<>`]*)`")


def pages():
    """Return every file with text for readers: pages of the book, and the repository's own."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    names = [toc["root"]] + [entry["file"] for part in toc["parts"] for entry in part["chapters"]]
    found = [next(ROOT.glob(f"{name}.*")) for name in names]
    return [*found, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]


def text_of(path):
    """Return a page's Markdown; of a notebook, that of its cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def targets(text):
    """Yield where links and images of a Markdown text lead, those inside directives among them."""
    for token in MARKDOWN.parse(text):
        for child in token.children or []:
            target = child.attrGet("href") or child.attrGet("src")
            if child.type in ("link_open", "image") and target:
                yield str(target)


def broken_links(path, text):
    """Return the links of a page's text that lead nowhere."""
    broken = []
    for target in targets(text):
        parts = urlsplit(target)
        if parts.scheme:
            continue
        page = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if not page.exists() or (parts.fragment and unquote(parts.fragment) not in anchors(page)):
            broken.append(target)
    return broken


def named(text):
    """Yield what roles and directives name, as pairs such as ``("finding", "steps.count")``."""
    for role, content in ROLE.findall(text):
        titled = TITLED.fullmatch(content)
        for name in (titled[1] if titled else content).split(","):
            yield role, name.strip()
    for _, directive, argument in FENCE.findall(text):
        yield directive, argument.strip()


KNOWN = {
    "finding": set(find_all(ROOT)),
    "quiz": {chapter.name for chapter in read_manifest().with_room("quiz")},
    "cite": set(
        re.findall(r"^@\w+\{([^,]+),", (ROOT / "book/references.bib").read_text(), re.MULTILINE)
    ),
}


def unknown(text):
    """Return what a text names that is not there."""
    return [(kind, name) for kind, name in named(text) if name not in KNOWN.get(kind, {name})]


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(path):
    text = text_of(path)
    assert broken_links(path, text) == []
    assert unknown(text) == []


@pytest.mark.parametrize("path", pages()[:-1], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_to_findings_say_what_they_lead_to(path):
    """A row of links that all say "finding" cannot be told apart by a screen reader's user."""
    assert WORDLESS.findall(text_of(path)) == []


@pytest.mark.parametrize("text", ["{finding}`a.b`", "({finding}`finding <a.b>`)"])
def test_a_planted_link_without_words_is_found(text):
    assert WORDLESS.search(text)
    assert not WORDLESS.search("{finding}`{mean:.1f} points <a.b>` and {finding}`words <a.b>`")


@pytest.mark.parametrize(
    "text",
    [
        "[x](lab-2.ipynb)",
        "[x](lab.ipynb#no-such-heading)",
        "[x](#no-such-heading)",
        "![x](missing.png)",
        ":::{note}\n[x](nowhere.md)\n:::",
        "| a |\n|---|\n| [x](nowhere.md) |",
    ],
)
def test_a_planted_broken_link_is_found(text):
    assert broken_links(ROOT / "book/01-steps/concept.md", text)


@pytest.mark.parametrize(
    "text",
    [
        "{finding}`no.such`",
        "{finding}`words <no.such>`",
        "{cite}`aws-mla-c01,nobody`",
        "```{quiz} 99-nothing\n```",
        ":::{quiz} 99-nothing\n:::",
    ],
)
def test_a_planted_unknown_name_is_found(text):
    assert unknown(text)


def test_good_links_pass():
    text = "[x](lab.ipynb) [y](../index.md#run-it-yourself) [z](https://example.org)"
    text += " {cite}`aws-mla-c01` {finding}`steps.reaches-94`"
    path = ROOT / "book/01-steps/concept.md"
    assert broken_links(path, text) == []
    assert unknown(text) == []
