"""What questions are made of: options, steps, pairs and mistakes, each with its rationale."""

from typing import NamedTuple, Self

from pydantic import model_validator

from everystep.bank.fields import Id, Label, Line, Strict, Text


class Option(Strict):
    """One answer to choose: why it is right or wrong, and which misconception leads to it."""

    text: Line
    rationale: Line
    correct: bool = False
    misconception: Id | None = None

    @model_validator(mode="after")
    def _distractors_have_a_misconception(self) -> Self:
        if self.correct == (self.misconception is not None):
            raise ValueError("give either correct: true or a misconception")
        return self


class Step(Strict):
    """One step of an ordering, with the reason for its place."""

    text: Line
    rationale: Line


class Pair(Strict):
    """A prompt of a matching, and the answer that belongs to it."""

    prompt: Line
    answer: Label
    rationale: Line


class Extra(Strict):
    """An answer of a matching that belongs to no prompt."""

    answer: Label
    rationale: Line
    misconception: Id


class Mistake(Strict):
    """A wrong number: the formula that leads to it, and what is wrong with it."""

    misconception: Id
    formula: Text
    rationale: Line


class Reason(NamedTuple):
    """What is said of one possible answer, or of one part of it, after grading.

    Attributes:
        claim: the answer that is explained, Markdown; a number with its unit is plain text.
        why: why it is right or wrong, Markdown.
        misconception: what leads to it, if it is wrong.
    """

    claim: str
    why: str
    misconception: str | None = None
