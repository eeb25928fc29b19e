import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from everystep.authoring.notebooks import NotebookError
from everystep.authoring.running import run
from everystep.authoring.tidy import KERNEL


def notebook_with(*codes):
    cells = [new_markdown_cell("# Title"), *map(new_code_cell, codes)]
    return new_notebook(cells=cells, metadata={"kernelspec": KERNEL})


def run_in(folder, notebook, **options):
    run(notebook, folder, **({"timeout": 60} | options))


def test_outputs_are_put_in_and_the_folder_and_environment_are_the_cells_own(tmp_path):
    notebook = notebook_with("import os\nprint(os.getcwd(), os.environ['WORD'])")
    run_in(tmp_path, notebook, environment={"WORD": "said"})
    assert notebook.cells[1].outputs[0].text == f"{tmp_path} said\n"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0", r"^cell 3 of 4 \('1 / 0'\): ZeroDivisionError: division by zero$"),
        ("raise ValueError('one\\ntwo')", r"ValueError: one$"),
        ("import os\nos._exit(1)", r"^cell 3 of 4 \('import os'\): the kernel died; .*memory$"),
        ("import os\nos.kill(os.getpid(), 9)", r"^cell 3 of 4 \('import os'\): the kernel died"),
        ("import ctypes\nctypes.string_at(0)", r"^cell 3 of 4 .*: the kernel died"),
    ],
)
def test_the_cell_that_stops_a_notebook_is_named_in_one_line(tmp_path, code, message, capsys):
    notebook = notebook_with("'before'", code, "'after'")
    with pytest.raises(NotebookError, match=message):
        run_in(tmp_path, notebook)
    assert notebook.cells[1].outputs
    assert not notebook.cells[3].outputs
    # What this program says: a kernel that is stopped may log on its own standard error.
    assert "Traceback" not in capsys.readouterr().err


def test_a_cell_that_takes_too_long_is_named_with_the_setting(tmp_path):
    with pytest.raises(
        NotebookError, match=r"cell 2 .*running after 1 seconds \(set by .*_config.yml\)"
    ):
        run_in(tmp_path, notebook_with("import time\ntime.sleep(60)"), timeout=1)


def test_errors_can_be_passed_over(tmp_path):
    notebook = notebook_with("1 / 0", "'after'")
    run_in(tmp_path, notebook, allow_errors=True)
    assert notebook.cells[2].outputs


@pytest.mark.parametrize("command", [["/no/such/python"], ["false"]], ids=["missing", "broken"])
def test_a_kernel_among_the_users_files_does_not_matter(tmp_path, monkeypatch, command):
    planted = tmp_path / "kernels" / "python3"
    planted.mkdir(parents=True)
    spec = {"argv": command, "display_name": "Broken", "language": "python"}
    (planted / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    notebook = notebook_with("import sys\nsys.prefix")
    run_in(tmp_path, notebook)
    assert notebook.cells[1].outputs


def test_an_environment_in_which_no_kernel_starts_is_told(tmp_path):
    """Its Python looks for the standard library where it is not."""
    with pytest.raises(NotebookError, match=r"^the kernel does not start: "):
        run_in(tmp_path, notebook_with("1"), environment={"PYTHONHOME": str(tmp_path)})
