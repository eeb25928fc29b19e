"""Logs drawn by hand, in which one thing is wrong."""

import numpy as np

from everystep.clinic.run_log import Curve, RunLog

EPOCHS = np.arange(1.0, 31.0)
FALL = 0.2 + 2 * np.exp(-EPOCHS / 3)  # at rest in the end
RATES = 0.1 * (1 - EPOCHS / 30) + 1e-4


def log_of(facts=None, notes=(), **values):
    """Return a log with a curve for each role; a list of arrays gives a role several."""
    curves = {}
    for role, given in values.items():
        several = given if isinstance(given[0], np.ndarray) else [given]
        curves[role] = tuple(
            Curve(f"{role} {place}", np.asarray(v, float), epochs=EPOCHS[: len(v)])
            for place, v in enumerate(several, 1)
        )
    return RunLog("table", curves, {"epochs_made": 30.0} | (facts or {}), tuple(notes), "epoch")


def sound(facts=None, **changes):
    """Return a log in which nothing is wrong, with some curves in place of its own."""
    values = {"train_loss": FALL, "val_loss": FALL + 0.1, "val_accuracy": 1 - FALL / 3}
    values |= {"rate": RATES} | changes
    return log_of(facts, **{role: given for role, given in values.items() if given is not None})
