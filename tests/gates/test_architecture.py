"""Arrows between the rooms of the package point one way, and what is not allowed is refused."""

import ast
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import nbformat
import pytest

from tests.paths import NOTEBOOKS, ROOT, relative

PACKAGE = ROOT / "everystep"
MODULES = sorted(PACKAGE.rglob("*.py"))
# What each room may import: other rooms, and packages that others wrote. Python's own are free.
# A room that is not named here may import nothing.
ROOMS = {
    "everystep": set(),
    "everystep.core": {"numpy", "scipy", "mnist1d"},
    "everystep.engine": {"everystep.core", "torch", "numpy", "pandas", "tqdm", "IPython"},
    "everystep.measure": {
        "everystep.core", "everystep.engine", "torch", "numpy", "scipy", "psutil",
    },
    "everystep.clinic": {
        "everystep.core", "everystep.engine", "torch", "numpy", "pandas", "matplotlib",
    },
    "everystep.sagemaker": {"everystep.core", "everystep.measure", "numpy"},
    "everystep.notebook": {"everystep.core", "numpy", "pandas", "matplotlib", "IPython"},
    "everystep.lab": {
        "everystep.core", "everystep.engine", "everystep.measure", "everystep.clinic",
        "everystep.notebook", "everystep.sagemaker",
    },
    "everystep.checks": {
        "everystep.lab", "everystep.core", "everystep.engine", "everystep.clinic",
        "everystep.measure", "everystep.sagemaker", "everystep.notebook", "torch", "numpy",
        "pandas", "hypothesis", "matplotlib", "IPython",
    },
    "everystep.bank": {
        "everystep.core", "pydantic", "yaml", "simpleeval", "markdown_it", "mdit_py_plugins",
        "latex2mathml", "genanki", "snowballstemmer",
    },
    "everystep.authoring": {
        "everystep.core", "nbformat", "nbclient", "jupyter_client", "ipykernel", "nbval",
        "pytest", "tqdm", "yaml", "pydantic", "sphinx_external_toc",
    },
    "everystep.site": {
        "everystep.bank", "everystep.authoring", "everystep.core", "sphinx", "docutils",
        "myst_nb", "nbformat", "jinja2", "markupsafe", "latex2mathml", "rjsmin", "tinycss2",
        "fontTools", "matplotlib", "pytest", "nbval", "nbclient",
    },
}  # fmt: skip
FOR_NOTEBOOKS = ("everystep.lab", "everystep.checks.chapters")
# An import that is made while the program runs would pass unseen.
HIDDEN_IMPORTS = ("__import__", "exec", "eval", "importlib.import_module", "import_module")


def imports_of(source):
    """Yield the full name of everything that is imported: a module, or a name in one."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"relative import: {ast.unparse(node)!r}; write the full name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            hidden = called in HIDDEN_IMPORTS
            assert not hidden, f"hidden import: {ast.unparse(node)!r}"


def module_name(path):
    """Return the dotted name of a module's file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def is_within(name, parts):
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def room_of(module):
    """Return the room that a module is in: the longest name of ``ROOMS`` that begins its own."""
    return max((room for room in ROOMS if is_within(module, [room])), key=len)


def refused(module, source):
    """Return the imports of a module's source that its room does not allow."""
    room = room_of(module)
    # Files beside the rooms, and folders without a row, may not even import one another.
    allowed = ROOMS[room] | {room} - {"everystep"}
    wanted = {
        name: room_of(name) if is_within(name, ["everystep"]) else name.split(".")[0]
        for name in imports_of(source)
    }
    return [
        name
        for name, part in wanted.items()
        if part not in allowed and part not in sys.stdlib_module_names
    ]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_imports_follow_the_arrows(path):
    module = module_name(path)
    wrong = refused(module, path.read_text(encoding="utf-8"))
    assert not wrong, f"{module} must not import {wrong}: see ROOMS"


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("everystep.site.quiz", "import torch"),
        ("everystep.site.deep.er", "from everystep.lab import train"),
        ("everystep.engine.data", "import everystep.checks.chapters.steps"),
        ("everystep.newroom.thing", "from everystep.lab import train"),
        ("everystep.newroom.thing", "import numpy"),
        ("everystep.core.recipe", "import torch"),
        ("everystep.sagemaker.requests", "import boto3"),
        ("everystep.sagemaker.containers", "import torch"),
        ("everystep.engine.data", "from everystep.lab import digits"),
        ("everystep.notebook.plots", "from everystep.engine.training import Runs"),
        ("everystep.bank.read", "from everystep.site import quiz"),
        ("everystep.loose", "from everystep.site import quiz"),
        ("everystep.engine.data", "def late():\n    from sphinx import application"),
    ],
)
def test_a_planted_arrow_is_refused(module, source):
    assert refused(module, source)


@pytest.mark.parametrize(
    "source",
    ["__import__('torch')", "importlib.import_module(name)", "from . import data", "exec(text)"],
)
def test_an_import_that_hides_is_refused(source):
    with pytest.raises(AssertionError, match="import"):
        refused("everystep.site.quiz", source)


# Chapters' checks are long because their hints are; they stay whole.
LONGEST_MODULE, LONGEST_FUNCTION = 350, 50
LONG_ROOM = "everystep.checks.chapters"


def too_long(module, source):
    """Return what has more lines than allowed: the module, or functions in it."""
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef)]
    lengths = {f"{f.name}()": f.end_lineno - f.lineno + 1 for f in functions}
    long = [name for name, length in lengths.items() if length > LONGEST_FUNCTION]
    if len(source.splitlines()) > LONGEST_MODULE and not is_within(module, [LONG_ROOM]):
        long.append(module)
    return long


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_modules_and_functions_are_short(path):
    assert too_long(module_name(path), path.read_text(encoding="utf-8")) == []


def test_a_long_module_and_a_long_function_are_found():
    assert too_long("everystep.core.x", "a = 1\n" * 351) == ["everystep.core.x"]
    assert too_long("everystep.checks.chapters.x", "a = 1\n" * 351) == []
    assert too_long("everystep.checks.chapters.x", "def f():\n" + "    a = 1\n" * 50) == ["f()"]


def circle_in(imports):
    """Return the modules of a circle of imports, or None; ``imports`` maps modules to imports."""

    def home(name):  # the module that has an imported name
        return max((module for module in imports if is_within(name, [module])), key=len, default="")

    graph = {
        module: {home(name) for name in names} - {module, ""} for module, names in imports.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def test_no_circle_of_imports():
    imports = {
        module_name(path): set(imports_of(path.read_text(encoding="utf-8"))) for path in MODULES
    }
    assert circle_in(imports) is None


def test_a_planted_circle_is_found():
    assert circle_in({"a.b": {"a.c.x"}, "a.c": {"a.d"}, "a.d": {"a.b.y"}})
    assert circle_in({"a.b": {"a.c.x"}, "a.c": {"a.d"}, "a.d": set()}) is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
def test_notebooks_import_the_lab_and_the_checks_only(path):
    # A magic, which could hide an import, is a syntax error here.
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    names = [name for cell in cells for name in imports_of(cell.source)]
    own = [name for name in names if is_within(name, ["everystep"])]
    wrong = [name for name in own if not is_within(name, FOR_NOTEBOOKS)]
    assert own
    assert not wrong, f"a notebook must not import {wrong}"


def untested(modules, tests):
    """Return modules without a test file of the same name in the folder that mirrors theirs.

    Args:
        modules: paths below ``everystep/``.
        tests: paths below ``tests/``.
    """
    there = set(tests)
    return [
        module
        for module in modules
        if module.stem != "__init__"
        and module.with_name(f"test_{module.stem.strip('_')}.py") not in there
    ]


def test_every_module_has_a_test_file():
    missing = untested(
        [path.relative_to(PACKAGE) for path in MODULES],
        [path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")],
    )
    assert not missing, f"no tests for {[str(path) for path in missing]}"


def test_an_untested_module_is_found_at_any_depth():
    modules = [Path("bank/lint/rules.py"), Path("bank/read.py"), Path("bank/__init__.py")]
    assert untested(modules, [Path("bank/test_read.py"), Path("bank/test_rules.py")]) == modules[:1]


def test_files_that_are_no_modules_are_installed_too():
    """An install that is not in place copies what pyproject.toml names, and forgets the rest."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["everystep"]
    named = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    files = {path for path in PACKAGE.rglob("*") if path.is_file()}
    assert {path for path in files if path.suffix not in (".py", ".pyc")} == named
