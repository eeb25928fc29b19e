"""What a finding is computed with: that part of a lab's code, and a digest of it.

Records of base seeds are kept under it. A figure's labels, a printed table, words for readers and
other findings can change and leave it as it was, and so the records; what a finding needs cannot.
"""

import ast
import hashlib
from collections.abc import Collection, Iterator, Set
from functools import cache
from pathlib import Path
from typing import NamedTuple

from everystep.authoring.findings import findings_in
from everystep.authoring.notebooks import read

# Words beside results; to change them leaves every result as it was.
WORDS = {"alt", "caption", "statement"}
ANY = ""  # the id of a finding whose id is computed
DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Functions called for what a reader sees or a page quotes, and for what is asserted.
SHOWS = {"HTML", "display", "finding", "glue", "print", "quote", "show", "show_table"}


def code_digests(notebook: Path) -> dict[str, str]:
    """Return, by the id of each finding of a notebook, a hash of the code that it needs.

    Layout, comments, words for readers and what is printed leave it as it was, as do cells that
    only show, and other findings.

    Raises:
        everystep.authoring.notebooks.NotebookError: if the notebook cannot be read.
    """
    code = [cell["source"] for cell in read(notebook)["cells"] if cell["cell_type"] == "code"]
    return {id: _digest(code, id) for id in findings_in(notebook)}


def _digest(code: list[str], id: str) -> str:
    # Without the finding itself, a cell is the same part for all findings that need it.
    parts = [
        _part(source, id if id in _cell(source).asserts else ANY) for source in needed(code, [id])
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def needed(code: list[str], ids: Collection[str]) -> list[str]:
    """Return the cells that findings need, in their order.

    These are the cells that assert one of them, that bind a name which a needed cell after them
    uses, or whose statements may change what other cells bound: a call that is neither known only
    to show nor given first what the cell made, as ``draw(ax, runs)`` is, or a method called or a
    part set of what the cell did not make, be it in a function of the notebook that it calls. What
    other calls inside an expression do to their arguments is not seen.

    Args:
        code: the code cells of a notebook. A cell that is no Python, such as a command of IPython,
            is needed.
        ids: of the findings; one that is asserted under a computed id counts as each of them.
    """
    cells = [_cell(source) for source in code]
    impure = {name for cell in cells for name in cell.impure}
    found: list[str] = []
    used: set[str] = set()
    for source, cell in zip(reversed(code), reversed(cells), strict=True):
        if cell.always or cell.asserts & {*ids, ANY} or used & cell.bound or impure & cell.free:
            found.append(source)
            used |= cell.free
    return found[::-1]


class _Cell(NamedTuple):
    """What has to be known of a cell: which names it takes and gives, and what it asserts."""

    always: bool = True  # is needed, whatever is asked for
    asserts: frozenset[str] = frozenset()  # ids of findings, or ANY
    bound: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    impure: frozenset[str] = frozenset()  # functions that change what they did not make


@cache
def _cell(source: str) -> _Cell:
    tree = _parse(source)
    if tree is None:
        return _Cell()
    nodes = list(ast.walk(tree))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    functions = [node for node in nodes if isinstance(node, DEFS)]
    return _Cell(
        always=_reaches_out(tree),
        asserts=frozenset(_id(call) for call in calls if _is_finding(call)),
        bound=frozenset(_bound(tree)),
        free=frozenset(_free(tree)),
        impure=frozenset(f.name for f in functions if _reaches_out(f, _arguments(f))),
    )


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


def _is_finding(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "finding"
    )


def _id(call: ast.Call) -> str:
    """Return the id of the finding that a call asserts; ANY of one that is computed."""
    match call.args:
        case [ast.Constant(value=str(id)), *_]:
            return id
    return ANY


def _here(tree: ast.AST) -> Iterator[ast.AST]:
    """Yield what runs where it stands: not what is in functions, nor names of comprehensions."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.comprehension):
            waiting += [node.iter, *node.ifs]
        elif node is tree or not isinstance(node, (*DEFS, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)


def _bound(tree: ast.AST) -> set[str]:
    """Return the names that code gives a meaning."""
    names: list[str] = []
    for node in _here(tree):
        match node:
            case ast.Name(ctx=ast.Store()):
                names.append(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.append(node.name)
            case ast.Import() | ast.ImportFrom():
                names += [(alias.asname or alias.name).split(".")[0] for alias in node.names]
    return set(names)


def _free(tree: ast.Module) -> set[str]:
    """Return the names that a cell uses before it gives them a meaning itself."""
    names: set[str] = set()
    bound: set[str] = set()
    for statement in tree.body:
        local: set[str] = set()
        loaded: set[str] = set()
        for node in ast.walk(statement):
            match node:
                case ast.For() | ast.comprehension():
                    local |= _bound(node.target)
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    local |= _bound(node) | _arguments(node)
                case ast.Lambda():
                    local |= _arguments(node)
                case ast.Name(ctx=ast.Load() | ast.Del()):
                    loaded.add(node.id)
                case ast.AugAssign(target=ast.Name(id=name)):  # used, though stored
                    loaded.add(name)
        names |= loaded - local - bound
        bound |= _bound(statement)
    return names


def _arguments(function: ast.AST) -> set[str]:
    return {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}


def _reaches_out(tree: ast.AST, given: Set[str] = frozenset()) -> bool:
    """Return whether statements may change what they did not make and were not given."""
    own = _bound(tree) | given
    for node in _here(tree):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=arguments)):
                if name not in SHOWS and not (arguments and _base(arguments[0]) in own):
                    return True
            case (
                ast.Expr(value=ast.Call(func=ast.Attribute() as changed))
                | (ast.Attribute(ctx=ast.Store() | ast.Del()) as changed)
                | (ast.Subscript(ctx=ast.Store() | ast.Del()) as changed)
            ):
                if _base(changed) not in own:
                    return True
            case ast.Delete() | ast.Global():
                return True
    return False


def _base(node: ast.AST) -> str:
    """Return the name at the bottom of what is a part of something; none of a literal's."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


@cache
def _part(source: str, id: str) -> str:
    """Return a cell's code without layout, comments, words for readers, prints, other findings."""
    tree = _parse(source)
    if tree is None:
        return source
    tree = _OfOneFinding(id).visit(tree)
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        call.keywords = [keyword for keyword in call.keywords if keyword.arg not in WORDS]
        if _is_finding(call):
            del call.args[1:2]
    return ast.dump(tree)


class _OfOneFinding(ast.NodeTransformer):
    """Takes prints and the statements of other findings away."""

    def __init__(self, id: str) -> None:
        self.id = id

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        match node.value:
            case ast.Call(func=ast.Name(id="print")):
                return ast.Pass()
            case ast.Call() as call if _is_finding(call) and _id(call) not in (self.id, ANY):
                return ast.Pass()
        return node
