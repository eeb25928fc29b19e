"""What the bank's files hold: items, which are questions or case studies, and the blueprint."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from everystep.bank.fields import ExamName, Id, Name, Paragraphs, Strict, Text, Version
from everystep.bank.kinds import Matching, Multiple, Numeric, Ordering, Single

Kind = Annotated[Single | Multiple | Ordering | Matching | Numeric, Field(discriminator="type")]


class CaseStudy(Strict):
    """A scenario with several questions, each credited by itself."""

    type: Literal["case"]
    id: Id
    version: Version = 1
    scenario: Paragraphs
    questions: Annotated[tuple[Kind, ...], Field(min_length=2)]

    @property
    def ids(self) -> tuple[str, ...]:
        """The names that nothing else in the bank may have."""
        return (*(question.id for question in self.questions), self.id)


Item = Annotated[Kind | CaseStudy, Field(discriminator="type")]


class QuestionFile(Strict):
    """One file of the bank: a chapter's quiz, or a pool's questions on one objective."""

    items: Annotated[tuple[Item, ...], Field(min_length=1)]


class Objective(Strict):
    """What a question can test, within one task of the exam."""

    task: Text
    text: Text


class Exam(Strict):
    """A mock exam: its length in minutes, and how many questions of each task it draws."""

    title: Text
    minutes: Annotated[int, Field(ge=1)]
    questions: dict[str, Annotated[int, Field(ge=1)]]


class Blueprint(Strict):
    """The exam's tasks, the objectives within them, and the mock exams."""

    tasks: dict[str, Text]
    objectives: dict[Name, Objective]
    exams: dict[ExamName, Exam]

    @model_validator(mode="after")
    def _tasks_exist(self) -> Self:
        named = {o.task for o in self.objectives.values()}
        named |= {task for exam in self.exams.values() for task in exam.questions}
        if unknown := named - set(self.tasks):
            raise ValueError(f"unknown task {sorted(unknown)[0]!r}")
        return self
