"""Lay out a new chapter: every room, filled with placeholders that work until they are replaced.

``python -m everystep.authoring.scaffold 08-scaling-out`` copies ``tools/chapter/``, whose chapter
is called ``00-newchapter``, under the new name, and enters it into the manifest. The gates refuse
the chapter as long as the word PLACEHOLDER stands in one of its rooms.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import yaml

from everystep.authoring.manifest import (
    MANIFEST,
    NAME,
    PREFIX,
    ROOT,
    TOC,
    Chapter,
    ManifestError,
    Minutes,
    read_manifest,
    toc,
)

TEMPLATE = "tools/chapter"
TEMPLATE_NAME, TEMPLATE_MODULE = "00-newchapter", "newchapter"
KIND = "lesson"
PLACEHOLDER = "PLACEHOLDER"


def lay_out(root: Path, chapter: Chapter) -> list[str]:
    """Write all rooms of a new chapter, and enter it into the manifest and the table of contents.

    Args:
        root: the repository.
        chapter: the chapter.

    Returns:
        What was written, relative to ``root``; the exercises are generated from it later.

    Raises:
        ManifestError: if the chapter does not follow the last one, or its name or prefix is taken.
        FileExistsError: if a room is there already. Nothing is written then.
    """
    manifest = read_manifest(root)
    entry = yaml.safe_dump([chapter.model_dump()], sort_keys=False, allow_unicode=True, width=1000)
    try:
        extended = type(manifest).model_validate(
            manifest.model_dump() | {"chapters": [*manifest.chapters, chapter]}
        )
    except ValueError as error:
        raise ManifestError(f"{chapter.name} cannot be added: {error}") from error
    rooms = {
        _renamed(path.relative_to(root / TEMPLATE).as_posix(), chapter): _renamed(
            path.read_text(encoding="utf-8"), chapter
        )
        for path in sorted((root / TEMPLATE).rglob("*"))
        if path.is_file() and path.suffix != ".pyc"
    }
    if there := [place for place in extended.rooms_of(chapter).values() if (root / place).exists()]:
        raise FileExistsError(f"{there[0]} is there already")
    for place, text in rooms.items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_text(text, encoding="utf-8")
    with (root / MANIFEST).open("a", encoding="utf-8") as file:
        file.write(indent(entry, "  "))
    (root / TOC).write_text(toc(read_manifest(root)), encoding="utf-8")
    return list(rooms)


def _renamed(text: str, chapter: Chapter) -> str:
    """Return a text of the template in which names are those of the chapter."""
    text = text.replace(TEMPLATE_NAME, chapter.name)
    # Ids of findings and figures, and of questions, begin with the prefix.
    for end in (".", "-"):
        for before in ('"', "`", ":", "<", " "):
            text = text.replace(f"{before}{TEMPLATE_MODULE}{end}", f"{before}{chapter.prefix}{end}")
    return text.replace(TEMPLATE_MODULE, chapter.module)


def placeholders(root: Path) -> list[str]:
    """Return ``place:line`` of every placeholder that is left in a room of a chapter."""
    manifest = read_manifest(root)
    places = [p for chapter in manifest.chapters for p in manifest.rooms_of(chapter).values()]
    return [
        f"{place}:{number}"
        for place in [*places, MANIFEST]
        if (root / place).is_file()
        for number, line in enumerate((root / place).read_text(encoding="utf-8").splitlines(), 1)
        if PLACEHOLDER in line
    ]


def main() -> None:
    """Lay out the chapter, run its solutions once, and generate its exercises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="number and name, such as 08-scaling-out")
    parser.add_argument("--title", default=f"{PLACEHOLDER}, a title", help="caption in the menu")
    parser.add_argument(
        "--question", default=f"{PLACEHOLDER}, a question?", help="the concept page's title"
    )
    parser.add_argument("--prefix", help="first part of the findings' ids; the name's first word")
    arguments = parser.parse_args()
    if not NAME.fullmatch(arguments.name):
        sys.exit(f"NAME must be like 08-scaling-out, got {arguments.name!r}")
    prefix = arguments.prefix or arguments.name.split("-")[1]
    if not PREFIX.fullmatch(prefix):
        sys.exit(f"the prefix must be one lower-case word, got {prefix!r}")
    chapter = Chapter(
        name=arguments.name,
        title=arguments.title,
        question=arguments.question,
        prefix=prefix,
        kind=KIND,
        minutes=Minutes(concept=20, lab=25, exercises=45),
        shows=f"{PLACEHOLDER}: it falls by {{finding}}`{{mean:.2f}} nats <{prefix}.loss-falls>`.",
    )
    try:
        written = lay_out(ROOT, chapter)
    except (ManifestError, FileExistsError) as error:
        sys.exit(str(error))
    solutions = chapter.place("solutions")
    for module, argument in (("tidy", solutions), ("exercises", chapter.name)):
        command = [sys.executable, "-m", f"everystep.authoring.{module}", argument]
        subprocess.run(command, cwd=ROOT, check=True)
    print("\n".join(["wrote", *(f"  {place}" for place in written), f"  {MANIFEST}", f"  {TOC}"]))
    print(f"Fill them in: `make check` tells where the word {PLACEHOLDER} is left.")


if __name__ == "__main__":
    main()
