"""Tables of numbers in which cells may be missing."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from everystep.clinic.readers.phases import apart
from everystep.clinic.run_log import LogError

MOST_COLUMNS = 2000
MOST_CELLS = 10_000_000
LONGEST_NUMBER = 40  # letters
MISSING = {"", "null", "none", "na", "n/a", "-", "<na>"}
# How programs write what is no number; Python's float() reads most other spellings.
NOT_FINITE = {
    "#num!": math.nan,
    "#div/0!": math.nan,
    "1.#qnan": math.nan,
    "-1.#ind": math.nan,
    "1.#inf": math.inf,
    "-1.#inf": -math.inf,
    "-nan(ind)": math.nan,
    "nan(ind)": math.nan,
    "+∞": math.inf,
    "∞": math.inf,
}
TENSOR = re.compile(r"(?:tensor|array|np\.float\d+)\(\s*\[?([^\s,)\]]+)")


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of numbers, of equal length.

    Attributes:
        values: by name, shape ``(rows,)``; NaN where a cell is missing or says NaN.
        present: by name, shape ``(rows,)``: whether there is a number, be it NaN or infinite.
    """

    values: Mapping[str, np.ndarray]
    present: Mapping[str, np.ndarray]

    @property
    def names(self) -> list[str]:
        """The columns' names."""
        return list(self.values)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(next(iter(self.values.values())))

    def rows(self, chosen: np.ndarray) -> "Table":
        """Return a table of some rows, by numbers or truth values."""
        return Table(
            {name: values[chosen] for name, values in self.values.items()},
            {name: present[chosen] for name, present in self.present.items()},
        )

    def without(self, *names: str) -> "Table":
        """Return the table without some columns."""
        keep = [name for name in self.names if name not in names]
        return Table(
            {name: self.values[name] for name in keep}, {name: self.present[name] for name in keep}
        )

    def renamed(self, name: str, new: str) -> "Table":
        """Return the table with another name for a column."""
        return Table(
            {new if n == name else n: values for n, values in self.values.items()},
            {new if n == name else n: present for n, present in self.present.items()},
        )


def number(cell: object) -> float | None:
    """Return the number in a cell, or None if the cell is empty.

    Raises:
        ValueError: if there is something else in it.
    """
    if cell is None or isinstance(cell, (bool, list, dict)):
        return None
    try:
        return float(cell)  # type: ignore[arg-type]
    except OverflowError:
        return math.inf
    except ValueError:
        text = str(cell).strip().lower()
    if text in MISSING:
        return None
    if text in NOT_FINITE:
        return NOT_FINITE[text]
    if found := TENSOR.match(text):
        return float(found[1])
    if text.endswith("%"):
        return number(text[:-1])
    raise ValueError(f"no number: {text!r}")


def table_of_rows(names: Sequence[str], rows: Sequence[Sequence[Any]], notes: list[str]) -> Table:
    """Return the table of rows of cells; columns that hold text are left out, and noted.

    Raises:
        LogError: if no column holds numbers.
    """
    if parted := apart(names, rows):
        names, rows, phase = parted
        notes.append(f"{printable(phase)} says which rows are of training and which of validation.")
    columns = zip(*rows, strict=True)
    values, present, texts = {}, {}, []
    for position, (given, cells) in enumerate(zip(names, columns, strict=True)):
        name = printable(given) or f"column {position + 1}"
        name = name if name not in values else f"{name} ({position + 1})"
        column = _column(cells)
        if column is None:
            texts.append(name)
        else:
            values[name], present[name] = column
    if texts:
        notes.append(f"Left aside, for they hold text: {listed(texts)}.")
    if not values:
        raise LogError("No column holds numbers: these look like words, not like a table.")
    return Table(values, present)


def table_of_records(records: Iterable[Mapping[str, Any]], notes: list[str]) -> Table:
    """Return the table of records, each of which may have names of its own."""
    records = list(records)
    names = list(dict.fromkeys(str(name) for record in records for name in record))
    if not records or not names:
        raise LogError("The log holds no records.")
    refuse_what_is_too_large(len(names), len(records))
    rows = [[record.get(name) for name in names] for record in records]
    return table_of_rows(names, rows, notes)


def refuse_what_is_too_large(n_columns: int, n_rows: int) -> None:
    """Raise a ``LogError`` if a table has more columns or cells than a log has."""
    if n_columns > MOST_COLUMNS or n_columns * n_rows > MOST_CELLS:
        raise LogError(
            f"The table has {n_columns:,} columns and {n_rows:,} lines, more than a log has."
        )


def printable(text: str) -> str:
    """Return text in which control characters, which could steer a terminal, are spaces."""
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names in a row, the first few of many, each cut to a readable length."""
    shown = ", ".join(name if len(name) <= 60 else f"{name[:57]}…" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"


def _column(cells: Sequence[object]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return a column's numbers and where they are, or None if it holds mostly text."""
    if (plain := _plain_column(cells)) is not None:
        return plain
    values = np.full(len(cells), math.nan)
    present = np.zeros(len(cells), bool)
    strange = 0
    for row, cell in enumerate(cells):
        try:
            value = number(cell)
        except ValueError:
            strange += 1
            continue
        if value is not None:
            values[row], present[row] = value, True
    return None if strange > present.sum() else (values, present)


def _plain_column(cells: Sequence[object]) -> tuple[np.ndarray, np.ndarray] | None:
    """Return what ``_column`` does, at once, if all cells are short texts of numbers or empty."""
    if not all(type(cell) is str and len(cell) <= LONGEST_NUMBER for cell in cells):
        return None
    texts = np.array(cells)
    present = texts != ""
    try:
        return np.where(present, texts, "nan").astype(float), present
    except ValueError:
        return None
