"""Run a command to its end, or to its time limit, and leave nothing of it running."""

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psutil

from everystep.core.validation import require_number

LONGEST_QUOTE = 600


@dataclass(frozen=True)
class Ended:
    """How a process came out.

    Attributes:
        code: its exit code; that of a process which a signal ended is minus the signal's number.
        output: what it and its children wrote to the standard output.
        errors: what they wrote to the standard error.
    """

    code: int
    output: str
    errors: str


def run_process(
    command: Sequence[str | Path],
    *,
    limit: float,
    environment: Mapping[str, str] | None = None,
    folder: str | Path | None = None,
) -> Ended:
    """Run a command in a process group of its own, and leave nothing of the group running.

    At the limit, or when the caller is interrupted, its children in other groups are ended too,
    such as the workers of torchrun.

    Args:
        command: the program and its arguments.
        limit: seconds after which it is stopped.
        environment: variables to set, on top of those of this process.
        folder: in which it runs; the current one if not given.

    Raises:
        ValueError: if the command is empty or the limit is not a positive number.
        FileNotFoundError: if there is no such program or folder.
        TimeoutError: if it was stopped at the limit, with the last that it wrote.
    """
    if isinstance(command, str) or not command:
        raise ValueError(f"command must be a list of a program and its arguments, got {command!r}")
    require_number("limit", limit, positive=True)
    # Files, since a pipe stays open as long as any child that was left behind.
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = _start(command, output, errors, dict(environment or {}), folder)
        try:
            code = process.wait(limit)
        except psutil.TimeoutExpired:
            code = None
        finally:
            _end(process)
        written, complaints = _all_of(output), _all_of(errors)
    if code is None:
        last = (written + complaints).strip()[-LONGEST_QUOTE:] or "nothing"
        raise TimeoutError(
            f"stopped after {limit:g} seconds: {' '.join(map(str, command))}\n"
            f"The last that it wrote: {last}"
        )
    return Ended(code, written, complaints)


def _start(command, output, errors, environment, folder) -> psutil.Popen:
    return psutil.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        env=os.environ | environment,
        cwd=folder,
        start_new_session=True,
    )


def _all_of(file: IO[str]) -> str:
    file.seek(0)
    return file.read()


def _end(process: psutil.Popen) -> None:
    """Kill a process, its group, its children and the groups that they lead."""
    family = [process]
    with contextlib.suppress(psutil.NoSuchProcess):
        process.suspend()  # so that it starts no more
        # torchrun gives each worker a group of its own, so ending its own would leave them.
        family += process.children(recursive=True)
    for one in family:
        if hasattr(os, "killpg"):  # not on Windows
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait()
