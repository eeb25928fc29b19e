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
from collections.abc import Mapping
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
    decks, changed = [], {}
    for name, group in written(bank, all_variants=False).items():
        deck = genanki.Deck(_number(name), f"{TITLE}::{name}")
        for one in group:
            note = _note(model, one)
            deck.add_note(note)
            changed[note.guid] = _changed(one.file)
        decks.append(deck)
    return zipped({"collection.anki2": _collection(decks, changed), "media": b"{}"})


def _note(model: genanki.Model, one: Written) -> genanki.Note:
    question = one.question
    return genanki.Note(
        model,
        [one.html, one.choices, escape(one.answer), one.reasons, one.proofs],
        guid=genanki.guid_for(question.id),
        tags=[question.type, question.level, question.objective],
    )


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


def _collection(decks: list[genanki.Deck], changed: Mapping[str, int]) -> bytes:
    """Return the SQLite file of the collection; ``changed`` has each note's time by its guid."""
    connection = sqlite3.connect(":memory:")
    newest = max(changed.values())
    genanki.Package(decks).write_to_db(connection.cursor(), newest, itertools.count(newest * 1000))
    # The library knows one time for all.
    times = [(time, guid) for guid, time in changed.items()]
    connection.executemany("UPDATE notes SET mod = ? WHERE guid = ?", times)
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content
