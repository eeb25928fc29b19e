"""nbval, as this project configures it, fails where a notebook is broken."""

import shutil
import subprocess
import sys

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from everystep.authoring.tidy import CHECKED
from tests.paths import ROOT

SOLUTION = ROOT / "solutions" / "01-steps.ipynb"


def run_nbval(notebook, folder):
    path = folder / "copy.ipynb"
    nbformat.write(notebook, path)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "-n", "0", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


def short_copy():
    """Return the first exercise of a solution notebook with its imports."""
    notebook = nbformat.read(SOLUTION, as_version=4)
    first_check = next(
        number for number, cell in enumerate(notebook.cells) if cell.source.startswith(CHECKED)
    )
    notebook.cells = notebook.cells[: first_check + 1]
    return notebook


def test_an_untouched_copy_passes(tmp_path):
    result = run_nbval(short_copy(), tmp_path)
    assert result.returncode == 0, result.stdout


def test_a_broken_cell_fails(tmp_path):
    notebook = short_copy()
    notebook.cells.append(new_code_cell("undefined_name"))
    result = run_nbval(notebook, tmp_path)
    assert result.returncode == 1
    assert "NameError" in result.stdout


@pytest.mark.parametrize("mime", ["text/plain", "text/html"])
def test_a_changed_checked_output_fails(tmp_path, mime):
    notebook = short_copy()
    output = notebook.cells[-1].outputs[0]
    output.data[mime] = output.data[mime].replace("correct", "wrong")
    result = run_nbval(notebook, tmp_path)
    assert result.returncode == 1
    assert "mismatch" in result.stdout


def test_notebooks_outside_the_contents_are_not_run(tmp_path):
    """Copies, empty files and folders that nobody listed, in a course of one exercise."""
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": "exercises/a"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    broken = new_notebook(cells=[new_code_cell("undefined_name")])
    for name in ("exercises/a", "solutions/a"):
        (tmp_path / name).parent.mkdir()
        nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), tmp_path / f"{name}.ipynb")
    for name in ("exercises/a-Copy1", "solutions/b", "book/drafts/c"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(broken, tmp_path / f"{name}.ipynb")
    (tmp_path / "book" / "Untitled.ipynb").touch()
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-q", "book", "exercises", "solutions"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "2 passed" in result.stdout, result.stdout
    assert result.returncode == 0
