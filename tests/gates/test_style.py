"""The whole repository keeps one style."""

import subprocess
import sys

import pytest

from tests.paths import NOTEBOOKS, ROOT, relative

# Of the notebooks those of the course, whatever copies lie beside them; exercises are generated.
WRITTEN = [relative(path) for path in NOTEBOOKS if path.parent.name != "exercises"]


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_is_content(arguments):
    command = [sys.executable, "-m", "ruff", *arguments, "--extend-exclude=*.ipynb", ".", *WRITTEN]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
