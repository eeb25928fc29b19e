import pytest
from nbformat.v4 import new_code_cell

from everystep.authoring.record import (
    BEGIN,
    END,
    README,
    RECORD,
    FindingRuns,
    Outcome,
    RecordError,
    current,
    outcomes,
    read_record,
    readme_part,
    summary,
    table,
    write_readme,
    write_record,
)
from tests.authoring.test_digest import digest_of
from tests.paths import ROOT

CELL = 'finding("a.b", "It is above 9.", e, holds=e.low > 9)'


@pytest.fixture
def record(tmp_path):
    """A record of two base seeds, one of which failed; its lab has one finding."""
    code = digest_of(tmp_path, new_code_cell(CELL))
    return {"lab": {"a.b": FindingRuns(code, {0: Outcome(True, 9.5), 7: Outcome(False, 8)})}}


def test_a_record_is_read_back_as_it_was_written(tmp_path, record):
    record["lab"]["a.b"].outcomes[9] = Outcome(False, None)
    write_record(record, tmp_path)
    assert read_record(tmp_path) == record
    assert current(read_record(tmp_path), tmp_path) == record
    assert outcomes(record)["a.b"][9] == Outcome(False, None)


def test_findings_of_which_nothing_is_recorded_are_not_written(tmp_path, record):
    written = {page: dict(lab) for page, lab in record.items()}
    record["lab"]["a.c"] = FindingRuns("x")
    record["other"] = {"a.d": FindingRuns("x")}
    write_record(record, tmp_path)
    assert read_record(tmp_path) == written
    assert list(outcomes(record)) == ["a.b"]


def test_without_a_file_nothing_is_recorded(tmp_path):
    assert read_record(tmp_path) == {}
    assert summary({}) == ""
    assert "Not recorded yet." in readme_part({})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"lab": {"a.b": {}}}',
        '{"lab": {"a.b": {"code": "x", "seeds": [0], "failed": [], "means": []}}}',
        '{"lab": {"a.b": {"code": "x", "seeds": [0], "failed": [], "means": ["1"]}}}',
        '{"lab": {"a.b": {"code": "x", "seeds": ["one"], "failed": [], "means": [1]}}}',
        '{"lab": {"a.b": {"code": "x", "seeds": [0], "failed": [], "means": [1]}',
        '{"lab": 3}',
    ],
)
def test_a_damaged_record_is_named_in_one_line(tmp_path, text):
    path = tmp_path / RECORD
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(RecordError, match=r"seeds\.json is damaged .*restore it") as refused:
        read_record(tmp_path)
    assert "\n" not in str(refused.value)


def test_runs_of_other_code_do_not_count(tmp_path, record):
    digest_of(tmp_path, new_code_cell(CELL.replace("> 9", "> 8")))
    assert current(record, tmp_path) == {}
    record["lab"]["a.b"].code = digest_of(tmp_path, new_code_cell(CELL))
    record["lab"]["a.gone"] = FindingRuns("x", {0: Outcome(True, 1.0)})
    assert list(current(record, tmp_path)["lab"]) == ["a.b"]
    (tmp_path / "lab.ipynb").unlink()
    assert current(record, tmp_path) == {}


def test_the_table_and_the_share_of_failures(record):
    assert table(record)[2:] == ["| `a.b` | 1 of 2 | 7 | 8 to 9.5 |"]
    assert (
        summary(outcomes(record))
        == "1 finding, each with 2 base seeds: of 2 checks, 1 (50%) failed."
    )
    del record["lab"]["a.b"].outcomes[7]
    record["other"] = {"a.c": FindingRuns("x", {s: Outcome(True, 1.0) for s in range(3)})}
    assert summary(outcomes(record)) == (
        "2 findings, each with 1 to 3 base seeds: of 4 checks, none failed."
    )


def test_the_readme_keeps_what_is_written_around_the_table(tmp_path, record):
    path = tmp_path / README
    path.parent.mkdir()
    path.write_text(f"Before\n{BEGIN}\nold\n{END}\nafter\n")
    write_readme(record, tmp_path)
    assert path.read_text() == f"Before\n{readme_part(record)}\nafter\n"
    path.write_text("no marks")
    with pytest.raises(RecordError, match="must have the lines"):
        write_readme(record, tmp_path)


def test_the_readme_says_what_is_recorded():
    assert readme_part(read_record(ROOT)) in (ROOT / README).read_text("utf-8")
