"""What all readers share: from a table, its clocks and the reader's choices to a ``RunLog``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from everystep.clinic.readers.clocks import (
    MOST_STEPS,
    Clocks,
    clocks_of,
    count_through,
    counted_from_0,
    one_run,
    rows_are_runs,
    seconds_of,
)
from everystep.clinic.readers.names import (
    BATCHES,
    EPISODE,
    EPOCH,
    PLANS,
    REWARD,
    ROW_NUMBERS,
    RUNS,
    SETTINGS,
    STEP,
    TIME,
    clock_column,
    part_of_file,
    words,
)
from everystep.clinic.readers.roles import Roles
from everystep.clinic.readers.sizes import given_away
from everystep.clinic.readers.tables import Table, listed
from everystep.clinic.run_log import FACTS, Curve, LogError, RunLog

CLOCKS = ("step", "epoch")
ROW = "row number"
WHOLE = 1e-9  # so near to a whole number of epochs, one has ended
SAME = 1e-4  # relative: so far apart, two evaluations agree


@dataclass(frozen=True)
class Options:
    """What whoever knows the training can tell, in place of what a reader would assume.

    Attributes:
        columns: columns by role (``run_log.ROLES``, and ``"step"`` and ``"epoch"``); ``""`` says
            that no column has that role.
        facts: numbers by the names in ``run_log.FACTS``.
        run: which run of a file that holds several, counted from 1.
        steps_from: what the step of the first update is called, 0 or 1.
        epochs_from: what the first epoch is called, 0 or 1.
        file: the file's name, which may say what the file is of.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)
    run: int | None = None
    steps_from: int | None = None
    epochs_from: int | None = None
    file: str = ""

    def __post_init__(self) -> None:
        for name, value in self.facts.items():
            if name not in FACTS:
                raise LogError(f"There is no fact {name}; there are {', '.join(FACTS)}.")
            if not np.isfinite(value) or value < 0:
                raise LogError(f"{name} must be a finite number of at least 0, got {value!r}.")
        for name in ("steps_from", "epochs_from"):
            if getattr(self, name) not in (None, 0, 1):
                raise LogError(f"{name} must be 0 or 1, got {getattr(self, name)!r}.")


def build(
    format: str,
    table: Table,
    options: Options,
    notes: list[str],
    *,
    facts: Mapping[str, float] | None = None,
    steps_from: int = 1,
    epochs_are_passes: bool = False,
    rows_are_epochs: bool = False,
) -> RunLog:
    """Return the log that a table holds.

    Args:
        format: the format's name.
        table: all rows of the file.
        options: what the reader's user told.
        notes: what was assumed so far; more is added.
        facts: what the file says beside the table.
        steps_from: what this format calls the step of the first update.
        epochs_are_passes: whether a row's epoch is the passes made, whole or not.
        rows_are_epochs: whether a row without a clock is an epoch.

    Raises:
        LogError: if no column has a clock, or none anything to read.
    """
    table, step, epoch = _clock_columns(table, options, notes, rows_are_epochs)
    per_epoch = None
    if anew := _counted_on(table, step, epoch, options, notes):
        table, step, per_epoch = anew
    main = step or epoch
    assert main is not None
    table, which = one_run(table, main, options.run, notes)
    clocks = clocks_of(
        table,
        step,
        epoch,
        epochs_are_passes=epochs_are_passes or anew is not None,
        steps_from=1 if anew else _first_step(table, step, options, steps_from, notes),
        epochs_from=options.epochs_from,
        notes=notes,
    )
    seconds = seconds_of(table, clock_column(table.names, TIME), notes)
    clocks = replace(clocks, steps_per_epoch=per_epoch or clocks.steps_per_epoch, seconds=seconds)
    roles = _roles(table, clocks, options, notes)
    curves, twice = _validated_once(_curves(table, roles))
    known = _planned(table, clocks, notes) | dict(facts or {}) | _said(options, notes)
    found = given_away(curves, known, notes) | _made(clocks, notes) | known
    clock, odd = "step" if step else "epoch", (*roles.odd, *twice)
    return RunLog(format, curves, found, tuple(notes), clock, which, odd)


def _roles(table: Table, clocks: Clocks, options: Options, notes: list[str]) -> Roles:
    """Return the roles of a table's columns, those of clocks left out."""
    _refuse_rewards(table.names)
    chosen = {role: name for role, name in options.columns.items() if role not in CLOCKS}
    names = {name for name in table.names if clock_column([name], (*STEP, *EPOCH))}
    names |= {
        ROW,
        clock_column(table.names, ROW_NUMBERS) or "",
        *(options.columns.get(role, "") for role in CLOCKS),
    }
    return Roles(table.without(*names), clocks, chosen, notes, part_of_file(options.file))


def _curves(table: Table, roles: Roles) -> dict[str, tuple[Curve, ...]]:
    """Return the curves of a table's columns.

    Raises:
        LogError: if none says how the training went.
    """
    curves = roles.curves() if roles.table.values else {}
    if not set(curves) - {"rate", "metric", "test_loss", "train_error"}:
        raise LogError(
            "No column is known as a loss or an accuracy. Say which is which, for instance with "
            f"--column train_loss=NAME; the columns are {listed(table.names, 20)}."
        )
    return curves


def _validated_once(
    curves: Mapping[str, tuple[Curve, ...]],
) -> tuple[dict[str, tuple[Curve, ...]], tuple[str, ...]]:
    """Return curves of which those of validation have one record at their end, and what differed.

    Programs evaluate once more when a training has ended: other weights, or other samples, under
    the names that they used all along.
    """
    found, differ = dict(curves), []
    for role in ("val_loss", "val_accuracy", "val_error"):
        for place, curve in enumerate(found.get(role, ())):
            first = _first_of_differing_at_the_end(curve)
            if first is not None:
                values = (f"{value:,.4g}" for value in curve.values[first:])
                differ.append(f"{curve.name} as {' and '.join(values)}")
                kept = curve.at(np.arange(first + 1))
                found[role] = (*found[role][:place], kept, *found[role][place + 1 :])
    if not differ:
        return found, ()
    return found, (
        f"Validation was recorded more than once at its end: {', '.join(differ)}. The first of "
        "each was kept; a later one may be of other weights, such as the best, or of other "
        "samples.",
    )


def _first_of_differing_at_the_end(curve: Curve) -> int | None:
    """Return the first record of a curve's last moment if those after it say something else.

    Where other moments have several records, too, the clock is too coarse to tell them apart.
    """
    if not len(curve):
        return None
    first = int(np.argmax(curve.x == curve.x[-1]))
    values = curve.values[first:]
    alone = first > 0 and len(np.unique(curve.x)) == first + 1
    if not alone or not np.isfinite(values).all():
        return None
    return first if np.ptp(values) > SAME * abs(values[0]) else None


def _clock_columns(
    table: Table, options: Options, notes: list[str], rows_are_epochs: bool
) -> tuple[Table, str | None, str | None]:
    """Return the columns of steps and of epochs, one of them at least, if rows are to be counted.

    Args are those of ``build``; the table has one more column if rows were counted.
    """
    step, epoch = _clock(table, "step", STEP, options), _clock(table, "epoch", EPOCH, options)
    if step is None and epoch is None and rows_are_epochs:
        epoch = clock_column(table.names, ROW_NUMBERS)
        notes.extend(["The column without a name was read as the epoch."] if epoch else [])
    if step is None and epoch is None:
        table, epoch = _count_rows(table, notes, rows_are_epochs)
    return table, step, epoch


def _first_step(
    table: Table, step: str | None, options: Options, usual: int, notes: list[str]
) -> int:
    """Return what the step of the first update is called."""
    if options.steps_from is not None:
        return options.steps_from
    return 0 if usual == 1 and step and counted_from_0(table, step, notes) else usual


def _clock(table: Table, role: str, names: Sequence[str], options: Options) -> str | None:
    """Return the column of a clock: the one asked for, or the one that is called so and goes on."""
    if role not in options.columns:
        going = [name for name in table.names if _differs(table, name)]
        return clock_column(going, names) or clock_column(table.names, names)
    name = options.columns[role]
    if name and name not in table.names:
        raise LogError(
            f"There is no column {name} for {role}; the columns with numbers are "
            f"{listed(table.names, 20)}."
        )
    return name or None


def _counted_on(
    table: Table, step: str | None, epoch: str | None, options: Options, notes: list[str]
) -> tuple[Table, str, float] | None:
    """Return what ``count_through`` does, and which column counts the steps.

    That may be one of batches, if the user names no other and several rows of an epoch have it.
    """
    if epoch is None:
        return None
    if step is None and "step" not in options.columns:
        several = (np.diff(table.values[epoch][table.present[epoch]]) == 0).any()
        step = clock_column(table.names, BATCHES) if several else None
    found = step and count_through(table, step, epoch, options.steps_from, notes)
    return (found[0], step, found[1]) if step and found else None


def _count_rows(table: Table, notes: list[str], rows_are_epochs: bool) -> tuple[Table, str]:
    if not rows_are_epochs:
        raise LogError(
            "No column is known as steps or epochs. Say which one is, for instance with "
            f"--column epoch=NAME; the columns are {listed(table.names, 20)}."
        )
    settings = [name for name in table.names if clock_column([name], tuple(SETTINGS))]
    runs = [n for n in table.names if clock_column([n], tuple(RUNS)) and _differs(table, n)]
    if runs or len(settings) > 1:
        names = listed(list(dict.fromkeys(settings + runs)))
        raise rows_are_runs(
            f"settings are among the columns, {names}, and none counts steps or epochs"
        )
    notes.append("There is no column of epochs; each row was read as one.")
    numbers = np.arange(1.0, table.n_rows + 1)
    everywhere = np.ones(table.n_rows, bool)
    return Table({**table.values, ROW: numbers}, {**table.present, ROW: everywhere}), ROW


def _differs(table: Table, name: str) -> bool:
    """Return whether a column holds different numbers."""
    return len(np.unique(table.values[name][table.present[name]])) > 1


def _refuse_rewards(names: Sequence[str]) -> None:
    """Raise a ``LogError`` if a column is the reward of an episode."""
    for name in names:
        said = set(words(name))
        if said & EPISODE and said & REWARD:
            raise LogError(
                f"This is a log of reinforcement learning: {name} is a reward. What its losses do "
                "says little of how good a policy is, and no question here is made for it."
            )


def _planned(table: Table, clocks: Clocks, notes: list[str]) -> dict[str, float]:
    """Return the updates that were planned, if a column that stands still is called so."""
    name = clock_column([n for n in table.names if not _differs(table, n)], PLANS)
    if name is None or clocks.steps is None or not table.present[name].any():
        return {}
    planned = float(table.values[name][table.present[name]][0])
    if not clocks.steps[-1] <= planned < MOST_STEPS:
        return {}
    notes.append(f"{name} is the same in all rows: the updates that were planned.")
    return {"steps_planned": planned}


def _said(options: Options, notes: list[str]) -> dict[str, float]:
    """Return the facts that the user told, and note each."""
    for name, value in options.facts.items():
        notes.append(f"{FACTS[name].capitalize()}: {value:,g}, as you said.")
    return dict(options.facts)


def _made(clocks: Clocks, notes: list[str]) -> dict[str, float]:
    """Return updates and passes up to the last row, and the updates of an epoch."""
    made = {}
    if clocks.steps is not None:
        made["steps_made"] = float(clocks.steps[-1])
    if clocks.epochs is not None:
        made["epochs_made"] = float(clocks.epochs[-1])
    if clocks.steps_per_epoch is not None:
        made["steps_per_epoch"] = clocks.steps_per_epoch
    if clocks.steps_per_epoch is not None and clocks.epochs is not None:
        ended, last = float(np.ceil(clocks.epochs[-1])), float(clocks.epochs[-1])
        gaps = np.diff(np.unique(clocks.epochs))
        others = (np.abs(clocks.epochs - np.round(clocks.epochs)) < WHOLE).any()  # that ended
        if len(gaps) and 0 < ended - last < np.median(gaps) < 0.5 and not others:
            made["epochs_made"] = ended
            notes.append(
                f"No row stands at the end of epoch {ended:,.0f}, but the next would have stood "
                "beyond it, so it was taken as ended."
            )
    return made
