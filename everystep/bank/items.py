"""What the bank's files hold: items, which are questions or case studies, and the blueprint."""

import datetime
from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from everystep.bank.fields import ExamName, Id, Name, Paragraphs, Strict, Text, Version
from everystep.bank.kinds import Matching, Multiple, Numeric, Ordering, Single

Kind = Annotated[Single | Multiple | Ordering | Matching | Numeric, Field(discriminator="type")]


class CaseStudy(Strict):
    """A scenario with several questions, each credited by itself; ``exams`` as in questions."""

    type: Literal["case"]
    id: Id
    version: Version = 1
    exams: tuple[Text, ...] | None = None
    scenario: Paragraphs
    questions: Annotated[tuple[Kind, ...], Field(min_length=2)]

    @property
    def ids(self) -> tuple[str, ...]:
        """The names that nothing else in the bank may have."""
        return (*(question.id for question in self.questions), self.id)


Item = Annotated[Kind | CaseStudy, Field(discriminator="type")]
# The names of all types of items.
TYPES = {
    name
    for kind in (*get_args(get_args(Kind)[0]), CaseStudy)
    for name in get_args(kind.model_fields["type"].annotation)
}


class QuestionFile(Strict):
    """One file of the bank: a chapter's quiz, or a pool's questions on one objective."""

    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class Guide(Strict):
    """A real exam, as its guide describes it.

    Attributes:
        title: the exam's full name.
        checked_on: the day on which what is said of it here was last compared with the guide.
        kinds: the types of items that it has, by the names of the bank.
        topic: what the guide calls its smallest parts with a number: tasks, or skills.
        topics: those that the course is about, by their numbers.
    """

    title: Text
    checked_on: datetime.date
    kinds: Annotated[frozenset[str], Field(min_length=1)]
    topic: Literal["task", "skill"]
    topics: dict[str, Text]

    @model_validator(mode="after")
    def _types_exist(self) -> Self:
        if unknown := self.kinds - TYPES:
            raise ValueError(f"unknown type of item {min(unknown)!r}")
        return self


class Objective(Strict):
    """What a question can test, and which topic of each guide it belongs to."""

    topics: Annotated[dict[str, str], Field(min_length=1)]
    text: Text


class Exam(Strict):
    """A mock exam: the guide it follows, its minutes, and how many questions of each topic."""

    guide: str
    title: Text
    minutes: Annotated[int, Field(ge=1)]
    questions: dict[str, Annotated[int, Field(ge=1)]]


class Blueprint(Strict):
    """The real exams, the objectives within them, and the mock exams.

    Attributes:
        guides: the real exams, the one of today first.
        objectives: what questions test.
        exams: the mock exams.
        apart: groups of questions so alike that an exam draws at most one of each group.
    """

    guides: dict[str, Guide]
    objectives: dict[Name, Objective]
    exams: dict[ExamName, Exam]
    apart: tuple[Annotated[frozenset[Id], Field(min_length=2)], ...] = ()

    @model_validator(mode="after")
    def _guides_and_topics_exist(self) -> Self:
        named = [
            pair for objective in self.objectives.values() for pair in objective.topics.items()
        ]
        named += [(exam.guide, topic) for exam in self.exams.values() for topic in exam.questions]
        for guide, topic in named:
            if guide not in self.guides:
                raise ValueError(f"unknown guide {guide!r}")
            if topic not in self.guides[guide].topics:
                raise ValueError(f"{guide} has no {self.guides[guide].topic} {topic!r}")
        return self

    def asked_in(self, item: Item) -> tuple[str, ...]:
        """Return the guides whose exams ask an item: its type, its objectives and its content."""
        parts = (item, *item.questions)
        topics = [self.objectives[question.objective].topics for question in item.questions]
        return tuple(
            name
            for name, guide in self.guides.items()
            if all(part.type in guide.kinds for part in parts)
            and all(part.exams is None or name in part.exams for part in parts)
            and all(name in of for of in topics)
        )
