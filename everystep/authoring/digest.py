"""What findings are computed with: a digest of that part of a lab's code.

Records of base seeds are kept under it. A figure's labels, a printed table and words for readers
can change and leave it as it was, and so the records; what a finding needs cannot.
"""

import ast
import hashlib
from pathlib import Path

from everystep.authoring.notebooks import read

# Words beside results; to change them leaves every result as it was.
WORDS = {"alt", "caption", "statement"}
# Functions called for what a reader sees or a page quotes.
SHOWS = {"HTML", "display", "glue", "print", "quote", "show", "show_table"}


def code_digest(notebook: Path) -> str:
    """Return a hash of the code of the cells that a notebook's findings need.

    Layout, comments and words for readers leave it as it was, as do cells that only show.
    """
    code = [cell["source"] for cell in read(notebook)["cells"] if cell["cell_type"] == "code"]
    parts = [_part(source) for source in needed(code)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def needed(code: list[str]) -> list[str]:
    """Return the cells that findings need, in their order.

    These are the cells that assert one, that bind a name which a needed cell after them uses, or
    whose statements may change what other cells bound: a call that is neither known only to show
    nor given first what the cell made, as ``draw(ax, runs)`` is, or a method called or a part set
    of what the cell did not make. What a call inside an expression does to its arguments is not
    seen.

    Args:
        code: the code cells of a notebook. A cell that is no Python, such as a command of IPython,
            is needed.
    """
    found: list[str] = []
    used: set[str] = set()
    for source in reversed(code):
        tree = _parse(source)
        if tree is None or _asserts(tree) or used & _bound(tree) or _reaches_out(tree):
            found.append(source)
            used |= _free(tree) if tree else set()
    return found[::-1]


def _parse(source: str) -> ast.Module | None:
    try:
        return ast.parse(source)
    except SyntaxError:
        return None


def _asserts(tree: ast.Module) -> bool:
    return any(_is_finding(node) for node in ast.walk(tree))


def _is_finding(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "finding"
    )


def _free(tree: ast.Module) -> set[str]:
    """Return the names that a cell uses before it gives them a meaning itself."""
    names: set[str] = set()
    bound: set[str] = set()
    for statement in tree.body:
        nodes = list(ast.walk(statement))
        loops = [n for n in nodes if isinstance(n, ast.For | ast.comprehension)]
        local = {name for loop in loops for name in _stored(loop.target)}
        local |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        loaded = {
            n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store)
        }
        names |= loaded - local - bound
        bound |= _bound(statement)
    return names


def _stored(node: ast.AST) -> set[str]:
    names = (found for found in ast.walk(node) if isinstance(found, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _bound(tree: ast.AST) -> set[str]:
    """Return the names that code gives a meaning, but for those of comprehensions."""
    names: list[str] = []
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.comprehension():
                waiting += [node.iter, *node.ifs]
                continue
            case ast.Name(ctx=ast.Store()):
                names.append(node.id)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.append(node.name)
            case ast.Import() | ast.ImportFrom():
                names += [(alias.asname or alias.name).split(".")[0] for alias in node.names]
        waiting += ast.iter_child_nodes(node)
    return set(names)


def _reaches_out(tree: ast.Module) -> bool:
    """Return whether a cell's statements may change what it did not make."""
    own = _bound(tree)
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name), args=given)):
                if name not in SHOWS and not (given and _base(given[0]) in own):
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


def _part(source: str) -> str:
    """Return a cell's code without its layout, comments and words for readers."""
    tree = _parse(source)
    if tree is None:
        return source
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        call.keywords = [keyword for keyword in call.keywords if keyword.arg not in WORDS]
        if _is_finding(call):
            del call.args[1:2]
    return ast.dump(tree)
