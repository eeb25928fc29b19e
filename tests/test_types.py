"""The annotations of the package are true: mypy checks them, and is strict on core and bank."""

import subprocess
import sys

import pytest

from tests.paths import ROOT


def mypy(folder):
    """Check the package in a folder with the repository's settings; return the finished process."""
    return subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml", "everystep"],
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_the_packages_types_hold():
    result = mypy(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


WRONG = "def half(n: int) -> list[float]:\n    return None\n"
UNTYPED = "def half(n):\n    return n / 2\n"


@pytest.mark.parametrize(
    ("room", "code", "expected"),
    [
        ("engine", WRONG, "Incompatible return value type"),
        ("engine", UNTYPED, "Success"),
        ("core", UNTYPED, "Function is missing a type annotation"),
        ("bank", UNTYPED, "Function is missing a type annotation"),
        ("bank", "rows: list = []\n", "Missing type arguments for generic type"),
        ("engine", "import nowhere\n", "Cannot find implementation"),
    ],
)
def test_a_planted_fault_is_found(tmp_path, room, code, expected):
    folder = tmp_path / "everystep" / room
    folder.mkdir(parents=True)
    for init in (folder, folder.parent):
        (init / "__init__.py").touch()
    (folder / "planted.py").write_text(code)
    assert expected in mypy(tmp_path).stdout
