import pytest
import yaml

from everystep.bank.read import BankError, read_bank
from tests.bank.questions import BLUEPRINT, CHAPTER, ITEMS, item, write_bank

HEAD = "# Chapter 1\nitems:\n"
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
    (folder / CHAPTER).write_text(text, encoding="utf-8")
    with pytest.raises(BankError) as caught:
        read_bank(folder)
    place, line, reason = str(caught.value).split(":", 2)
    assert place == str(folder / CHAPTER)
    return int(line), reason.strip()


def test_a_bank_knows_its_items_and_where_they_are(tmp_path):
    write_bank(tmp_path, *ITEMS.values())
    write_bank(tmp_path, item("ordering", id="in-pool"), pool="a")
    bank = read_bank(tmp_path)
    assert [located.item.id for located in bank.of_chapter("01-steps")] == [
        entry["id"] for entry in ITEMS.values()
    ]
    assert [located.item.id for located in bank.of_pools()] == ["in-pool"]
    assert len(list(bank.questions())) == len(ITEMS) - 1 + 2 + 1, "a case counts by its questions"
    lines = (tmp_path / CHAPTER).read_text().splitlines()
    for located in bank.of_chapter("01-steps"):
        assert lines[located.line - 1] == f"- id: {located.item.id}"
    assert (bank.of_pools()[0].pool, bank.of_pools()[0].line) == ("a", 2)


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
        ("level: recall", "level: a\x07b", 6, r"the character '\x07' cannot be shown"),
        ("- text: Compute the loss", '- text: "\\e[31mloss"', 9, r"the character '\x1b' cannot"),
        ("    read:", '    code: "a\\x9b31m"\n    read:', 15, r"the character '\x9b' cannot"),
        ("    level:", '    "le\\0": x\n    level:', 6, r"the character '\x00' cannot"),
        ("in order.", "in \ue000order.", 7, r"the character '\ue000' cannot"),
        ("in order.", "in ![order](order.png).", 7, "stem: an image cannot be shown"),
        ("rationale: Last.", r"rationale: As $\foo$.", 14, r"formula '\\foo' cannot be underst"),
        ("one-update", f"one-{'update' * 13}", 3, "id: String should have at most 80 characters"),
        ("2026-11-23", "2026-11-31", 1, "not valid YAML: day is out of range"),
        ("level: recall", "? [a]\n    : b", 6, "not valid YAML: found unhashable key"),
        ("objective: count-updates", "objective: fly", 3, "unknown objective 'fly'"),
        ("# Chapter 1\n", "chapter: 01-steps\n", 1, "chapter: Extra inputs"),
    ],
)
def test_a_malformed_file_is_told_with_line_and_reason(tmp_path, old, new, line, reason):
    assert old in HEAD + GOOD
    found_line, found = refused(tmp_path, (HEAD + GOOD).replace(old, new, 1))
    assert (found_line, reason in found) == (line, True), found


def test_the_blueprint_has_no_control_characters_either(tmp_path):
    write_bank(tmp_path, item("single"), blueprint=BLUEPRINT | {"apart": ["Train \x1b[1m"]})
    with pytest.raises(BankError, match=r"blueprint\.yml:\d+: the character '\\x1b' cannot"):
        read_bank(tmp_path)


def test_tabs_and_all_that_people_write_pass(tmp_path):
    text = "η, 學習率, 🎓, a\u0301, “quotes”, a‑b, \u00a0, \u200d"
    write_bank(tmp_path, item("single", stem=f"{text}. What?", code="for x in y:\n\tpass"))
    [located] = read_bank(tmp_path).items
    assert located.item.stem == f"{text}. What?"


@pytest.mark.parametrize("text", ["", "items: []\n", "- 1\n", "just words\n"])
def test_a_file_without_items_is_refused(tmp_path, text):
    assert refused(tmp_path, text)[0] == 1


def test_a_file_that_is_no_text_is_refused(tmp_path):
    write_bank(tmp_path)
    (tmp_path / CHAPTER).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BankError, match=r"01-steps\.yml:1: cannot be read"):
        read_bank(tmp_path)


def test_a_missing_blueprint_is_told(tmp_path):
    with pytest.raises(BankError, match=r"blueprint\.yml:1: cannot be read"):
        read_bank(tmp_path)


def test_a_malformed_blueprint_is_told(tmp_path):
    write_bank(
        tmp_path,
        item("single"),
        blueprint=BLUEPRINT | {"exams": {"full": {"guide": "OLD-01", "title": "F"}}},
    )
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
    with pytest.raises(BankError, match=r"yml:\d\d: the id 'short-batch' .*01-steps\.yml:2 "):
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
    with pytest.raises(BankError, match=rf"01-steps\.yml:2: items\.0\.numeric: {reason}"):
        read_bank(tmp_path)


# ----- Places of files


def test_chapters_come_first_and_a_pool_follows_the_blueprint(tmp_path):
    objectives = {
        name: {"topics": {"OLD-01": "2.2"}, "text": name}
        for name in ("zebra", "count-updates", "ant")
    }
    write_bank(tmp_path, item("single"), blueprint=BLUEPRINT | {"objectives": objectives})
    places = [
        "chapters/02-x",
        "pools/a/ant",
        "pools/a/zebra",
        "pools/B/ant",
        "pools/a/count-updates",
    ]
    for number, place in enumerate(places):
        path = tmp_path / f"{place}.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        objective = path.stem if path.stem in objectives else "ant"
        one = item("single", id=f"item-{number}", objective=objective)
        path.write_text(yaml.safe_dump({"items": [one]}), encoding="utf-8")
    found = [located.file.relative_to(tmp_path).as_posix() for located in read_bank(tmp_path).items]
    assert found == [
        *(CHAPTER, "chapters/02-x.yml", "pools/B/ant.yml"),
        *("pools/a/zebra.yml", "pools/a/count-updates.yml", "pools/a/ant.yml"),
    ]


@pytest.mark.parametrize(
    "place",
    [
        *("01-steps.yml", "chapter/01-steps.yml", "chapters/deep/01-steps.yml"),
        *("pools/training.yml", "pools/a/fly.yml", "pools/a/b/count-updates.yml"),
        *("chapters/02-epochs.yaml", "pools/a/count-updates.yaml", "chapters/blueprint.yaml"),
    ],
)
def test_a_file_that_nobody_would_read_is_refused(tmp_path, place):
    write_bank(tmp_path, item("single"))
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("items: []\n", encoding="utf-8")
    with pytest.raises(BankError, match=rf"{path.name}:1: question files are chapters/"):
        read_bank(tmp_path)


def test_a_question_in_the_file_of_another_objective_is_refused(tmp_path):
    objectives = {
        name: {"topics": {"OLD-01": "2.2"}, "text": name} for name in ("count-updates", "fly")
    }
    blueprint = BLUEPRINT | {"objectives": objectives}
    case = item("case")
    case["questions"][0]["objective"] = "fly"
    read_bank(write_bank(tmp_path, case, blueprint=blueprint, pool="a"))
    write_bank(tmp_path, case, item("single", objective="fly"), blueprint=blueprint, pool="a")
    with pytest.raises(BankError, match=r"short-batch: objective 'fly' belongs in fly\.yml"):
        read_bank(tmp_path)
