import copy
import json

import pytest
from nbformat import writes
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.testing.util import SphinxTestApp

from everystep.authoring.exercises import to_exercise
from everystep.authoring.notebooks import parse
from everystep.site.solutions import with_solutions


def task(number):
    name = f"answer_{number}"
    code = f"### BEGIN SOLUTION\n{name} = 1\n### BEGIN STUB\n# {name} = 2\n### END SOLUTION"
    return [
        new_markdown_cell(f"## Task {number}: find it", id=f"text-{number}"),
        new_code_cell(code, id=f"code-{number}"),
        new_markdown_cell(f"Because of {number}.", metadata={"tags": ["solution"]}),
        new_code_cell(
            f"# NBVAL_CHECK_OUTPUT\ncheck.{name}({name})",
            id=f"check-{number}",
            metadata={"tags": ["check"]},
        ),
    ]


LANGUAGE = {"language_info": {"name": "python", "pygments_lexer": "ipython3"}}
SOLUTION = parse(writes(new_notebook(cells=[*task(1), *task(2)], metadata=LANGUAGE)), "solution")
EXERCISE = parse(json.dumps(to_exercise(SOLUTION)), "exercise")


def shown(exercise):
    """Return what is on the page, cell by cell; a solution by the number of its task."""
    page = with_solutions(parse(json.dumps(exercise), "exercise"), SOLUTION)
    return [
        f"solution {cell['source'].partition('Because of ')[2][0]}"
        if "Because" in cell["source"]
        else cell["id"]
        for cell in page["cells"]
    ]


@pytest.fixture
def learners():
    return copy.deepcopy(EXERCISE)


def test_each_solution_follows_its_check_and_is_folded():
    page = with_solutions(EXERCISE, SOLUTION)
    assert shown(EXERCISE) == [
        "text-1", "code-1", "check-1", "solution 1", "text-2", "code-2", "check-2", "solution 2",
    ]  # fmt: skip
    folded = page["cells"][3]["source"]
    assert folded.startswith("::::{dropdown} Show a solution\n")
    assert "answer_1 = 1" in folded
    assert "answer_1 = 2" not in folded
    assert len({cell["id"] for cell in page["cells"]}) == len(page["cells"])
    assert "everystep" not in page["metadata"]


def test_the_learners_cells_keep_their_code_and_their_outputs(learners):
    cell = learners["cells"][1]
    cell["source"] = "answer_1 = 17"
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "mine"}]
    page = with_solutions(learners, SOLUTION)
    assert page["cells"][1] == cell


def test_cells_that_were_added_stay_where_they_are(learners):
    learners["cells"].insert(2, {"cell_type": "markdown", "metadata": {}, "source": "A note."})
    learners["cells"].append({"cell_type": "code", "metadata": {}, "source": ["1 + 1"]})
    assert shown(learners) == [
        "text-1", "code-1", "cell-3", "check-1", "solution 1",
        "text-2", "code-2", "check-2", "solution 2", "cell-8",
    ]  # fmt: skip


def test_the_learners_order_counts(learners):
    learners["cells"] = learners["cells"][3:] + learners["cells"][:3]
    assert shown(learners)[:4] == ["text-2", "code-2", "check-2", "solution 2"]


def test_a_solution_whose_check_is_gone_follows_what_is_left_of_its_task(learners):
    del learners["cells"][2]
    assert shown(learners)[:4] == ["text-1", "code-1", "solution 1", "text-2"]


def test_a_solution_whose_task_is_gone_is_at_the_end_and_named(learners):
    del learners["cells"][:3]
    assert shown(learners) == ["text-2", "code-2", "check-2", "solution 2", "solution 1"]
    last = with_solutions(learners, SOLUTION)["cells"][-1]["source"]
    assert last.startswith("::::{dropdown} Show a solution: Task 1: find it\n")


def test_of_an_empty_notebook_the_solutions_are_left(learners):
    learners["cells"] = []
    assert shown(learners) == ["solution 1", "solution 2"]


def test_a_check_that_was_merged_with_its_task_is_known_by_its_call(learners):
    merged = learners["cells"].pop(2)
    learners["cells"][1]["source"] += f"\n{merged['source']}"
    assert shown(learners)[:4] == ["text-1", "code-1", "solution 1", "text-2"]


def test_a_check_that_was_split_is_followed_after_its_call(learners):
    check = learners["cells"][2]
    first, call = check["source"].splitlines()
    check["source"] = first
    learners["cells"].insert(3, {"cell_type": "code", "metadata": {}, "source": call})
    assert shown(learners)[:5] == ["text-1", "code-1", "check-1", "cell-4", "solution 1"]


def test_a_call_over_several_lines_is_not_taken_for_another(learners):
    solution = copy.deepcopy(SOLUTION)
    long = "check.answer_1(\n    answer_1,\n)"
    solution["cells"][3]["source"] = f"# NBVAL_CHECK_OUTPUT\n{long}"
    learners["cells"][2] |= {"source": long, "id": "lost"}
    learners["cells"][4]["source"] = "answer_2 = max(\n    1,\n)"
    page = with_solutions(parse(json.dumps(learners), "exercise"), solution)
    assert "Because of 1." in page["cells"][3]["source"]


def test_ids_that_were_lost_or_stand_twice_cost_nothing(learners):
    for cell in learners["cells"]:
        cell["id"] = "the-same"
    assert shown(learners)[2:4] == ["cell-3", "solution 1"]
    for cell in learners["cells"]:
        del cell["id"]
    assert shown(learners)[2:4] == ["cell-3", "solution 1"]


@pytest.fixture
def build(tmp_path):
    """Build a site of one exercise page; return its HTML and the warnings."""
    (tmp_path / "exercises").mkdir()
    (tmp_path / "solutions").mkdir()
    (tmp_path / "conf.py").write_text(
        "extensions = ['myst_nb', 'sphinx_design', 'everystep.site.solutions']\n"
        "nb_execution_mode = 'off'\n"
        "myst_enable_extensions = ['colon_fence']\n"
        "exclude_patterns = ['solutions', '_build']\n"
    )

    def run(exercise, solution, index="# Index\n\n"):
        toctree = "```{toctree}\nexercises/01-one\n```\n"
        (tmp_path / "index.md").write_text(index + toctree)
        (tmp_path / "exercises" / "01-one.ipynb").write_text(exercise)
        if solution is not None:
            (tmp_path / "solutions" / "01-one.ipynb").write_text(solution)
        app = SphinxTestApp(srcdir=tmp_path, freshenv=True)
        try:
            app.build()
            page = (app.outdir / "exercises" / "01-one.html").read_text()
            return page, app.warning.getvalue()
        finally:
            app.cleanup()

    return run


def test_a_page_shows_the_learners_notes_and_the_solutions(build, learners):
    note = {"cell_type": "markdown", "metadata": {}, "source": "A note of my own."}
    learners["cells"].insert(1, note)
    page, warnings = build(json.dumps(learners), json.dumps(SOLUTION))
    assert "A note of my own." in page
    assert "Because of 2." in page
    # Nor do headings that begin at the second level, as here, stop a build that stops at warnings.
    assert warnings == ""


def test_headings_of_other_pages_are_minded(build, learners):
    learners["cells"][1]["source"] = "answer_1 = 17"
    _, warnings = build(json.dumps(learners), json.dumps(SOLUTION), index="#### Too deep\n\n")
    (line,) = warnings.splitlines()
    assert "index.md" in line
    assert "[myst.header]" in line


@pytest.mark.parametrize(
    ("solution", "message"),
    [
        (
            json.dumps(SOLUTION).replace("find it", "find another"),
            "exercises/01-one.ipynb was generated from another version of solutions/01-one.ipynb: "
            "run `make exercises`",
        ),
        (
            json.dumps(SOLUTION).replace("### END SOLUTION", "", 1),
            "solutions/01-one.ipynb: cell 2 of 8 ('### BEGIN SOLUTION'): line 1: "
            "### BEGIN SOLUTION without ### END SOLUTION",
        ),
        ("{", "01-one.ipynb is not a notebook"),
        (None, "01-one.ipynb cannot be read"),
    ],
)
def test_a_solution_that_does_not_fit_is_named_and_stops_nothing(build, solution, message):
    page, warnings = build(json.dumps(EXERCISE), solution)
    assert "Task 1: find it" in page
    assert message in warnings


def test_the_solution_of_a_learners_notebook_may_have_changed_since(build, learners):
    learners["cells"][1]["source"] = "answer_1 = 17"
    solution = json.dumps(SOLUTION).replace("Task 1: find it", "Task 1: find another")
    page, warnings = build(json.dumps(learners), solution)
    assert "answer_1" in page
    assert "Because of 1." in page
    assert warnings == ""
