"""Texts that take long to make, kept from one build to the next beside the built site."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from urllib.parse import quote

from sphinx.application import Sphinx

from everystep.authoring.notebooks import write_text


def made_file(app: Sphinx, name: str) -> Path:
    """Return where a build keeps what it has made under a name."""
    return Path(app.outdir).parent / "made" / quote(name, safe="")


def kept_or_made(path: Path, of: Iterable[bytes], make: Callable[[], str]) -> str:
    """Return the text that is kept in a file, made anew if it is not there, damaged or out of date.

    Args:
        path: the file; its first line is a hash of what the text was made of and of the text.
        of: all that the text depends on.
        make: what makes it.
    """
    parts = b"\0".join(hashlib.sha256(part).digest() for part in of)
    try:
        digest, _, text = path.read_text("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError):
        digest = text = ""
    if digest != _hash(parts, text):
        text = make()
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(f"{_hash(parts, text)}\n{text}", path)
    return text


def _hash(parts: bytes, text: str) -> str:
    return hashlib.sha256(parts + text.encode()).hexdigest()
