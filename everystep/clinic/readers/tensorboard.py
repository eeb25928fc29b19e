"""Exports from TensorBoard, one curve a file, as CSV (``Wall time, Step, Value``) or JSON.

The name of the quantity stands in the file's name only, as in ``run-train-tag-epoch_loss.csv``.
Several files of one training are read together.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.clocks import filled, one_run
from everystep.clinic.readers.tables import Table, listed, table_of_rows
from everystep.clinic.run_log import LogError, RunLog

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


def table_of_json(content: Any, notes: list[str]) -> Table:
    """Return the table of an export as JSON."""
    return table_of_rows(COLUMNS, content, notes)


def read(exports: Sequence[tuple[str, Table]], options: Options, notes: list[str]) -> RunLog:
    """Return the log of exports of one training.

    Args:
        exports: the files' names, which hold those of the quantities, and their tables.
        options: what the reader's user told.
        notes: what was assumed.

    Raises:
        LogError: if two of them hold the same quantity.
    """
    tags = [_tag(name) for name, _ in exports]
    if len(set(tags)) < len(tags):
        raise LogError(
            f"Two of the files hold the same curve, by their names: {listed(sorted(tags))}. Give "
            "those of one training."
        )
    notes.append(
        f"A TensorBoard export holds one curve; by its file name it is {tags[0]}. Its step is what "
        "the program called so, updates or epochs."
        if len(tags) == 1
        else f"TensorBoard exports, which hold one curve each, were joined at equal steps: "
        f"{listed(tags)}. Their step is what the program called so, updates or epochs."
    )
    table, which = _joined(tags, [table for _, table in exports], options.run, notes)
    if all(re.match(r"epoch_|.*per_epoch", tag) for tag in tags):
        notes.append("The name says that the steps are epochs.")
        table = table.renamed("step", "epoch")
    return replace(build(NAME, table, replace(options, run=None), notes), run=which)


def _joined(
    tags: Sequence[str], tables: Sequence[Table], run: int | None, notes: list[str]
) -> tuple[Table, str]:
    """Return one table with a row for each step that any of them has, and which runs they are."""
    parts, runs = [], set()
    for table in tables:
        wall, step, value = table.names
        one, which = one_run(table.renamed(step, "step"), "step", run, notes)
        steps = filled(one.values["step"], one.present["step"])
        runs.add(which)
        parts.append((steps, one, wall, value))
    every = np.unique(np.concatenate([steps for steps, *_ in parts]))
    values = {"wall time": np.full(len(every), np.nan), "step": every}
    present = {"wall time": np.zeros(len(every), bool), "step": np.ones(len(every), bool)}
    for tag, (steps, one, wall, value) in zip(tags, parts, strict=True):
        values[tag], present[tag] = np.full(len(every), np.nan), np.zeros(len(every), bool)
        for name, column in (("wall time", wall), (tag, value)):
            rows = one.present[column]
            places = np.searchsorted(every, steps[rows])
            values[name][places], present[name][places] = one.values[column][rows], True
    return Table(values, present), " and ".join(sorted(filter(None, runs)))


def _tag(file_name: str) -> str:
    """Return the quantity's name, after that of the run if it says training or validation."""
    stem = re.sub(r"\.(csv|json)$", "", file_name, flags=re.IGNORECASE)
    run, found, tag = stem.partition("-tag-")
    if not found:
        return stem
    part = re.search(r"train|valid(ation)?|val|eval|test", run, flags=re.IGNORECASE)
    return f"{tag} {part[0].lower()}" if part else tag
