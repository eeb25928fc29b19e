"""Solution regions: the parts of a solution cell that the learner writes.

A region opens with ``### BEGIN SOLUTION`` and closes with ``### END SOLUTION``. The exercise has
``...`` in its place, or the commented lines that follow a ``### BEGIN STUB`` inside the region
(broken code to repair, say).
"""

import re

BEGIN, STUB, END = "### BEGIN SOLUTION", "### BEGIN STUB", "### END SOLUTION"
STUB_LINE = "...  # your code here"
# A mark that is misspelled would hand the solution out.
LOOKS_LIKE_A_MARK = re.compile(r"#+\s*(begin|end)[\s_-]*(solution|stub)", re.IGNORECASE)


def to_stub(source: str) -> str:
    """Return a solution cell's code with every solution region replaced by its stub.

    Raises:
        ValueError: if a region is not closed, closed twice, or opened inside another, if a stub
            is not in a region or not in comments, or if a mark is misspelled; the message names
            the line.
    """
    out: list[str] = []
    region: list[str] | None = None
    opened, indent = 0, ""
    for number, line in enumerate(source.splitlines(), start=1):
        mark = line.strip()
        if mark == BEGIN:
            if region is not None:
                raise ValueError(f"line {number}: {BEGIN} inside a region that is still open")
            region, opened, indent = [], number, line[: len(line) - len(line.lstrip())]
        elif mark == END:
            if region is None:
                raise ValueError(f"line {number}: {END} without {BEGIN}")
            out += _stub_of(region, indent, opened)
            region = None
        elif mark == STUB and region is None:
            raise ValueError(f"line {number}: {STUB} outside a region")
        elif mark != STUB and LOOKS_LIKE_A_MARK.match(mark):
            raise ValueError(f"line {number}: {mark!r} is none of {BEGIN}, {STUB} and {END}")
        else:
            (out if region is None else region).append(line)
    if region is not None:
        raise ValueError(f"line {opened}: {BEGIN} without {END}")
    return "\n".join(out)


def _stub_of(region: list[str], indent: str, opened: int) -> list[str]:
    """Return the lines that stand for a region, which was opened on line ``opened``."""
    marks = [position for position, line in enumerate(region) if line.strip() == STUB]
    if not marks:
        return [indent + STUB_LINE]
    if len(marks) > 1:
        raise ValueError(f"line {opened + 1 + marks[1]}: a second {STUB} in one region")
    commented = region[marks[0] + 1 :]
    for number, line in enumerate(commented, start=opened + marks[0] + 2):
        if line.strip() and not line.startswith(f"{indent}#"):
            raise ValueError(f"line {number}: a stub's lines must be comments, got {line!r}")
    return [(indent + line[len(indent) + 1 :].removeprefix(" ")).rstrip() for line in commented]


def solution_code(source: str) -> str:
    """Return a solution cell's code without its markers and without its stub."""
    lines, in_stub = [], False
    for line in source.splitlines():
        mark = line.strip()
        if mark in (STUB, END):
            in_stub = mark == STUB
        elif mark != BEGIN and not in_stub:
            lines.append(line)
    return "\n".join(lines)
