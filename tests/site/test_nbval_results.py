"""What nbval's run of a notebook leaves for the build."""

import json
import subprocess
import sys

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook

from everystep.authoring.running import run
from everystep.authoring.tidy import KERNEL
from everystep.site.execution import fingerprint, kept, results_path

SPEAKS = [
    "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')",
    "from IPython.display import display\nshown = display('now', display_id='it')",
    "shown.update('later')",
    "from IPython.display import clear_output\nprint('gone')\nclear_output()",
    "a = 1",
    "# NBVAL_RAISES_EXCEPTION\n1 / 0",
    "a",
]
FAILS = ["print('so far')", "1 / 0", "print('after')"]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return a course after nbval ran its notebooks, one of which is no page."""
    root = tmp_path_factory.mktemp("course")
    (root / "book").mkdir()
    for name, code in {"speaks": SPEAKS, "fails": FAILS, "draft": ["1"]}.items():
        cells = [new_code_cell(source) for source in code]
        notebook = new_notebook(cells=cells, metadata={"kernelspec": KERNEL})
        nbformat.write(notebook, root / "book" / f"{name}.ipynb")
    toc = {"format": "jb-book", "root": "book/speaks", "chapters": [{"file": "book/fails"}]}
    (root / "_toc.yml").write_text(yaml.safe_dump(toc))
    (root / "pytest.ini").touch()
    options = ["--nbval-lax", "--nbval-current-env", "-p", "everystep.site.nbval_results"]
    names = ["draft", "fails", "speaks"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", *options, *(f"book/{n}.ipynb" for n in names)],
        cwd=root,
        capture_output=True,
        text=True,
    )
    return root, result.stdout + result.stderr


def test_kept_are_the_outputs_of_a_build(course):
    root, said = course
    _, results = kept(results_path(root / "_build", "book/speaks"))
    assert results is not None, said
    notebook = nbformat.read(root / "book" / "speaks.ipynb", as_version=4)
    assert results.fingerprint == fingerprint(notebook, root / "book")
    assert results.language["name"] == "python"
    assert results.seconds > 0
    run(notebook, root / "book", timeout=60, allow_errors=True)
    assert results.outputs == json.loads(json.dumps([cell.outputs for cell in notebook.cells]))


def test_of_a_notebook_with_a_failure_nothing_is_kept(course):
    root, said = course
    assert "book/fails::ipynb::Cell 1 FAILED" in said
    assert "book/fails::ipynb::Cell 2 PASSED" in said
    assert not results_path(root / "_build", "book/fails").exists()


def test_of_what_is_no_page_nothing_is_kept(course):
    root, said = course
    assert "book/draft::ipynb::Cell 0 PASSED" in said
    assert [path.name for path in (root / "_build" / "executed").iterdir()] == [
        results_path(root, "book/speaks").name
    ]


def test_the_longest_notebook_runs_first(course):
    _, said = course
    first = [said.index(f"{name}::ipynb::Cell 0") for name in ("speaks", "fails", "draft")]
    assert first == sorted(first), said
