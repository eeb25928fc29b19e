"""Keras: the file of its ``CSVLogger``, and histories written as CSV or JSON.

``CSVLogger`` counts epochs from 0. A history written by pandas has no column of epochs, or one
without a name. Training values are means over the epoch, while the weights change.
"""

import contextlib
from collections.abc import Mapping
from typing import Any

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.names import STEP, clock_column
from everystep.clinic.readers.tables import Table, listed, number, printable, table_of_rows
from everystep.clinic.run_log import LogError, RunLog

NAME = "Keras history"
OF_TRAINING = {"loss", "acc", "accuracy"}


def recognizes(table: Table) -> bool:
    """Return whether a table names what it says of training as Keras does, and counts no steps."""
    names = set(table.names)
    of_validation = {name for name in names if name.startswith("val_")}
    return (
        "loss" in names
        and clock_column(table.names, STEP) is None
        and bool(names & (OF_TRAINING - {"loss"}) or of_validation)
    )


def read(table: Table, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a table."""
    notes.append(
        "Training values are means over the epoch, while the weights changed, with dropout and "
        "augmentation if there were any; validation is measured after it."
    )
    return build(NAME, table, options, notes, rows_are_epochs=True)


def recognizes_json(content: Any) -> bool:
    """Return whether JSON content is a history: a list, or numbered values, for each name."""
    return bool(_history(content))


def read_json(content: Any, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a history.

    Raises:
        LogError: if its lists differ in length.
    """
    history = _history(content)
    columns = {
        str(name): list(values.values()) if isinstance(values, Mapping) else values
        for name, values in history.items()
    }
    beside = [printable(str(name)) for name in content if name not in (*history, "history")]
    if beside and isinstance(content.get("history", []), list):
        notes.append(f"Beside the lists, and not used here: {listed(beside)}.")
    columns = _of_one_length(columns, notes)
    rows = list(zip(*columns.values(), strict=True))
    table = table_of_rows(list(columns), rows, notes)
    if recognizes(table):
        return read(table, options, notes)
    return build("JSON of lists", table, options, notes, rows_are_epochs=True)


def _of_one_length(columns: Mapping[str, list], notes: list[str]) -> dict[str, list]:
    """Return the lists that have the length of most.

    Raises:
        LogError: if no length is that of most.
    """
    lengths = [len(values) for values in columns.values()]
    usual = max(lengths, key=lengths.count)
    if not usual or 2 * lengths.count(usual) <= len(lengths):
        raise LogError(
            "The lists of a history must have one length, and have "
            f"{', '.join(str(length) for length in sorted(set(lengths))[:6])}."
        )
    others = [printable(name) for name, values in columns.items() if len(values) != usual]
    if others:
        notes.append(f"Lists of another length, and not used here: {listed(others)}.")
    return {name: values for name, values in columns.items() if len(values) == usual}


def _history(content: Any) -> Mapping[Any, Any]:
    """Return the lists of a history, without what lies beside them; nothing if it is none.

    Of those of XGBoost, which has parts of the data, it is all lists.
    """
    if not isinstance(content, Mapping):
        return {}
    if isinstance(content.get("history"), Mapping):
        content = content["history"]
    parts = [values for values in content.values() if isinstance(values, Mapping)]
    if parts and all(isinstance(v, list) for values in parts for v in values.values()):
        return {
            f"{part} {name}": values
            for part, named in content.items()
            if isinstance(named, Mapping)
            for name, values in named.items()
        }
    if lists := _lists(content):
        return lists
    # A program's report, in which the history is one of several parts.
    inner = [lists for values in parts if len(lists := _lists(values)) > 1 and _is_history(lists)]
    if len(inner) == 1:
        return inner[0]
    return content if all(_is_plain(values) for values in content.values()) else {}


def _lists(content: Mapping[Any, Any]) -> Mapping[Any, Any]:
    return {name: values for name, values in content.items() if is_of_numbers(values)}


def _is_history(lists: Mapping[Any, Any]) -> bool:
    """Return whether lists are records of a training: one is a loss, and all have one length."""
    lengths = {len(values) for values in lists.values()}
    return len(lengths) == 1 and any("loss" in str(name).lower() for name in lists)


def _is_plain(values: Any) -> bool:
    """Return whether a value is a mapping, or a list of what is neither."""
    if isinstance(values, list):
        return not any(isinstance(value, (list, Mapping)) for value in values)
    return isinstance(values, Mapping)


def is_of_numbers(values: Any) -> bool:
    """Return whether a value is a list of numbers, some of which may be missing or words."""
    if not (isinstance(values, list) and _is_plain(values)):
        return False
    with contextlib.suppress(ValueError):
        return any(number(value) is not None for value in values)
    return False
