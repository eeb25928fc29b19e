"""What every task of every chapter says to stubs and to wrong answers.

That its solution is accepted, and each mistake made by a wrong answer, is asked in
tests/gates/test_tasks.py.
"""

from itertools import combinations

import pytest

from everystep.checks.tasks import (
    NOT_ATTEMPTED,
    NOT_YET,
    DecidedChoiceTask,
    FunctionTask,
    ValueTask,
)
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


def leaves_python(*_, **__):
    raise SystemExit


def takes_no_inputs():
    return 0


@every_task
def test_whatever_is_handed_in_there_is_a_verdict(chapter, name):
    for wild in (10**400, 10**5000, 1j, leaves_python, takes_no_inputs):
        verdict = tasks_of(chapter)[name](wild)
        assert verdict.status == NOT_YET
        assert len(repr(verdict)) < 2000


def told_apart(task, one, other):
    """Tell whether a task's check can know one wrong answer from another."""
    if isinstance(task, FunctionTask):
        return task.find(lambda case: task.differ(one, other, case), smallest=False) is not None
    if isinstance(task, ValueTask):
        return not task.agree(one, other)
    if isinstance(task, DecidedChoiceTask) and type(one) is type(other) and type(one) is not tuple:
        return not task.agree(one, other)
    return one != other


def known_answers(task):
    """Yield each answer that a task knows, with the id of its mistake."""
    if isinstance(task, ValueTask):
        yield None, task.value
    if isinstance(task, DecidedChoiceTask):
        yield None, (task.key, task.number)
    for id, mistake in task.mistakes.items():
        yield from ((id, answer) for answer in mistake.answers)


@every_task
def test_every_known_answer_is_told_from_those_of_other_mistakes(chapter, name):
    task = tasks_of(chapter)[name]
    alike = [
        (one, other)
        for (one, a), (other, b) in combinations(known_answers(task), 2)
        if one != other and not told_apart(task, a, b)
    ]
    assert not alike


@every_task
def test_numbers_alone_do_not_fall_together_with_those_of_a_choice(chapter, name):
    task = tasks_of(chapter)[name]
    if isinstance(task, DecidedChoiceTask):
        alone = [a for _, a in known_answers(task) if not isinstance(a, tuple)]
        chosen = [a[1] for _, a in known_answers(task) if isinstance(a, tuple)]
        assert not [a for a in alone for b in chosen if task.agree(a, b)]
