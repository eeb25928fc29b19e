"""What a check says, and the mistakes that it knows."""

import html
import sys
from dataclasses import dataclass
from typing import Any

CORRECT, NOT_YET, NOT_ATTEMPTED = "correct", "not yet", "not attempted yet"
SIGNS = {CORRECT: "✓", NOT_YET: "✗", NOT_ATTEMPTED: "○"}
# For terminals that can show nothing but ASCII.
PLAIN = str.maketrans(
    {"✓": "+", "✗": "x", "○": "o", "…": "...", "−": "-", "–": "-", "×": "x", "²": "^2", "±": "+-"}
)


@dataclass(frozen=True)
class Verdict:
    """What a check says: a status, a message, and the id of the mistake it recognized."""

    task: str
    status: str
    message: str = ""
    mistake: str | None = None

    @property
    def correct(self) -> bool:
        """Whether the answer was accepted."""
        return self.status == CORRECT

    @property
    def text(self) -> str:
        """The verdict in a line."""
        text = f"{SIGNS[self.status]} {self.task}: {self.status}"
        return f"{text}. {self.message}" if self.message else text

    def __repr__(self) -> str:
        """Return the text, in ASCII where the terminal can show nothing else."""
        text, encoding = self.text, getattr(sys.stdout, "encoding", None) or "utf-8"
        try:
            text.encode(encoding)
        except (UnicodeEncodeError, LookupError):
            text = text.translate(PLAIN).encode("ascii", "backslashreplace").decode()
        return text

    def _repr_html_(self) -> str:
        return (
            f'<p class="verdict verdict-{self.status.replace(" ", "-")}">'
            f"{html.escape(self.text)}</p>"
        )


@dataclass(frozen=True)
class Mistake:
    """A plausible wrong answer and the hint that helps the learner who made it.

    Attributes:
        answer: what a learner who makes the mistake hands in: a function, or a value.
        hint: one or two sentences that name the mistake without giving the solution away.
        as_given: true for the broken code that the learner is asked to repair.
        variants: further answers by which the same mistake shows.
    """

    answer: Any
    hint: str
    as_given: bool = False
    variants: tuple[Any, ...] = ()

    @property
    def answers(self) -> tuple[Any, ...]:
        """All answers by which the mistake shows."""
        return (self.answer, *self.variants)
