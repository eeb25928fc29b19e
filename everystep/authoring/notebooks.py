"""Notebooks as files: read with their small faults put right, written in one step.

They are plain JSON here; importing nbformat takes seconds, in which all of them can be compared.
"""

import itertools
import json
import os
import re
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
Notebook = dict[str, Any]

CELL_TYPES = ("code", "markdown", "raw")
IS_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")  # as nbformat defines it


class NotebookError(Exception):
    """A notebook cannot be read or run; the message has notebook or cell and cause in one line."""


def place(notebook: Notebook, index: int) -> str:
    """Return words for a cell: its number among all cells, counted from 1, and its first line."""
    first_line = notebook["cells"][index]["source"].strip().partition("\n")[0]
    return f"cell {index + 1} of {len(notebook['cells'])} ({first_line!r})"


def tags(cell: Cell) -> list[str]:
    """Return the tags of a cell."""
    return cell["metadata"].get("tags", [])


def read(path: Path) -> Notebook:
    """Read a notebook's file as ``parse`` does.

    Raises:
        NotebookError: if it cannot be read, or is no notebook.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotebookError(f"{path} cannot be read: {error}") from error
    return parse(text, str(path))


def parse(text: str, name: str) -> Notebook:
    """Return a notebook with what editors leave out or write twice put right.

    Each cell has its source as one text, metadata, and an id that no cell before it has; a code
    cell has outputs and an execution count too.

    Args:
        text: the notebook as JSON.
        name: what the notebook is called in messages.

    Raises:
        NotebookError: if it is no notebook of format 4, or a cell is none.
    """
    try:
        notebook = json.loads(text)
    except ValueError as error:
        raise NotebookError(f"{name} is not a notebook: {error}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotebookError(f"{name} is not a notebook: it has no cells, as format 4 has them")
    if not isinstance(notebook.setdefault("metadata", {}), dict):
        raise NotebookError(f"{name}: its metadata are no object")
    ids: set[str] = set()
    for number, cell in enumerate(notebook["cells"], start=1):
        _put_right(cell, f"{name}: cell {number} of {len(notebook['cells'])}")
        cell["id"] = _free(cell.get("id"), number, ids)
        ids.add(cell["id"])
    notebook["nbformat"], notebook["nbformat_minor"] = 4, 5
    return notebook


def _put_right(cell: Any, where: str) -> None:
    if not isinstance(cell, dict) or cell.get("cell_type") not in CELL_TYPES:
        raise NotebookError(f"{where}: cell_type must be one of {', '.join(CELL_TYPES)}")
    source = cell.setdefault("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise NotebookError(f"{where}: source must be a text or a list of lines")
    cell["source"] = source
    if not isinstance(cell.setdefault("metadata", {}), dict):
        raise NotebookError(f"{where}: metadata must be an object")
    if cell["cell_type"] == "code":
        cell.setdefault("execution_count", None)
        if not isinstance(cell.setdefault("outputs", []), list):
            raise NotebookError(f"{where}: outputs must be a list")


def _free(id: object, number: int, taken: set[str]) -> str:
    """Return the id if it is one and not taken, or else a new one."""
    if isinstance(id, str) and IS_ID.fullmatch(id) and id not in taken:
        return id
    return next(new for n in itertools.count(number) if (new := f"cell-{n}") not in taken)


def write_text(text: str, path: Path) -> None:
    """Write a file in one step, so that no interruption leaves half of it."""
    path = path.resolve()  # a link stays a link
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
