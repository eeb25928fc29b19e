"""Show each solution, collapsed, beside its exercise.

The site has the exercise notebooks as pages: as generated, or as a learner left them. While such a
page is read, the solution's code and its explanation are taken from ``solutions/`` and folded in.
The learner's cells stay as they are and where they are. A solution stands after the cell that calls
its task's check; if the call is gone, after the last cell that is left of the task, known by its
id; if none is left, at the end of the page.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from docutils.nodes import document
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util import logging

from everystep.authoring.contents import EXERCISES, SOLUTIONS
from everystep.authoring.exercises import MAKE, generated, is_own_work, to_exercise
from everystep.authoring.notebooks import Cell, Notebook, NotebookError, parse, read, tags
from everystep.authoring.regions import BEGIN, solution_code
from everystep.authoring.tidy import CHECKED

logger = logging.getLogger(__name__)

# Between the results, which are filled in first, and what changes the code that is shown.
PRIORITY = 300
# Warns of headings that skip a level, or do not begin with the first.
HEADINGS = "myst.header"


@dataclass
class Task:
    """A task of a solution notebook: all cells after the check before, its own check included.

    Attributes:
        cells: those that the exercise has too.
        code: the code of each cell with a solution region.
        explanation: why the solution is right.
    """

    cells: list[Cell] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    explanation: str = ""

    @property
    def check(self) -> Cell:
        """The cell that checks the learner's answer."""
        return self.cells[-1]

    @property
    def call(self) -> str:
        """The code that shows the verdict."""
        return self.check["source"].removeprefix(CHECKED).strip()

    @property
    def title(self) -> str:
        """The task's heading; empty if it has none."""
        lines = (line for cell in self.cells for line in cell["source"].splitlines())
        return next((line.lstrip("# ") for line in lines if line.startswith("## ")), "")

    def fold(self, title: str = "") -> Cell:
        """Return a Markdown cell that holds the solution, closed until the reader opens it."""
        blocks = "\n\n".join(f"```python\n{code}\n```" for code in self.code)
        head = f"Show a solution: {title}" if title else "Show a solution"
        text = f"::::{{dropdown}} {head}\n{blocks}\n\n{self.explanation}\n::::"
        id = f"{self.check['id']}-solution"[-64:]
        return {"cell_type": "markdown", "metadata": {}, "source": text, "id": id}


def tasks_of(solution: Notebook) -> Iterator[Task]:
    """Yield the tasks of a solution notebook that are explained."""
    task = Task()
    for cell in solution["cells"]:
        if "solution" in tags(cell):
            task.explanation = cell["source"]
            continue
        task.cells.append(cell)
        if BEGIN in cell["source"]:
            task.code.append(solution_code(cell["source"]))
        if "check" in tags(cell) and task.explanation:
            yield task
            task = Task()


def with_solutions(exercise: Notebook, solution: Notebook) -> Notebook:
    """Return an exercise notebook with every solution folded in.

    Args:
        exercise: the exercise notebook, as generated or as a learner left it.
        solution: its solution notebook.
    """
    cells = exercise["cells"]
    after: dict[int, list[Cell]] = {}
    at_the_end = []
    for task in tasks_of(solution):
        position = place_of(task, cells)
        if position is None:
            at_the_end.append(task.fold(task.title))
        else:
            after.setdefault(position, []).append(task.fold())
    shown = [one for position, cell in enumerate(cells) for one in (cell, *after.get(position, ()))]
    metadata = {key: value for key, value in exercise["metadata"].items() if key != "everystep"}
    return exercise | {"cells": shown + at_the_end, "metadata": metadata}


def place_of(task: Task, cells: list[Cell]) -> int | None:
    """Return the position of the cell that a task's solution follows, or None if there is none."""
    ids = {cell["id"] for cell in task.cells}
    calls = [i for i, cell in enumerate(cells) if cell["source"].rstrip().endswith(task.call)]
    own = [i for i in calls if cells[i]["id"] == task.check["id"]]
    left = [i for i, cell in enumerate(cells) if cell["id"] in ids]
    return next((found[-1] for found in (own, calls, left) if found), None)


def fold_in(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put the solutions into an exercise page that is about to be parsed."""
    if not docname.startswith(EXERCISES):
        return
    path = Path(SOLUTIONS) / f"{docname.removeprefix(EXERCISES)}.ipynb"
    app.env.note_dependency(str(path))
    try:
        exercise = parse(source[0], f"{docname}.ipynb")
    except NotebookError as error:
        raise SphinxError(str(error)) from error
    own = is_own_work(exercise)
    if own:  # Which headings there are is the learner's affair.
        app.config.suppress_warnings = [*app.config.suppress_warnings, HEADINGS]
    try:
        solution = read(Path(app.srcdir) / path)
        if not own and generated(exercise) != generated(to_exercise(solution)):
            warn(f"{docname}.ipynb was generated from another version of {path}: {MAKE}", docname)
    except (NotebookError, ValueError) as error:
        warn(f"{path}: {error}", docname)
        return
    source[0] = json.dumps(with_solutions(exercise, solution))


def mind_headings_again(app: Sphinx, doctree: document) -> None:
    """Warn of the headings of the next page, if those of the one just parsed were let pass."""
    if app.config.suppress_warnings[-1:] == [HEADINGS]:
        app.config.suppress_warnings = app.config.suppress_warnings[:-1]


def warn(text: str, docname: str) -> None:
    """Tell whoever builds the site what is wrong with a page."""
    logger.warning("%s", text, location=docname, type="everystep")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.connect("source-read", fold_in, priority=PRIORITY)
    app.connect("doctree-read", mind_headings_again)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
