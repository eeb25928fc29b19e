import pytest

from everystep.bank.lint.questions import KIND_RULES, QUESTION_RULES
from tests.bank.lint.banks import assert_told, options, sentences, single
from tests.bank.questions import ITEMS, WHY, item, option

DOCUMENT = {"title": "Docs", "url": "https://docs.aws.amazon.com/x", "read_on": "2026-11-23"}


def multiple(*texts, keys=2, **changes):
    return item("multiple", options=options(*texts, keys=keys), **changes)


def steps(*texts):
    return item("ordering", steps=[{"text": text, "rationale": WHY} for text in texts])


@pytest.mark.parametrize("kind", ITEMS)
def test_well_formed_items_pass(tmp_path, kind):
    assert sentences(tmp_path, ITEMS[kind]) == []


# By rule and case: what breaks the rule, a part of what the linter says, and a near miss.
RULES = {
    ("asks-one-thing", "two questions"): (
        item("single", stem="What is a batch? How many updates follow?"),
        "more than one question",
        item("single", stem="A line reads `rate = x?y:z`. How many updates follow?"),
    ),
    ("ends-in-a-question", "no question"): (
        item("single", stem="The number of updates is"),
        "must end in a question or an imperative",
        item("single", stem="A job has 20 epochs. Compute its updates."),
    ),
    ("ends-in-a-question", "question not last"): (
        item("single", stem="What follows? The loader keeps the short batch."),
        "must end in a question or an imperative",
        item("single", stem="The loader keeps the short batch. What follows?\n"),
    ),
    ("ends-in-a-question", "blank"): (
        item("single", stem="Is an update ____ per batch?"),
        "has a blank",
        item("single", stem="What does `__init__` store, and `range(...)` count?"),
    ),
    ("combines-no-options", "all of the above"): (
        single("One more", "One fewer", "No change at all", "All of the above"),
        "refers to other options",
        single("One more", "One fewer", "No change at all", "All of them are lost"),
    ),
    ("combines-no-options", "letters"): (
        single("One more", "One fewer", "No change", "A and C"),
        "refers to other options",
        single("One more", "One fewer", "No change", "A GPU and CPU"),
    ),
    ("combines-no-options", "both"): (
        single("One more", "One fewer", "No change", "Both"),
        "refers to other options",
        single("One more", "One fewer", "No change", "Both of its halves"),
    ),
    ("asks-positively", "NOT"): (
        item("single", stem="Which of these does NOT change the number of updates?"),
        "asks for what is not so",
        item("single", stem="A loader does not drop the short batch. What follows?"),
    ),
    ("asks-positively", "except"): (
        item("single", stem="All of these change the number of updates, except for?"),
        "asks for what is not so",
        item("single", stem="All samples except ten are used. How many updates follow?"),
    ),
    ("asks-positively", "which is not"): (
        item("single", stem="Which setting does not change the number of updates?"),
        "asks for what is not so",
        item("single", stem="Which setting helps when the loss does not fall?"),
    ),
    ("has-four-options", "three options"): (
        single("One more", "One fewer", "No change"),
        "needs 4 options, has 3",
        single("One more", "One fewer", "No change", "Two more"),
    ),
    ("has-four-options", "five options"): (
        single("One more", "One fewer", "No change", "Two fewer", "Three more"),
        "needs 4 options, has 5",
        single("One more", "One fewer", "No change", "Two fewer"),
    ),
    ("has-four-options", "single with select"): (
        item("single", stem="What follows? (Select TWO.)"),
        'must not say "(Select ...)"',
        item("single", stem="What follows if you write (Select TWO.) into a stem?"),
    ),
    ("has-five-options", "four options"): (
        multiple("More epochs", "Small batch", "Higher rate", "Dropout"),
        "needs at least 5 options",
        multiple("More epochs", "Small batch", "Higher rate", "Dropout", "Fast disk"),
    ),
    ("has-five-options", "one wrong option"): (
        multiple("More epochs", "Small batch", "Higher rate", "Dropout", "Disk", keys=4),
        "has 5 with 1 wrong ones",
        multiple(
            *("More epochs", "Small batch", "Higher rate", "Dropout", "Disk"),
            keys=3,
            stem="Which help? (Select THREE.)",
        ),
    ),
    ("has-five-options", "count not told"): (
        item("multiple", stem="Which changes give more updates?"),
        'must end with "(Select TWO.)"',
        item("multiple", stem="Which changes give more updates? (Select TWO.)\n"),
    ),
    ("has-five-options", "wrong count"): (
        item("multiple", stem="Which changes give more updates? (Select THREE.)"),
        'must end with "(Select TWO.)"',
        item("multiple"),
    ),
    ("numbers-can-be-typed", "few variants"): (
        item("numeric", variables={"epochs": [7, 20, 30], "n": [1437], "b": [32]}),
        "has 3 variants",
        item("numeric", variables={"epochs": [7, 20, 30, 40], "n": [1437], "b": [32]}),
    ),
    ("numbers-can-be-typed", "one mistake"): (
        item("numeric", mistakes=ITEMS["numeric"]["mistakes"][:1]),
        "at least 2 mistakes",
        item("numeric"),
    ),
    ("numbers-can-be-typed", "endless answer"): (
        item("numeric", answer="n / b * epochs / 7", stem="{n} {b} {epochs}?"),
        "needs a tolerance",
        item("numeric", answer="n / b * epochs / 7", stem="{n} {b} {epochs}?", tolerance=0.1),
    ),
    ("options-are-alike-in-length", "long option"): (
        single("One update more", "One or nine updates less than 4", "No change", "Two"),
        "the longest option has 31 characters, the shortest 15",
        single("One update more", "One or nine updates less now 4", "No change", "Two"),
    ),
    ("options-differ", "same"): (
        single("One more", "One fewer", "One  more.", "Two more"),
        "'one more' is the same as 'one more'",
        single("One more", "One fewer", "None more", "Two more"),
    ),
    ("options-differ", "contained"): (
        single("One more", "One fewer", "No change", "One more each epoch"),
        "'one more' is contained in 'one more each epoch'",
        single("437 updates", "1,437 updates", "43 updates", "14.37 updates"),
    ),
    ("options-differ", "steps"): (
        steps("Compute the loss", "Clear", "Compute the loss again"),
        "'compute the loss' is contained",
        steps("Compute the loss", "Clear", "Compute a loss again"),
    ),
    ("absolutes-do-not-give-away", "absolute"): (
        single("One update more", "Always one fewer", "No change at all", "Two updates more"),
        "'always' stands in a wrong option",
        single("One update more", "One `always` fewer", "No change at all", "Two updates more"),
    ),
    ("absolutes-do-not-give-away", "absolute in key"): (
        single("One update more", "It never ends", "No change at all", "Two updates more"),
        "'never' stands in a wrong option",
        single("Only one update", "It never ends", "No change at all", "Two updates more"),
    ),
    ("numbers-can-be-sorted", "units"): (
        single("2 hours", "30 minutes", "1 day", "3 weeks"),
        "must have one unit",
        single("2 hours", "30 hours", "1 hour", "About a day"),
    ),
    ("explains-every-option", "short"): (
        item(
            "single",
            options=[
                *options("One", "Two", "Six"),
                {**option("Ten", "x"), "rationale": "No, it is not so at all."},
            ],
        ),
        "fewer than 8 words",
        item(
            "single",
            options=[
                *options("One", "Two", "Six"),
                {**option("Ten", "x"), "rationale": "No, for it is not so at all."},
            ],
        ),
    ),
    ("explains-every-option", "letter"): (
        item(
            "numeric", rationale="The answer is found as described in option B of the list above."
        ),
        "says 'option B'",
        item(
            "numeric", rationale="The answer {answer} is found as the first of the numbers above."
        ),
    ),
    ("explains-every-option", "place"): (
        item("numeric", rationale="The answer {answer} is close to the first option in this list."),
        "says 'first option'",
        item(
            "numeric", rationale="The answer {answer} is what the first question in this list has."
        ),
    ),
    ("steps-hide-their-place", "step tells place"): (
        steps("First clear gradients", "Compute the loss", "Step the optimizer"),
        "begins by saying where it stands",
        steps("Clear the first gradient", "Compute the loss", "Step the optimizer"),
    ),
    ("is-short", "stem"): (
        item("single", stem="word " * 90 + "what?"),
        "the stem has 91 words",
        item("single", stem="word " * 89 + "what?"),
    ),
    ("is-short", "code"): (
        item("single", code="x = 1\n" * 16),
        "the code has 16 lines",
        item("single", code="x = 1\n" * 15),
    ),
    ("names-a-source", "source"): (
        item("single", stem="What does SageMaker do?"),
        "needs a source",
        item("single", stem="What does SageMaker do?", evidence=[{"source": DOCUMENT}]),
    ),
}


@pytest.mark.parametrize("case", RULES, ids=": ".join)
def test_a_breach_is_told_under_its_rule_and_a_near_miss_passes(tmp_path, case):
    assert_told(tmp_path, case[0], *RULES[case])


def test_every_rule_is_tried():
    rules = {*QUESTION_RULES, *(rule for rules in KIND_RULES.values() for rule in rules)}
    tried = {rule for rule, _ in RULES}
    assert {rule.__name__.replace("_", "-") for rule in rules} == tried


def test_two_equal_options_are_one_breach(tmp_path):
    (sentence,) = sentences(tmp_path, single("One more", "One fewer", "One more", "Two more"))
    assert sentence == "the option 'one more' is the same as 'one more'"
