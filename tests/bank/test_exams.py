import json

import pytest

from everystep.bank.exams import asked, draw, quotas, shortage, takes
from everystep.bank.read import BankError, read_bank
from tests.bank.questions import BLUEPRINT, ITEMS, item, write_bank
from tests.paths import ROOT
from tests.reference.drawing import TABLE, table

REAL = read_bank(ROOT / "questions")
SEEDS = range(0, 400 * 7919, 7919)


def blueprint(**exam):
    """Return the tests' blueprint with another mock exam."""
    return BLUEPRINT | {"exams": {"topic": BLUEPRINT["exams"]["topic"] | exam}}


def numbered(count, kind="single", **changes):
    return [item(kind, id=f"item-{n}", **changes) for n in range(count)]


def units_of(bank, exam):
    return [
        [takes(bank.blueprint, exam, question) for question in located.questions]
        for located in asked(bank, exam)
    ]


def test_the_table_is_what_this_language_draws():
    advice = "python -m tests.reference.drawing writes the table anew"
    assert TABLE.read_text(encoding="utf-8") == table(), advice
    rows = json.loads(table())
    assert any(len(drawn) < len(units) for units, _, _, drawn in rows)
    assert any(len(units[place]) > 1 for units, _, _, drawn in rows for place in drawn)


def test_quotas_are_kept_and_a_case_stays_whole():
    units = [[["a"]]] * 5 + [[["a"], ["a"], ["b"]]] + [[["b"]]] * 5
    orders = {tuple(draw(units, {"a": 3, "b": 2}, seed)) for seed in SEEDS}
    for drawn in orders:
        taken = [name for place in drawn for question in units[place] for [name] in [question]]
        assert (taken.count("a"), taken.count("b")) == (3, 2)
    assert any(5 in drawn for drawn in orders)
    assert len(orders) > 100


@pytest.mark.parametrize("name", REAL.blueprint.exams)
def test_look_alikes_never_meet_in_an_exam(name):
    exam = REAL.blueprint.exams[name]
    located, units = asked(REAL, exam), units_of(REAL, exam)
    kept_apart = quotas(REAL.blueprint, exam)
    together = 0
    for seed in SEEDS:
        drawn = draw(units, kept_apart, seed)
        ids = {q.id for place in drawn for q in located[place].questions}
        assert len(ids) == sum(exam.questions.values())
        assert all(len(group & ids) <= 1 for group in REAL.blueprint.apart)
        # Without the rule they do meet, so that it is the rule which keeps them apart.
        free = draw(units, dict.fromkeys(kept_apart, 99), seed)
        ids = {q.id for place in free for q in located[place].questions}
        together += any(len(group & ids) > 1 for group in REAL.blueprint.apart)
    assert together


def test_an_exam_asks_the_items_that_its_guide_has(tmp_path):
    items = [item(kind) for kind in ITEMS]
    items.append(item("single", id="dropped", exams=["OLD-01"]))
    bank = read_bank(write_bank(tmp_path, *items, pool="a"))
    by_guide = {
        guide: [
            located.item.id
            for located in bank.items
            if guide in bank.blueprint.asked_in(located.item)
        ]
        for guide in bank.blueprint.guides
    }
    assert by_guide["NEW-02"] == [ITEMS["single"]["id"], ITEMS["multiple"]["id"]]
    assert by_guide["OLD-01"] == [located.item.id for located in bank.items]
    [exam] = bank.blueprint.exams.values()
    assert [located.item.id for located in asked(bank, exam)] == by_guide[exam.guide]


def test_a_case_is_asked_where_all_its_parts_are(tmp_path):
    case = item("case")
    case["questions"][0]["exams"] = ["NEW-02"]
    bank = read_bank(write_bank(tmp_path, case, pool="a"))
    assert bank.blueprint.asked_in(bank.items[0].item) == ()


def test_pools_that_are_too_small_for_an_exam_are_told(tmp_path):
    wanted = blueprint(questions={"2.2": 3})
    bank = read_bank(write_bank(tmp_path, *numbered(2), blueprint=wanted, pool="a"))
    assert shortage(bank, "topic") == (
        "exam 'topic' draws 3 questions of task 2.2; the pools have 2"
    )
    bank = read_bank(write_bank(tmp_path, *numbered(3), blueprint=wanted, pool="a"))
    assert shortage(bank, "topic") == ""
    apart = wanted | {"apart": [["item-0", "item-2"]]}
    bank = read_bank(write_bank(tmp_path, *numbered(3), blueprint=apart, pool="a"))
    assert shortage(bank, "topic") == "exam 'topic' has 3 questions, and a draw found 2"


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        (["item-0", "gone"], "apart: no pool has 'gone'"),
        (["slow-job-single", "slow-job-count"], "apart: two parts of one case in slow-job-count"),
        (["item-0"], "apart.0: "),
    ],
)
def test_look_alikes_must_be_different_items_of_pools(tmp_path, group, reason):
    write_bank(
        tmp_path, *numbered(1), item("case"), blueprint=BLUEPRINT | {"apart": [group]}, pool="a"
    )
    with pytest.raises(BankError, match=rf"blueprint\.yml:\d+: {reason}"):
        read_bank(tmp_path)


def test_a_question_of_a_chapter_meets_nobody_in_an_exam(tmp_path):
    group = {"apart": [[ITEMS["single"]["id"], ITEMS["multiple"]["id"]]]}
    write_bank(tmp_path, item("single"), item("multiple"), blueprint=BLUEPRINT | group)
    with pytest.raises(BankError, match="no pool has"):
        read_bank(tmp_path)


def test_an_exam_that_no_guide_describes_is_refused(tmp_path):
    write_bank(tmp_path, item("single", exams=["MLS-C01"]))
    with pytest.raises(BankError, match=r"yml:2: short-batch: unknown exam 'MLS-C01'; .*NEW-02"):
        read_bank(tmp_path)
