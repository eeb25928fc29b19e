"""The JSON lines of OpenMMLab's programs, such as MMDetection's.

MMCV's loggers wrote ``*.log.json``: each row says its ``mode``, and ``iter`` begins anew in each
epoch; in a row of validation it counts validation batches. MMEngine's write ``scalars.json``: rows
of training have ``iter``, or at least ``lr``, and ``step`` is the number of updates; in a row of
validation ``step`` is the epoch, where rows of training have one.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.tables import table_of_records
from everystep.clinic.run_log import RunLog

NAME = "OpenMMLab JSON lines"
# Of the program and the machine, and in a row of validation the rate of training, once more.
UNREAD = {"mode", "time", "data_time", "memory"}


def recognizes_json(content: Any) -> bool:
    """Return whether JSON content is a list of rows as these programs write them."""
    rows = _rows(content) if isinstance(content, list) else []
    return any(
        ("iter" in row and ("mode" in row or "step" in row))
        or ("data_time" in row and "step" in row)
        for row in rows
    )


def read_json(content: Any, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a list of rows."""
    rows = _rows(content)
    by_epoch = any("epoch" in row for row in rows if not _is_of_validation(row))
    records = [
        _of_validation(row, by_epoch) if _is_of_validation(row) else _of_training(row)
        for row in rows
        if "iter" in row or "step" in row
    ]
    notes.append("What was measured on the validation set has val/ before its name.")
    return build(NAME, table_of_records(records, notes), options, notes)


def _rows(content: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [row for row in content if isinstance(row, Mapping)]


def _is_of_validation(row: Mapping[str, Any]) -> bool:
    if "mode" in row:
        return row["mode"] != "train"
    return "iter" not in row and "lr" not in row


def _of_training(row: Mapping[str, Any]) -> dict[str, Any]:
    clock = {} if "iter" in row else {"iter": row["step"]}
    return clock | {name: value for name, value in row.items() if name not in {*UNREAD, "step"}}


def _of_validation(row: Mapping[str, Any], by_epoch: bool) -> dict[str, Any]:
    """Return a row of validation under names of its own, with the clock that it tells."""
    clocks = {name: row[name] for name in ("epoch",) if name in row}
    if "step" in row:
        clocks = {"epoch" if by_epoch else "iter": row["step"]}
    unread = {*UNREAD, "step", "iter", "epoch", "lr"}
    return clocks | {f"val/{name}": value for name, value in row.items() if name not in unread}
