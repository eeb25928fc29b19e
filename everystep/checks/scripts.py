"""Tasks whose answer is a script: run in processes of its own, with a time limit."""

import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from everystep.checks.judge import is_missing
from everystep.checks.values import agree, as_text, cut
from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict
from everystep.measure.processes import run_process

LIMIT_SECONDS = 30
TAKEN_AWAY = 86  # the exit code of a run that was interrupted
EPOCH = "epoch="  # how the line of an epoch begins
SCENES = ((2, 5), (3, 7))  # after which epoch a job is interrupted, and how many it has
DIGITS = 5  # decimals, to which models are compared with those of mistakes
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
    """What is left of a job that was interrupted, and run again with its checkpoint folder alone.

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
    names. It is run, ended after the line of an epoch, and run again in a new folder that has
    nothing but the checkpoints; and all that a second time, with other epochs.

    Attributes:
        name: what the learner's variable is called; it holds the script's text, or its path.
        model: takes the number of epochs, and returns the number expected.
        mistakes: mistakes by id, whose answers are scripts.
        limit: seconds after which a run is stopped.
    """

    name: str
    model: Callable[[int], float]
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
            try:
                source = answer.read_text(encoding="utf-8")
            except UnicodeError:
                return self._not_yet(f"{cut(str(answer))} is no text in UTF-8.")
        if not isinstance(source, str):
            shown = cut(as_text(answer))
            return self._not_yet(f"A script is expected, as a string or a path, got {shown}.")
        if source.strip().endswith(".py") and "\n" not in source.strip():
            return self._not_yet(f"For a file, hand in a path: Path({cut(source.strip())!r}).")
        try:
            came = resumed(source, self.limit)
        except FailedRunError as failed:
            return self._not_yet(str(failed))
        wrong = [
            self._told(left, *scene)
            for left, scene in zip(came, SCENES, strict=True)
            if not self._right(left, *scene)
        ]
        if not wrong:
            return Verdict(self.name, CORRECT)
        for id, mistake in self.mistakes.items():
            if any(came == resumed(known, self.limit) for known in mistake.answers):
                if mistake.as_given:
                    still = "So far it does what the script as given does."
                    return Verdict(self.name, NOT_ATTEMPTED, still, id)
                return self._not_yet(mistake.hint, id)
        return self._not_yet(wrong[0])

    def _right(self, left: Resumed, stop: int, epochs: int) -> bool:
        model_agrees = left.model is not None and agree(left.model, self.model(epochs))
        return model_agrees and left.began == str(stop + 1) and left.saved

    def _told(self, left: Resumed, stop: int, epochs: int) -> str:
        saved = "left something" if left.saved else "left nothing"
        began = "printed no epoch" if left.began is None else f"began with epoch {left.began}"
        return (
            f"Of {epochs} epochs, the first run was ended after {stop} and {saved} in "
            f"--checkpoint_dir. The second {began} and left the model {left.model}; expected are "
            f"epoch {stop + 1} and {self.model(epochs):.6g}."
        )

    def _not_yet(self, message: str, mistake: str | None = None) -> Verdict:
        return Verdict(self.name, NOT_YET, message, mistake)


@cache
def resumed(source: str, limit: float) -> tuple[Resumed, ...]:
    """Run a script, end it after an epoch's line, run it again; return what is left of each scene.

    Raises:
        FailedRunError: if a run does not end in time, ends with an error, or the first one prints
            the lines of too few epochs.
    """
    return tuple(_resumed(source, stop, epochs, limit) for stop, epochs in SCENES)


def _resumed(source: str, stop: int, epochs: int, limit: float) -> Resumed:
    with tempfile.TemporaryDirectory() as name:
        first, second = Path(name, "first"), Path(name, "second")
        for folder in (first, second):
            (folder / "model").mkdir(parents=True)
            try:
                (folder / "script.py").write_text(source, encoding="utf-8")
            except UnicodeError:
                raise FailedRunError("The script is no text that can be written.") from None
        (first / "checkpoints").mkdir()
        code, _ = _run(first, stop, epochs, limit)
        if code != TAKEN_AWAY:
            raise FailedRunError(
                f"The first run printed fewer than {stop} lines that begin with {EPOCH}; one an "
                "epoch is needed."
            )
        saved = any((first / "checkpoints").iterdir())
        shutil.copytree(first / "checkpoints", second / "checkpoints", symlinks=True)
        _, output = _run(second, 0, epochs, limit)
        model = second / "model" / "model.json"
        lines = [line for line in output.splitlines() if line.startswith(EPOCH)]
        began = lines[0].removeprefix(EPOCH).split()[:1] if lines else []
        try:
            left = round(float(json.loads(model.read_text())), DIGITS) if model.exists() else None
        except (ValueError, TypeError, OverflowError):
            raise FailedRunError("model.json holds no number.") from None
        return Resumed(left, began[0] if began else None, saved)


def _run(folder: Path, stop: int, epochs: int, limit: float) -> tuple[int, str]:
    """Run the script once; return its exit code and what it printed."""
    # -P, so that a neighbor of the script hides no module.
    command = [sys.executable, "-P", "-c", HOST, str(folder / "script.py"), str(stop)]
    command += [f"--epochs={epochs}", f"--checkpoint_dir={folder / 'checkpoints'}"]
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
