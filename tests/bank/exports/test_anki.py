"""Packages are imported by Anki itself, with the options that its window offers first."""

import os
import re
from html import escape

import genanki
import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from everystep.bank.exports import anki
from everystep.bank.exports.anki import apkg
from everystep.bank.markup import inline_html
from everystep.bank.read import read_bank
from tests.bank.questions import CHAPTER, ITEMS, item, option, write_bank
from tests.bank.roundtrip import HOSTILE_UNIT, assert_in_order, bank, expected  # noqa: F401


def open_collection(folder):
    return Collection(str(folder / "collection.anki2"))


@pytest.fixture
def empty(tmp_path):
    """Return a collection of a learner who has just installed Anki."""
    collection = open_collection(tmp_path)
    yield collection
    collection.close()


@pytest.fixture(scope="module")
def collection(bank, tmp_path_factory):  # noqa: F811
    """Return a collection into which the bank was imported."""
    collection = open_collection(tmp_path_factory.mktemp("anki"))
    log = imported(collection, bank)
    assert log == {"new": sum(1 for _ in bank.questions())}
    yield collection
    collection.close()


def imported(collection, bank):  # noqa: F811
    """Import a bank's package; return how many notes were new, updated, or there already."""
    path = os.path.join(os.path.dirname(collection.path), "everystep.apkg")
    with open(path, "wb") as file:
        file.write(apkg(bank))
    request = ImportAnkiPackageRequest(package_path=path, options=ImportAnkiPackageOptions())
    log = collection.import_anki_package(request).log
    counts = {
        kind.name: len(notes) for kind, notes in log.ListFields() if kind.name != "found_notes"
    }
    assert sum(counts.values()) == log.found_notes
    return counts


def note_of(collection, id):
    """Return the note of a question."""
    (found,) = collection.db.list("select id from notes where guid = ?", genanki.guid_for(id))
    return collection.get_note(found)


@pytest.fixture(scope="module")
def cards(collection, bank):  # noqa: F811
    """Return front and back of every card, as Anki renders them, by the question's id."""
    found = {}
    for question in bank.questions():
        (card,) = note_of(collection, question.id).cards()
        found[question.id] = (card.question(), card.answer())
    return found


def test_every_question_is_one_note_and_one_card(collection, bank):  # noqa: F811
    questions = list(bank.questions())
    assert collection.note_count() == collection.card_count() == len(questions)


def test_cards_ask_and_answer(cards, bank):  # noqa: F811
    wanted = expected(bank)
    for question in bank.questions():
        front, back = cards[question.id]
        one = wanted[f"{question.id}-1" if question.variants else question.id]
        assert_in_order(one.text, front)
        assert_in_order(one.explained, back)
        assert all(inline_html(text) in front for text in question.choices)
        for reason in question.reasons():
            assert inline_html(reason.why) in back
            assert (escape if question.variants else inline_html)(reason.claim) in back


def test_the_letters_of_the_answer_are_those_of_the_right_options(cards, bank):  # noqa: F811
    for question in bank.questions():
        front, back = cards[question.id]
        assert re.sub("<style>.*?</style>", "", front, flags=re.DOTALL).strip() in back
        assert '<hr id="answer">' in back
        answer = re.search(r'<p class="answer">(.+)</p>', back)[1]
        if question.displayed_options:
            listed = dict(re.findall(r"<li><b>([A-Z])</b> (.*)</li>", front))
            right = {inline_html(option.text) for option in question.right_options}
            assert {listed[letter] for letter in answer.split(", ")} == right


def test_decks_and_tags(collection, bank):  # noqa: F811
    names = {deck.name for deck in collection.decks.all_names_and_ids()}
    names -= {"Default", "Every Step Counts"}
    assert len(names) == len({(located.chapter, located.pool) for located in bank.items})
    assert all(name.startswith("Every Step Counts::") for name in names)
    assert {
        collection.decks.name(id) for id in collection.db.list("select did from cards")
    } == names
    objectives = {question.objective for question in bank.questions()}
    for id in collection.find_notes(""):
        assert set(collection.get_note(id).tags) & objectives


def test_a_text_without_markup_stays_a_text(empty, tmp_path):
    write_bank(tmp_path, item("numeric", unit=HOSTILE_UNIT))
    imported(empty, read_bank(tmp_path))
    (card,) = note_of(empty, "count").cards()
    for side in (card.question(), card.answer()):
        assert escape(HOSTILE_UNIT) in side
        assert HOSTILE_UNIT not in side


def test_the_same_package_twice_changes_nothing(empty, tmp_path):
    write_bank(tmp_path, *ITEMS.values())
    assert imported(empty, read_bank(tmp_path)) == {"new": 7}
    before = empty.db.all("select * from notes"), empty.db.all("select * from cards")
    assert imported(empty, read_bank(tmp_path)) == {"duplicate": 7}
    assert (empty.db.all("select * from notes"), empty.db.all("select * from cards")) == before


REPAIRS = {
    "stem": ("short-batch", "Question", item("single", stem="What follows, then?")),
    "choices": (
        *("short-batch", "Choices"),
        item("single", options=[*ITEMS["single"]["options"][:3], option("Nothing", "none")]),
    ),
    "key": (
        *("more-updates", "Answer"),
        item(
            "multiple",
            options=[*ITEMS["multiple"]["options"][:4], option("Move the job to a faster machine")],
        ),
    ),
    "rationale": ("count", "Reasons", item("numeric", rationale="There are {answer} updates.")),
    "evidence": ("one-update", "Proofs", item("ordering", evidence=[{"finding": "steps.new"}])),
}


@pytest.mark.parametrize(("id", "field", "repaired"), REPAIRS.values(), ids=REPAIRS)
def test_a_repair_arrives_and_reviews_stay(empty, tmp_path, id, field, repaired):
    """``verified_on`` stays as it was: nobody looks at it when a typo is repaired."""
    path = write_bank(tmp_path, *ITEMS.values()) / CHAPTER
    written = path.stat().st_mtime
    assert imported(empty, read_bank(tmp_path)) == {"new": 7}
    before = note_of(empty, id)
    reviewed = review(empty, before.cards()[0])

    write_bank(tmp_path, *(repaired if one["id"] == id else one for one in ITEMS.values()))
    os.utime(path, (written + 60, written + 60))
    assert imported(empty, read_bank(tmp_path)) == {"updated": 7}
    after = note_of(empty, id)
    assert before.fields != after.fields
    assert before[field] != after[field]
    assert (before.id, before.mid) == (after.id, after.mid)
    (card,) = after.cards()
    assert (card.id, card.ivl, card.due, card.reps, card.queue) == reviewed
    assert empty.db.scalar("select count() from revlog") == 1
    assert empty.note_count() == empty.card_count() == 7

    assert imported(empty, read_bank(tmp_path)) == {"duplicate": 7}


def review(collection, card):
    """Answer a card "easy"; return what Anki plans for it."""
    collection.decks.select(card.did)
    card.start_timer()
    states = collection._backend.get_scheduling_states(card.id)
    answer = collection.sched.build_answer(card=card, states=states, rating=3)
    collection.sched.answer_card(answer)
    card.load()
    assert card.reps == 1
    assert card.ivl > 0
    return card.id, card.ivl, card.due, card.reps, card.queue


def test_only_notes_of_a_changed_file_are_newer(empty, tmp_path):
    write_bank(tmp_path, item("multiple"), pool="x")
    chapter = write_bank(tmp_path, item("single")) / CHAPTER
    imported(empty, read_bank(tmp_path))
    later = chapter.stat().st_mtime + 60
    os.utime(chapter, (later, later))
    assert imported(empty, read_bank(tmp_path)) == {"updated": 1, "duplicate": 1}


def test_a_new_look_arrives(empty, tmp_path, monkeypatch):
    write_bank(tmp_path, item("single"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    imported(empty, read_bank(tmp_path))
    monkeypatch.setattr(anki, "CSS", ".card { color: teal; }")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000001")
    imported(empty, read_bank(tmp_path))
    (model,) = [m for m in empty.models.all() if m["name"].startswith("Every Step Counts")]
    assert model["css"] == ".card { color: teal; }"


def test_changed_code_makes_notes_newer(empty, tmp_path, monkeypatch):
    write_bank(tmp_path, item("single"))
    imported(empty, read_bank(tmp_path))
    later = (tmp_path / CHAPTER).stat().st_mtime + 60
    monkeypatch.setattr(anki, "_code_changed", lambda: later)
    assert imported(empty, read_bank(tmp_path)) == {"updated": 1}


def test_a_time_that_is_none_is_refused(tmp_path, monkeypatch):
    write_bank(tmp_path, item("single"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")
    with pytest.raises(ValueError, match=r"SOURCE_DATE_EPOCH must be .* 'yesterday'"):
        apkg(read_bank(tmp_path))
