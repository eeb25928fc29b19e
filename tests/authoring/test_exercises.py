import json
import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from everystep.authoring import exercises
from everystep.authoring.exercises import bring_in_step, is_own_work, out_of_step, to_exercise
from everystep.authoring.manifest import read_manifest
from everystep.authoring.notebooks import NotebookError, read
from everystep.authoring.tidy import tidy, write
from tests.paths import ROOT

MANIFEST = """\
root: book/index
kinds:
  lesson:
    rooms: [exercises, solutions]
parts: []
chapters:
  - name: 01-one
    title: One
    question: Why?
    prefix: one
    kind: lesson
    minutes: {concept: 1, lab: 1, exercises: 1}
    shows: It helps.
"""


def a_solution(answer=1):
    return new_notebook(
        cells=[
            new_markdown_cell("task", id="text"),
            new_code_cell(f"### BEGIN SOLUTION\nx = {answer}\n### END SOLUTION", id="code"),
            new_markdown_cell("because", id="why", metadata={"tags": ["solution"]}),
            new_code_cell("# NBVAL_CHECK_OUTPUT\n1 + 1", id="check", metadata={"tags": ["check"]}),
        ]
    )


def without_a_kernel(notebook, *, run_in):
    """Do as ``tidy``, but for the outputs of checks, which are made up."""
    for cell in notebook.cells:
        if "check" in cell.metadata.get("tags", []):
            cell.outputs = [new_output("stream", text="made up")]
    return tidy(notebook)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("everystep.authoring.tidy.tidy", without_a_kernel)


@pytest.fixture
def root(tmp_path):
    for folder in ("book", "exercises", "solutions"):
        (tmp_path / folder).mkdir()
    (tmp_path / "book" / "chapters.yml").write_text(MANIFEST)
    write(a_solution(), tmp_path / "solutions" / "01-one.ipynb")
    return tmp_path


@pytest.fixture
def chapter(root):
    return read_manifest(root).chapters[0]


@pytest.fixture
def target(root, chapter):
    """Return the file of an exercise that was generated."""
    assert bring_in_step(root, chapter) == "wrote exercises/01-one.ipynb"
    return root / "exercises" / "01-one.ipynb"


def solve(path, answer="x = 5"):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = answer
    nbformat.write(notebook, path)


def renew(root, **changes):
    """Change the task, and the solution with it."""
    solution = a_solution(**changes)
    solution.cells[0].source = "another task"
    write(solution, root / "solutions" / "01-one.ipynb")


def kept(root):
    return {path.name: path.read_bytes() for path in (root / "exercises" / "kept").glob("*")}


def test_explanations_are_left_out_and_the_solution_stays_as_it_is():
    solution = a_solution()
    exercise = to_exercise(solution)
    assert [cell.source for cell in exercise.cells[:2]] == ["task", "...  # your code here"]
    assert [cell.id for cell in exercise.cells] == ["text", "code", "check"]
    assert len(solution.cells) == 4
    assert "x = 1" in solution.cells[1].source
    assert "everystep" not in solution.metadata


def test_a_notebook_without_solution_regions_is_refused():
    with pytest.raises(ValueError, match="BEGIN SOLUTION"):
        to_exercise(new_notebook(cells=[new_code_cell("x = 1")]))


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        (new_code_cell("y = 1\n### END SOLUTION"), r"cell 2 of 2 \('y = 1'\): line 2: ### END"),
        (new_markdown_cell("### BEGIN SOLUTION"), "cell 2 of 2 .*: only code cells can have"),
    ],
)
def test_a_malformed_region_is_named_with_its_cell(cell, message):
    with pytest.raises(ValueError, match=message):
        to_exercise(new_notebook(cells=[a_solution().cells[1], cell]))


def test_comparing_does_not_wait_for_nbformat():
    """Whose import takes longer than comparing the exercises of a whole course."""
    script = "import sys, everystep.authoring.exercises; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True).split()
    assert "everystep.authoring.exercises" in loaded
    assert "nbformat" not in loaded


def test_a_generated_exercise_is_in_step_and_not_run_again(root, chapter, target, monkeypatch):
    assert out_of_step(root) == []
    monkeypatch.setattr("everystep.authoring.tidy.tidy", None)
    assert bring_in_step(root, chapter) == "exercises/01-one.ipynb is in step"


def test_a_generated_exercise_gives_way_to_a_newer_one(root, chapter, target):
    renew(root)
    assert out_of_step(root) == [
        "exercises/01-one.ipynb: it was generated from another version of its solution; "
        "run `make exercises`"
    ]
    assert bring_in_step(root, chapter) == "wrote exercises/01-one.ipynb"
    assert read(target)["cells"][0]["source"] == "another task"
    assert not kept(root)


def test_another_solution_of_the_same_task_changes_nothing(root, chapter, target):
    write(a_solution(answer=2), root / "solutions" / "01-one.ipynb")
    assert out_of_step(root) == []


def test_outputs_alone_are_nobodys_work(root, chapter, target):
    notebook = nbformat.read(target, as_version=4)
    for cell in notebook.cells:
        cell.metadata["collapsed"] = True
    notebook.cells[2].execution_count = 3
    nbformat.write(notebook, target)
    assert not is_own_work(read(target))
    renew(root)
    assert bring_in_step(root, chapter) == "wrote exercises/01-one.ipynb"


def test_finished_work_is_left_as_it_is(root, chapter, target):
    solve(target)
    before = target.read_bytes()
    assert (
        bring_in_step(root, chapter) == "exercises/01-one.ipynb was worked in, and is left as it is"
    )
    assert target.read_bytes() == before
    assert out_of_step(root) == [
        "exercises/01-one.ipynb: it was changed after it was generated; change its solution instead"
    ]


def test_finished_work_is_kept_when_a_newer_exercise_is_generated(root, chapter, target):
    for number, answer in enumerate(("x = 5", "x = 6", "x = 7")):
        solve(target, answer)
        before = target.read_bytes()
        renew(root)
        name = f"01-one{f'-{number}' if number else ''}.ipynb"
        assert bring_in_step(root, chapter, again=True) == (
            f"wrote exercises/01-one.ipynb; your work is kept as exercises/kept/{name}"
        )
        assert kept(root)[name] == before
        assert out_of_step(root) == []
    assert len(kept(root)) == 3


@pytest.mark.parametrize("text", ["<<<<<<< HEAD", json.dumps({"cells": [{}]})])
def test_a_file_that_is_no_notebook_any_more_is_kept_too(root, chapter, target, text):
    target.write_text(text)
    assert "01-one.ipynb" in out_of_step(root)[0]
    assert "kept as exercises/kept/01-one.ipynb" in bring_in_step(root, chapter)
    assert kept(root) == {"01-one.ipynb": text.encode()}


def test_work_of_before_there_were_digests_is_kept(root, chapter, target):
    solve(target)
    notebook = nbformat.read(target, as_version=4)
    del notebook.metadata["everystep"]
    nbformat.write(notebook, target)
    assert "your work is kept" in bring_in_step(root, chapter)


def test_an_exercise_without_an_output_is_out_of_step(root, chapter, target):
    notebook = nbformat.read(target, as_version=4)
    notebook.cells[2].outputs = []
    nbformat.write(notebook, target)
    assert "cell 3 of 3 ('# NBVAL_CHECK_OUTPUT') has no output" in out_of_step(root)[0]
    assert bring_in_step(root, chapter) == "wrote exercises/01-one.ipynb"


def test_what_is_generated_is_run(root, chapter, monkeypatch):
    monkeypatch.setattr("everystep.authoring.tidy.tidy", tidy)
    assert bring_in_step(root, chapter) == "wrote exercises/01-one.ipynb"
    exercise = nbformat.read(root / chapter.place("exercises"), as_version=4)
    assert exercise.cells[2].outputs[0].data["text/plain"] == "2"


def test_a_cell_that_fails_leaves_everything_as_it_was(root, chapter, target, monkeypatch):
    monkeypatch.setattr("everystep.authoring.tidy.tidy", tidy)
    solve(target)
    before = target.read_bytes()
    solution = a_solution()
    solution.cells[3].source += "\n1 / 0"
    write(solution, root / "solutions" / "01-one.ipynb")
    with pytest.raises(NotebookError, match="ZeroDivisionError"):
        bring_in_step(root, chapter)
    assert target.read_bytes() == before
    assert not kept(root)


def test_a_solution_that_cannot_be_used_is_named(root, chapter):
    path = root / "solutions" / "01-one.ipynb"
    write(new_notebook(cells=[new_code_cell("### BEGIN SOLUTION")]), path)
    write(a_solution(), root / "exercises" / "01-one.ipynb")
    (line,) = out_of_step(root)
    assert line.startswith("solutions/01-one.ipynb: cell 1 of 1 ('### BEGIN SOLUTION'): line 1: ")
    path.unlink()
    (line,) = out_of_step(root)
    assert "solutions/01-one.ipynb cannot be read" in line


def test_the_command_generates_what_is_named_also_if_it_is_in_step(
    root, target, monkeypatch, capsys
):
    monkeypatch.setattr(exercises, "ROOT", root)
    monkeypatch.setattr(exercises, "read_manifest", lambda _=root: read_manifest(root))

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["exercises", *arguments])
        exercises.main()
        return capsys.readouterr().out

    assert call() == "exercises/01-one.ipynb is in step\n"
    assert call("01-one") == "wrote exercises/01-one.ipynb\n"
    with pytest.raises(SystemExit):
        call("07-none")
    assert "NAME must be one of 01-one, got 07-none" in capsys.readouterr().err
