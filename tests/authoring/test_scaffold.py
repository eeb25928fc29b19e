import shutil

import nbformat
import pytest

from everystep.authoring.findings import findings_in
from everystep.authoring.manifest import (
    MANIFEST,
    TOC,
    Chapter,
    ManifestError,
    Minutes,
    read_manifest,
    toc,
)
from everystep.authoring.scaffold import TEMPLATE, lay_out, placeholders
from everystep.bank.read import read_bank
from tests.paths import ROOT

NEW = Chapter(
    name="01-two-words",
    title="A: title",
    question="Why?",
    prefix="own",
    kind="lesson",
    minutes=Minutes(concept=20, lab=25, exercises=45),
    shows="It falls by {finding}`{mean:.1f} nats <own.loss-falls>`: much.",
)


@pytest.fixture
def repository(tmp_path):
    shutil.copytree(ROOT / TEMPLATE, tmp_path / TEMPLATE)
    (tmp_path / "book").mkdir()
    shutil.copy(ROOT / MANIFEST, tmp_path / MANIFEST)
    return tmp_path


@pytest.fixture
def new(repository):
    number = read_manifest(repository).chapters[-1].number + 1
    return NEW.model_copy(update={"name": f"{number:02}-two-words"})


def test_a_new_chapter_has_all_rooms_under_its_own_name(repository, new):
    written = lay_out(repository, new)
    manifest = read_manifest(repository)
    assert manifest.chapters[-1] == new
    rooms = manifest.rooms_of(new)
    # The exercises are generated from the solutions.
    assert set(written) == set(rooms.values()) - {rooms["exercises"]}
    assert (repository / TOC).read_text(encoding="utf-8") == toc(manifest)
    for place in written:
        assert "newchapter" not in place + (repository / place).read_text(encoding="utf-8")
    assert findings_in(repository / rooms["lab"]) == ["own.loss-falls"]
    lines = (repository / rooms["solutions"]).read_text(encoding="utf-8")
    assert "from everystep.checks.chapters import two_words as check" in lines
    assert "id: own-first" in (repository / rooms["quiz"]).read_text(encoding="utf-8")
    for room in ("lab", "solutions"):
        nbformat.validate(nbformat.read(repository / rooms[room], as_version=4))


def test_what_is_laid_out_works(repository, new):
    """The bank can be read, and the checks know their mistakes, before anything is filled in."""
    shutil.copytree(ROOT / "questions", repository / "questions")
    lay_out(repository, new)
    bank = read_bank(repository / "questions")
    (first,) = bank.of_chapter(new.name)
    assert first.item.id == "own-first"
    tasks, answers = {}, {}
    exec((repository / new.place("checks")).read_text(encoding="utf-8"), tasks)
    exec((repository / new.place("answers")).read_text(encoding="utf-8"), answers)
    for name, mistake, answer in answers["WRONG_ANSWERS"]:
        assert tasks[name](answer).mistake == mistake
    assert tasks["updates"](192).correct


def test_every_file_laid_out_waits_to_be_filled(repository, new):
    written = lay_out(repository, new)
    left = {place.rsplit(":", 1)[0] for place in placeholders(repository)}
    assert left == set(written)


def test_what_is_there_is_not_overwritten(repository, new):
    own = repository / new.place("quiz")
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    before = (repository / MANIFEST).read_text(encoding="utf-8")
    with pytest.raises(FileExistsError, match=r"questions/chapters/.*two-words.yml is there"):
        lay_out(repository, new)
    assert own.read_text() == "mine"
    assert not (repository / new.place("lab")).exists()
    assert (repository / MANIFEST).read_text(encoding="utf-8") == before


@pytest.mark.parametrize(
    "change", [{"name": "01-two-words"}, {"prefix": "steps"}, {"kind": "talk"}], ids=str
)
def test_a_chapter_that_does_not_fit_is_refused(repository, new, change):
    wrong = new.model_copy(update=change)
    with pytest.raises(ManifestError, match="cannot be added"):
        lay_out(repository, wrong)
    assert not (repository / "solutions").exists()
