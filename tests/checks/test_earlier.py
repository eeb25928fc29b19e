"""Exercises that learners finished with an earlier version of the course still run."""

import pytest

from everystep.checks.earlier import Earlier
from everystep.checks.verdicts import NOT_ATTEMPTED, NOT_YET

# Once handed out as they stand here: the cell that imports, and what other cells asked of it.
EARLIER = {
    "from everystep.checks import steps as check": ("scheduler_for",),
    "from everystep.checks import epochs as check": ("repaired_training",),
    "from everystep.checks import batch_size as check": ("noise_scale",),
    "from everystep.checks import learning_rate as check": ("rescue",),
    "from everystep.checks import schedules as check": ("cause", "records_of_a_job"),
    "from everystep.checks import generalization_gap as check": (
        "compare",
        "job_with_gap",
        "no_fix",
        "records_of_four_jobs",
    ),
    "from everystep.checks import diagnosis as check": ("case_1", "look"),
}


@pytest.mark.parametrize("cell", EARLIER)
def test_the_earlier_place_of_a_chapter_and_all_that_its_exercise_calls_are_there(cell):
    names = {}
    exec(cell, names)
    assert all(callable(getattr(names["check"], name)) for name in EARLIER[cell])


CAUSE = Earlier("cause", "horizon", now="planned_updates")


def test_a_choice_that_was_asked_for_earlier_is_still_judged():
    assert CAUSE(" Horizon").correct
    assert CAUSE(...).status == CAUSE(None).status == NOT_ATTEMPTED
    for wrong in ("early", "", 3, None.__class__, 10**5000):
        verdict = CAUSE(wrong)
        assert verdict.status == NOT_YET
        assert "planned_updates" in verdict.message
