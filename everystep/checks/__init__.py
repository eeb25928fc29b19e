"""The checks behind the exercises, one module a chapter.

The names are for exercises that were handed out when chapters lay here; newer ones say
``from everystep.checks.chapters import steps as check``, and new chapters need no line.
"""

from everystep.checks.chapters import (
    batch_size,
    diagnosis,
    epochs,
    generalization_gap,
    learning_rate,
    schedules,
    steps,
)

__all__ = [
    "batch_size",
    "diagnosis",
    "epochs",
    "generalization_gap",
    "learning_rate",
    "schedules",
    "steps",
]
