"""``python -m everystep.bank.lint [FOLDER]`` prints what is wrong with the question bank."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from everystep.bank.lint import lint
from everystep.bank.read import BankError, read_bank


def main(arguments: Sequence[str] | None = None) -> int:
    """Print all breaches in a folder of question files; return 1 if there is one.

    Args:
        arguments: of the command line, by default those of this process.
    """
    parser = argparse.ArgumentParser(
        prog="python -m everystep.bank.lint",
        description="Print file, line, question, what is wrong and the rule, for every question "
        "that breaks a rule for writing questions.",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        default=Path("questions"),
        type=Path,
        help="where the question files are (default: %(default)s)",
    )
    folder = parser.parse_args(arguments).folder
    try:
        breaches = lint(read_bank(folder))
    except BankError as error:
        print(error)
        return 1
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
