"""Tasks whose answer is a script: run in processes of its own, with a time limit."""

import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from everystep.checks.judge import is_missing
from everystep.checks.values import as_text, cut
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict
from everystep.measure.processes import run_process

LIMIT_SECONDS = 30
TAKEN_AWAY = 86  # the exit code of a run that was interrupted
EPOCH = "epoch="  # how the line of an epoch begins
# Runs the script that is named first and ends it at once, without any cleaning up, after the lines
# of as many epochs as the second word says; 0 is for a run that nothing interrupts.
HOST = f"""
import os, runpy, sys
path, epochs = sys.argv[1], int(sys.argv[2])
class Counted:
    def __init__(self, real):
        self.real, self.begun, self.printed = real, "", 0
    def write(self, text):
        self.real.write(text)
        *lines, self.begun = (self.begun + text).split(chr(10))
        for line in lines:
            self.printed += line.startswith({EPOCH!r})
            if epochs and self.printed == epochs:
                self.real.flush()
                os._exit({TAKEN_AWAY})
        return len(text)
    def __getattr__(self, name):
        return getattr(self.real, name)
sys.stdout = Counted(sys.stdout)
sys.argv = [path, *sys.argv[3:]]
runpy.run_path(path, run_name="__main__")
"""


class FailedRunError(Exception):
    """A run of the learner's script that did not end as it should; says how in a sentence."""


@dataclass(frozen=True)
class Resumed:
    """What is left of a job that was interrupted after its second epoch, and run again.

    Attributes:
        model: what ``model.json`` in the model folder holds, rounded; None if there is none.
        began: the epoch of the first line that the second run printed; None if it printed none.
        saved: whether the first run left something in its checkpoint folder.
    """

    model: float | None
    began: str | None
    saved: bool


@dataclass(frozen=True)
class ResumeTask:
    """A task whose answer is a script that goes on where it was interrupted.

    The script prints a line ``epoch=N ...`` for every epoch, keeps its state in
    ``--checkpoint_dir`` and writes a number into ``model.json`` in the folder that SM_MODEL_DIR
    names. It runs twice: the first run is ended after its second line.

    Attributes:
        name: what the learner's variable is called; it holds the script's text, or its path.
        model: the number expected.
        mistakes: mistakes by id, whose answers are scripts.
        limit: seconds after which a run is stopped.
    """

    name: str
    model: float
    mistakes: Mapping[str, Mistake]
    limit: float = LIMIT_SECONDS

    def __call__(self, answer: Any) -> Verdict:
        """Return the verdict on the learner's script, whatever the script does."""
        if is_missing(answer):
            return Verdict(self.name, NOT_ATTEMPTED)
        source = answer
        if isinstance(answer, Path):
            if not answer.is_file():
                return self._not_yet(f"There is no file {cut(str(answer))}.")
            source = answer.read_text(encoding="utf-8")
        if not isinstance(source, str):
            shown = cut(as_text(answer))
            return self._not_yet(f"A script is expected, as a string or a path, got {shown}.")
        try:
            came = resumed(source, self.limit)
        except FailedRunError as failed:
            return self._not_yet(str(failed))
        if came == Resumed(round(self.model, 9), "3", True):
            return Verdict(self.name, CORRECT)
        for id, mistake in self.mistakes.items():
            if any(came == resumed(known, self.limit) for known in mistake.answers):
                if mistake.as_given:
                    still = "So far it does what the script as given does."
                    return Verdict(self.name, NOT_ATTEMPTED, still, id)
                return self._not_yet(mistake.hint, id)
        saved = "left something" if came.saved else "left nothing"
        began = "printed no epoch" if came.began is None else f"began with epoch {came.began}"
        return self._not_yet(
            f"The first run {saved} in --checkpoint_dir, and the second {began} and left the model "
            f"{came.model}; expected are epoch 3 and {self.model:.6g}."
        )

    def _not_yet(self, message: str, mistake: str | None = None) -> Verdict:
        return Verdict(self.name, NOT_YET, message, mistake)


@cache
def resumed(source: str, limit: float) -> Resumed:
    """Run a script, end it after its second epoch's line, run it again; return what is left.

    Raises:
        FailedRunError: if a run does not end in time, ends with an error, or the first one prints
            the lines of fewer than two epochs.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "script.py").write_text(source, encoding="utf-8")
        for place in ("model", "checkpoints"):
            (folder / place).mkdir()
        code, _ = _run(folder, 2, limit)
        if code != TAKEN_AWAY:
            raise FailedRunError(
                f"The first run printed fewer than two lines that begin with {EPOCH}; one an epoch "
                "is needed."
            )
        saved = any((folder / "checkpoints").iterdir())
        _, output = _run(folder, 0, limit)
        model = folder / "model" / "model.json"
        epochs = [line for line in output.splitlines() if line.startswith(EPOCH)]
        began = epochs[0].removeprefix(EPOCH).split()[:1] if epochs else []
        try:
            left = round(float(json.loads(model.read_text())), 9) if model.exists() else None
        except (ValueError, TypeError, OverflowError):
            raise FailedRunError("model.json holds no number.") from None
        return Resumed(left, began[0] if began else None, saved)


def _run(folder: Path, lines: int, limit: float) -> tuple[int, str]:
    """Run the script once; return its exit code and what it printed."""
    # -P, so that a neighbor of the script hides no module.
    command = [sys.executable, "-P", "-c", HOST, str(folder / "script.py"), str(lines)]
    command += ["--epochs=5", f"--checkpoint_dir={folder / 'checkpoints'}"]
    environment = {"SM_MODEL_DIR": str(folder / "model")}
    try:
        ended = run_process(command, limit=limit, environment=environment, folder=folder)
    except TimeoutError:
        message = f"The script was stopped after {limit:g} s. Does a loop never end?"
        raise FailedRunError(message) from None
    if ended.code not in (0, TAKEN_AWAY):
        last = (ended.errors.strip().splitlines() or ["it said nothing"])[-1]
        raise FailedRunError(f"The script ended with exit code {ended.code}: {cut(last)}")
    return ended.code, ended.output
