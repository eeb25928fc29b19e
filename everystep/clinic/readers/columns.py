"""Any table with a column of steps or epochs, whose names say what the columns hold."""

from typing import Any

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.tables import Table, table_of_records
from everystep.clinic.run_log import RunLog

NAME = "table"


def read(table: Table, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a table, whose columns are told by their names alone."""
    notes.append("The file has no known format; what its columns hold was told from their names.")
    return build(NAME, table, options, notes, rows_are_epochs=True)


def recognizes_json(content: Any) -> bool:
    """Return whether JSON content is a list of records."""
    return isinstance(content, list) and any(isinstance(row, dict) for row in content)


def read_json(content: Any, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a list of records."""
    records = [row for row in content if isinstance(row, dict)]
    return read(table_of_records(records, notes), options, notes)
