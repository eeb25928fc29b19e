import json
import re

import pytest
from sphinx.errors import ExtensionError, SphinxWarning

from everystep.bank.read import read_bank
from tests.bank.questions import CHAPTER
from tests.paths import ROOT
from tests.quiz_site import build, write_sources

CONCEPT = "book/01-steps/concept"
POOL = "book/assess/pool"
ASKING = ("book/assess/exam", "book/assess/drill")


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


def sheet(folder, file):
    """Return the name and the questions that a script hands over."""
    text = (folder / "site" / "questions" / f"{file}.js").read_text(encoding="utf-8")
    start, end = "everystep.sheets.put(...", ");\n"
    assert text.startswith(start)
    assert text.endswith(end)
    return json.loads(text.removeprefix(start).removesuffix(end))


def test_every_question_is_on_its_pages(folder):
    build(folder)
    bank = read_bank(folder / "questions")
    of_chapter = [q.id for located in bank.of_chapter("01-steps") for q in located.questions]
    of_pools = [q.id for located in bank.of_pools() for q in located.questions]
    assert ids(page(folder, CONCEPT)) == of_chapter
    assert ids(page(folder, POOL)) == of_pools
    for asking in ASKING:
        assert ids(page(folder, asking)) == []


def test_a_script_beside_the_pages_has_the_questions_of_a_file_as_its_page_has_them(folder):
    build(folder)
    # Of two pages that show it, the first is meant.
    home = "book/01-steps/claims"
    for file, shown in (("chapters/01-steps", home), ("pools/training/count-updates", POOL)):
        name, units = sheet(folder, file)
        assert name == file
        assert len(ids(units)) >= 7
        assert units in page(folder, shown)


def test_the_pages_that_ask_lead_to_all_questions_and_to_their_scripts(folder):
    build(folder)
    bank = read_bank(folder / "questions")
    drill = page(folder, "book/assess/drill")
    refs = re.findall(r'"ref": "([^"]+)@1"', drill)
    assert refs == [question.id for question in bank.questions()]
    for asking in ASKING:
        html = page(folder, asking)
        links = re.findall(
            r'<a href="([^"]+)#q-[^"]+" data-sheet="([^"]+)" data-src="([^"?]+)', html
        )
        assert len(links) == (2 if html == drill else 1)
        for url, file, src in links:
            place = folder / "site" / "book" / "assess"
            assert (place / url).resolve().is_file()
            assert (place / src).resolve() == folder / "site" / "questions" / f"{file}.js"
    assert ">Pool: Count updates</a>" in drill


def test_a_pool_has_a_section_for_each_objective(folder):
    build(folder)
    html = page(folder, POOL)
    section = html.index('<section id="count-updates">')
    assert section < html.index("<h2>Count updates") < html.index('<form class="question"')
    assert '<a class="reference internal nav-link" href="#count-updates">' in html.replace("\n", "")


def test_a_question_links_to_the_section_to_read_again(folder):
    build(folder)
    assert '<a href="../01-steps/concept.html#updates">Updates</a>' in page(folder, POOL)


def test_questions_that_no_page_shows_stop_the_build(folder):
    edit(folder / f"{POOL}.md", "```{pool} training\n```", "Nothing.")
    with pytest.raises(SphinxWarning, match="no page shows the questions of questions/pools/tra"):
        build(folder)


def test_pages_are_read_again_when_questions_change(folder):
    build(folder)
    chapter = folder / "questions" / CHAPTER
    edit(chapter, "A loader keeps the short last batch.", "A loader keeps all batches.")
    build(folder)
    assert "A loader keeps all batches." in page(folder, CONCEPT)
    assert "A loader keeps all batches." in sheet(folder, "chapters/01-steps")[1]
    objectives = "objectives:\n  watch-updates:\n    topics: {NEW-02: 2.2.4, OLD-01: '2.2'}\n"
    edit(folder / "questions" / "blueprint.yml", "objectives:\n", f"{objectives}    text: Watch\n")
    pool = folder / "questions" / "pools" / "training" / "watch-updates.yml"
    text = chapter.read_text(encoding="utf-8").replace("id: ", "id: new-")
    pool.write_text(text.replace("count-updates", "watch-updates"), encoding="utf-8")
    build(folder)
    assert 'id="q-new-count"' in page(folder, POOL)
    for asking in ASKING:
        assert '"ref": "new-short-batch@1"' in page(folder, asking)


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
        ("book/assess/pool.md", "pool} training", "pool} new", "no questions/pools/new"),
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
