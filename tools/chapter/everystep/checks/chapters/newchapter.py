"""Checks of the chapter PLACEHOLDER."""

from everystep.checks.tasks import Mistake, ValueTask

# Task 1: PLACEHOLDER

updates = ValueTask(
    name="updates",
    value=12 * sum(1 for _ in range(0, 1_000, 64)),
    mistakes={
        "rounded-down": Mistake(12 * 15, "PLACEHOLDER: What becomes of the samples left over?"),
        "one-epoch": Mistake(16, "PLACEHOLDER: That is one epoch."),
        "samples": Mistake(12_000, "PLACEHOLDER: That counts samples."),
    },
)
