"""From bytes to text, and from text to JSON or to a table: what is hostile or broken ends here."""

import ast
import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from everystep.clinic.readers.tables import (
    Table,
    printable,
    refuse_what_is_too_large,
    table_of_rows,
)
from everystep.clinic.run_log import LogError

MOST_BYTES = 64 * 2**20
DELIMITERS = (",", ";", "\t", "|")
BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
CUT_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{0,4}$")
TOTAL_TIME = re.compile(r"Total time: [\d:.]+")
CLOCK_TIME = re.compile(r"\(?\d+(:\d\d){1,2}\)?")
NUMERAL = r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?"
COUNTED = "index"  # a name that is read as the epoch where nothing else counts
ONE, TWO = re.compile(r"\s+"), re.compile(r"\s{2,}")  # blanks, or more, between cells
CONFLICT = ("<<<<<<<", "=======", ">>>>>>>")
DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+([eE][+-]?\d+)?\s*")


def read_bytes(path: Path) -> bytes:
    """Return what is in a file.

    Raises:
        LogError: if it cannot be read, is empty, or too large to be a log.
    """
    try:
        if not path.is_file():
            raise LogError(f"There is no file {path}.")
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise LogError(
                f"{path.name} has {size / 2**20:,.0f} MB; logs are read up to "
                f"{MOST_BYTES / 2**20:.0f} MB. Write every tenth or hundredth record only."
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        if isinstance(error, LogError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise LogError(f"{path} cannot be read: {reason}.") from None
    if not content.strip():
        raise LogError(f"{path.name} is empty.")
    return content


def decode(content: bytes, notes: list[str]) -> str:
    """Return the text of a file; what had to be assumed of its encoding goes into ``notes``.

    Raises:
        LogError: if it is no text.
    """
    encoding = next((e for mark, e in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
        notes.append("The text is not UTF-8; it was read as Latin-1.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise LogError(
            "This is no text file. TensorBoard's event files and other binary formats have to be "
            "exported first, as CSV or JSON."
        )
    return text


def parse_json(text: str) -> Any:
    """Return what a JSON text holds; of one object a line, a list.

    Raises:
        LogError: if it is no JSON, or breaks off.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise LogError("The JSON is nested too deeply to be a log.") from None
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return _json_lines(text)
        open_at_end = error.pos >= len(text.rstrip()) or CUT_ESCAPE.search(text)
        if open_at_end or error.msg.startswith("Unterminated"):
            raise LogError(
                "The JSON breaks off; the file was cut off or is still being written."
            ) from None
        raise LogError(f"This is no JSON: it goes wrong in line {error.lineno}.") from None
    except ValueError:
        raise LogError(
            "The JSON holds a number that is no measurement: it has thousands of digits."
        ) from None


def parse_printed(text: str) -> list[Any]:
    """Return the dictionaries that a program of Python's printed, one a line, among other lines.

    Raises:
        LogError: if there is none.
    """
    rows = []
    for line in text.split("\n"):
        if line.startswith("{") and line.rstrip().endswith("}"):
            # NaN and infinity are names there, and no literals.
            line = re.sub(r"\b(nan|inf)\b", r"'\1'", line.strip())
            try:
                rows.append(_literal(line))
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
    if not rows:
        raise LogError("The file looks like printed dictionaries, but none is whole.")
    return rows


def _literal(line: str) -> Any:
    """Return what a printed line holds; most are JSON but for their quotes, which is faster."""
    if not re.search(r"[\"\\()]|True|False|None", line):
        try:
            return json.loads(line.replace("'", '"'))
        except json.JSONDecodeError:
            pass
    return ast.literal_eval(line)


def _json_lines(text: str) -> list[Any]:
    rows = []
    lines = [line for line in text.split("\n") if line.strip()]
    for number, line in enumerate(lines, 1):
        try:
            rows.append(json.loads(line))
        except (ValueError, RecursionError):
            if number == len(lines):
                break  # the last line of a log that is being written
            raise LogError(f"Line {number} is no JSON, though others are.") from None
    return rows


def parse_csv(text: str, notes: list[str], name: str = "") -> Table:
    """Return the table of a CSV text, with any delimiter, decimal commas, and comments.

    Args:
        text: the text.
        notes: where it is told what was assumed.
        name: what the file is called, for the one column of a file without names.

    Raises:
        LogError: if there is no table in it.
    """
    lines = [line for line in io.StringIO(text) if line.strip() and not line.startswith("#")]
    if any(line.startswith(CONFLICT[0]) for line in lines):
        notes.append("Lines that mark a conflict of versions were left out.")
        lines = [line for line in lines if not line.startswith(CONFLICT)]
    if not lines:
        raise LogError("The file holds comments only.")
    lines = _without_title(lines, notes)
    delimiter = max(DELIMITERS, key=lines[0].count)
    if not lines[0].count(delimiter) and len(lines[0].split()) > 1:
        lines, delimiter = _by_blanks(lines), "\t"
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, skipinitialspace=True))
    except csv.Error:
        raise LogError("This is no CSV: a cell of it is longer than 131,072 letters.") from None
    rows = _with_names(rows, name, notes)
    rows[0] = [name.strip() for name in rows[0]]
    if len(rows) > 1 and all(_ends_in_time(row, len(rows[0])) for row in rows[1:]):
        notes.append("The last cell of each row, which has no name, was left out: it is a time.")
        rows = [rows[0], *(row[:-1] for row in rows[1:])]
    _refuse_what_is_no_table(rows[0], rows)
    names, *rows = _of_one_length(rows, notes)
    body = _rows_of_full_length(names, rows, notes)
    if delimiter != "," and any(DECIMAL_COMMA.fullmatch(cell) for row in body for cell in row):
        notes.append("Commas in numbers were read as decimal points.")
        body = [[cell.replace(",", ".") for cell in row] for row in body]
    return table_of_rows(names, body, notes)


def _by_blanks(lines: list[str]) -> list[str]:
    """Return lines of cells with blanks between them, with tabs; names may have single blanks."""
    first, last = ([len(re.split(by, lines[i].strip())) for by in (ONE, TWO)] for i in (0, -1))
    by = TWO if first[0] != last[0] and first[1] == last[1] > 1 else ONE
    return ["\t".join(re.split(by, line.strip())) for line in lines]


def _with_names(rows: list[list[str]], name: str, notes: list[str]) -> list[list[str]]:
    """Return rows with names above them, if the first line holds numbers only.

    A first column that counts the rows is called so, and a single other one as the file is.
    """
    first = [cell.strip() for cell in rows[0]]
    if first in ([["0"], ["", "0"]]) and name and "." in "".join(rows[-1]):
        notes.append(f"Above the numbers stands 0, as pandas writes; it was read as {name}.")
        return [[*([COUNTED] * (len(first) - 1)), name], *rows[1:]]
    if len(rows) < 3 or not all(re.fullmatch(NUMERAL, cell) for cell in first):
        return rows
    names = [f"column {number}" for number in range(1, len(first) + 1)]
    counts = [row[0].strip() for row in rows]
    if any(counts == [str(n + begin) for n in range(len(rows))] for begin in (0, 1)):
        names[0] = COUNTED
    if len(names) - (names[0] == COUNTED) == 1 and name:
        names[-1] = name
    notes.append(f"The first line holds numbers; the columns were called {', '.join(names)}.")
    return [names, *rows]


def _without_title(lines: list[str], notes: list[str]) -> list[str]:
    """Leave out a line above the names: fastai's total time, or one cell above several names."""
    if len(lines) < 3:
        return lines
    first, second, third = (line.strip() for line in lines[:3])
    several = any(second.count(one) == third.count(one) > 0 == first.count(one) for one in ",;\t|")
    title = several and not re.search(r"\d", second) and re.search(r"\d", third)
    if not title and not TOTAL_TIME.fullmatch(first):
        return lines
    notes.append(f"The first line was read as a title: {printable(first)[:60]}.")
    return lines[1:]


def _ends_in_time(row: list[str], n_names: int) -> bool:
    return len(row) == n_names + 1 and bool(CLOCK_TIME.fullmatch(row[-1].strip()))


def _of_one_length(rows: list[list[str]], notes: list[str]) -> list[list[str]]:
    """Return rows without a cell that has no name, or the last name, for which no row has a cell.

    A cell has none if each row has one too many, and the same one is empty in all.
    """
    names, *body = rows
    n = len(names)
    if any(len(row) == n and [cell.strip() for cell in row] != names for row in body):
        return rows  # as nearly always, and seen at the first row
    body = [row for row in body if len(row) != n]
    if body and len(body[0]) == n - 1 > 1 and all(len(row) < n for row in body):
        notes.append(f"{printable(names[-1])} is the last name, and no row has a cell for it.")
        return [names[:-1], *body]
    if any(len(row) != n + 1 for row in body):
        return rows
    empty = [place for place in range(n + 1) if not any(row[place] for row in body)]
    if len(empty) != 1:
        return rows
    notes.append(
        f"Each row has one cell more than there are names; the empty one, {empty[0] + 1:,}, was "
        "left out."
    )
    return [names, *([*row[: empty[0]], *row[empty[0] + 1 :]] for row in body)]


def _refuse_what_is_no_table(names: list[str], rows: list[list[str]]) -> None:
    refuse_what_is_too_large(len(names), len(rows))
    if len(rows) < 2:
        raise LogError("The file has one line only: names, or a record, but not both.")
    if all(re.fullmatch(r"[-+.\deE]*", name) for name in names):
        raise LogError("The first line must hold the names of the columns, and holds numbers.")


def _rows_of_full_length(
    names: list[str], rows: list[list[str]], notes: list[str]
) -> list[list[str]]:
    """Leave out repeated headers, rows of another length, and a last one that was cut off."""
    rows = [row for row in rows if [cell.strip() for cell in row] != names]
    full = [row for row in rows if len(row) == len(names)]
    if rows and len(rows[-1]) < len(names) and len(rows[-1]) != len(rows[-2:][0]):
        notes.append("The last line breaks off and was left out.")
        rows = rows[:-1]
    if len(full) < len(rows):
        notes.append(
            f"{len(rows) - len(full):,} lines have another number of cells than the first line, "
            "and were left out."
        )
    if not full:
        raise LogError("No line below the names has as many cells as there are names.")
    return full
