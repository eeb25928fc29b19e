import io

import pytest

from everystep.checks.verdicts import CORRECT, NOT_ATTEMPTED, NOT_YET, Mistake, Verdict


@pytest.mark.parametrize(
    ("status", "message", "text"),
    [
        (CORRECT, "", "✓ x: correct"),
        (NOT_YET, "Try again.", "✗ x: not yet. Try again."),
        (NOT_ATTEMPTED, "", "○ x: not attempted yet"),
    ],
)
def test_a_verdict_is_a_line(status, message, text):
    verdict = Verdict("x", status, message)
    assert repr(verdict) == text
    assert verdict.correct is (status == CORRECT)


def test_a_mistake_shows_by_several_answers():
    assert Mistake(1, "", variants=(2, 3)).answers == (1, 2, 3)


def test_a_verdict_can_be_printed_where_there_is_only_ascii(monkeypatch):
    verdict = Verdict("x", NOT_YET, "10⁻⁵ × 2 …")
    output = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", output)
    print(verdict)
    output.flush()
    assert output.buffer.getvalue() == b"x x: not yet. 10\\u207b\\u2075 x 2 ...\n"


def test_html_shows_the_text_escaped():
    verdict = Verdict("x", NOT_YET, "0 < 1")
    assert "0 &lt; 1" in verdict._repr_html_()
