"""A blind exam: trainings that went wrong, known by a number alone.

The number of the exam decides which cases are drawn, and in which order.
"""

import functools
import hashlib
import itertools
from dataclasses import dataclass, field
from numbers import Integral

from everystep.clinic.failures import CASES, Setup
from everystep.clinic.logs import Log
from everystep.clinic.tree import diagnose
from everystep.core.seeds import base_seed
from everystep.core.validation import require_whole


@dataclass(frozen=True)
class ExamCase:
    """A training that went wrong; what is printed of it does not tell why.

    Attributes:
        number: the case's number in the exam, from 1.
        exam: the number of the exam.
        cause: what is wrong, one of ``everystep.clinic.tree.KNOBS``.
        setup: the second recipe of the cause, of which the lab shows no curves.
    """

    number: int
    exam: int
    cause: str = field(repr=False)
    setup: Setup = field(repr=False)

    @functools.cached_property
    def log(self) -> Log:
        """The log of the training, which is trained when it is first asked for.

        Chance can hide a cause. So that each case can be solved from its log, a log in which the
        tree does not see the cause is put aside and the next seed trained.
        """
        first = 10_000 * (base_seed() + 1) + self.exam % 10_000
        logs = (self.setup.logs([seed])[0] for seed in itertools.count(first))
        return next(log for log in logs if diagnose(log) == self.cause)


@functools.lru_cache
def exam_case(number: int, exam: int) -> ExamCase:
    """Return a case of an exam.

    Args:
        number: which case, counted from 1.
        exam: the number of the exam, any whole number.

    Raises:
        ValueError: if there is no such case, or ``exam`` is no whole number.
    """
    require_whole("number", number, minimum=1, maximum=len(CASES))
    if not isinstance(exam, Integral):
        raise ValueError(f"exam must be a whole number, got {exam!r}")

    def lot(text: str) -> bytes:
        return hashlib.sha256(f"exam {exam}, {text}".encode()).digest()

    case = sorted(CASES, key=lambda case: lot(case.cause))[number - 1]
    return ExamCase(number, exam, case.cause, case.variant)
