import re

import pytest
import yaml

from everystep.authoring.manifest import MANIFEST, ManifestError, read_manifest, toc

MINIMAL = """
root: book/index
kinds:
  lesson: {rooms: [concept, lab], tasks: [4, 8], questions: 12}
parts: [{caption: More, pages: {book/references: Sources}}]
chapters:
  - &first
    name: 01-first
    title: First
    question: "What?"
    prefix: first
    kind: lesson
    minutes: {concept: 20, lab: 25, exercises: 45}
    shows: It helps.
  - {<<: *first, name: 02-second-one, title: Second, question: "Why?", prefix: second}
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that reads a manifest's text as a repository's."""

    def read(text):
        path = tmp_path / MANIFEST
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return read_manifest(tmp_path)

    return read


def test_rooms_have_the_chapters_name(write):
    second = write(MINIMAL).chapters[1]
    assert (second.number, second.module) == (2, "second_one")
    assert second.place("checks") == "everystep/checks/chapters/second_one.py"
    assert second.place("lab") == "book/02-second-one/lab.ipynb"


def test_the_table_of_contents_lists_pages_alone(write):
    parts = yaml.safe_load(toc(write(MINIMAL)))["parts"]
    assert parts[0]["caption"] == "1 · First"
    assert parts[0]["chapters"] == [
        {"file": "book/01-first/concept", "title": "What?"},
        {"file": "book/01-first/lab", "title": "Lab"},
    ]
    assert parts[2]["chapters"] == [{"file": "book/references", "title": "Sources"}]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("02-second-one", "01-second-one", "two chapters have the number 1"),
        ("02-second-one", "2-Second", "must be like 08-scaling-out"),
        ("prefix: second", "prefix: first", "two chapters have the prefix 'first'"),
        ("prefix: second", "prefix: se.cond", "must be like scaling"),
        ("prefix: second", "prefix: second, kind: talk", "one of lesson"),
        ("[concept, lab]", "[concept, kitchen]", "kinds.lesson.rooms.1"),
        ("    title: First\n", "", "chapters.0.title"),
        ("    shows: It helps.\n", "", "chapters.0.shows"),
        ("shows: It helps.", "shows: ''", "chapters.0.shows"),
        ("lab: 25", "lab: 0", "chapters.0.minutes.lab"),
        (", exercises: 45", "", "chapters.0.minutes.exercises"),
        ("title: Second", "titel: x, title: Second", "chapters.1.titel"),
        ("chapters:", "chapters: [", "cannot be read"),
    ],
)
def test_what_is_malformed_is_named(write, old, new, message):
    assert old in MINIMAL
    with pytest.raises(ManifestError, match=re.escape(message)) as error:
        write(MINIMAL.replace(old, new))
    assert MANIFEST in str(error.value)


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(ManifestError, match=r"chapters\.yml"):
        read_manifest(tmp_path)
