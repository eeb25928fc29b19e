"""The lab is a front and nothing else: it imports what notebooks use, and has no code."""

import ast

import nbformat
import pytest

import everystep.lab
from everystep.bank.evidence import ComputedEvidence
from everystep.bank.read import read_bank
from tests.paths import NOTEBOOKS, ROOT

FACADE = ROOT / "everystep" / "lab" / "__init__.py"


def beside_imports(source):
    """Return the statements of a module that are neither its docstring, imports nor ``__all__``."""
    docstring, *statements = ast.parse(source).body
    return [docstring] * (not isinstance(docstring, ast.Expr)) + [
        node
        for node in statements
        if not isinstance(node, ast.ImportFrom)
        and not (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
    ]


def imported_names(source, module=None):
    """Return the names that ``from ... import`` asks for, from all modules or from one."""
    return [
        alias.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and module in (None, node.module)
        for alias in node.names
    ]


def test_it_has_no_code_of_its_own():
    source = FACADE.read_text(encoding="utf-8")
    assert not beside_imports(source)
    assert sorted(everystep.lab.__all__) == sorted(imported_names(source))


@pytest.mark.parametrize("line", ["x = 1", "def f(): ...", "import torch", "if x:\n    y()"])
def test_code_is_found(line):
    assert beside_imports(f'"""Front."""\nfrom a import b\n__all__ = ["b"]\n{line}\n')


def used_names():
    """Return the names that notebooks or checks import, or that a computation of the bank uses."""
    cells = [
        cell.source
        for path in NOTEBOOKS
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    ]
    checks = [path.read_text("utf-8") for path in (ROOT / "everystep" / "checks").rglob("*.py")]
    used = {
        name for source in [*cells, *checks] for name in imported_names(source, "everystep.lab")
    }
    for question in read_bank(ROOT / "questions").questions():
        for evidence in question.evidence:
            if isinstance(evidence, ComputedEvidence):
                tree = ast.walk(ast.parse(evidence.computation.strip()))
                used |= {node.id for node in tree if isinstance(node, ast.Name)}
    return used


def test_every_name_is_used():
    used = used_names()
    assert {"train", "total_steps", "exam_case", "used_by_nobody"} - used == {"used_by_nobody"}
    unused = set(everystep.lab.__all__) - used
    assert not unused, f"not imported by any notebook or check, nor used by a question: {unused}"
