"""Check the question bank against twelve rules for writing questions.

The rules follow T. M. Haladyna, S. M. Downing and M. C. Rodriguez (2002), "A Review of
Multiple-Choice Item-Writing Guidelines for Classroom Assessment", Applied Measurement in Education
15(3), doi:10.1207/S15324818AME1503_5; where they leave a number open, the number is ours. Each of
the functions listed as rules in ``questions`` and ``whole`` is one of the twelve, or a part of it;
its docstring says which. A breach names the function.

What the schema can say (one objective that the blueprint has, a misconception for every distractor,
at least one piece of evidence) is refused while reading, in ``everystep.bank.kinds`` and
``everystep.bank.read``.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from everystep.bank.lint.questions import KIND_RULES, QUESTION_RULES
from everystep.bank.lint.whole import BANK_RULES, answers_are_verified, placed
from everystep.bank.read import Bank, Located


@dataclass(frozen=True)
class Breach:
    """A rule that a question breaks.

    Attributes:
        rule: the rule's id: the name of its function, with hyphens.
        file: the question file; the folder for the whole bank.
        line: line of the item, counted from 1.
        id: the question; a dash for the whole bank.
        sentence: what is wrong.
    """

    rule: str
    file: Path
    line: int
    id: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.id}: {self.sentence} ({self.rule})"


def lint(bank: Bank, today: datetime.date | None = None) -> list[Breach]:
    """Return every breach of the rules, in the order of files and lines.

    Args:
        bank: the question bank.
        today: day that ``verified_on`` is compared with; without it, the day on which this runs.
    """
    verified = answers_are_verified(bank, today or datetime.date.today())
    breaches = [_breach(bank, answers_are_verified, *told) for told in verified]
    breaches += [_breach(bank, rule, *told) for rule in BANK_RULES for told in rule(bank)]
    breaches += [
        _breach(bank, rule, located, question.id, sentence)
        for located, question in placed(bank)
        for rule in (*QUESTION_RULES, *KIND_RULES.get(question.type, ()))
        for sentence in rule(question)
    ]
    return sorted(breaches, key=lambda breach: (breach.file, breach.line))


def _breach(
    bank: Bank, rule: Callable[..., object], located: Located | None, id: str, sentence: str
) -> Breach:
    file, line = (located.file, located.line) if located else (bank.folder, 1)
    return Breach(rule.__name__.replace("_", "-"), file, line, id, sentence)
