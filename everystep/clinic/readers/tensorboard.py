"""Exports of one curve from TensorBoard, as CSV (``Wall time, Step, Value``) or JSON.

The name of the quantity stands in the file's name only, as in ``run-train-tag-epoch_loss.csv``.
"""

import re
from typing import Any

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.tables import Table, table_of_rows
from everystep.clinic.run_log import RunLog

NAME = "TensorBoard export"
COLUMNS = ["wall time", "step", "value"]


def recognizes(table: Table) -> bool:
    """Return whether a table has the three columns of an export."""
    return [name.lower().replace("_", " ") for name in table.names] == COLUMNS


def recognizes_json(content: Any) -> bool:
    """Return whether JSON content is a list of time, step and value."""
    return (
        isinstance(content, list)
        and bool(content)
        and all(isinstance(row, list) and len(row) == 3 for row in content)
    )


def read(table: Table, options: Options, notes: list[str], *, file_name: str) -> RunLog:
    """Return the log of a table.

    Args:
        table: the export.
        options: what the reader's user told.
        notes: what was assumed.
        file_name: the file's name, which holds that of the quantity.
    """
    wall, step, value = table.names
    name = _tag(file_name)
    notes.append(
        f"A TensorBoard export holds one curve; by its file name it is {name}. Its step is what "
        "the program called so, updates or epochs."
    )
    table = table.without(wall).renamed(value, name).renamed(step, "step")
    if re.match(r"epoch_|.*per_epoch", name):
        notes.append("The name says that the steps are epochs.")
        table = table.renamed("step", "epoch")
    return build(NAME, table, options, notes)


def read_json(content: Any, options: Options, notes: list[str], *, file_name: str) -> RunLog:
    """Return the log of an export as JSON."""
    return read(table_of_rows(COLUMNS, content, notes), options, notes, file_name=file_name)


def _tag(file_name: str) -> str:
    """Return the quantity's name, after that of the run if it says training or validation."""
    stem = re.sub(r"\.(csv|json)$", "", file_name, flags=re.IGNORECASE)
    run, found, tag = stem.partition("-tag-")
    if not found:
        return stem
    part = re.search(r"train|valid(ation)?|val|eval|test", run, flags=re.IGNORECASE)
    return f"{tag} {part[0].lower()}" if part else tag
