import pytest

from everystep.bank.read import BankError, read_bank
from tests.bank.questions import BLUEPRINT, ITEMS, item, write_bank

HEAD = "chapter: 01-steps\nitems:\n"
GOOD = """\
  - id: one-update
    type: ordering
    objective: count-updates
    level: recall
    stem: Put the parts of one update in order.
    steps:
      - text: Compute the loss
        rationale: First.
      - text: Propagate backward
        rationale: Then.
      - text: Step the optimizer
        rationale: Last.
    read: book/01-steps/concept.md#updates
    evidence:
      - finding: steps.relation-counted
    verified_on: 2026-11-23
"""


def refused(folder, text):
    """Return file, line and reason with which a question file is refused."""
    write_bank(folder)
    (folder / "items.yml").write_text(text, encoding="utf-8")
    with pytest.raises(BankError) as caught:
        read_bank(folder)
    place, line, reason = str(caught.value).split(":", 2)
    assert place == str(folder / "items.yml")
    return int(line), reason.strip()


def test_a_bank_knows_its_items_and_where_they_are(tmp_path):
    write_bank(tmp_path, *ITEMS.values())
    (tmp_path / "pool-a.yml").write_text(
        HEAD.replace("chapter: 01", "pool: 01") + GOOD.replace("one-update", "in-pool")
    )
    bank = read_bank(tmp_path)
    assert [located.item.id for located in bank.of_chapter("01-steps")] == [
        entry["id"] for entry in ITEMS.values()
    ]
    assert [located.item.id for located in bank.of_pools()] == ["in-pool"]
    assert len(list(bank.questions())) == len(ITEMS) - 1 + 2 + 1, "a case counts by its questions"
    lines = (tmp_path / "items.yml").read_text().splitlines()
    for located in bank.of_chapter("01-steps"):
        assert lines[located.line - 1] == f"- id: {located.item.id}"
    assert bank.of_pools()[0].line == 3


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("    level: recall\n", "    level: easy\n", 6, "items.0.ordering.level: Input should be"),
        ("    level: recall\n", "", 3, "items.0.ordering.level: Field required"),
        ("    level:", "    hint: x\n    level:", 6, "hint: Extra inputs are not permitted"),
        ("        rationale: Then.\n", "", 11, "steps.1.rationale: Field required"),
        ("finding: steps", "found: steps", 17, "must have one of the keys finding, computation"),
        ("id: one-update", "id: One", 3, "id: must be lower-case words joined by hyphens"),
        ("    level: recall\n", "    level: recall\n" * 2, 7, "the key 'level' is there twice"),
        ("rationale: Last.", "text: Again", 14, "the key 'text' is there twice"),
        ("level: recall", "level: [recall", 7, "not valid YAML"),
        ("level: recall", "level: a\x07b", 1, "not valid YAML"),
        ("2026-11-23", "2026-11-31", 1, "not valid YAML: day is out of range"),
        ("level: recall", "? [a]\n    : b", 6, "not valid YAML: found unhashable key"),
        ("objective: count-updates", "objective: fly", 3, "unknown objective 'fly'"),
        ("chapter: 01-steps\n", "", 1, "give either chapter or pool"),
    ],
)
def test_a_malformed_file_is_told_with_line_and_reason(tmp_path, old, new, line, reason):
    assert old in HEAD + GOOD
    found_line, found = refused(tmp_path, (HEAD + GOOD).replace(old, new, 1))
    assert (found_line, reason in found) == (line, True), found


@pytest.mark.parametrize("text", ["", "items: []\n", "- 1\n", "just words\n"])
def test_a_file_without_items_is_refused(tmp_path, text):
    assert refused(tmp_path, text)[0] == 1


def test_a_file_that_is_no_text_is_refused(tmp_path):
    write_bank(tmp_path)
    (tmp_path / "items.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BankError, match=r"items\.yml:1: cannot be read"):
        read_bank(tmp_path)


def test_a_missing_blueprint_is_told(tmp_path):
    with pytest.raises(BankError, match=r"blueprint\.yml:1: cannot be read"):
        read_bank(tmp_path)


def test_a_malformed_blueprint_is_told(tmp_path):
    write_bank(tmp_path, item("single"), blueprint=BLUEPRINT | {"exams": {"full": {"title": "F"}}})
    with pytest.raises(BankError, match=r"blueprint\.yml:\d+: exams\.full\.minutes: Field req"):
        read_bank(tmp_path)


@pytest.mark.parametrize(
    "second",
    [
        item("ordering", id="short-batch"),
        item("case", id="short-batch"),
        item("case", questions=[item("single"), item("ordering")]),
    ],
    ids=["item", "case", "question of a case"],
)
def test_an_id_used_twice_is_refused_with_both_places(tmp_path, second):
    write_bank(tmp_path, item("single"), second)
    with pytest.raises(BankError, match=r"items\.yml:\d\d: the id 'short-batch' .*items\.yml:3 "):
        read_bank(tmp_path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"answer": "ceil(n / batch)"}, "cannot compute"),
        ({"stem": "How many updates do {samples} samples make?"}, "cannot fill in"),
        ({"rationale": "That is {n updates."}, "cannot fill in"),
        ({"answer": "ceil(n / b)"}, "no values of the variables tell"),
    ],
)
def test_formulas_and_placeholders_are_tried_while_reading(tmp_path, change, reason):
    write_bank(tmp_path, item("numeric", **change))
    with pytest.raises(BankError, match=rf"items\.yml:3: items\.0\.numeric: {reason}"):
        read_bank(tmp_path)
