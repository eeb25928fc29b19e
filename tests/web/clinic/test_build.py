"""Facts, notes and the axis of a log are those of the package."""

import pytest


def test_facts_notes_and_clock_are_those_of_the_package(pairs):
    facts = set()
    for found, expected in pairs.values():
        log = expected.log
        assert found["log"]["facts"] == pytest.approx(dict(log.facts))
        assert found["log"]["notes"] == list(log.notes)
        assert found["log"]["clock"] == log.clock
        facts |= set(log.facts)
    assert facts >= {"steps_made", "epochs_made", "steps_per_epoch", "n_val", "batch"}
