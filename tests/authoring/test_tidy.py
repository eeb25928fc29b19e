import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from everystep.authoring.running import NotebookError
from everystep.authoring.tidy import CHECKED, KERNEL, tidy


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
