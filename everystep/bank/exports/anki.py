"""Write the question bank as an Anki package: a deck for every chapter and pool, a card a question.

Ids come from the questions' own, so that a newer package updates the cards in a collection and
keeps what the learner has reviewed. Anki takes over a note only if it was changed later than its
own copy, in whole seconds. A note here was changed when its question file was last written to, or
the code that makes notes of questions; ``SOURCE_DATE_EPOCH`` replaces that time where bytes must be
the same on every machine (https://reproducible-builds.org/docs/source-date-epoch/).
"""

import hashlib
import itertools
import os
import sqlite3
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path

import genanki

from everystep.bank.exports.archive import zipped
from everystep.bank.exports.written import TITLE, Written, written
from everystep.bank.read import Bank

# Whatever this folder has may change what a note says.
CODE = Path(__file__).parents[1]
CSS = """\
.card { font: 18px/1.5 sans-serif; max-width: 42em; margin: 0 auto; text-align: left; }
.lettered { list-style: none; padding-left: 1.2em; }
pre, code { font-size: 90%; white-space: pre-wrap; }
.answer { font-weight: bold; }
.proofs { font-size: 80%; }
"""
FRONT = "{{Question}}\n{{Choices}}"
BACK = (
    '{{FrontSide}}\n<hr id="answer">\n<p class="answer">{{Answer}}</p>\n{{Reasons}}\n'
    '<div class="proofs">{{Proofs}}</div>'
)


class _Note(genanki.Note):
    """A note that was changed at a time of its own, in seconds since 1970."""

    changed: float

    def write_to_db(
        self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: Iterator[int]
    ) -> None:
        super().write_to_db(cursor, self.changed, deck_id, id_gen)


def apkg(bank: Bank) -> bytes:
    """Return the package. Numeric items come with the numbers of their first variant.

    Raises:
        ValueError: if the environment's ``SOURCE_DATE_EPOCH`` is no number of seconds.
    """
    model = genanki.Model(
        _number("model"),
        TITLE,
        fields=[{"name": n} for n in ("Question", "Choices", "Answer", "Reasons", "Proofs")],
        templates=[{"name": "Question", "qfmt": FRONT, "afmt": BACK}],
        css=CSS,
    )
    decks = []
    for name, group in written(bank, all_variants=False).items():
        deck = genanki.Deck(_number(name), f"{TITLE}::{name}")
        for one in group:
            deck.add_note(_note(model, one))
        decks.append(deck)
    newest = max(note.changed for deck in decks for note in deck.notes)
    return zipped({"collection.anki2": _collection(decks, newest), "media": b"{}"})


def _note(model: genanki.Model, one: Written) -> _Note:
    question = one.question
    note = _Note(
        model,
        [one.html, one.choices, escape(one.answer), one.reasons, one.proofs],
        guid=genanki.guid_for(question.id),
        tags=[question.type, question.level, question.objective],
    )
    note.changed = _changed(one.file)
    return note


def _changed(file: Path) -> int:
    """Return when a question file, or the code of the bank, was last changed; whole seconds."""
    fixed = os.environ.get("SOURCE_DATE_EPOCH")
    if fixed is None:
        return int(max(file.stat().st_mtime, _code_changed()))
    if not fixed.isdecimal():
        raise ValueError(f"SOURCE_DATE_EPOCH must be a number of seconds since 1970, got {fixed!r}")
    return int(fixed)


@cache
def _code_changed() -> float:
    return max(path.stat().st_mtime for path in CODE.rglob("*.py"))


def _number(name: str) -> int:
    """Return a number in the range of Anki's ids, the same for a name at every build."""
    digest = hashlib.sha256(f"{TITLE} {name}".encode()).digest()
    return 1 << 30 | int.from_bytes(digest[:4], "big") >> 2


def _collection(decks: list[genanki.Deck], timestamp: float) -> bytes:
    """Return the SQLite file of the collection."""
    connection = sqlite3.connect(":memory:")
    ids = itertools.count(int(timestamp * 1000))
    genanki.Package(decks).write_to_db(connection.cursor(), timestamp, ids)
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content
