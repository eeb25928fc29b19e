"""Page and command say the same of every log."""

import json

import pytest

from tests.reference.clinic import TABLE, cases, table

REPORTS = json.loads(TABLE.read_text(encoding="utf-8"))


def test_the_table_is_up_to_date():
    assert TABLE.read_text(encoding="utf-8") == table(), "run python -m tests.reference.clinic"


@pytest.mark.parametrize("name", cases())
def test_the_page_says_what_the_command_says(found, name):
    said = found[name] if isinstance(found[name], str) else found[name]["told"]
    assert said == REPORTS[name]


def test_the_table_has_reports_of_all_kinds_and_refusals():
    verdicts = {report[0] for report in REPORTS.values() if not isinstance(report, str)}
    assert len(verdicts) > 8
    assert sum(isinstance(report, str) for report in REPORTS.values()) > 15
