"""Arrows between the parts of the package point one way."""

import ast
import tomllib

import nbformat
import pytest

from tests.paths import NOTEBOOKS, ROOT, relative

MODULES = sorted((ROOT / "everystep").rglob("*.py"))
FORBIDDEN = {
    "lab": ("everystep.checks", "everystep.site", "everystep.authoring"),
    "checks": ("everystep.site", "everystep.authoring"),
    "site": ("torch", "everystep.lab", "everystep.checks"),
    "authoring": ("torch", "everystep.lab", "everystep.checks", "everystep.site"),
}
FOR_NOTEBOOKS = ("everystep.lab", "everystep.checks")


def imports_of(source):
    """Yield the full name of everything that is imported: a module, or a name in one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import: {ast.unparse(node)!r}; write the full name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name, parts):
    return any(name == part or name.startswith(f"{part}.") for part in parts)


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_follow_the_arrows(path):
    part = path.relative_to(ROOT / "everystep").parts[0]
    names = imports_of(path.read_text(encoding="utf-8"))
    wrong = [name for name in names if is_within(name, FORBIDDEN.get(part, ()))]
    assert not wrong, f"everystep.{part} must not import {wrong}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
def test_notebooks_import_the_lab_and_the_checks_only(path):
    # A magic, which could hide an import, is a syntax error here.
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    names = [name for cell in cells for name in imports_of(cell.source)]
    own = [name for name in names if is_within(name, ["everystep"])]
    wrong = [name for name in own if not is_within(name, FOR_NOTEBOOKS)]
    assert own
    assert not wrong, f"a notebook must not import {wrong}"


@pytest.mark.parametrize("part", sorted(FORBIDDEN))
def test_every_module_has_a_test_file(part):
    modules = {p.stem for p in (ROOT / "everystep" / part).glob("*.py") if p.stem != "__init__"}
    tested = {p.stem.removeprefix("test_") for p in (ROOT / "tests" / part).glob("test_*.py")}
    assert modules <= tested, f"no tests for {sorted(modules - tested)}"


def test_files_that_are_no_modules_are_installed_too():
    """An install that is not in place copies what pyproject.toml names, and forgets the rest."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["everystep"]
    named = {path for pattern in patterns for path in (ROOT / "everystep").glob(pattern)}
    files = {path for path in (ROOT / "everystep").rglob("*") if path.is_file()}
    assert {path for path in files if path.suffix not in (".py", ".pyc")} == named
