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
    """Return whether JSON content is a list of records, or holds one."""
    return bool(_records(content))


def read_json(content: Any, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a list of records."""
    if isinstance(content, dict):
        notes.append("The file holds one list of records; what lies beside it was not used.")
    records = [_flat(row) for row in _records(content)]
    return read(table_of_records(records, notes), options, notes)


def _records(content: Any) -> list[dict]:
    """Return the records of a list; of an object with lists, those of the one that has any."""
    if isinstance(content, dict):
        found = [records for value in content.values() if len(records := _records_of(value)) > 1]
        return found[0] if len(found) == 1 else []
    return _records_of(content)


def _records_of(content: Any) -> list[dict]:
    return [row for row in content if isinstance(row, dict)] if isinstance(content, list) else []


def _flat(row: dict, levels: int = 3) -> dict:
    """Return a record with what lies in records in it, under both names."""
    if not levels or not any(isinstance(value, dict) for value in row.values()):
        return row
    found: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, dict):
            found |= {f"{name} {inner}": one for inner, one in _flat(value, levels - 1).items()}
        else:
            found[name] = value
    return found
