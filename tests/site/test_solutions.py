import json

from nbformat import writes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from everystep.site.solutions import with_solutions


def pair():
    task = new_markdown_cell("## Task 1")
    code = new_code_cell("### BEGIN SOLUTION\nx = 1\n### BEGIN STUB\n# x = 2\n### END SOLUTION")
    why = new_markdown_cell("Because.", metadata={"tags": ["solution"]})
    check = new_code_cell("check.x(x)", metadata={"tags": ["check"]})
    stub = new_code_cell("x = 2", id=code["id"])
    return (
        writes(new_notebook(cells=[task, stub, check])),
        writes(new_notebook(cells=[task, code, why, check])),
    )


def test_the_solution_follows_its_check_and_is_folded():
    cells = json.loads(with_solutions(*pair()))["cells"]
    assert [cell["cell_type"] for cell in cells] == ["markdown", "code", "code", "markdown"]
    folded = cells[-1]["source"]
    assert folded.startswith("::::{dropdown}")
    assert "x = 1" in folded
    assert "x = 2" not in folded
    assert "Because." in folded


def test_the_learners_cell_keeps_its_stub():
    cells = json.loads(with_solutions(*pair()))["cells"]
    assert "".join(cells[1]["source"]) == "x = 2"
