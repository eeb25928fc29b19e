"""What a question is: the item types of the certification exam, as validated models."""

import datetime
import re
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    HttpUrl,
    Tag,
    model_validator,
)

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def _check_name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(f"must be lower-case words joined by hyphens, got {text!r}")
    return text


Name = Annotated[str, AfterValidator(_check_name)]
Text = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """A model that refuses fields it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingEvidence(Strict):
    """The experiment that shows the answer: the id of a finding that a lab asserts."""

    finding: Text


class ComputedEvidence(Strict):
    """A Python expression over the names of ``everystep.lab`` that computes the answer.

    A number must be the number in the key; True means that a claim holds. In a numeric item the
    item's variables are names too.
    """

    computation: Text


class Source(Strict):
    """A document that states the answer, and the day on which it was read."""

    title: Text
    url: HttpUrl
    read_on: datetime.date


class SourceEvidence(Strict):
    """A dated source."""

    source: Source


def _kind(evidence: object) -> str | None:
    """Tell kinds of evidence apart by their key, so that errors name the kind that is meant."""
    fields = evidence if isinstance(evidence, dict) else getattr(evidence, "__dict__", {})
    kinds = [kind for kind in ("finding", "computation", "source") if kind in fields]
    return kinds[0] if len(kinds) == 1 else None


Evidence = Annotated[
    Annotated[FindingEvidence, Tag("finding")]
    | Annotated[ComputedEvidence, Tag("computation")]
    | Annotated[SourceEvidence, Tag("source")],
    Discriminator(
        _kind,
        custom_error_type="evidence",
        custom_error_message="must have one of the keys finding, computation and source",
    ),
]


class Option(Strict):
    """One answer to choose: why it is right or wrong, and which misconception leads to it."""

    text: Text
    rationale: Text
    correct: bool = False
    misconception: Name | None = None

    @model_validator(mode="after")
    def _distractors_have_a_misconception(self) -> Self:
        if self.correct == (self.misconception is not None):
            raise ValueError("give either correct: true or a misconception")
        return self


class Step(Strict):
    """One step of an ordering, with the reason for its place."""

    text: Text
    rationale: Text


class Pair(Strict):
    """A prompt of a matching, and the answer that belongs to it."""

    prompt: Text
    answer: Text
    rationale: Text


class Extra(Strict):
    """An answer of a matching that belongs to no prompt."""

    answer: Text
    rationale: Text
    misconception: Name


class Mistake(Strict):
    """A wrong number: the formula that leads to it, and what is wrong with it."""

    misconception: Name
    formula: Text
    rationale: Text


class Question(Strict):
    """What all questions have in common.

    Attributes:
        id: unique in the bank. A learner's history is kept under it.
        version: raised when the question's meaning changes, which starts its history anew.
        objective: what is tested, one of the blueprint's.
        level: what the learner has to do.
        stem: the question, Markdown. In a numeric item, ``{name}`` stands for a variable.
        code: a listing shown under the stem.
        read: page and section to read again, such as ``book/01-steps/concept.md#what-it-hides``;
            left out where the course has no such section, and a source says more.
        evidence: what proves the answer.
        verified_on: the day on which the answer was last checked.
    """

    id: Name
    version: Annotated[int, Field(ge=1)] = 1
    objective: Name
    level: Literal["recall", "apply", "diagnose"]
    stem: Text
    code: str | None = None
    read: Text | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    verified_on: datetime.date


class Single(Question):
    """Multiple choice: one of four options is right."""

    type: Literal["single"]
    options: tuple[Option, ...]

    @model_validator(mode="after")
    def _one_is_right(self) -> Self:
        if (count := sum(option.correct for option in self.options)) != 1:
            raise ValueError(f"one option must be right, not {count}")
        return self


class Multiple(Question):
    """Multiple response: two or more of at least five options are right."""

    type: Literal["multiple"]
    options: tuple[Option, ...]

    @model_validator(mode="after")
    def _two_are_right(self) -> Self:
        if (count := sum(option.correct for option in self.options)) < 2:
            raise ValueError(f"at least 2 options must be right, not {count}")
        return self


class Ordering(Question):
    """Steps to be put in order; they are written down in the right one."""

    type: Literal["ordering"]
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=5)]

    @model_validator(mode="after")
    def _steps_differ(self) -> Self:
        if len({step.text for step in self.steps}) < len(self.steps):
            raise ValueError("two steps have the same text")
        return self


class Matching(Question):
    """Prompts to which answers must be matched; credit for all pairs together."""

    type: Literal["matching"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=7)]
    extra: tuple[Extra, ...] = ()


class Numeric(Question):
    """A number to be computed, with other values in every variant.

    Attributes:
        variables: the values that each variable can have.
        answer: formula for the answer over the variables, see ``everystep.bank.variants``.
        tolerance: largest accepted difference from the answer; 0 accepts the answer alone.
        rationale: how the answer is found; may contain variables and ``{answer}``.
        mistakes: wrong answers known by name; their rationales may contain variables.
    """

    type: Literal["numeric"]
    variables: Annotated[
        dict[str, Annotated[tuple[int | float, ...], Field(min_length=1)]], Field(min_length=1)
    ]
    answer: Text
    unit: str = ""
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0
    rationale: Text
    mistakes: Annotated[tuple[Mistake, ...], Field(min_length=1)]


SimpleItem = Annotated[
    Single | Multiple | Ordering | Matching | Numeric, Field(discriminator="type")
]


class Case(Strict):
    """A case study: a scenario with several questions, each credited by itself."""

    type: Literal["case"]
    id: Name
    version: Annotated[int, Field(ge=1)] = 1
    scenario: Text
    questions: Annotated[tuple[SimpleItem, ...], Field(min_length=2)]


Item = Annotated[
    Single | Multiple | Ordering | Matching | Numeric | Case, Field(discriminator="type")
]


class QuestionFile(Strict):
    """One file of the bank: a chapter's quiz, or a pool for mock exams."""

    chapter: Text | None = None
    pool: Text | None = None
    items: Annotated[tuple[Item, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _chapter_or_pool(self) -> Self:
        if (self.chapter is None) == (self.pool is None):
            raise ValueError("give either chapter or pool")
        return self


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
    exams: dict[Name, Exam]

    @model_validator(mode="after")
    def _tasks_exist(self) -> Self:
        named = {o.task for o in self.objectives.values()}
        named |= {task for exam in self.exams.values() for task in exam.questions}
        if unknown := named - set(self.tasks):
            raise ValueError(f"unknown task {sorted(unknown)[0]!r}")
        return self
