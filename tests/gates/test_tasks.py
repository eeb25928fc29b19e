"""Every task is handed in, explained, and knows enough mistakes; nothing is judged here."""

import nbformat
import pytest

from everystep.authoring.regions import BEGIN
from everystep.checks.tasks import NOT_ATTEMPTED
from tests.checks.chapters.tasks import CHAPTERS, MANIFEST, tasks_of, wrong_answers_of
from tests.paths import ROOT

MIN_MISTAKES = 3
TAGGED = "each task is checked in one cell with the tag check"


def notebook_of(room, chapter):
    return nbformat.read(ROOT / CHAPTERS[chapter].place(room), as_version=4)


def verdicts_in(notebook):
    return {
        cell.source.splitlines()[-1].split("(")[0]: cell.outputs[0].data["text/plain"]
        for cell in notebook.cells
        if "check" in cell.metadata.get("tags", [])
    }


every_chapter = pytest.mark.parametrize("chapter", CHAPTERS)
every_task = pytest.mark.parametrize(
    ("chapter", "name"), [(c, name) for c in CHAPTERS for name in tasks_of(c)]
)


@every_chapter
def test_number_of_tasks(chapter):
    fewest, most = MANIFEST.kinds[CHAPTERS[chapter].kind].tasks
    assert fewest <= len(tasks_of(chapter)) <= most


@every_chapter
def test_the_solution_notebook_hands_in_every_task_and_all_are_correct(chapter):
    verdicts = verdicts_in(notebook_of("solutions", chapter))
    assert set(verdicts) == {f"check.{name}" for name in tasks_of(chapter)}, TAGGED
    assert all(verdict.startswith("✓") for verdict in verdicts.values()), verdicts


@every_chapter
def test_the_exercise_notebook_says_not_attempted_everywhere(chapter):
    verdicts = verdicts_in(notebook_of("exercises", chapter))
    assert set(verdicts) == {f"check.{name}" for name in tasks_of(chapter)}, TAGGED
    assert all(NOT_ATTEMPTED in verdict for verdict in verdicts.values()), verdicts


@every_chapter
def test_every_solution_is_explained(chapter):
    cells = notebook_of("solutions", chapter).cells
    tags = [
        "check" if "check" in tags else "solution" if "solution" in tags else "code"
        for tags, source in ((c.metadata.get("tags", []), c.source) for c in cells)
        if "check" in tags or "solution" in tags or BEGIN in source
    ]
    for position, tag in enumerate(tags):
        if tag == "check":
            assert tags[position - 1] == "solution", "an explanation must stand before each check"


@every_task
def test_each_known_mistake_is_made_by_a_wrong_answer(chapter, name):
    made = {id for task, id, _ in wrong_answers_of(chapter) if task == name}
    assert made == set(tasks_of(chapter)[name].mistakes)
    assert len(made) >= MIN_MISTAKES
