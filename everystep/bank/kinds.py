"""The kinds of questions: what each is made of, how it is shown, and what its right answer is.

Pages, exports and the linter ask a question through the properties of ``Question``. A new kind
derives from it and joins ``Kind`` in ``everystep.bank.items``.
"""

import datetime
from abc import abstractmethod
from functools import cached_property
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from everystep.bank.evidence import Evidence
from everystep.bank.fields import Id, Line, Name, Paragraphs, Strict, Text, Version
from everystep.bank.markup import formulas
from everystep.bank.order import LETTERS, in_order, out_of_order, quantity
from everystep.bank.parts import Extra, Mistake, Option, Pair, Reason, Step
from everystep.bank.variants import Variant, find_variants, show

# Stands for a number where only its place matters: a character of Unicode's private area, which no
# text of the bank has.
MARK = "\ue000"


class Question(Strict):
    """What all questions have in common.

    Attributes:
        type: name of the kind.
        ranked: whether the reasons stand in an order that means something.
        id: unique in the bank. A learner's history is kept under it.
        version: raised when the question's meaning changes, which starts its history anew.
        objective: what is tested, one of the blueprint's.
        exams: the guides whose exams still ask for this, where a newer one has dropped it.
        level: what the learner has to do.
        stem: the question, Markdown. In a numeric item, ``{name}`` stands for a variable.
        code: a listing shown under the stem.
        read: page and section to read again, such as ``book/01-steps/concept.md#what-it-hides``;
            left out where the course has no such section, and a source says more.
        evidence: what proves the answer.
        verified_on: the day on which the answer was last checked.
    """

    ranked: ClassVar[bool] = False
    type: str
    id: Id
    version: Version = 1
    objective: Name
    exams: tuple[Text, ...] | None = None
    level: Literal["recall", "apply", "diagnose"]
    stem: Paragraphs
    code: str | None = None
    read: Text | None = None
    evidence: Annotated[tuple[Evidence, ...], Field(min_length=1)]
    verified_on: datetime.date

    @property
    def scenario(self) -> str | None:
        """None: only a case has one."""
        return None

    @property
    def questions(self) -> tuple["Question", ...]:
        """The question itself; a case has several."""
        return (self,)

    @property
    def ids(self) -> tuple[str, ...]:
        """The names that nothing else in the bank may have."""
        return (self.id,)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Sets of numbers, each of which makes a question of its own; none without variables."""
        return ()

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that an answer is made of, in the order shown, Markdown; none for a number."""
        return ()

    @property
    def displayed_options(self) -> tuple[Option, ...]:
        """The options in the order shown; other kinds than single and multiple have none."""
        return ()

    @property
    def right_options(self) -> tuple[Option, ...]:
        """The options to be chosen, in the order shown."""
        return tuple(option for option in self.displayed_options if option.correct)

    @property
    def wrong_options(self) -> tuple[Option, ...]:
        """The options to be left alone, in the order shown."""
        return tuple(option for option in self.displayed_options if not option.correct)

    @property
    @abstractmethod
    def keys(self) -> list[dict[str, object]]:
        """What the page's script grades with: one key, or one for every variant.

        ``key`` is what the page's controls hold in a right answer, in their order.
        """

    @abstractmethod
    def solution(self, variant: Variant | None = None) -> str:
        """Return the right answer in a line of plain text, with letters for ``choices``."""

    @abstractmethod
    def reasons(self, variant: Variant | None = None) -> list[Reason]:
        """Return every rationale with what it explains, numbers filled in."""


class Choice(Question):
    """What single and multiple have in common: options, some of them right."""

    options: tuple[Option, ...]

    @cached_property
    def displayed_options(self) -> tuple[Option, ...]:
        """The options in the order shown."""
        return in_order(self.id, self.options, [option.text for option in self.options])

    @property
    def choices(self) -> tuple[str, ...]:
        """The options' texts in the order shown."""
        return tuple(option.text for option in self.displayed_options)

    @property
    def right_letters(self) -> list[str]:
        """Letters of the right options."""
        shown = zip(LETTERS, self.displayed_options, strict=False)
        return [letter for letter, option in shown if option.correct]

    @property
    def keys(self) -> list[dict[str, object]]:
        """The letters of the right options."""
        return [{"key": self.right_letters}]

    def solution(self, variant: Variant | None = None) -> str:
        """Return the letters of the right options."""
        return ", ".join(self.right_letters)

    def reasons(self, variant: Variant | None = None) -> list[Reason]:
        """Return the options' rationales in the order shown."""
        return [
            Reason(f"{letter}. {option.text}", option.rationale, option.misconception)
            for letter, option in zip(LETTERS, self.displayed_options, strict=False)
        ]


class Single(Choice):
    """Multiple choice: one of four options is right."""

    type: Literal["single"]

    @model_validator(mode="after")
    def _one_is_right(self) -> Self:
        if (count := sum(option.correct for option in self.options)) != 1:
            raise ValueError(f"one option must be right, not {count}")
        return self


class Multiple(Choice):
    """Multiple response: two or more of at least five options are right."""

    type: Literal["multiple"]

    @model_validator(mode="after")
    def _two_are_right(self) -> Self:
        if (count := sum(option.correct for option in self.options)) < 2:
            raise ValueError(f"at least 2 options must be right, not {count}")
        return self


class Ordering(Question):
    """Steps to be put in order; they are written down in the right one."""

    ranked = True
    type: Literal["ordering"]
    steps: Annotated[tuple[Step, ...], Field(min_length=3, max_length=5)]

    @model_validator(mode="after")
    def _steps_differ(self) -> Self:
        if len({step.text for step in self.steps}) < len(self.steps):
            raise ValueError("two steps have the same text")
        return self

    @cached_property
    def displayed_steps(self) -> tuple[Step, ...]:
        """The steps in an order that is not the right one."""
        return out_of_order(self.id, self.steps)

    @property
    def choices(self) -> tuple[str, ...]:
        """The steps' texts in the order shown."""
        return tuple(step.text for step in self.displayed_steps)

    @property
    def keys(self) -> list[dict[str, object]]:
        """The right place of each step shown."""
        return [{"key": [str(self.steps.index(step) + 1) for step in self.displayed_steps]}]

    def solution(self, variant: Variant | None = None) -> str:
        """Return the letters of the steps in their right order."""
        return ", ".join(LETTERS[self.displayed_steps.index(step)] for step in self.steps)

    def reasons(self, variant: Variant | None = None) -> list[Reason]:
        """Return the steps' rationales in the right order."""
        return [Reason(step.text, step.rationale) for step in self.steps]


class Matching(Question):
    """Prompts to which answers must be matched; credit for all pairs together."""

    type: Literal["matching"]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=3, max_length=7)]
    extra: tuple[Extra, ...] = ()

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """Each answer once, those that belong to no prompt among them, in the order shown.

        Words do not stand in the order of the prompts, which would give the key away; numbers
        ascend, so there the author mixes the prompts.
        """
        given = [pair.answer for pair in self.pairs] + [extra.answer for extra in self.extra]
        answers = list(dict.fromkeys(given))
        shown = in_order(self.id, answers, answers)
        words = any(quantity(answer) is None for answer in answers)
        return out_of_order(self.id, answers) if words and list(shown) == answers else shown

    @property
    def right_letters(self) -> list[str]:
        """The letter of each prompt's answer."""
        return [LETTERS[self.choices.index(pair.answer)] for pair in self.pairs]

    @property
    def keys(self) -> list[dict[str, object]]:
        """The letter of each prompt's answer."""
        return [{"key": self.right_letters}]

    def solution(self, variant: Variant | None = None) -> str:
        """Return the prompts' numbers with the letters of their answers."""
        lettered = enumerate(self.right_letters, 1)
        return ", ".join(f"{number} {letter}" for number, letter in lettered)

    def reasons(self, variant: Variant | None = None) -> list[Reason]:
        """Return the pairs' rationales, then those of the answers that belong to no prompt."""
        reasons = [Reason(f"{pair.prompt}: {pair.answer}", pair.rationale) for pair in self.pairs]
        extra = [Reason(one.answer, one.rationale, one.misconception) for one in self.extra]
        return reasons + extra


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
    rationale: Line
    mistakes: Annotated[tuple[Mistake, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_computed_and_filled_in(self) -> Self:
        texts = [self.stem, self.rationale, *(mistake.rationale for mistake in self.mistakes)]
        for text in texts:
            for variant in self.variants:
                variant.fill(text)
            # The page's script replaces numbers in a text, but cannot write a formula anew.
            marked = text.format_map(dict.fromkeys(self.variants[0].shown, MARK))
            if found := [latex for latex in formulas(marked) if MARK in latex]:
                raise ValueError(f"no variable can stand in a formula: {found[0]!r}")
        return self

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """Up to six sets of numbers, the same ones at every build."""
        formulas = [mistake.formula for mistake in self.mistakes]
        return find_variants(self.id, self.variables, self.answer, formulas, self.tolerance)

    @property
    def keys(self) -> list[dict[str, object]]:
        """Every variant's answer, the numbers that mistakes lead to, and the texts to fill in."""
        return [
            {
                "key": variant.answer,
                "tolerance": self.tolerance,
                "wrong": variant.wrong,
                "shown": variant.shown,
            }
            for variant in self.variants
        ]

    def solution(self, variant: Variant | None = None) -> str:
        """Return a variant's number, by default the first one's, with tolerance and unit."""
        number = show((variant or self.variants[0]).answer)
        if self.tolerance:
            number += f" ± {show(self.tolerance)}"
        return f"{number} {self.unit}".strip()

    def reasons(self, variant: Variant | None = None) -> list[Reason]:
        """Return how a variant's number is found, then what is wrong with the mistakes."""
        numbers = variant or self.variants[0]
        wrong = zip(numbers.wrong, self.mistakes, strict=True)
        return [
            Reason(self.solution(numbers), numbers.fill(self.rationale)),
            *(Reason(show(n), numbers.fill(m.rationale), m.misconception) for n, m in wrong),
        ]
