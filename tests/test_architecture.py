"""Arrows between the parts of the package point one way."""

import ast
import tomllib

import pytest

from tests.paths import ROOT, relative

MODULES = sorted((ROOT / "everystep").rglob("*.py"))
FORBIDDEN = {
    "lab": ("everystep.checks", "everystep.site", "everystep.authoring"),
    "checks": ("everystep.site", "everystep.authoring"),
    "site": ("torch", "everystep.lab", "everystep.checks"),
    "authoring": ("torch", "everystep.lab", "everystep.checks", "everystep.site"),
}


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_follow_the_arrows(path):
    part = path.relative_to(ROOT / "everystep").parts[0]
    wrong = [
        name
        for name in imports_of(path)
        if any(name == f or name.startswith(f + ".") for f in FORBIDDEN.get(part, ()))
    ]
    assert not wrong, f"everystep.{part} must not import {wrong}"


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
