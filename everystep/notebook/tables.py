"""Show a table of results once, in the lab and on the concept page."""

import html
import re
from collections.abc import Mapping
from numbers import Number

import pandas as pd
from IPython.display import HTML

from everystep.notebook.glue import glue

# What a cell of a column of numbers begins with: "−0.4", "≥ 0.07", "94.1 (93.8–94.4)".
BEGINS_WITH_A_NUMBER = re.compile(r"[≥≤<>±]?\s?[-−]?\d")


def show_table(
    frame: pd.DataFrame, key: str, *, caption: str, formats: Mapping[str, str] | None = None
) -> None:
    """Display a table with its caption, and store it whole for the concept pages.

    The first column says what each row is about. Columns in which every cell begins with a number
    are aligned to the right. The frame's index is not shown.

    Args:
        frame: shape ``(rows, columns)``, at least one of each; its columns are the headers, with
            units, and its cells are texts and numbers.
        key: unique name within the book, such as ``steps.table``; pages glue the table by it.
        caption: the text above the table, which says what was measured and where.
        formats: format of a column's numbers by its header, such as ``".1f"``; ``","`` if not
            given.

    Raises:
        ValueError: if ``frame`` is no such table, a cell is missing, a header or the caption is
            empty, or ``formats`` names a column that is not there or cannot format its numbers.
    """
    if not isinstance(frame, pd.DataFrame) or frame.empty:
        kind = "an empty one" if isinstance(frame, pd.DataFrame) else type(frame).__name__
        raise ValueError(f"frame must be a DataFrame with rows and columns, got {kind}")
    if not caption.strip():
        raise ValueError(f"caption must describe the table {key}, got an empty text")
    headers = [str(header).strip() for header in frame.columns]
    if not all(headers):
        raise ValueError(f"frame must have a text in every header, got {headers}")
    if frame.isna().to_numpy().any():
        raise ValueError(f"frame must have a value in every cell, some of {key} are missing")
    formats = dict(formats or {})
    if unknown := formats.keys() - set(frame.columns):
        raise ValueError(f"formats must name columns of the frame, got {sorted(unknown)}")
    columns = [_texts(frame[name], formats.get(name, ",")) for name in frame.columns]
    glue(key, HTML(_markup(headers, columns, key, caption)), shown=True)


def _texts(column: pd.Series, format: str) -> list[str]:
    try:
        return [f"{v:{format}}" if isinstance(v, Number) else str(v) for v in column]
    except ValueError as error:
        raise ValueError(f"formats cannot show column {column.name!r}: {error}") from error


def _markup(headers: list[str], columns: list[list[str]], key: str, caption: str) -> str:
    sides = [
        "text-right" if all(map(BEGINS_WITH_A_NUMBER.match, column)) else "text-left"
        for column in columns
    ]

    def row(cells: tuple[str, ...] | list[str], scopes: list[str]) -> str:
        parts = zip(cells, sides, scopes, strict=True)
        return "".join(
            f'<th scope="{scope}" class="{side}">{html.escape(cell)}</th>'
            if scope
            else f'<td class="{side}">{html.escape(cell)}</td>'
            for cell, side, scope in parts
        )

    of_row = ["row"] + [""] * (len(headers) - 1)
    body = "".join(f"<tr>{row(cells, of_row)}</tr>" for cells in zip(*columns, strict=True))
    return (
        f'<div class="lab-table" id="table-{key}" role="group" tabindex="0" '
        f'aria-label="Table, can be scrolled sideways"><table class="table">'
        f"<caption><span>{html.escape(caption)}</span></caption>"
        f"<thead><tr>{row(headers, ['col'] * len(headers))}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
