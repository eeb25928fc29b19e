import re

from everystep.clinic.causes import CANNOT_TELL, CAUSES
from everystep.clinic.run_tree import RUN_TREE
from everystep.clinic.tree import KNOBS
from tests.paths import ROOT

CHAPTER = (ROOT / "book" / "07-diagnosis" / "concept.md").read_text(encoding="utf-8")


def test_every_cause_is_told_and_no_other():
    causes = {sign.cause for question in RUN_TREE for sign in question.signs}
    assert causes | {CANNOT_TELL} == set(CAUSES)
    assert set(KNOBS) < set(CAUSES)
    assert {name for cause in CAUSES.values() for name in cause.besides} < causes


def test_every_section_to_read_is_one_of_the_chapter():
    headings = re.findall(r"^## (.+)$", CHAPTER, flags=re.MULTILINE)
    assert {cause.section for cause in CAUSES.values()} <= set(headings)
