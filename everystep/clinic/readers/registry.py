"""Which reader reads a file: the first that recognizes what is in it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from everystep.clinic.readers import (
    columns,
    hugging_face,
    keras,
    lightning,
    openmmlab,
    tensorboard,
    ultralytics,
    wandb,
)
from everystep.clinic.readers.build import Options
from everystep.clinic.readers.files import decode, parse_csv, parse_json, parse_printed, read_bytes
from everystep.clinic.readers.tables import Table, printable
from everystep.clinic.run_log import LogError, RunLog

TABLES = (wandb, ultralytics, lightning, keras)
JSON = (openmmlab, hugging_face, wandb, keras, columns)


def read_log(path: str | Path, options: Options | None = None) -> RunLog:
    """Read the log of a training.

    Args:
        path: a file in one of the formats that the modules of this room read.
        options: what you know better than the reader.

    Raises:
        LogError: if the file is no log that can be read; the message is a sentence.
    """
    return read_logs([path], options)


def read_logs(paths: Sequence[str | Path], options: Options | None = None) -> RunLog:
    """Read the log of a training whose curves lie in one file or, by TensorBoard, in several.

    Args:
        paths: the files; several must be exports of TensorBoard.
        options: what you know better than the reader.

    Raises:
        LogError: if they are no log that can be read; the message is a sentence.
    """
    options = options or Options()
    if len(paths) == 1:
        options = replace(options, file=Path(paths[0]).stem)
    notes: list[str] = []
    contents = [_content(Path(path), notes) for path in paths]
    exports = [
        (Path(path).name, content)
        for path, content in zip(paths, contents, strict=True)
        if isinstance(content, Table) and tensorboard.recognizes(content)
    ]
    if len(exports) == len(contents):
        return tensorboard.read(exports, options, notes)
    if len(contents) > 1:
        raise LogError(
            "Several files are read together only if each is an export of TensorBoard, which "
            "holds one curve."
        )
    [content] = contents
    if not isinstance(content, Table):
        return _read_json(content, options, notes)
    reader = next((reader for reader in TABLES if reader.recognizes(content)), columns)
    return reader.read(content, options, notes)


def _content(path: Path, notes: list[str]) -> Any:
    """Return what is in a file: a table, or what JSON holds."""
    text = decode(read_bytes(path), notes)
    # A bracket may begin a table only where a name does.
    if text.lstrip()[:2] == "{'":
        return parse_printed(text)
    if text.lstrip()[:1] not in ("{", "["):
        return parse_csv(text, notes, printable(path.stem))
    content = parse_json(text)
    return (
        tensorboard.table_of_json(content, notes)
        if tensorboard.recognizes_json(content)
        else content
    )


def _read_json(content: Any, options: Options, notes: list[str]) -> RunLog:
    if keras.is_of_numbers(content) and len(content) > 2:
        notes.append(f"The file holds a list of numbers, which was called {options.file}.")
        content = {options.file: content}
    for reader in JSON:
        if reader.recognizes_json(content):
            return reader.read_json(content, options, notes)
    raise LogError(
        "The JSON is no log of a known kind: neither a trainer_state.json, nor a Keras history, "
        "nor an export of TensorBoard or Weights & Biases, nor a list of records."
    )
