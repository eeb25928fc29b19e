"""Write the question bank for other programs and for paper.

``python -m everystep.bank.exports [FOLDER]`` writes an Anki package, Moodle XML, GIFT, QTI 1.2 and
2.1, and a paper to print for every chapter and pool. The same question files give the same bytes.
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from everystep.bank.exports.anki import apkg
from everystep.bank.exports.gift import gift
from everystep.bank.exports.moodle import moodle_xml
from everystep.bank.exports.paper import paper
from everystep.bank.exports.qti12 import qti12
from everystep.bank.exports.qti21 import qti21
from everystep.bank.exports.written import written
from everystep.bank.read import Bank, read_bank

QUESTIONS = Path("questions")


def exports(bank: Bank) -> dict[str, bytes]:
    """Map the name of every file to its content."""
    files = {
        "everystep.apkg": apkg(bank),
        "everystep-moodle.xml": moodle_xml(bank).encode(),
        "everystep-gift.txt": gift(bank).encode(),
        "everystep-qti12.zip": qti12(bank),
        "everystep-qti21.zip": qti21(bank),
    }
    for name, group in written(bank, all_variants=False).items():
        title = f"Questions: {name.replace('-', ' ')}"
        files[f"paper-{name}.html"] = paper(title, group).encode()
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Write all files into a folder and print their names; return 1 if that cannot be done.

    Args:
        arguments: of the command line, by default those of this process.
    """
    parser = argparse.ArgumentParser(
        prog="python -m everystep.bank.exports",
        description="Write the question bank for other programs and for paper.",
    )
    parser.add_argument(
        "folder",
        nargs="?",
        default=Path("_build/exports"),
        type=Path,
        help="where to write; made if it is not there (default: %(default)s)",
    )
    folder = parser.parse_args(arguments).folder
    try:
        files = exports(read_bank(QUESTIONS))
    except ValueError as error:
        print(error)
        return 1
    try:
        write(files, folder)
    except (OSError, ValueError) as error:
        print(f"{str(folder)!r} must be a folder that can be made and written to: {error}")
        return 1
    for name, content in files.items():
        print(f"{len(content):9,} bytes  {folder / name}")
    return 0


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder: all of them in full, or none.

    Raises:
        OSError: if the folder cannot be made or written to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as unfinished:
        for name, content in files.items():
            (Path(unfinished) / name).write_bytes(content)
        for name in files:
            (Path(unfinished) / name).replace(folder / name)


if __name__ == "__main__":
    sys.exit(main())
