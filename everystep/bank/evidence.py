"""What proves an answer: an experiment, a computation or a dated source."""

import datetime
from typing import Annotated

from pydantic import Discriminator, HttpUrl, Tag

from everystep.bank.fields import Strict, Text


class FindingEvidence(Strict):
    """The experiment that shows the answer: the id of a finding that a lab asserts."""

    finding: Text


class ComputedEvidence(Strict):
    """A Python expression that computes the answer.

    Its names are those of ``everystep.lab``, ``math``, and the variables of a numeric item. A
    number must be the number in the key; True means that a claim holds.
    """

    computation: Text


class Source(Strict):
    """A document that states the answer, and the day on which it was read."""

    title: Text
    url: HttpUrl
    read_on: datetime.date


class SourceEvidence(Strict):
    """A dated source."""

    source: Source


def _kind(evidence: object) -> str | None:
    """Tell kinds of evidence apart by their key, so that errors name the kind that is meant."""
    fields = evidence if isinstance(evidence, dict) else getattr(evidence, "__dict__", {})
    kinds = [kind for kind in ("finding", "computation", "source") if kind in fields]
    return kinds[0] if len(kinds) == 1 else None


Evidence = Annotated[
    Annotated[FindingEvidence, Tag("finding")]
    | Annotated[ComputedEvidence, Tag("computation")]
    | Annotated[SourceEvidence, Tag("source")],
    Discriminator(
        _kind,
        custom_error_type="evidence",
        custom_error_message="must have one of the keys finding, computation and source",
    ),
]
