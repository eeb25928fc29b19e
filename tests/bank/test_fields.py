import pytest
from pydantic import TypeAdapter, ValidationError

from everystep.bank.fields import Name, Strict, Text


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
