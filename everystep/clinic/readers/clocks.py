"""The clocks of a log: which rows follow each other, and how many updates and passes each saw."""

from dataclasses import dataclass

import numpy as np

from everystep.clinic.readers.tables import Table
from everystep.clinic.run_log import LogError

MOST_STEPS = 1e15
SINCE_1970 = 1e8  # seconds; more is a date, and less the time since a start
ODD_PLACES = 0.34  # of the rows, at most
ROUND = 10  # a multiple of it is a round number of updates
MANY_EPOCHS = 50  # from one row to the next
ENDLESS = 10**9  # passes; whoever writes more means a stream, which has no end


@dataclass(frozen=True, eq=False)
class Clocks:
    """What rows of a table say of time.

    Attributes:
        steps: shape ``(rows,)``, updates made when the row was written, if known.
        epochs: shape ``(rows,)``, passes made by then, if known.
        steps_per_epoch: if the rows tell.
        seconds: shape ``(rows,)``, time since the start, if known.
    """

    steps: np.ndarray | None
    epochs: np.ndarray | None
    steps_per_epoch: float | None = None
    seconds: np.ndarray | None = None


def filled(values: np.ndarray, present: np.ndarray) -> np.ndarray:
    """Return a clock in which an empty cell has the time of the row above, or else of that below.

    Raises:
        LogError: if the clock has no finite time at all.
    """
    good = present & np.isfinite(values)
    if not good.any():
        raise LogError("The column of steps or epochs holds no number.")
    if np.abs(values[good]).max() > MOST_STEPS:
        raise LogError("The column of steps or epochs holds numbers that no run can reach.")
    rows = np.where(good, np.arange(len(values)), -1)
    last = np.maximum.accumulate(rows)
    return values[np.where(last < 0, np.flatnonzero(good)[0], last)]


def rows_are_runs(sign: str) -> LogError:
    """Return the error for a table of which each row is a run of its own, as a sign says."""
    return LogError(f"Each row seems to be another run: {sign}. Give the log of a single run.")


def one_run(table: Table, clock: str, wanted: int | None, notes: list[str]) -> tuple[Table, str]:
    """Return the rows of one run, where a file holds several, or one that was resumed.

    A clock that starts again begins another run; one that falls back to a later moment was resumed
    from a checkpoint, and the rows that were made twice count as the second run of them made them.

    Args:
        table: all rows.
        clock: the column that should only grow.
        wanted: which run, counted from 1; without it, the last.
        notes: where it is told what was done.

    Returns:
        The rows, and which of several runs they are, as ``"run 2 of 3"``; "" if there is one.

    Raises:
        LogError: if there is no such run, or each row seems to be one.
    """
    times = filled(table.values[clock], table.present[clock])
    backward = np.flatnonzero(np.diff(times) < 0) + 1
    if len(backward) > max(20, len(times) / 5):
        notes.append(f"The rows are in no order; they were sorted by {clock}.")
        return table.rows(np.argsort(times, kind="stable")), ""
    starts = [row for row in backward if times[row] <= times[0]]
    if len(times) > 2 and (times[0] == times).all():
        raise rows_are_runs(f"{clock} is the same in all")
    if starts and 2 * (len(starts) + 1) > len(times):
        raise rows_are_runs(f"{clock} starts again and again")
    bounds = [0, *map(int, starts), len(times)]
    chosen = len(bounds) - 1 if wanted is None else wanted
    if not 1 <= chosen < len(bounds):
        raise LogError(f"There is no run {chosen}; the file holds {len(bounds) - 1}.")
    which = ""
    if len(bounds) > 2:
        which = f"run {chosen} of {len(bounds) - 1}"
        notes.append(
            f"The file holds {len(bounds) - 1} runs, one after the other: {clock} starts again. "
            f"This is about run {chosen}; --run 1 is the first."
        )
    rows = np.arange(bounds[chosen - 1], bounds[chosen])
    kept = rows[_last_of_each_moment(times[rows])]
    if len(kept) < len(rows):
        notes.append(
            f"The run was resumed: {clock} falls back, and {len(rows) - len(kept):,} rows that "
            "were made again were left out."
        )
    return table.rows(kept), which


def counted_from_0(table: Table, step: str, notes: list[str]) -> bool:
    """Return whether a row bears the number of its last update, and the first of all is number 0.

    Rows that stand at equal distances begin one update before the first of those distances; an
    epoch's end may stand between them.
    """
    steps = np.unique(filled(table.values[step], table.present[step]))
    gaps = np.diff(steps)
    if len(gaps) < 2 or gaps[0] < 2 or steps[0] != gaps[0] - 1:
        return False
    if ((steps + 1) % gaps[0] != 0).mean() > ODD_PLACES:
        return False
    notes.append(f"{step} counts from 0: its first record stands one before {gaps[0]:,.0f}.")
    return True


def count_through(
    table: Table, step: str, epoch: str, steps_from: int | None, notes: list[str]
) -> tuple[Table, float] | None:
    """Return the table with steps that count on where those of the file begin anew in each epoch.

    Args:
        table: all rows.
        step: the column of steps. A row without one stands at the end of its epoch.
        epoch: the column of epochs in progress.
        steps_from: what the first update of an epoch is called; without it, 0 if any is 0.
        notes: where it is told what was done.

    Returns:
        The table, whose steps are now updates made, and whose epochs passes made; and the updates
        of an epoch. None if the steps count on already, or are no counts.
    """
    told = table.present[step] & table.present[epoch]
    if not told.any() or (table.present[step] & ~told).any():
        return None
    steps, epochs = table.values[step][told], table.values[epoch][told]
    if not _begin_anew(steps, epochs):
        return None
    if steps_from is None:
        # Of round numbers, one is missing where the first update is number 0.
        steps_from = 0 if steps.min() == 0 or (steps[0] + 1) % ROUND == 0 else 1
    made = table.values[step] + (1 - steps_from)
    gaps, times = np.unique(np.diff(steps)[np.diff(epochs) == 0], return_counts=True)
    gap = float(gaps[times == times.max()][-1]) if len(gaps) else 1.0
    first, longest = float(made[told][0]), float(made[told].max())
    # Where rows stand at regular places, an epoch's last updates may have none. Those places are
    # no nearer to each other than the first is to the start.
    gap = max(gap, first) if len(gaps) else gap
    exact = gap <= 1 or (longest - first) % gap != 0
    per_epoch = longest if exact else longest + gap // 2
    before = (table.values[epoch] - min(epochs.min(), 1)) * per_epoch
    made = before + np.where(table.present[step], made, per_epoch)
    notes.append(
        f"{step} begins anew in each epoch and was counted on, with {'' if exact else 'about '}"
        f"{per_epoch:,.0f} updates an epoch."
    )
    values = {**table.values, step: made, epoch: made / per_epoch}
    return Table(values, {**table.present, step: table.present[epoch]}), per_epoch


def _begin_anew(steps: np.ndarray, epochs: np.ndarray) -> bool:
    """Return whether counts of steps rise within epochs, and from one epoch to the next never."""
    clocks = np.stack([steps, epochs])
    if not (np.isfinite(clocks).all() and (clocks == clocks.round()).all() and steps.max() >= 1):
        return False
    onward, later = np.diff(steps), np.diff(epochs)
    anew = (later > 0).any() and (onward[later > 0] <= 0).all()
    return bool(anew and (onward[later == 0] > 0).all())


def _last_of_each_moment(times: np.ndarray) -> np.ndarray:
    """Return whether no later row is earlier than this one."""
    earliest_later = np.minimum.accumulate(times[::-1])[::-1]
    return times <= earliest_later


def seconds_of(table: Table, name: str | None, notes: list[str]) -> np.ndarray | None:
    """Return the time since the start of a column that only grows; None if it is another's time.

    Args:
        table: the rows of one run.
        name: the column, if there is one.
        notes: where it is told what was assumed.
    """
    if name is None:
        return None
    good = table.present[name] & np.isfinite(table.values[name])
    if not good.any() or np.abs(table.values[name][good]).max() > MOST_STEPS:
        return None
    times = filled(table.values[name], good)
    if (np.diff(times) < 0).any() or times[-1] <= times[0]:
        return None
    notes.append(f"{name} was read as seconds.")
    return times - times[0] if times[0] > SINCE_1970 else times


def clocks_of(
    table: Table,
    step: str | None,
    epoch: str | None,
    *,
    epochs_are_passes: bool,
    steps_from: int,
    epochs_from: int | None,
    notes: list[str],
) -> Clocks:
    """Return how many updates and passes the rows of one run saw.

    Args:
        table: the rows.
        step: the column of steps, if there is one.
        epoch: the column of epochs, if there is one.
        epochs_are_passes: whether the column of epochs holds passes made, whole or not.
        steps_from: 0 if a row bears the number of its last update, counted from 0; 1 if it bears
            the number of updates made.
        epochs_from: the same for epochs; without it, 0 if the first row says 0 and the next 1.
        notes: where it is told what was assumed.
    """
    steps = None
    if step is not None:
        steps = filled(table.values[step], table.present[step]) + (1 - steps_from)
    if epoch is None:
        return Clocks(steps, None)
    epochs = filled(table.values[epoch], table.present[epoch])
    if epochs_are_passes or (epochs != np.round(epochs)).any():
        return Clocks(steps, epochs)
    if steps is not None and step is not None:
        # An empty cell that took the epoch above may belong to the next one.
        told = table.present[step] & table.present[epoch]
        return _epochs_in_progress(steps, epochs, told, notes)
    if epochs_from is None:
        epochs_from = _first_epoch(epochs, epoch, notes)
    return Clocks(None, epochs + (1 - epochs_from))


def _first_epoch(epochs: np.ndarray, name: str, notes: list[str]) -> int:
    """Return what the first epoch is called, 0 or 1, by rows that end epochs."""
    gap = float(np.median(np.diff(epochs))) if len(epochs) > 1 else 1.0
    first = 0 if epochs[0] == 0 and gap <= 1 else 1
    if first == 0:
        notes.append(
            "Epochs count from 0: the row of epoch 0 was written after one pass, and is called "
            "epoch 1 here."
        )
    elif epochs[0] == 0:
        notes.append(
            f"Rows are {gap:,.0f} epochs apart, and epoch 0 was read as before the training."
        )
    if gap >= MANY_EPOCHS:
        notes.append(f"If {name} counts updates, say so with --column step={name} --column epoch=.")
    return first


def ends_of_epochs(steps: np.ndarray, epochs: np.ndarray) -> bool:
    """Return whether every row ends an epoch, all epochs having the same number of updates.

    Args:
        steps: shape ``(rows,)``, updates made.
        epochs: shape ``(rows,)``, the number of the epoch in progress, counted from 0.
    """
    per_epoch = steps[0] / (epochs[0] + 1)
    return bool(per_epoch >= 1 and (steps == per_epoch * (epochs + 1)).all())


def _epochs_in_progress(
    steps: np.ndarray, epochs: np.ndarray, told: np.ndarray, notes: list[str]
) -> Clocks:
    """Read passes off steps, where a row bears the number of the epoch that it was written in."""
    numbers, at = (epochs - min(epochs.min(), 1))[told], steps[told]
    least, most = _bounds_of_an_epoch(at, numbers)
    if not 1 <= least <= most:
        return Clocks(steps, None)
    whole = np.ceil(least)
    # Either one whole number is possible, or rows were written at the ends of epochs, or at the
    # same places of all.
    ended = np.unique(numbers[at == least * (numbers + 1)])
    between = _between_epochs(at, numbers)
    exact = whole <= most < whole + 1 or len(ended) > 1
    if not exact and least <= between <= most:
        exact, whole = True, np.float64(between)
    per_epoch = float(whole) if exact else (least + most) / 2
    several = "" if per_epoch == 1 else "s"
    notes.append(
        f"An epoch has {'' if exact else 'about '}{per_epoch:,.0f} update{several}: so the "
        "numbers of steps and epochs fit together."
    )
    return Clocks(steps, steps / per_epoch, per_epoch)


def _between_epochs(steps: np.ndarray, epochs: np.ndarray) -> float:
    """Return the updates from the first row of an epoch to that of the next, if always as many.

    NaN where they differ, or rows stand at multiples of a number, which say less of epochs.
    """
    numbers, first = np.unique(epochs, return_index=True)
    apart = np.diff(steps[first]) / np.diff(numbers)
    within = np.diff(steps)[np.diff(epochs) == 0]
    if len(apart) < 2 or (apart != apart[0]).any() or (within <= 0).any():
        return np.nan
    multiples = bool(len(within)) and (steps % np.median(within) == 0).all()
    return np.nan if multiples else float(apart[0])


def _bounds_of_an_epoch(steps: np.ndarray, epochs: np.ndarray) -> tuple[float, float]:
    """Return the least and the most updates of an epoch that the rows allow.

    At the last row of epoch e, counted from 0, at most e + 1 passes were made; at the first row of
    the next epoch, more than that.
    """
    numbers, first, back = np.unique(epochs, return_index=True, return_inverse=True)
    if len(numbers) < 2:
        return 0.0, 0.0
    last = np.zeros(len(numbers))
    np.maximum.at(last, back, steps)
    each = last / (numbers + 1)
    most = (steps[first][1:] / (numbers[:-1] + 1)).min()
    # What stands at the end may have been measured after the training.
    least = each.max() if each[-1] < most else each[:-1].max()
    return float(least), float(np.nextafter(most, 0))
