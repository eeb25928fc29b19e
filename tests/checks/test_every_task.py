"""What every task of every chapter says to stubs and to wrong answers.

That its solution is accepted, and each mistake made by a wrong answer, is asked in
tests/gates/test_tasks.py.
"""

import pytest

from everystep.checks.tasks import NOT_ATTEMPTED, NOT_YET
from tests.checks.chapters.tasks import CHAPTERS, tasks_of, wrong_answers_of

every_task = pytest.mark.parametrize(
    ("chapter", "name"), [(c, name) for c in CHAPTERS for name in tasks_of(c)]
)


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
