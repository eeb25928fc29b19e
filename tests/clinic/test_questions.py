import pytest

from everystep.clinic.questions import Question, Sign, above, below, walk

FEVER = Sign("above 38 degrees", "flu", (above("temperature", 38),))
SPOTS = Sign("more than ten spots", "measles", (above("spots", 10),))
TREE = (
    Question("Is it warm?", (FEVER,)),
    Question("Are there spots?", (SPOTS, Sign("few", "gnats")), (above("spots", 0),)),
)


def test_a_condition_holds_or_not_or_cannot_be_told():
    assert above("spots", 3).holds({"spots": 4}) is True
    assert above("spots", 3).holds({"spots": 3}) is False
    assert below("spots", 3).holds({"spots": 3}) is False
    assert below("spots", 3).holds({"spots": 2}) is True
    assert below("spots", 3).holds({}) is None


@pytest.mark.parametrize(
    ("measures", "cause"),
    [
        ({"temperature": 39, "spots": 20}, "flu"),
        ({"temperature": 37, "spots": 20}, "measles"),
        ({"temperature": 37, "spots": 5}, "gnats"),
        ({"temperature": 37, "spots": 0}, None),
    ],
)
def test_the_first_sign_that_shows_decides(measures, cause):
    answer = walk(TREE, measures)
    assert (answer.sign and answer.sign.cause) == cause
    assert answer.unasked == ()


def test_what_cannot_be_asked_is_listed_with_what_is_missing():
    answer = walk(TREE, {"spots": 20})
    assert answer.sign is SPOTS
    assert answer.question is TREE[1]
    (unasked,) = answer.unasked
    assert (unasked.sign, unasked.missing) == (FEVER, ("temperature",))
    assert answer.refuted == set()


def test_causes_whose_signs_do_not_show_are_refuted():
    assert walk(TREE, {"temperature": 37, "spots": 5}).refuted == {"flu", "measles"}


def test_a_sign_for_logs_without_something_refutes_nothing_in_one_that_has_it():
    without = Sign("", "flu", (above("temperature", 39), below("has_spots", 0.5)))
    tree = [Question("?", (without,))]
    assert walk(tree, {"has_spots": 1}).refuted == set()
    assert walk(tree, {"has_spots": 0, "temperature": 37}).refuted == {"flu"}
    assert walk(tree, {"has_spots": 1, "temperature": 37}).refuted == set()


def test_a_question_that_does_not_apply_is_asked_in_vain_and_not_missed():
    never = Question("?", (Sign("", "cold", (below("unknown", 1),)),), (above("spots", 0),))
    assert walk([never], {"spots": 0}).unasked == ()
    assert walk([never], {"spots": 1}).unasked[0].missing == ("unknown",)


def test_without_measures_nothing_is_said():
    answer = walk(TREE, {})
    assert answer.sign is None
    assert len(answer.unasked) == 3


def test_what_is_left_is_not_said_while_another_sign_could_not_be_looked_for():
    blind = Question("Which?", (FEVER, Sign("neither", "gnats")), (above("spots", 0),))
    answer = walk([blind], {"spots": 5})
    assert answer.sign is None
    assert [unasked.missing for unasked in answer.unasked] == [("temperature",)] * 2
    assert walk([blind], {"spots": 5, "temperature": 37}).sign.cause == "gnats"
