"""A page of a chapter is remembered as the one seen last; others are not."""

from tests.web.landing.test_resume import CONCEPT, LAB
from tests.web.reader import kept


def test_pages_of_chapters_are_remembered_and_no_others(reader):
    with reader() as one:
        assert "visit/last" not in kept(one.open("index"))
        assert kept(one.open(LAB))["visit/last"] == {"page": LAB}
        assert kept(one.open(CONCEPT))["visit/last"] == {"page": CONCEPT}
        assert kept(one.open("index"))["visit/last"] == {"page": CONCEPT}
