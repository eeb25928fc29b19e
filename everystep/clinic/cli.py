"""The command ``everystep``: ``everystep diagnose LOG`` reads a log and says what may be wrong."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from everystep.clinic.diagnosis import examine
from everystep.clinic.readers.build import Options
from everystep.clinic.readers.registry import read_logs
from everystep.clinic.readers.tables import printable
from everystep.clinic.report import as_text
from everystep.clinic.run_log import FACTS, ROLES, LogError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status: 0, or 1 with a sentence that says why.

    Args:
        arguments: what follows the command; without it, what the shell gave.
    """
    given = _parser().parse_args(arguments)
    try:
        log = read_logs(given.log, _options(given))
        # Numbers out of reach become infinite or NaN, for which the questions are made.
        with np.errstate(all="ignore"):
            diagnosis = examine(log)
            name = printable(" + ".join(path.name for path in given.log))
            if given.html is not None:
                # Here, since it takes a second to load what draws.
                from everystep.clinic.page import as_html

                _write(given.html, as_html(name, diagnosis))
            _print(as_text(name, diagnosis))
    except LogError as error:
        print(f"everystep diagnose: {printable(str(error))}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="everystep", description="Every Step Counts")
    commands = parser.add_subparsers(required=True)
    diagnose = commands.add_parser(
        "diagnose",
        help="say what a training's log shows, and what may be wrong",
        description="Read the log of a training (of Hugging Face's Trainer, Lightning, Keras, "
        "Ultralytics, OpenMMLab, an export of TensorBoard or Weights & Biases, or any table with "
        "steps or epochs) and say what it shows, whether its numbers agree, and what may be wrong.",
    )
    diagnose.add_argument(
        "log", type=Path, nargs="+", help="the log's file; of TensorBoard's exports, several"
    )
    diagnose.add_argument("--html", type=Path, metavar="FILE", help="write a page too")
    diagnose.add_argument(
        "--say",
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME=NUMBER",
        help=f"what you know and the log does not tell: {', '.join(FACTS)}",
    )
    diagnose.add_argument(
        "--column",
        nargs="+",
        action="extend",
        default=[],
        metavar="ROLE=NAME",
        help=f"which column is what; roles are step, epoch, {', '.join(ROLES)}",
    )
    diagnose.add_argument("--run", type=int, help="which run of a file with several, from 1")
    for clock in ("steps", "epochs"):
        diagnose.add_argument(
            f"--{clock}-from",
            type=int,
            choices=(0, 1),
            help=f"what the first of the {clock} is called",
        )
    return parser


def _options(given: argparse.Namespace) -> Options:
    """Return what the reader is told.

    Raises:
        LogError: if it is told something that it does not understand.
    """
    facts = {}
    for name, value in _pairs("--say", given.say):
        try:
            facts[name] = float(value)
        except ValueError:
            raise LogError(f"--say {name} must be a number, got {value!r}.") from None
    columns = dict(_pairs("--column", given.column))
    return Options(columns, facts, given.run, given.steps_from, given.epochs_from)


def _pairs(option: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    split = [text.partition("=") for text in texts]
    if wrong := next((name for name, equals, _ in split if not equals), None):
        raise LogError(f"{option} takes pairs such as NAME=VALUE, got {wrong!r}.")
    return [(name.strip(), value.strip()) for name, _, value in split]


def _write(path: Path, page: str) -> None:
    """Write a page, whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(page, encoding="utf-8")
        beside.replace(path)
    except (OSError, ValueError) as error:
        beside.unlink(missing_ok=True)
        reason = getattr(error, "strerror", None) or error
        raise LogError(f"The page cannot be written to {path}: {reason}.") from None


def _print(text: str) -> None:
    """Print text also where the terminal's encoding lacks some of its letters."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), end="")


if __name__ == "__main__":
    sys.exit(main())
