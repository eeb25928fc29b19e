"""Every number, table and figure on a page can be traced: its key stands as it is in its lab."""

import ast
import json
import re
from collections import Counter
from functools import cache

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.paths import NOTEBOOKS, ROOT, relative

PAGES = sorted((ROOT / "book").rglob("*.md"))
LABS = [path for path in NOTEBOOKS if path.is_relative_to(ROOT / "book")]
# The functions that store something for the pages, and where their key stands.
KEY_OF = {
    "glue": (0, "key"),
    "quote": (0, "id"),
    "finding": (0, "id"),
    "show": (1, "key"),
    "show_table": (1, "key"),
}
OF_AN_ESTIMATE = ("quote", "finding")
# "p" is there for differences; a page that cites another's stops the build.
ENDS = ("mean", "low", "high", "n", "p")

ROLE = re.compile(r"\{glue(?::\w+)?\}`(?:([^`:]+)::)?([^`:]+)(?::[^`]*)?`")
DIRECTIVE = re.compile(
    r"^[ \t]*(`{3,}|:{3,})\{glue(?::\w+)?\}[ \t]*(\S+)(.*?)^[ \t]*\1", re.MULTILINE | re.DOTALL
)
OF_NOTEBOOK = re.compile(r"^[ \t]*:?doc:\s*(\S+)", re.MULTILINE)


def sources(notebook, kind):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def stores(tree):
    """Yield name and key of every call that stores something; a key that is not literal as None."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or (name := last_name(node.func)) not in KEY_OF:
            continue
        place, keyword = KEY_OF[name]
        named = [k.value for k in node.keywords if k.arg == keyword]
        key = [*node.args[place : place + 1], *named, None][0]
        literal = isinstance(key, ast.Constant) and isinstance(key.value, str)
        yield name, key.value if literal else None


def last_name(node):
    """Return what a name or an attribute is called, without what stands before the dot."""
    return getattr(node, "attr", getattr(node, "id", ""))


def keys_made_at_run_time(code):
    """Return what hides keys from a search: calls without a literal key, functions renamed."""
    tree = ast.parse(code)
    wrong = [f"{name} without a literal key" for name, key in stores(tree) if key is None]
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.alias):
            if node.asname and node.name.split(".")[-1] in KEY_OF:
                wrong.append(f"{node.name} renamed {node.asname}")
        elif (
            isinstance(node, ast.Name | ast.Attribute)
            and isinstance(node.ctx, ast.Load)
            and last_name(node) in KEY_OF
            and id(node) not in called
        ):
            wrong.append(f"{ast.unparse(node)} handed on")
    return wrong


@cache
def keys_in(notebook):
    """Return the keys that a notebook stores, in order, each with the function that does."""
    return [
        (f"{key}.{end}" if end else key, name)
        for code in sources(notebook, "code")
        for name, key in stores(ast.parse(code))
        for end in (ENDS if name in OF_AN_ESTIMATE else ("",))
        if key is not None
    ]


def references(page):
    """Return what a page cites: notebook (None where it names none) and key."""
    if page.suffix == ".ipynb":
        text = "\n\n".join(sources(page, "markdown"))
    else:
        text = page.read_text(encoding="utf-8")
    found = ROLE.findall(text)
    for _, key, body in DIRECTIVE.findall(text):
        named = OF_NOTEBOOK.search(body)
        found.append((named[1] if named else "", key))
    own = page if page.suffix == ".ipynb" else None
    return [((page.parent / name).resolve() if name else own, key) for name, key in found]


def untraceable(page):
    """Return the references of a page whose key does not stand in the notebook they name."""
    wrong = []
    for notebook, key in references(page):
        if notebook is None or not notebook.is_file():
            wrong.append(f"{key}: name the notebook it comes from")
        elif key not in dict(keys_in(notebook)):
            wrong.append(f"{key}: stands nowhere in {notebook.name}")
    return wrong


@pytest.mark.parametrize("page", [*PAGES, *LABS], ids=relative)
def test_what_a_page_cites_stands_in_its_lab(page):
    assert not untraceable(page)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
def test_no_key_is_made_at_run_time(path):
    for code in sources(path, "code"):
        assert not keys_made_at_run_time(code), f"write the key where it is stored: {code[:80]!r}"


def test_no_key_is_stored_twice():
    counted = Counter(key for lab in LABS for key, _ in keys_in(lab))
    assert counted
    assert not [key for key, number in counted.items() if number > 1]


def test_what_is_stored_for_the_pages_alone_is_cited():
    cited = {key for page in [*PAGES, *LABS] for _, key in references(page)}
    assert cited
    stored = {
        key
        for lab in LABS
        for code in sources(lab, "code")
        for name, key in stores(ast.parse(code))
        if name in ("glue", "quote", "show_table")
    }
    unread = [key for key in stored if not cited & {key, *(f"{key}.{end}" for end in ENDS)}]
    assert not unread, "no page cites them"


@pytest.mark.parametrize(
    "code",
    [
        "glue(f'a.{name}', 1)",
        "for end in ('mean', 'low'):\n    glue('a.' + end, 1)",
        "quote(id, e)",
        "finding(id=name, statement='x', estimate=e, holds=True)",
        "def show_case(key):\n    show(figure, key, alt='x', caption='y')\nshow_case('a.b')",
        "show_table(frame, key=names[0], caption='x')",
        "lab.show_table(frame, f'a.{name}', caption='x')",
        "glue()",
        "paste = glue\npaste(f'a.{name}', 1)",
        "list(map(glue, names, values))",
        "from everystep.lab import glue as paste",
    ],
)
def test_a_planted_key_made_at_run_time_is_found(code):
    assert keys_made_at_run_time(code)


LAB = """
glue("a.number", 1.0)
finding("a.finding", "x", e, holds=True)
quote("a.quote", e)
show(figure, "a.figure", alt="x", caption="y")
show_table(frame, key="a.table", caption="x")  # not "a.comment"
"""


@pytest.fixture
def page(tmp_path):
    cells = [new_markdown_cell('glue("a.prose", 1)'), new_code_cell(LAB)]
    nbformat.write(new_notebook(cells=cells), tmp_path / "lab.ipynb")
    return tmp_path / "concept.md"


@pytest.mark.parametrize(
    "text",
    [
        "{glue:text}`lab.ipynb::a.number:.1f` and {glue}`lab.ipynb::a.finding.n`",
        "{glue:text}`lab.ipynb::a.quote.low:.1f`",
        "```{glue} a.figure\n:doc: lab.ipynb\n```",
        "```{glue:figure} a.table\n---\ndoc: lab.ipynb\nname: x\n---\n```",
    ],
)
def test_keys_that_stand_in_the_lab_are_found(page, text):
    page.write_text(text)
    assert references(page)
    assert not untraceable(page)


@pytest.mark.parametrize(
    "text",
    [
        "{glue:text}`lab.ipynb::a.nowhere:.1f`",
        "{glue:text}`lab.ipynb::a.comment`",
        "{glue:text}`lab.ipynb::a.prose`",
        "{glue:text}`lab.ipynb::a.finding`",
        "{glue:text}`lab.ipynb::a.number.mean:.1f`",
        "{glue:text}`lab.ipynb::a.quote.median:.1f`",
        "{glue:text}`other.ipynb::a.number`",
        "{glue:text}`a.number`",
        "```{glue} a.nowhere\n:doc: lab.ipynb\n```",
        "```{glue} a.figure\n```",
        "fine: {glue:text}`lab.ipynb::a.number`\n\n:::{glue:figure} a.gone\n:doc: lab.ipynb\n:::",
    ],
)
def test_a_planted_key_that_stands_nowhere_is_found(page, text):
    page.write_text(text)
    assert untraceable(page)
