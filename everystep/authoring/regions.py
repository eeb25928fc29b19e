"""Solution regions: the parts of a solution cell that the learner writes.

A region opens with ``### BEGIN SOLUTION`` and closes with ``### END SOLUTION``. The exercise has
``...`` in its place, or the commented lines that follow a ``### BEGIN STUB`` inside the region
(broken code to repair, say).
"""

BEGIN, STUB, END = "### BEGIN SOLUTION", "### BEGIN STUB", "### END SOLUTION"
STUB_LINE = "...  # your code here"


def to_stub(source: str) -> str:
    """Return a solution cell's code with every solution region replaced by its stub.

    Raises:
        ValueError: if a region is not closed, closed twice, or opened inside another.
    """
    out: list[str] = []
    region: list[str] | None = None
    for line in source.splitlines():
        mark = line.strip()
        if mark == BEGIN:
            if region is not None:
                raise ValueError(f"{BEGIN} inside a region that is still open")
            region, indent = [], line[: len(line) - len(line.lstrip())]
        elif mark == END:
            if region is None:
                raise ValueError(f"{END} without {BEGIN}")
            out += _stub_of(region, indent)
            region = None
        elif region is None:
            out.append(line)
        else:
            region.append(line)
    if region is not None:
        raise ValueError(f"{BEGIN} without {END}")
    return "\n".join(out)


def _stub_of(region: list[str], indent: str) -> list[str]:
    marks = [number for number, line in enumerate(region) if line.strip() == STUB]
    if not marks:
        return [indent + STUB_LINE]
    commented = region[marks[0] + 1 :]
    for line in commented:
        if line.strip() and not line.startswith(f"{indent}#"):
            raise ValueError(f"a stub's lines must be comments, got {line!r}")
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
