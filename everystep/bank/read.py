"""Read the question bank. What is wrong with a file is told with its line.

A file's place says what it is for: ``chapters/NN-name.yml`` is the quiz of a chapter, and
``pools/POOL/OBJECTIVE.yml`` has what mock exams draw from for one objective.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from everystep.bank.items import Blueprint, Item, QuestionFile
from everystep.bank.kinds import Question

BLUEPRINT = "blueprint.yml"
# Control characters but tabs and line ends, halves of pairs, and Unicode's private area, with which
# the places of numbers are marked.
UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff]"
)
Model = TypeVar("Model", bound=BaseModel)
# Ten times as fast where PyYAML was built with libyaml, as its wheels are.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class BankError(ValueError):
    """A question file is malformed; the message has file, line and reason."""


@dataclass(frozen=True)
class Located:
    """An item with the place where it is written.

    Attributes:
        item: the item.
        file: the question file.
        line: the item's first line, counted from 1.
        chapter: chapter whose quiz shows it, or None.
        pool: pool of mock exams that it is in, or None.
    """

    item: Item
    file: Path
    line: int
    chapter: str | None
    pool: str | None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The item itself, or the questions of a case."""
        return self.item.questions


@dataclass(frozen=True)
class Bank:
    """All items and the blueprint, with the folder that they were read from."""

    folder: Path
    blueprint: Blueprint
    items: tuple[Located, ...]

    def of_chapter(self, chapter: str) -> tuple[Located, ...]:
        """Return the items of a chapter's quiz, in their order."""
        return tuple(located for located in self.items if located.chapter == chapter)

    def of_pools(self) -> tuple[Located, ...]:
        """Return the items that mock exams draw from."""
        return tuple(located for located in self.items if located.pool is not None)

    def of_files(self) -> dict[str, tuple[Located, ...]]:
        """Return the items of each file, in their order.

        A file is named by its path in the folder without ending, such as ``chapters/01-steps``.
        """
        files: dict[str, tuple[Located, ...]] = {}
        for located in self.items:
            name = located.file.relative_to(self.folder).with_suffix("").as_posix()
            files[name] = (*files.get(name, ()), located)
        return files

    def questions(self) -> Iterator[Question]:
        """Yield every question, those of cases among them."""
        for located in self.items:
            yield from located.questions


def read_bank(folder: Path) -> Bank:
    """Read the blueprint and all question files of a folder.

    Chapters come first, in the order of their names; then pools in the order of theirs, their files
    in the order of the blueprint's objectives.

    Raises:
        BankError: if a file is malformed or at a place where nobody looks for it, an id is used
            twice, or an objective or exam is unknown.
    """
    blueprint, _ = _read(folder / BLUEPRINT, Blueprint)
    items = [
        located
        for path in _files(folder, list(blueprint.objectives))
        for located in _located(path, folder)
    ]
    _check_ids(items)
    for located in items:
        _check_objectives(located, blueprint)
        _check_exams(located, blueprint)
    _check_apart(folder, items, blueprint)
    return Bank(folder, blueprint, tuple(items))


def _files(folder: Path, objectives: list[str]) -> list[Path]:
    """Return all question files in their order."""
    ranks: dict[Path, tuple[str, str, int]] = {}
    for path in sorted([*folder.rglob("*.yml"), *folder.rglob("*.yaml")]):
        match path.relative_to(folder).parts:
            case (name,) if name == BLUEPRINT:
                pass
            case ("chapters", name) if path.suffix == ".yml":
                ranks[path] = ("chapters", name, 0)
            case ("pools", pool, name) if name.removesuffix(".yml") in objectives:
                ranks[path] = ("pools", pool, objectives.index(path.stem))
            case _:
                raise BankError(
                    f"{path}:1: question files are chapters/NN-name.yml or pools/POOL/OBJECTIVE.yml"
                    f" with one of the objectives of {BLUEPRINT}: {', '.join(objectives)}"
                )
    return sorted(ranks, key=lambda path: ranks[path])


def _located(path: Path, folder: Path) -> Iterator[Located]:
    """Yield the items of a file."""
    file, root = _read(path, QuestionFile)
    room, home, *_ = path.relative_to(folder).parts
    chapter, pool = (path.stem, None) if room == "chapters" else (None, home)
    for index, item in enumerate(file.items):
        yield Located(item, path, _line(root, ("items", index)), chapter, pool)


def _read(path: Path, model: type[Model]) -> tuple[Model, yaml.Node]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BankError(f"{path}:1: cannot be read: {error}") from error
    _refuse_unprintable(path, text, 1)
    try:
        loader = Loader(text)
        root = loader.get_single_node()
        content = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BankError(f"{path}:{line}: not valid YAML: {error.problem}") from error
    except (yaml.YAMLError, ValueError) as error:  # a control character, a date like 2026-13-01
        raise BankError(f"{path}:1: not valid YAML: {error}") from error
    _refuse_escaped(path, root)
    _refuse_duplicate_keys(path, root)
    try:
        return model.model_validate(content), root
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        line = _line(root, first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise BankError(f"{path}:{line}: {place}: {reason}") from error


def _line(node: yaml.Node | None, place: tuple[int | str, ...]) -> int:
    """Return the line, from 1, of the innermost node on the way to ``place``.

    Parts of the way that are no key of the file (pydantic adds the names of models) are skipped.
    """
    line = 1 if node is None else node.start_mark.line + 1
    for part in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            node = node.value[part]
        elif isinstance(node, yaml.MappingNode):
            found = [(key, value) for key, value in node.value if key.value == str(part)]
            if not found:
                continue
            key, node = found[0]
            line = key.start_mark.line + 1
            continue
        else:
            continue
        line = node.start_mark.line + 1
    return line


def _refuse_unprintable(path: Path, text: str, line: int) -> None:
    """Refuse what XML and the other formats cannot carry in a text that begins in a line."""
    if match := UNPRINTABLE.search(text):
        line += text.count("\n", 0, match.start())
        raise BankError(f"{path}:{line}: the character {match[0]!r} cannot be shown")


def _refuse_escaped(path: Path, node: yaml.Node | None) -> None:
    r"""Refuse the same where YAML writes it with a backslash: ``"\e[31mloss"`` is red in a log."""
    if isinstance(node, yaml.ScalarNode):
        # An escaped line end does not count: the text has a line more than the file.
        _refuse_unprintable(path, node.value.replace("\n", " "), node.start_mark.line + 1)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_escaped(path, value)
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for value in pair:
                _refuse_escaped(path, value)


def _refuse_duplicate_keys(path: Path, node: yaml.Node | None) -> None:
    """YAML keeps the last of two equal keys, so that a text would be lost without a word."""
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                line = key.start_mark.line + 1
                raise BankError(f"{path}:{line}: the key {name!r} is there twice")
            seen.add(name)
            _refuse_duplicate_keys(path, value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            _refuse_duplicate_keys(path, value)


def _check_ids(items: list[Located]) -> None:
    homes: dict[str, Located] = {}
    for located in items:
        for id in located.item.ids:
            if id in homes:
                first = homes[id]
                raise BankError(
                    f"{located.file}:{located.line}: the id {id!r} is used in "
                    f"{first.file}:{first.line} already"
                )
            homes[id] = located


def _check_objectives(located: Located, blueprint: Blueprint) -> None:
    asked = [question.objective for question in located.questions]
    place = f"{located.file}:{located.line}: {located.item.id}"
    for objective in asked:
        if objective not in blueprint.objectives:
            raise BankError(
                f"{place}: unknown objective {objective!r}; "
                f"{BLUEPRINT} has {', '.join(blueprint.objectives)}"
            )
    if located.pool is not None and located.file.stem not in asked:
        raise BankError(f"{place}: objective {asked[0]!r} belongs in {asked[0]}.yml")


def _check_exams(located: Located, blueprint: Blueprint) -> None:
    for item in (located.item, *located.questions):
        for guide in item.exams or ():
            if guide not in blueprint.guides:
                raise BankError(
                    f"{located.file}:{located.line}: {item.id}: unknown exam {guide!r}; "
                    f"{BLUEPRINT} has the guides {', '.join(blueprint.guides)}"
                )


def _check_apart(folder: Path, items: list[Located], blueprint: Blueprint) -> None:
    homes = {
        question.id: located
        for located in items
        if located.pool is not None
        for question in located.questions
    }
    for group in blueprint.apart:
        if unknown := sorted(group - set(homes)):
            raise BankError(f"{folder / BLUEPRINT}:1: apart: no pool has {unknown[0]!r}")
        if len({homes[id].item.id for id in group}) < len(group):
            named = ", ".join(sorted(group))
            raise BankError(f"{folder / BLUEPRINT}:1: apart: two parts of one case in {named}")
