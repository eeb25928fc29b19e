import re

import pytest
from pydantic import TypeAdapter, ValidationError

from everystep.bank.fields import (
    LARGEST_VERSION,
    LONGEST_EXAM,
    LONGEST_ID,
    ExamName,
    Id,
    Name,
    Strict,
    Text,
    Version,
)
from tests.paths import ROOT


@pytest.mark.parametrize("name", ["a", "short-batch", "l2", "1-epoch"])
def test_names_are_words_joined_by_hyphens(name):
    assert TypeAdapter(Name).validate_python(name) == name


@pytest.mark.parametrize("name", ["", "Short", "short batch", "a--b", "-a", "a-", "a_b", "é"])
def test_other_names_are_refused(name):
    with pytest.raises(ValidationError, match="lower-case words joined by hyphens"):
        TypeAdapter(Name).validate_python(name)


def test_unknown_fields_are_refused_and_known_ones_do_not_change():
    class Thing(Strict):
        text: Text

    with pytest.raises(ValidationError, match="Extra inputs"):
        Thing.model_validate({"text": "a", "txet": "b"})
    with pytest.raises(ValidationError, match="frozen"):
        Thing(text="a").text = "b"


@pytest.mark.parametrize(
    ("kind", "longest"),
    [(Id, "a" * LONGEST_ID), (Version, LARGEST_VERSION), (ExamName, "a" * LONGEST_EXAM)],
)
def test_limits_are_kept(kind, longest):
    reader = TypeAdapter(kind)
    assert reader.validate_python(longest) == longest
    longer = longest + (1 if kind is Version else "a")
    with pytest.raises(ValidationError, match=r"at most|less than or equal"):
        reader.validate_python(longer)


def test_the_limits_are_those_of_the_script():
    """What the script would call damaged must not come onto a page."""
    script = (ROOT / "web" / "shared" / "memory.js").read_text(encoding="utf-8")
    [limits] = re.findall(r"LIMITS = \{(.*?)\};", script)
    found = {name: int(number) for name, number in re.findall(r"(\w+): (\d+)", limits)}
    versions = len(str(LARGEST_VERSION))
    assert int("9" * versions) == LARGEST_VERSION
    assert found == {
        "idLength": LONGEST_ID,
        "versionDigits": versions,
        "nameLength": LONGEST_EXAM,
    }
