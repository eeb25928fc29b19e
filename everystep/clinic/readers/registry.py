"""Which reader reads a file: the first that recognizes what is in it."""

from pathlib import Path
from typing import Any

from everystep.clinic.readers import (
    columns,
    hugging_face,
    keras,
    lightning,
    tensorboard,
    ultralytics,
    wandb,
)
from everystep.clinic.readers.build import Options
from everystep.clinic.readers.files import decode, parse_csv, parse_json, parse_printed, read_bytes
from everystep.clinic.run_log import LogError, RunLog

TABLES = (wandb, ultralytics, lightning, keras)
JSON = (wandb, keras, columns)


def read_log(path: str | Path, options: Options | None = None) -> RunLog:
    """Read the log of a training.

    Args:
        path: a file in one of the formats that the modules of this room read.
        options: what you know better than the reader.

    Raises:
        LogError: if the file is no log that can be read; the message is a sentence.
    """
    path, options = Path(path), options or Options()
    notes: list[str] = []
    text = decode(read_bytes(path), notes)
    # A bracket may begin a table only where a name does.
    if text.lstrip()[:2] == "{'":
        return _read_json(parse_printed(text), path.name, options, notes)
    if text.lstrip()[:1] in ("{", "["):
        return _read_json(parse_json(text), path.name, options, notes)
    table = parse_csv(text, notes)
    if tensorboard.recognizes(table):
        return tensorboard.read(table, options, notes, file_name=path.name)
    reader = next((reader for reader in TABLES if reader.recognizes(table)), columns)
    return reader.read(table, options, notes)


def _read_json(content: Any, file_name: str, options: Options, notes: list[str]) -> RunLog:
    if hugging_face.recognizes(content):
        return hugging_face.read(content, options, notes)
    if tensorboard.recognizes_json(content):
        return tensorboard.read_json(content, options, notes, file_name=file_name)
    for reader in JSON:
        if reader.recognizes_json(content):
            return reader.read_json(content, options, notes)
    raise LogError(
        "The JSON is no log of a known kind: neither a trainer_state.json, nor a Keras history, "
        "nor an export of TensorBoard or Weights & Biases, nor a list of records."
    )
