import html
import io
import json
import re
import sqlite3
import zipfile

import genanki
import pytest

from everystep.bank.exports.anki import apkg
from everystep.bank.markup import inline_html
from everystep.bank.variants import show
from tests.bank.roundtrip import bank  # noqa: F401


@pytest.fixture(scope="module")
def collection(bank, tmp_path_factory):  # noqa: F811
    """Return the bank's package, opened as the SQLite database that it is."""
    with zipfile.ZipFile(io.BytesIO(apkg(bank))) as package:
        assert package.testzip() is None
        assert sorted(package.namelist()) == ["collection.anki2", "media"]
        assert json.loads(package.read("media")) == {}
        path = package.extract("collection.anki2", tmp_path_factory.mktemp("anki"))
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def cards(collection):
    """Return front and back of every card, as Anki would render them, by the note's guid."""
    (models,) = collection.execute("SELECT models FROM col").fetchone()
    found = {}
    query = "SELECT notes.guid, notes.mid, notes.flds, cards.ord FROM cards JOIN notes"
    for guid, model, fields, place in collection.execute(f"{query} ON cards.nid = notes.id"):
        model = json.loads(models)[str(model)]
        names = [field["name"] for field in model["flds"]]
        values = dict(zip(names, fields.split("\x1f"), strict=True))
        front = render(model["tmpls"][place]["qfmt"], values)
        found[guid] = (front, render(model["tmpls"][place]["afmt"], values | {"FrontSide": front}))
    return found


def render(template, values):
    """Fill in a template whose braces hold fields alone; Anki takes their HTML as it is."""
    return re.sub(r"{{(\w+)}}", lambda match: values[match[1]], template)


def test_every_question_is_one_note_and_one_card(collection, cards, bank):  # noqa: F811
    questions = list(bank.questions())
    for table in ("notes", "cards"):
        (count,) = collection.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert count == len(questions)
    assert len(cards) == len(questions), "every note has an id of its own"


def test_cards_ask_and_answer(cards, bank):  # noqa: F811
    fronts = "\n".join(front for front, _ in cards.values())
    backs = "\n".join(back for _, back in cards.values())
    for question in bank.questions():
        for part in ("options", "steps", "pairs", "extra"):
            for piece in getattr(question, part, ()):
                for text in (getattr(piece, name, None) for name in ("text", "prompt", "answer")):
                    assert text is None or inline_html(text) in fronts
                assert inline_html(piece.rationale) in backs
        if question.variants:
            first = question.variants[0]
            assert inline_html(first.fill(question.rationale)) in backs
            assert html.escape(f"{show(first.answer)}") in backs


def test_the_letters_of_the_answer_are_those_of_the_right_options(cards, bank):  # noqa: F811
    for question in bank.questions():
        front, back = cards[genanki.guid_for(question.id)]
        assert back.startswith(front)
        assert '<hr id="answer">' in back
        answer = re.search(r'<p class="answer">(.+)</p>', back)[1]
        if question.displayed_options:
            listed = dict(re.findall(r"<li><b>([A-Z])</b> (.*)</li>", front))
            right = {inline_html(option.text) for option in question.right_options}
            assert {listed[letter] for letter in answer.split(", ")} == right


def test_decks_and_tags(collection, bank):  # noqa: F811
    (decks,) = collection.execute("SELECT decks FROM col").fetchone()
    names = {deck["name"] for deck in json.loads(decks).values()} - {"Default"}
    assert len(names) == len({(located.chapter, located.pool) for located in bank.items})
    assert all(name.startswith("Every Step Counts::") for name in names)
    used = {did for (did,) in collection.execute("SELECT DISTINCT did FROM cards")}
    assert used == {int(id) for id, deck in json.loads(decks).items() if deck["name"] in names}
    objectives = {question.objective for question in bank.questions()}
    for (tags,) in collection.execute("SELECT tags FROM notes"):
        assert set(tags.split()) & objectives
