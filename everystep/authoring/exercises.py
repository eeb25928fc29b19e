"""Generate the exercise notebooks from the solution notebooks.

Solution regions (see ``everystep.authoring.regions``) become stubs, and cells tagged ``solution``,
which explain, are left out. Everything else is the same in both notebooks.
"""

import argparse
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from everystep.authoring.regions import BEGIN, to_stub
from everystep.authoring.tidy import tidy

ROOT = Path(__file__).parents[2]


def to_exercise(solution: NotebookNode) -> NotebookNode:
    """Return the exercise notebook that belongs to a solution notebook.

    Raises:
        ValueError: if a solution region is malformed, or there is none in the whole notebook.
    """
    exercise = nbformat.from_dict(solution)
    exercise.cells = [
        cell for cell in exercise.cells if "solution" not in cell.metadata.get("tags", [])
    ]
    if not any(BEGIN in cell.source for cell in exercise.cells):
        raise ValueError(f"a solution notebook must have a cell with {BEGIN}")
    for cell in exercise.cells:
        if cell.cell_type == "code":
            cell.source = to_stub(cell.source)
            cell.outputs = []
    return exercise


def main() -> None:
    """Write ``exercises/`` from ``solutions/``; each is run once for its checked outputs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        try:
            exercise = to_exercise(nbformat.read(path, as_version=4))
        except ValueError as error:
            sys.exit(f"{path}: {error}")
        target = ROOT / "exercises" / path.name
        nbformat.write(tidy(exercise, run_in=target.parent), target)
        print(f"wrote exercises/{path.name}")


if __name__ == "__main__":
    main()
