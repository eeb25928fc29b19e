"""Counts, and what contradicts, are those of the package."""

import pytest

NAMES = {
    "stepsMade": "steps_made", "stepsPlanned": "steps_planned", "epochsMade": "epochs_made",
    "epochsPlanned": "epochs_planned", "stepsPerEpoch": "steps_per_epoch",
    "samplesPerUpdate": "samples_per_update", "isAtLeast": "at_least", "train": "n_train",
    "begun": "begun",
}  # fmt: skip


def test_counts_and_contradictions_are_those_of_the_package(pairs):
    wrong = []
    for found, expected in pairs.values():
        for ours, theirs in NAMES.items():
            value = getattr(expected.counts, theirs)
            assert found["counts"][ours] == (
                pytest.approx(value) if isinstance(value, float) else value
            )
        assert found["counts"]["contradictions"] == list(expected.counts.contradictions)
        wrong += expected.counts.contradictions
    assert len(wrong) >= 2
