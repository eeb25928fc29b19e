"""What holds for every task of every chapter.

Stubs are not accepted, solutions are; every mistake that a check knows by name is made by at least
one wrong answer, and is answered with the hint that names it.
"""

import importlib

import nbformat
import pytest

from everystep.authoring.manifest import read_manifest
from everystep.authoring.regions import BEGIN
from everystep.checks.tasks import NOT_ATTEMPTED, NOT_YET
from tests.paths import ROOT

MANIFEST = read_manifest()
CHAPTERS = {chapter.module: chapter for chapter in MANIFEST.with_room("checks")}
MIN_MISTAKES = 3


def tasks_of(chapter):
    module = importlib.import_module(f"everystep.checks.chapters.{chapter}")
    found = {n: t for n, t in vars(module).items() if hasattr(t, "mistakes")}
    assert all(task.name == name for name, task in found.items())
    return found


def wrong_answers_of(chapter):
    return importlib.import_module(f"tests.checks.chapters.test_{chapter}").WRONG_ANSWERS


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
    assert set(verdicts) == {f"check.{name}" for name in tasks_of(chapter)}
    assert all(verdict.startswith("✓") for verdict in verdicts.values()), verdicts


@every_chapter
def test_the_exercise_notebook_says_not_attempted_everywhere(chapter):
    verdicts = verdicts_in(notebook_of("exercises", chapter))
    assert set(verdicts) == {f"check.{name}" for name in tasks_of(chapter)}
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
def test_nothing_handed_in_is_not_attempted(chapter, name):
    task = tasks_of(chapter)[name]
    assert task(None).status == NOT_ATTEMPTED
    assert task(...).status == NOT_ATTEMPTED
    assert not task(lambda *_, **__: None).correct


@every_task
def test_answers_of_the_wrong_kind_are_refused(chapter, name):
    task = tasks_of(chapter)[name]
    assert task("no such answer").status == NOT_YET
    assert task([]).status == NOT_YET


@every_task
def test_each_known_mistake_is_made_by_a_wrong_answer(chapter, name):
    made = {id for task, id, _ in wrong_answers_of(chapter) if task == name}
    assert made == set(tasks_of(chapter)[name].mistakes)
    assert len(made) >= MIN_MISTAKES


@pytest.mark.parametrize(
    ("chapter", "name", "mistake", "answer"),
    [
        pytest.param(chapter, *wrong, id=f"{chapter}-{wrong[0]}-{wrong[1]}")
        for chapter in CHAPTERS
        for wrong in wrong_answers_of(chapter)
    ],
)
def test_wrong_answer_is_refused_with_its_own_hint(chapter, name, mistake, answer):
    task = tasks_of(chapter)[name]
    verdict = task(answer)
    assert not verdict.correct
    assert verdict.mistake == mistake, verdict
    if getattr(task.mistakes[mistake], "as_given", False):
        assert verdict.status == NOT_ATTEMPTED
    else:
        assert verdict.status == NOT_YET
        assert task.mistakes[mistake].hint in verdict.message
