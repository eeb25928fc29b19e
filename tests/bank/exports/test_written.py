import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from everystep.bank.exports.written import plain_number, written
from everystep.bank.read import read_bank
from tests.bank.questions import ITEMS, item, write_bank


@pytest.fixture
def ones(tmp_path):
    """Return one written question of every type, those of a case under its own names."""
    (home,) = written(read_bank(write_bank(tmp_path, *ITEMS.values())), False).values()
    return {one.name: one for one in home}


def test_every_question_is_written(ones):
    assert list(ones) == [
        *("short-batch", "more-updates", "one-update", "name-lengths", "count-1"),
        *("slow-job-single", "slow-job-count-1"),
    ]


def test_numeric_items_come_in_all_variants_where_wanted(tmp_path):
    bank = read_bank(write_bank(tmp_path, item("numeric"), item("single")))
    names = [one.name for one in written(bank, True)["01-steps"]]
    assert names == [*(f"count-{n}" for n in range(1, 7)), "short-batch"]


def test_homes_are_chapters_and_pools(tmp_path):
    write_bank(tmp_path, item("numeric"), pool="x")
    write_bank(tmp_path, item("single"))
    assert list(written(read_bank(tmp_path), False)) == ["01-steps", "mock-exams-x"]


def test_a_question_of_a_case_carries_the_scenario(ones):
    assert ones["slow-job-single"].html.startswith("<p>A team trains for 20 epochs")
    assert "A team" not in ones["short-batch"].html


def test_answers_have_the_letters_of_the_choices(ones):
    def letter(place):
        return "ABCDEF"[place]

    one = ones["short-batch"]
    key = [o.correct for o in one.question.displayed_options].index(True)
    assert one.answer == letter(key)
    assert f"<b>{letter(key)}</b> Each pass over the data has one update more" in one.choices
    one = ones["one-update"]
    shown = one.question.displayed_steps
    assert one.answer.split(", ") == [letter(shown.index(step)) for step in one.question.steps]
    one = ones["name-lengths"]
    answers = one.question.choices
    assert one.answer == ", ".join(
        f"{n} {letter(answers.index(pair.answer))}" for n, pair in enumerate(one.question.pairs, 1)
    )
    assert "Layers in a model" in one.choices


def test_numbers_are_filled_in(ones):
    one = ones["count-1"]
    assert "{" not in one.html + one.reasons
    assert one.answer.endswith(" updates")
    assert one.answer.removesuffix(" updates") in one.reasons
    assert "____ updates" in one.choices
    assert one.html_with_unit.endswith("<p>Unit: updates</p>")


def test_a_tolerance_is_told(tmp_path):
    bank = read_bank(write_bank(tmp_path, item("numeric", tolerance=0.5)))
    assert " ± 0.5 updates" in written(bank, False)["01-steps"][0].answer


def test_proofs_name_section_and_evidence(tmp_path):
    source = {"title": "A & B", "url": "https://example.org/?a=1&b=2", "read_on": "2026-11-23"}
    evidence = [{"finding": "a.b"}, {"computation": "1 < 2"}, {"source": source}]
    bank = read_bank(write_bank(tmp_path, item("single", evidence=evidence)))
    assert written(bank, False)["01-steps"][0].proofs == (
        "<p>Read again: 01-steps, updates. Experiment: a.b. Computed: <code>1 &lt; 2</code>. "
        '<a href="https://example.org/?a=1&amp;b=2">A &amp; B</a>, read on 2026-11-23.</p>'
    )


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
@example(1e-5)
@example(5e-324)
@example(1.7976931348623157e308)
@example(-0.1)
def test_numbers_are_plain_and_lose_nothing(number):
    text = plain_number(number)
    assert re.fullmatch(r"-?\d+(\.\d+)?", text)
    assert type(number)(text) == number
