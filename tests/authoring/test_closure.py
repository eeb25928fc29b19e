"""What counts for a notebook, in a small package with the shape of the real one."""

import pytest

from everystep.authoring.closure import closure

FILES = {
    "house/__init__.py": '"""The package."""\n',
    "house/lab/__init__.py": (
        '"""The front."""\nfrom house.core import rates\n'
        "from house.core.count import count\nfrom house.engine.training import train as train\n"
        "from house.show.figures import draw\n__all__ = ['count']\n"
    ),
    "house/core/__init__.py": '"""No torch."""\n',
    "house/core/count.py": "from house.core.check import check\ncount = check\n",
    "house/core/check.py": "def check():\n    return 1\n",
    "house/core/rates.py": "constant = 1\n",
    "house/engine/__init__.py": "import threads\nthreads.set(1)\n",
    "house/engine/training.py": "def train():\n    from house.core import rates\n",
    "house/show/__init__.py": "",
    "house/show/figures.py": "STYLE = __file__\n",
    "house/show/words.py": "",
    "house/show/house.mplstyle": "lines.color: red\n",
    "house/checks/__init__.py": "",
    "house/checks/steps.py": '"""Checks house.core.rates."""\nfrom house.lab import count\n',
    "house/site/page.py": "import sphinx\n",
    "book/helper.py": "from house.core import check\n",
}
# The front's rooms have one __init__ file that does something.
FRONT = {"engine/__init__.py"}


@pytest.fixture
def root(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def used(root, code):
    """Return the files that count, without the package's name, or None if all of it does."""
    files = closure(code, root / "book", root / "house").files
    names = {path.relative_to(root).as_posix().removeprefix("house/") for path in files}
    return None if "site/page.py" in names else names


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1 + 1", set()),
        ("import numpy as np\nfrom torch import nn\nnn.Module().eval()", set()),
        ("from house.lab import count", {"core/count.py", "core/check.py", *FRONT}),
        ("from house.lab import count as number", {"core/count.py", "core/check.py", *FRONT}),
        ("from house.lab import rates as make", {"core/rates.py", *FRONT}),
        ("from house.lab import train", {"engine/training.py", "core/rates.py", *FRONT}),
        ("from house.lab import draw", {"show/figures.py", "show/house.mplstyle", *FRONT}),
        ("from house.core import rates", {"core/rates.py"}),
        ("from house.core.count import count", {"core/count.py", "core/check.py"}),
        ("import house.core.rates as rates", {"core/rates.py"}),
        (
            "from house.checks import steps as check",
            {"checks/steps.py", "core/count.py", "core/check.py", *FRONT},
        ),
        ("def late():\n    from house.core import rates", {"core/rates.py"}),
        ("import helper", {"book/helper.py", "core/check.py"}),
        ("run('python', '-m', 'house.core.rates')", {"core/rates.py"}),
        ("run('python', '-c', 'import house.core.rates as r')", {"core/rates.py"}),
        (
            "raise ValueError('not a house.lab.train')",
            {"engine/training.py", "core/rates.py", *FRONT},
        ),
        ("open('house.csv')", set()),
    ],
)
def test_the_names_asked_for_are_followed(root, code, expected):
    assert used(root, code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "import house.lab as lab\nlab.count()",
        "import house",
        "from house import lab\ngetattr(lab, name)",
        "from house.lab import *",
        "from house.lab import missing",
        "from house.nowhere import thing",
        "from .lab import count",
        "import importlib\nimportlib.import_module(name)",
        "from importlib import import_module",
        "__import__(name)",
        "exec(text)",
        "eval(text)",
        "import sys\nsys.modules[name]",
        "run('python', '-c', 'from house import lab')",
        "%load_ext something",
    ],
)
def test_what_cannot_be_read_off_the_code_makes_the_whole_package_count(root, code):
    assert used(root, code) is None


def test_a_script_that_is_named_counts_with_those_beside_it(root):
    for name in ("run.py", "other.py", "notes.txt"):
        path = root / "scripts" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    assert used(root, "start('../scripts/run.py')") == {"scripts/run.py", "scripts/other.py"}
    assert used(root, "start('../scripts/gone.py')") == set()
    assert used(root, "start('scripts/run.py')") == {"scripts/run.py", "scripts/other.py"}


def digest(root, code):
    return closure(code, root / "book", root / "house").digest()


def test_a_dynamic_module_makes_the_whole_package_count(root):
    (root / "house/core/rates.py").write_text("import importlib\nimportlib.import_module(name)\n")
    assert used(root, "from house.lab import train") is None


def test_a_module_that_cannot_be_parsed_makes_the_whole_package_count(root):
    (root / "house/core/check.py").write_text("def check(:\n")
    assert used(root, "from house.lab import count") is None


@pytest.mark.parametrize(
    ("code", "file", "counts"),
    [
        ("from house.lab import count", "house/core/check.py", True),
        ("from house.lab import count", "house/engine/training.py", False),
        ("from house.lab import count", "house/lab/__init__.py", False),
        ("from house.lab import train", "house/engine/__init__.py", True),
        ("from house.lab import train", "house/checks/steps.py", False),
        ("from house.lab import draw", "house/show/house.mplstyle", True),
        ("from house.lab import draw", "house/show/words.py", False),
        ("import house.lab", "house/site/page.py", True),
    ],
)
def test_a_changed_comment_changes_the_digest_of_what_uses_it(root, code, file, counts):
    before = digest(root, code)
    with (root / file).open("a") as opened:
        opened.write("# changed\n")
    assert (digest(root, code) != before) == counts


def test_a_name_that_the_front_takes_from_elsewhere_changes_the_digest(root):
    (root / "house/core/count.py").write_text("def count(): ...\ndef other(): ...\n")
    before = {name: digest(root, f"from house.lab import {name}") for name in ("count", "rates")}
    front = root / "house/lab/__init__.py"
    front.write_text(front.read_text().replace("import count", "import other as count"))
    after = {name: digest(root, f"from house.lab import {name}") for name in ("count", "rates")}
    assert before["count"] != after["count"]
    assert before["rates"] == after["rates"]


def test_the_digest_does_not_depend_on_the_folder(root, tmp_path_factory):
    moved = tmp_path_factory.mktemp("moved") / "course"
    before = digest(root, "from house.lab import draw")
    root.rename(moved)
    assert digest(moved, "from house.lab import draw") == before
