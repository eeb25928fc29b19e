"""Remarks are those of the package."""

from everystep.clinic.remarks import remarks


def test_remarks_are_those_of_the_package(pairs):
    said = set()
    for found, expected in pairs.values():
        lines = list(remarks(expected.log))
        title, agrees = found["told"][1][1]
        assert title == "Do its numbers agree?"
        assert agrees[len(expected.counts.contradictions) :] == lines or not lines
        said |= {line.split()[-1] for line in lines}
    assert len(said) > 4
