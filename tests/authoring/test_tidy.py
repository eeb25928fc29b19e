import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from everystep.authoring.notebooks import NotebookError
from everystep.authoring.tidy import CHECKED, KERNEL, main, tidy, write


def notebook():
    shown = [new_output("stream", text="1\n")]
    return new_notebook(
        cells=[
            new_code_cell("print(1)", outputs=list(shown), execution_count=4),
            new_code_cell(
                f"{CHECKED}\nprint(1)",
                outputs=list(shown),
                execution_count=5,
                metadata={"collapsed": True, "tags": ["check"]},
            ),
        ]
    )


def test_only_checked_outputs_are_kept():
    plain, checked = tidy(notebook()).cells
    assert plain.outputs == []
    assert checked.outputs[0].text == "1\n"


def test_counts_and_stray_metadata_go_and_ids_stay():
    before = notebook()
    after = tidy(before)
    assert [cell["id"] for cell in after.cells] == [cell["id"] for cell in before.cells]
    assert all(cell.execution_count is None for cell in after.cells)
    assert after.cells[1].metadata == {"tags": ["check"]}
    assert after.metadata.kernelspec == KERNEL


def test_executing_renews_the_checked_output(tmp_path):
    stale = notebook()
    stale.cells[1].source = f"{CHECKED}\nprint(2)"
    assert tidy(stale, run_in=tmp_path).cells[1].outputs[0].text == "2\n"


def test_a_failing_cell_is_reported(tmp_path):
    broken = new_notebook(cells=[new_code_cell("1 / 0")])
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        tidy(broken, run_in=tmp_path)


def test_how_an_exercise_was_generated_stays_in_its_metadata():
    before = notebook()
    before.metadata = {"everystep": {"generated": "a"}, "celltoolbar": "Tags"}
    assert tidy(before).metadata == {
        "everystep": {"generated": "a"},
        "kernelspec": KERNEL,
        "language_info": {"name": "python"},
    }


def test_a_notebook_is_written_as_jupyter_writes_it(tmp_path):
    nbformat.write(notebook(), tmp_path / "theirs.ipynb")
    write(nbformat.read(tmp_path / "theirs.ipynb", as_version=4), tmp_path / "ours.ipynb")
    assert (tmp_path / "ours.ipynb").read_bytes() == (tmp_path / "theirs.ipynb").read_bytes()


def test_a_notebook_that_fails_stays_as_it_is_and_the_others_are_tidied(
    tmp_path, monkeypatch, capsys
):
    broken, whole = tmp_path / "broken.ipynb", tmp_path / "whole.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("1 / 0", execution_count=7)]), broken)
    nbformat.write(notebook(), whole)
    before = broken.read_bytes()
    none = tmp_path / "none.ipynb"
    monkeypatch.setattr(sys, "argv", ["tidy", str(none), str(broken), str(whole)])
    with pytest.raises(SystemExit, match=r"none\.ipynb stays as it is(.|\n)*ZeroDivisionError"):
        main()
    assert broken.read_bytes() == before
    assert capsys.readouterr().out == f"tidied {whole}\n"
    assert nbformat.read(whole, as_version=4).cells[0].execution_count is None
