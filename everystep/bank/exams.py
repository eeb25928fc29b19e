"""What a mock exam is drawn from, and how.

An exam draws from the items of the pools that its real exam would ask, by quotas: so many questions
of each topic, and at most one of each group of questions that are too much alike. A case is drawn
whole or not at all. ``draw`` in ``web/quiz/exam.js`` is the same rule; a table of draws ties them.
"""

from collections.abc import Mapping, Sequence

from everystep.bank.items import Blueprint, Exam
from everystep.bank.kinds import Question
from everystep.bank.read import Bank, Located

# What each question of a unit takes from the quotas.
Unit = Sequence[Sequence[str]]
# Whether an exam can be filled depends on the luck of the draw: so many are tried.
TRIED = 25


def asked(bank: Bank, exam: Exam) -> tuple[Located, ...]:
    """Return the items of the pools that the exam draws from."""
    return tuple(
        located
        for located in bank.of_pools()
        if exam.guide in bank.blueprint.asked_in(located.item)
    )


def quotas(blueprint: Blueprint, exam: Exam) -> dict[str, int]:
    """Return how many questions of each topic, and of each group of look-alikes, are drawn."""
    return exam.questions | {_group(n): 1 for n, _ in enumerate(blueprint.apart)}


def takes(blueprint: Blueprint, exam: Exam, question: Question) -> tuple[str, ...]:
    """Return the quotas that a question takes from: its topic, then its groups of look-alikes."""
    topic = blueprint.objectives[question.objective].topics[exam.guide]
    groups = [_group(n) for n, group in enumerate(blueprint.apart) if question.id in group]
    return (topic, *groups)


def draw(units: Sequence[Unit], quotas: Mapping[str, int], seed: int) -> list[int]:
    """Return the places of the units that are drawn, in the order of the exam.

    Args:
        units: for each unit, what each of its questions takes from the quotas.
        quotas: how many questions may take from each.
        seed: a whole number from 0 to 2**32 - 1.
    """
    ranks = []
    for place in range(len(units)):
        seed = (seed * 1664525 + 1013904223) % 2**32
        ranks.append((seed, place))
    left, drawn = dict(quotas), []
    for _, place in sorted(ranks):
        rest = dict(left)
        for name in (name for question in units[place] for name in question):
            rest[name] = rest.get(name, 0) - 1
        if min(rest.values()) >= 0:
            left = rest
            drawn.append(place)
    return drawn


def shortage(bank: Bank, name: str) -> str:
    """Return why a mock exam cannot be filled, or nothing."""
    exam = bank.blueprint.exams[name]
    word = bank.blueprint.guides[exam.guide].topic
    units = [
        [takes(bank.blueprint, exam, question) for question in located.questions]
        for located in asked(bank, exam)
    ]
    topics = [taken[0] for unit in units for taken in unit]
    for topic, wanted in exam.questions.items():
        if (there := topics.count(topic)) < wanted:
            return (
                f"exam {name!r} draws {wanted} questions of {word} {topic}; the pools have {there}"
            )
    size = sum(exam.questions.values())
    for seed in range(TRIED):
        found = sum(len(units[place]) for place in draw(units, quotas(bank.blueprint, exam), seed))
        if found < size:
            return f"exam {name!r} has {size} questions, and a draw found {found}"
    return ""


def _group(number: int) -> str:
    return f"apart-{number}"
