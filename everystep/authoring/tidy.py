"""Bring notebooks into the form in which they are committed.

Outputs are kept only where nbval compares them (cells that begin with ``# NBVAL_CHECK_OUTPUT``),
execution counts are removed, and the kernel is named ``python3``.
"""

import argparse
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from everystep.authoring.notebooks import NotebookError, read, write_text
from everystep.authoring.running import cell_timeout, run

CHECKED = "# NBVAL_CHECK_OUTPUT"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def tidy(notebook: NotebookNode, *, run_in: Path | None = None) -> NotebookNode:
    """Return the notebook as it is committed.

    Args:
        notebook: the notebook, which is left as it is.
        run_in: folder in which to execute it first, so that checked outputs are fresh; without
            it, the outputs at hand are kept.

    Raises:
        NotebookError: if a cell fails.
    """
    notebook = nbformat.from_dict(notebook)
    if run_in is not None:
        run(notebook, run_in, timeout=cell_timeout())
    for cell in notebook.cells:
        cell.metadata = {k: v for k, v in cell.metadata.items() if k == "tags"}
        if cell.cell_type != "code":
            continue
        cell.execution_count = None
        if not cell.source.startswith(CHECKED):
            cell.outputs = []
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = None
    # What everystep.authoring.exercises notes down of an exercise.
    own = {key: value for key, value in notebook.metadata.items() if key == "everystep"}
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}, **own}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in one step, so that no interruption leaves half of it."""
    write_text(nbformat.writes(notebook) + "\n", path)


def main() -> None:
    """Execute the named notebooks and write them back tidied; those that fail stay as they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    failed = []
    for path in parser.parse_args().notebooks:
        try:
            write(tidy(nbformat.from_dict(read(path)), run_in=path.parent), path)
        except NotebookError as error:
            failed.append(f"{path} stays as it is: {error}")
        else:
            print(f"tidied {path}")
    sys.exit("\n".join(failed) or 0)


if __name__ == "__main__":
    main()
