"""The table that ties the two programs that read logs: the command's and the page's.

``python -m tests.reference.clinic`` writes it: for each log of ``tests.clinic.kinds_of_logs`` the
report on it, or the sentence with which it is refused.
"""

import json
import tempfile
from pathlib import Path

import numpy as np

from everystep.clinic.diagnosis import examine
from everystep.clinic.readers.build import Options
from everystep.clinic.readers.registry import read_logs
from everystep.clinic.report import sections
from everystep.clinic.run_log import LogError
from tests.clinic.kinds_of_logs import logs, no_logs, tensorboard

TABLE = Path(__file__).with_suffix(".json")
# Logs of which something is told: files, and options as everystep.clinic.readers.build has them.
TOLD = {
    "another run": (["two-runs.log"], {"run": 1}),
    "a run that is not there": (["two-runs.log"], {"run": 3}),
    "columns": (["export.json"], {"columns": {"train_loss": "export"}}),
    "no such column": (["training.log"], {"columns": {"val_loss": "validation"}}),
    "no such role": (["training.log"], {"columns": {"loss": "loss"}}),
    "an empty column": (["empty-column.csv"], {"columns": {"val_loss": "apples"}}),
    "not a rate": (["plateau.csv"], {"columns": {"rate": ""}}),
    "classes": (["training.log"], {"facts": {"n_classes": 10, "val_loss_again": 2, "batch": 8}}),
    "a leak": (["plateau.csv"], {"facts": {"duplicates": 0.125, "n_val": 773, "mixing": 0.25}}),
    "planned": (["trainer_state.json"], {"facts": {"steps_planned": 123456, "n_train": 7e4}}),
    "a set": (["trainer_state.json"], {"facts": {"devices": 2, "accumulation": 4}}),
    "devices": (["trainer_state.json"], {"facts": {"devices": 2}}),
    "accumulation": (["trainer_state.json"], {"facts": {"accumulation": 4}}),
    "epochs from 1": (["results.csv"], {"epochs_from": 0}),
    "steps from 0": (["resumed.csv"], {"steps_from": 0}),
    "joined": (["run-train-tag-loss.csv", "run-validation-tag-loss.csv"], {}),
    "two runs in a curve": (["again-tag-loss.csv"], {}),
    "a curve twice": (["run-train-tag-loss.csv"] * 2, {}),
    "two files": (["training.log", "results.csv"], {}),
}


def files():
    """Return all files by their names, as bytes."""
    curves = {
        "run-train-tag-loss.csv": tensorboard([2 / (1 + i) for i in range(60)]),
        "again-tag-loss.csv": tensorboard([2.0, 1.5]) + tensorboard([1.9, 1.4])[21:],
        "run-validation-tag-loss.csv": tensorboard([2.5 / (1 + i) for i in range(12)], every=50),
    }
    found = (logs() | no_logs() | curves).items()
    return {name: text if isinstance(text, bytes) else text.encode() for name, text in found}


def cases():
    """Return, by its name, what is read: files, and what is told of them."""
    return {name: ([name], {}) for name in logs() | no_logs()} | TOLD


def diagnose(folder, names, options):
    """Return the diagnosis of files that lie in a folder, or the sentence that refuses them."""
    try:
        with np.errstate(all="ignore"):
            return examine(read_logs([Path(folder, name) for name in names], Options(**options)))
    except LogError as error:
        return str(error)


def diagnoses():
    """Return the diagnosis of every case, or the sentence that refuses it."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files().items():
            Path(folder, name).write_bytes(content)
        return {name: diagnose(folder, *case) for name, case in cases().items()}


def told(diagnosis):
    """Return a report as the page has it: the verdict, and sections with their lines."""
    if isinstance(diagnosis, str):
        return diagnosis
    parts = [[section.title, list(section.lines)] for section in sections(diagnosis)]
    return [diagnosis.told.verdict, parts]


def table():
    """Return the table: JSON, with a line for every case."""
    lines = (f"{json.dumps(name)}: {json.dumps(told(one))}" for name, one in diagnoses().items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
