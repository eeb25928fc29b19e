"""Write the question bank as an Anki package: a deck for every chapter and pool, a card a question.

The same bank gives the same bytes: all times come from the day on which the bank was last verified,
and all ids from the questions' own, so that a newer package updates the cards in a collection.
"""

import datetime
import hashlib
import io
import itertools
import sqlite3
import zipfile

import genanki

from everystep.bank.exports.written import TITLE, Written, written
from everystep.bank.read import Bank

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
    """Return the package. Numeric items come with the numbers of their first variant."""
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
    return _zipped(_collection(decks, _noon(bank)))


def _note(model: genanki.Model, one: Written) -> genanki.Note:
    question = one.question
    return genanki.Note(
        model,
        [one.html, one.choices, one.answer, one.reasons, one.proofs],
        guid=genanki.guid_for(question.id),
        tags=[question.type, question.level, question.objective],
    )


def _number(name: str) -> int:
    """Return a number in the range of Anki's ids, the same for a name at every build."""
    digest = hashlib.sha256(f"{TITLE} {name}".encode()).digest()
    return 1 << 30 | int.from_bytes(digest[:4], "big") >> 2


def _noon(bank: Bank) -> float:
    day = max(question.verified_on for question in bank.questions())
    noon = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    return noon.timestamp()


def _collection(decks: list[genanki.Deck], timestamp: float) -> bytes:
    """Return the SQLite file of the collection."""
    connection = sqlite3.connect(":memory:")
    ids = itertools.count(int(timestamp * 1000))
    genanki.Package(decks).write_to_db(connection.cursor(), timestamp, ids)
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content


def _zipped(collection: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (("collection.anki2", collection), ("media", b"{}")):
            # ZipInfo has a fixed date of its own, that of 1980.
            info = zipfile.ZipInfo(name)
            package.writestr(info, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
