import pytest
from pydantic import ValidationError

from everystep.bank.parts import Option, Pair, Step
from tests.bank.questions import WHY, option


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (option(""), "at least 1 character"),
        ({"text": "No reason", "rationale": WHY}, "either correct: true or a misconception"),
        ({**option("Both", "x"), "correct": True}, "either correct: true or a misconception"),
        (option("![a](b.png)"), "an image cannot be shown"),
        ({**option("A"), "rationale": "See [there](concept.md)."}, "begin with https"),
    ],
)
def test_malformed_options_are_refused(changed, reason):
    with pytest.raises(ValidationError, match=reason):
        Option.model_validate(changed)


def test_formulas_stand_where_they_can_be_shown():
    power = "Divide by $x^2$"
    assert Option(text=power, rationale=WHY, correct=True).text == power
    assert Step(text=power, rationale=WHY).text == power
    assert Pair(prompt=power, answer="Times $\\eta$", rationale=power).prompt == power
    with pytest.raises(ValidationError, match="a menu holds no fractions and powers"):
        Pair(prompt="x", answer=power, rationale=WHY)
