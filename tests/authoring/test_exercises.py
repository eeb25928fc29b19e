import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from everystep.authoring.exercises import to_exercise
from tests.paths import ROOT, relative

SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))


def without_outputs(notebook):
    return [(c.cell_type, c["id"], c.source, c.metadata.get("tags")) for c in notebook.cells]


@pytest.mark.parametrize("path", SOLUTIONS, ids=relative)
def test_generated_exercises_are_in_sync(path):
    committed = nbformat.read(ROOT / "exercises" / path.name, as_version=4)
    generated = to_exercise(nbformat.read(path, as_version=4))
    assert without_outputs(committed) == without_outputs(generated), "run make exercises"


def test_every_exercise_has_a_solution():
    exercises = {path.name for path in (ROOT / "exercises").glob("*.ipynb")}
    assert exercises == {path.name for path in SOLUTIONS}


def test_explanations_are_left_out_and_the_solution_stays_as_it_is():
    explanation = new_markdown_cell("because", metadata={"tags": ["solution"]})
    code = new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION")
    solution = new_notebook(cells=[new_markdown_cell("task"), code, explanation])
    exercise = to_exercise(solution)
    assert [cell.source for cell in exercise.cells] == ["task", "...  # your code here"]
    assert len(solution.cells) == 3
    assert "x = 1" in solution.cells[1].source


def test_a_notebook_without_solution_regions_is_refused():
    with pytest.raises(ValueError, match="BEGIN SOLUTION"):
        to_exercise(new_notebook(cells=[new_code_cell("x = 1")]))
