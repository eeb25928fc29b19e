"""Exercises that learners finished with an earlier version of the course still run."""

import pytest

# Once handed out as they stand here: the cell that imports, and what other cells asked of it.
EARLIER = {
    "from everystep.checks import steps as check": ("scheduler_for",),
    "from everystep.checks import epochs as check": ("repaired_training",),
    "from everystep.checks import batch_size as check": ("noise_scale",),
    "from everystep.checks import learning_rate as check": ("rescue",),
    "from everystep.checks import schedules as check": ("cause", "records_of_a_job"),
    "from everystep.checks import generalization_gap as check": ("compare", "records_of_four_jobs"),
    "from everystep.checks import diagnosis as check": ("case_1", "look"),
}


@pytest.mark.parametrize("cell", EARLIER)
def test_the_earlier_place_of_a_chapter_and_all_that_its_exercise_calls_are_there(cell):
    names = {}
    exec(cell, names)
    assert all(callable(getattr(names["check"], name)) for name in EARLIER[cell])
