"""Every chapter of the manifest has its rooms, and nothing in them waits to be filled in."""

import re

import pytest

from everystep.authoring.findings import findings_in
from everystep.authoring.manifest import TOC, read_manifest, toc
from everystep.authoring.scaffold import placeholders
from tests.paths import ROOT


def test_the_table_of_contents_is_the_manifests():
    assert (ROOT / TOC).read_text(encoding="utf-8") == toc(read_manifest()), "run make toc"


def test_no_placeholder_is_left():
    left = placeholders(ROOT)
    assert not left, "to be filled in:\n" + "\n".join(left)


@pytest.mark.parametrize("chapter", read_manifest().chapters, ids=lambda chapter: chapter.name)
def test_the_landing_page_says_of_a_chapter_what_the_chapter_says(chapter):
    """Its minutes, and with words of its own one finding of its lab."""
    text = (ROOT / chapter.place("concept")).read_text(encoding="utf-8")
    minutes = chapter.minutes
    said = rf"{minutes.concept} minutes to read, {minutes.lab} for .*, {minutes.exercises} for "
    assert re.search(said, text)
    cited = re.findall(r"\{finding\}`[^`]*\{[^`]*<(.+?)>`", chapter.shows)
    assert len(cited) == 1
    assert set(cited) <= set(findings_in(ROOT / chapter.place("lab")))


def test_every_room_of_every_chapter_is_there_and_no_other():
    manifest = read_manifest()
    for chapter in manifest.chapters:
        missing = [p for p in manifest.rooms_of(chapter).values() if not (ROOT / p).is_file()]
        assert not missing, f"chapter {chapter.name} lacks {missing}"
    rooms = {
        "concept": ROOT.glob("book/[0-9]*/concept.md"),
        "lab": ROOT.glob("book/[0-9]*/lab.ipynb"),
        "checks": ROOT.glob("everystep/checks/chapters/[a-z]*.py"),
        "solutions": ROOT.glob("solutions/[0-9]*.ipynb"),
    }
    for room, found in rooms.items():
        named = {chapter.place(room) for chapter in manifest.with_room(room)}
        there = {path.relative_to(ROOT).as_posix() for path in found if "-Copy" not in path.name}
        assert there == named, room
