"""What decision trees are made of: questions, signs and causes, as data.

A sign is known by what was measured of a log and a threshold, so that any program that has the
measures can follow a tree. A measure that a log does not allow is missing, and what asks for it is
not asked.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

Measures = Mapping[str, float]
HAS = "has_"  # begins the names of measures that say whether the log has something


@dataclass(frozen=True)
class Condition:
    """A measure lies above a threshold, or below it.

    Attributes:
        measure: its name.
        relation: ``">"`` or ``"<"``.
        threshold: what it is compared with.
    """

    measure: str
    relation: str
    threshold: float

    def holds(self, measures: Measures) -> bool | None:
        """Return whether the condition holds, or None if the measure is missing."""
        if self.measure not in measures:
            return None
        value = measures[self.measure]
        return value > self.threshold if self.relation == ">" else value < self.threshold


def above(measure: str, threshold: float) -> Condition:
    """Return the condition that a measure lies above a threshold."""
    return Condition(measure, ">", threshold)


def below(measure: str, threshold: float) -> Condition:
    """Return the condition that a measure lies below a threshold."""
    return Condition(measure, "<", threshold)


@dataclass(frozen=True)
class Sign:
    """Something that a log shows, and the cause it points at.

    Attributes:
        text: the sign.
        cause: what is wrong.
        shows: what must hold, all of it; nothing for the sign that is left when the others of its
            question were looked for and do not show.
        surely: how far the sign can be relied on: ``"surely"``, ``"probably"`` or ``"perhaps"``.
    """

    text: str
    cause: str
    shows: tuple[Condition, ...] = ()
    surely: str = "probably"


@dataclass(frozen=True)
class Question:
    """A question to a log, asked if it applies, with the signs that answer it.

    Attributes:
        text: the question.
        signs: what to look for, in this order.
        applies: what must hold for the signs to be worth looking for.
        second_run: what tells causes apart that share their signs.
    """

    text: str
    signs: tuple[Sign, ...]
    applies: tuple[Condition, ...] = ()
    second_run: str = ""


@dataclass(frozen=True)
class Unasked:
    """A sign that was not looked for.

    Attributes:
        question: the question it belongs to.
        sign: the sign.
        missing: the measures that would be needed.
    """

    question: Question
    sign: Sign
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Answer:
    """Where a walk through a tree ended.

    Attributes:
        question: the question whose sign showed; None if none did.
        sign: that sign.
        unasked: the signs before it that were not looked for.
        refuted: the causes of which a sign was looked for before it, and did not show. A sign that
            is meant for logs without something was not looked for in one that has it.
    """

    question: Question | None
    sign: Sign | None
    unasked: tuple[Unasked, ...]
    refuted: frozenset[str]


def walk(tree: Iterable[Question], measures: Measures) -> Answer:
    """Go through a tree from the top, to the first sign that shows."""
    unasked: list[Unasked] = []
    refuted: set[str] = set()
    for question in tree:
        open_signs: tuple[Condition, ...] = ()  # what would have to be known for the sign left
        for sign in question.signs:
            conditions = (*question.applies, *(sign.shows or open_signs))
            said = [condition.holds(measures) for condition in conditions]
            if False in said:
                failing = (c for c, holds in zip(conditions, said, strict=True) if holds is False)
                if not any(condition.measure.startswith(HAS) for condition in failing):
                    refuted.add(sign.cause)
            elif None in said:
                unasked.append(Unasked(question, sign, tuple(_missing(conditions, measures))))
                open_signs += sign.shows
            else:
                return Answer(question, sign, tuple(unasked), frozenset(refuted))
    return Answer(None, None, tuple(unasked), frozenset(refuted))


def _missing(conditions: Iterable[Condition], measures: Measures) -> Iterator[str]:
    names = dict.fromkeys(condition.measure for condition in conditions)
    return (name for name in names if name not in measures)
