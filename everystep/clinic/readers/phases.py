"""Tables in which a row is of training or of validation, as a word in it says."""

from collections.abc import Sequence
from typing import Any

from everystep.clinic.readers.names import (
    EPOCH,
    STEP,
    TEST,
    TIME,
    TRAINING,
    VALIDATION,
    clock_column,
)

PHASE = ("phase", "split", "mode", "stage", "set", "subset", "partition", "dataset", "part")
CLOCKS = (*STEP, *EPOCH, *TIME)


def apart(
    names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[list[str], list[list[Any]], str] | None:
    """Return a table in which training and validation have columns of their own.

    Args:
        names: the columns' names.
        rows: cells, as text or as JSON has them.

    Returns:
        Names, rows, and the column that told the rows apart; None if there is none.
    """
    for name in PHASE:
        place = next((i for i, one in enumerate(names) if one.strip().lower() == name), None)
        if place is None:
            continue
        phases = [str(row[place]).strip().lower() for row in rows]
        if not set(phases) <= VALIDATION | TRAINING | TEST or not set(phases) & TRAINING:
            continue
        if len(set(phases)) == 1:
            continue
        return _parted(names, rows, place, phases)
    return None


def _parted(
    names: Sequence[str], rows: Sequence[Sequence[Any]], place: int, phases: list[str]
) -> tuple[list[str], list[list[Any]], str]:
    common = [i for i, name in enumerate(names) if clock_column([name], CLOCKS) and i != place]
    own = [i for i in range(len(names)) if i not in common and i != place]
    kinds = list(dict.fromkeys(phases))
    found = []
    for row, phase in zip(rows, phases, strict=True):
        cells = [row[i] if kind == phase else "" for kind in kinds for i in own]
        found.append([*(row[i] for i in common), *cells])
    parted = [f"{kind} {names[i]}" for kind in kinds for i in own]
    return [*(names[i] for i in common), *parted], found, names[place]
