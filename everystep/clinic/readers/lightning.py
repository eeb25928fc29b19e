"""The ``metrics.csv`` of Lightning's ``CSVLogger``.

Training and validation stand on rows of their own, with empty cells between. ``step`` is the last
one before the row, counted from 0; ``epoch`` is the one in progress, counted from 0.
"""

import numpy as np

from everystep.clinic.readers.build import Options, build
from everystep.clinic.readers.clocks import ends_of_epochs, filled
from everystep.clinic.readers.names import meaning
from everystep.clinic.readers.tables import Table
from everystep.clinic.run_log import RunLog

NAME = "Lightning metrics.csv"
LOG_EVERY_N_STEPS = 50


def recognizes(table: Table) -> bool:
    """Return whether a table has both clocks, and is written as Lightning writes it.

    A program of another kind may have the same two columns. Lightning's leaves cells empty, has a
    row for each epoch whose step, counted from 0, is the epoch's last, or one after every fiftieth
    step, which is its default, or after every step.
    """
    if not {"step", "epoch"} <= set(table.names):
        return False
    steps, epochs = (filled(table.values[name], table.present[name]) for name in ("step", "epoch"))
    if (epochs != epochs.round()).any() or (np.diff(steps)[np.diff(epochs) > 0] < 0).any():
        return False
    empty = any(not present.all() for present in table.present.values())
    as_usual = len(steps) > 1 and ((steps + 1) % LOG_EVERY_N_STEPS == 0).all()
    singly = epochs[0] == 0 and np.array_equal(steps, np.arange(len(steps)))
    return bool(empty or as_usual or singly or ends_of_epochs(steps + 1, epochs))


def read(table: Table, options: Options, notes: list[str]) -> RunLog:
    """Return the log of a table."""
    notes.append("step is the number of the last update, counted from 0.")
    table = _without_batches_of_validation(table, notes)
    table = _ended(table, notes)
    if "train_loss" in table.names and "train_loss_epoch" not in table.names:
        notes.append(
            "train_loss is taken for the loss of single batches, unless a row ends an epoch."
        )
    return build(NAME, table, options, notes, steps_from=0)


def _without_batches_of_validation(table: Table, notes: list[str]) -> Table:
    """Leave out rows of single batches of validation: their steps count those and no updates."""
    others = [n for n in table.names if n not in ("step", "epoch") and not _is_of_a_batch(n)]
    if len(others) == len(table.names) - 2 or not others:
        return table
    kept = np.any([table.present[name] for name in others], axis=0)
    if kept.all() or not kept.any():
        return table
    notes.append(
        f"{(~kept).sum():,} rows of single batches of validation were left out: their steps count "
        "those batches."
    )
    return table.rows(kept)


def _is_of_a_batch(name: str) -> bool:
    return name.endswith("_step") and meaning(name).part != "train"


def _ended(table: Table, notes: list[str]) -> Table:
    """Return the table with what was measured after the training at the training's end.

    ``Trainer.validate`` and ``Trainer.test`` write the number of updates made, which is that of an
    update, and an epoch, that never came.
    """
    steps, epochs = (filled(table.values[name], table.present[name]) for name in ("step", "epoch"))
    last = np.flatnonzero(steps < steps[-1])
    if not len(last) or steps[last[-1]] != steps[-1] - 1:
        return table
    # A test that ends the file stands at the number of updates made, with the last epoch or a next.
    new = [n for n in table.names if table.present[n][last[-1] + 1 :].any()]
    tested = all(meaning(n).part == "test" for n in new if n not in ("step", "epoch"))
    if not tested and epochs[last[-1]] != epochs[-1] - 1:
        return table
    notes.append("The rows after the last update were read as measured at the end of the training.")
    after = np.arange(len(steps)) > last[-1]
    values = {
        "step": np.where(after, steps - 1, steps),
        "epoch": np.where(after, epochs[last[-1]], epochs),
    }
    return Table({**table.values, **values}, table.present)
