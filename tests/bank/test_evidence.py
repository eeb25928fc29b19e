import pytest
from pydantic import TypeAdapter, ValidationError

from everystep.bank.evidence import ComputedEvidence, Evidence, FindingEvidence, SourceEvidence

READER = TypeAdapter(Evidence)
SOURCE = {"title": "Guide", "url": "https://docs.example/a", "read_on": "2026-03-05"}


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"finding": "steps.one"}, FindingEvidence),
        ({"computation": "2 < 3"}, ComputedEvidence),
        ({"source": SOURCE}, SourceEvidence),
    ],
)
def test_every_kind_is_known_by_its_key(written, kind):
    evidence = READER.validate_python(written)
    assert type(evidence) is kind
    assert READER.validate_json(evidence.model_dump_json()) == evidence


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"proof": "x"}, "finding, computation and source"),
        ("steps.count", "finding, computation and source"),
        ({"finding": "a.b", "computation": "1"}, "finding, computation and source"),
        ({"source": {**SOURCE, "url": "docs/a"}}, "valid URL"),
        ({"source": {"title": "Guide"}}, "Field required"),
    ],
)
def test_anything_else_is_refused(written, reason):
    with pytest.raises(ValidationError, match=reason):
        READER.validate_python(written)
