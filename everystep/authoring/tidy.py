"""Bring notebooks into the form in which they are committed.

Outputs are kept only where nbval compares them (cells that begin with ``# NBVAL_CHECK_OUTPUT``),
execution counts are removed, and the kernel is named ``python3``.
"""

import argparse
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from everystep.authoring.running import run

CHECKED = "# NBVAL_CHECK_OUTPUT"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
TIMEOUT_SECONDS = 300


def tidy(notebook: NotebookNode, *, run_in: Path | None = None) -> NotebookNode:
    """Return the notebook as it is committed.

    Args:
        notebook: the notebook, which is left as it is.
        run_in: folder in which to execute it first, so that checked outputs are fresh; without
            it, the outputs at hand are kept.

    Raises:
        everystep.authoring.running.NotebookError: if a cell fails.
    """
    notebook = nbformat.from_dict(notebook)
    if run_in is not None:
        limit = f"TIMEOUT_SECONDS in {__name__}"
        run(notebook, run_in, timeout=TIMEOUT_SECONDS, timeout_is_set_by=limit)
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
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def main() -> None:
    """Execute the named notebooks and write them back tidied."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    for path in parser.parse_args().notebooks:
        notebook = nbformat.read(path, as_version=4)
        nbformat.write(tidy(notebook, run_in=path.parent), path)
        print(f"tidied {path}")


if __name__ == "__main__":
    main()
