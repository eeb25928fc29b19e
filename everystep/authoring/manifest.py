"""The manifest of the chapters, ``book/chapters.yml``: one place that says what there must be.

``python -m everystep.authoring.manifest`` writes the table of contents, ``_toc.yml``, from it.
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

ROOT = Path(__file__).parents[2]
MANIFEST = "book/chapters.yml"
TOC = "_toc.yml"
# Where each room of a chapter is; {module} is the name as Python can write it.
PLACES = {
    "concept": "book/{name}/concept.md",
    "lab": "book/{name}/lab.ipynb",
    "exercises": "exercises/{name}.ipynb",
    "solutions": "solutions/{name}.ipynb",
    "checks": "everystep/checks/chapters/{module}.py",
    "answers": "tests/checks/chapters/test_{module}.py",
    "quiz": "questions/chapters/{name}.yml",
}
# The rooms that are pages, with their titles in the menu; a concept page has a title of its own.
PAGES = {"concept": "", "lab": "Lab", "exercises": "Exercises"}
NAME = re.compile(r"\d\d(-[a-z]+)+")
PREFIX = re.compile(r"[a-z]+")

Room = Literal["concept", "lab", "exercises", "solutions", "checks", "answers", "quiz"]
Text = Annotated[str, Field(min_length=1)]


class ManifestError(ValueError):
    """The manifest is malformed; the message says where and what was expected."""


def _matches(pattern: re.Pattern[str], example: str) -> AfterValidator:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(f"must be like {example}, got {text!r}")
        return text

    return AfterValidator(check)


class Strict(BaseModel):
    """A model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(Strict):
    """What chapters of one kind have.

    Attributes:
        rooms: the rooms, by the names of ``PLACES``.
        tasks: smallest and largest number of tasks in the exercises.
        questions: smallest number of questions in the quiz.
    """

    rooms: Annotated[tuple[Room, ...], Field(min_length=1)]
    tasks: tuple[int, int] = (0, 0)
    questions: int = 0


class Minutes(Strict):
    """How long a reader needs for each of a chapter's pages."""

    concept: Annotated[int, Field(ge=1)]
    lab: Annotated[int, Field(ge=1)]
    exercises: Annotated[int, Field(ge=1)]


class Chapter(Strict):
    """One chapter; the attributes are explained in the manifest."""

    name: Annotated[str, _matches(NAME, "08-scaling-out")]
    title: Text
    question: Text
    prefix: Annotated[str, _matches(PREFIX, "scaling")]
    kind: str
    minutes: Minutes
    shows: Text

    @property
    def number(self) -> int:
        """The chapter's number, from 1."""
        return int(self.name[:2])

    @property
    def module(self) -> str:
        """The name without its number, as a Python module is called."""
        return self.name[3:].replace("-", "_")

    def place(self, room: Room) -> str:
        """Return where a room is, relative to the repository."""
        return PLACES[room].format(name=self.name, module=self.module)


class Part(Strict):
    """Pages that belong to no chapter: a caption, and titles by page."""

    caption: Text
    pages: Annotated[dict[str, Text], Field(min_length=1)]


class Manifest(Strict):
    """All chapters, in their order, and the pages behind them."""

    root: Text
    kinds: dict[str, Kind]
    parts: tuple[Part, ...]
    chapters: tuple[Chapter, ...]

    @field_validator("chapters")
    @classmethod
    def _in_order(cls, chapters: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        # A chapter that is laid out is written below the others, also where a later one is there.
        return tuple(sorted(chapters, key=lambda chapter: chapter.number))

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        for what in ("name", "number", "prefix"):
            counts = Counter(getattr(chapter, what) for chapter in self.chapters)
            if twice := [text for text, count in counts.items() if count > 1]:
                raise ValueError(f"two chapters have the {what} {twice[0]!r}")
        for chapter in self.chapters:
            if chapter.kind not in self.kinds:
                known = ", ".join(self.kinds)
                raise ValueError(f"{chapter.name}: kind must be one of {known}: {chapter.kind!r}")
        return self

    def rooms_of(self, chapter: Chapter) -> dict[Room, str]:
        """Return the places of a chapter's rooms, relative to the repository."""
        return {room: chapter.place(room) for room in self.kinds[chapter.kind].rooms}

    def with_room(self, room: Room) -> tuple[Chapter, ...]:
        """Return the chapters that have a room."""
        return tuple(c for c in self.chapters if room in self.kinds[c.kind].rooms)


def read_manifest(root: Path = ROOT) -> Manifest:
    """Read the manifest of a repository.

    Raises:
        ManifestError: if it cannot be read, or is malformed.
    """
    path = root / MANIFEST
    try:
        return Manifest.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ManifestError(f"{path}: cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ManifestError(f"{path}: {place}: {first['msg']}") from error


def toc(manifest: Manifest) -> str:
    """Return the text of ``_toc.yml``."""
    parts = []
    for chapter in manifest.chapters:
        places = manifest.rooms_of(chapter)
        pages = {places[room]: title for room, title in PAGES.items() if room in places}
        entries = [
            {"file": place.rsplit(".", 1)[0], "title": title or chapter.question}
            for place, title in pages.items()
        ]
        parts.append({"caption": f"{chapter.number} · {chapter.title}", "chapters": entries})
    for part in manifest.parts:
        entries = [{"file": page, "title": title} for page, title in part.pages.items()]
        parts.append({"caption": part.caption, "chapters": entries})
    content = {
        "format": "jb-book",
        "root": manifest.root,
        "options": {"numbered": False},
        "parts": parts,
    }
    head = f"# Written by `make toc` from {MANIFEST}\n"
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True)


def main() -> None:
    """Write the table of contents."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    try:
        text = toc(read_manifest())
    except ManifestError as error:
        sys.exit(str(error))
    (ROOT / TOC).write_text(text, encoding="utf-8")
    print(f"wrote {TOC}")


if __name__ == "__main__":
    main()
