"""Exports of Weights & Biases: a chart as CSV, a run's history as CSV, JSON, or an object a line.

``_step`` counts calls of ``log`` and not updates, so a column of the program's own goes before it.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.clocks import filled
from everystep.clinic.readers.names import EPOCH, STEP, clock_column
from everystep.clinic.readers.tables import Table, listed, table_of_records
from everystep.clinic.run_log import LogError, RunLog

NAME = "Weights & Biases export"
BOUND = re.compile(r".* - .*__(MIN|MAX)$")


def recognizes(table: Table) -> bool:
    """Return whether a table has the names of an export."""
    return "_step" in table.names or any(BOUND.match(name) for name in table.names)


def recognizes_json(content: Any) -> bool:
    """Return whether JSON content is a history: records with ``_step``."""
    return isinstance(content, list) and any(
        isinstance(row, Mapping) and "_step" in row for row in content
    )


def read(table: Table, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a table.

    Raises:
        LogError: if the file holds several runs, and not the one that is asked for, or a row for
            each of many.
    """
    drop = [name for name in table.names if BOUND.match(name)]
    table, options, which = _one_of_several(table.without(*drop), options, notes)
    _refuse_runs(table)
    if clock_column(table.names, STEP) == "_step":
        if epoch := clock_column(table.names, EPOCH):
            notes.append(
                f"_step counts calls of log, not updates, so the axis is {epoch}; if they are "
                "updates, say so with --column step=_step."
            )
            if "step" not in options.columns:
                table = table.without("_step")
        else:
            notes.append("_step counts calls of log; they are taken for updates.")
    log = build(NAME, table, options, notes)
    return replace(log, run=which or log.run)


def _refuse_runs(table: Table) -> None:
    """Raise a ``LogError`` for a page of runs, of each of which a row has the last values."""
    if "_step" in table.names and table.present["_step"].any():
        steps = filled(table.values["_step"], table.present["_step"])
        if (np.diff(steps) < 0).any():
            raise LogError(
                "Each row seems to be another run: _step, which only grows within a run, falls. "
                "Export the history of a single run."
            )


def read_json(content: Any, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a history as JSON."""
    records = [row for row in content if isinstance(row, Mapping)]
    return read(table_of_records(records, notes), options, notes)


def _one_of_several(table: Table, options: Options, notes: list[str]) -> tuple[Table, Options, str]:
    """Keep the columns of one run of a chart, take its name out of theirs, and say which it is."""
    split = {name: name.rpartition(" - ") for name in table.names}
    runs = list(dict.fromkeys(run for run, found, _ in split.values() if found))
    if not runs:
        return table, options, ""
    chosen = (options.run or len(runs)) - 1
    if not 0 <= chosen < len(runs):
        raise LogError(f"There is no run {chosen + 1}; the file holds {len(runs)}.")
    which = ""
    if len(runs) > 1:
        which = f"run {chosen + 1} of {len(runs)}"
        notes.append(
            f"The file holds {len(runs)} runs: {listed(runs)}. This is {runs[chosen]}; --run 1 is "
            "the first."
        )
    others = [name for name, (run, found, _) in split.items() if found and run != runs[chosen]]
    table = table.without(*others)
    for name, (_, found, quantity) in split.items():
        if found and name not in others:
            table = table.renamed(name, quantity)
    return table, replace(options, run=None), which
