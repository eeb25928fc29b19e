import re

import pytest
from sphinx.errors import ExtensionError, SphinxWarning

from everystep.bank.read import read_bank
from tests.bank.questions import CHAPTER
from tests.paths import ROOT
from tests.quiz_site import build, write_sources

CONCEPT = "book/01-steps/concept"
EVERYTHING = "book/assess/drill"


@pytest.fixture
def folder(tmp_path):
    return write_sources(tmp_path)


def page(folder, name):
    return (folder / "site" / f"{name}.html").read_text(encoding="utf-8")


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def ids(html):
    return re.findall(r'<form class="question" id="q-([^"]+)"', html)


def test_every_question_is_on_its_pages(folder):
    build(folder)
    bank = read_bank(folder / "questions")
    of_chapter = [q.id for located in bank.of_chapter("01-steps") for q in located.questions]
    of_pools = [q.id for located in bank.of_pools() for q in located.questions]
    assert ids(page(folder, CONCEPT)) == of_chapter
    assert ids(page(folder, "book/assess/exam")) == of_pools
    assert ids(page(folder, EVERYTHING)) == of_chapter + of_pools


def test_a_question_links_to_the_section_to_read_again(folder):
    build(folder)
    assert '<a href="../01-steps/concept.html#updates">Updates</a>' in page(folder, EVERYTHING)


def test_pages_are_read_again_when_questions_change(folder):
    build(folder)
    chapter = folder / "questions" / CHAPTER
    edit(chapter, "A loader keeps the short last batch.", "A loader keeps all batches.")
    build(folder)
    assert "A loader keeps all batches." in page(folder, CONCEPT)
    pool = folder / "questions" / "pools" / "new" / "count-updates.yml"
    pool.parent.mkdir()
    text = chapter.read_text(encoding="utf-8").replace("id: ", "id: new-")
    pool.write_text(text, encoding="utf-8")
    build(folder)
    assert 'id="q-new-count"' in page(folder, EVERYTHING)
    assert 'id="q-new-count"' in page(folder, "book/assess/exam")


def test_pages_are_read_in_parallel(folder):
    for number in range(6):
        text = f"# Copy {number}\n\n```{{progress}}\n```\n"
        (folder / "book" / "assess" / f"copy-{number}.md").write_text(text, encoding="utf-8")
    build(folder, parallel=2)
    assert 'data-kind="Progress"' in page(folder, "book/assess/copy-5")


def test_a_malformed_file_stops_the_build_with_file_line_and_reason(folder):
    path = folder / "questions" / CHAPTER
    edit(path, "level: apply", "level: guess")
    line = path.read_text(encoding="utf-8").split("level: guess")[0].count("\n") + 1
    with pytest.raises(ExtensionError, match=rf"01-steps\.yml:{line}: .*level: Input should be"):
        build(folder)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("book/01-steps/concept.md", "quiz} 01-steps", "quiz} 01-stepps", "chapters/01-stepps"),
        ("book/assess/exam.md", "exam} topic", "exam} full", "has no exam 'full'"),
        ("questions/blueprint.yml", "'2.2': 8", "'2.2': 99", "draws 99 questions of task 2.2"),
        (f"questions/{CHAPTER}", "concept.md#updates", "concept.md#gone", "section .* not there"),
        (f"questions/{CHAPTER}", "01-steps/concept.md", "02-x/concept.md", "not in the book"),
        (f"questions/{CHAPTER}", "- computation: total_steps(1437, 32, 20) == 900",
         "- finding: steps.gone", "no lab of the book asserts: steps.gone"),
        ("book/assess/terms.md", "{glossary}", "{note}", "need a glossary on their page"),
        ("book/assess/terms.md", "L2 penalty", "Penalty " * 9 + "term", "term. is too long"),
    ],
)  # fmt: skip
def test_what_leads_nowhere_stops_the_build(folder, name, old, new, message):
    edit(folder / name, old, new)
    with pytest.raises(SphinxWarning, match=message):
        build(folder)


def test_every_chapter_with_questions_shows_them():
    for path in (ROOT / "questions" / "chapters").glob("*.yml"):
        concept = ROOT / "book" / path.stem / "concept.md"
        assert concept.exists(), f"{path} is of a chapter that is not there"
        assert f"```{{quiz}} {path.stem}\n" in concept.read_text(encoding="utf-8")


def written(app_folder, *pages):
    """Return which of some pages a further build writes again."""
    paths = [app_folder / "site" / f"{page}.html" for page in pages]
    before = [path.stat().st_mtime_ns for path in paths]
    build(app_folder)
    return [
        page
        for page, old, path in zip(pages, before, paths, strict=True)
        if path.stat().st_mtime_ns != old
    ]


def test_pages_with_all_questions_are_written_again_when_need_be(folder):
    others = ("book/assess/exam", "book/assess/drill", "book/assess/progress")
    build(folder)
    assert written(folder, CONCEPT, *others) == []
    edit(folder / f"{CONCEPT}.md", "## Updates", "## Updates\n\nMore text.")
    assert written(folder, CONCEPT, *others) == [CONCEPT]
    edit(folder / f"{CONCEPT}.md", "# Steps", "# The steps")
    assert set(others) <= set(written(folder, *others)), "they link to it by its title"
