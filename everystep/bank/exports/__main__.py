"""Write the question bank for other programs and for paper.

``python -m everystep.bank.exports [FOLDER]`` writes an Anki package, Moodle XML, GIFT, and a paper
to print for every chapter and pool. The same bank gives the same bytes.
"""

import sys
from pathlib import Path

from everystep.bank.exports.anki import apkg
from everystep.bank.exports.gift import gift
from everystep.bank.exports.moodle import moodle_xml
from everystep.bank.exports.paper import paper
from everystep.bank.exports.written import written
from everystep.bank.read import Bank, BankError, read_bank

QUESTIONS = Path("questions")


def exports(bank: Bank) -> dict[str, bytes]:
    """Map the name of every file to its content."""
    files = {
        "everystep.apkg": apkg(bank),
        "everystep-moodle.xml": moodle_xml(bank).encode(),
        "everystep-gift.txt": gift(bank).encode(),
    }
    for name, group in written(bank, all_variants=False).items():
        title = f"Questions: {name.replace('-', ' ')}"
        files[f"paper-{name}.html"] = paper(title, group).encode()
    return files


def main(folder: str = "_build/exports") -> int:
    """Write all files into a folder and print their names; return 1 if the bank is malformed."""
    try:
        files = exports(read_bank(QUESTIONS))
    except BankError as error:
        print(error)
        return 1
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (target / name).write_bytes(content)
        print(f"{len(content):9,} bytes  {target / name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
