"""Exercises and solutions do not drift apart.

That a planted difference is found shows ``tests/authoring/test_exercises.py``.
"""

from everystep.authoring.exercises import out_of_step
from everystep.authoring.manifest import read_manifest
from tests.paths import ROOT


def test_exercises_are_in_step_with_their_solutions():
    assert read_manifest(ROOT).with_room("exercises")
    assert out_of_step(ROOT) == []
