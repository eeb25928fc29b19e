import pytest

from everystep.bank.lint.whole import (
    BANK_RULES,
    ENOUGH_KEYS,
    answers_are_verified,
    key_positions_are_balanced,
    keys_are_rarely_longest,
    no_stem_answers_another,
)
from tests.bank.lint.banks import assert_told, options, sentences, single
from tests.bank.questions import item

RULES = {
    ("the-key-repeats-no-rare-word", "rare word"): (
        item("single", stem="A sampler duplicates an index. What follows?")
        | {"options": options("Duplicated rows count twice", "Loss is lower", "Rate", "None")},
        "'duplicates' stands in the stem",
        item("single", stem="A sampler duplicates an index. What follows?")
        | {"options": options("Duplicated rows", "Duplicates vanish", "Rate", "None")},
    ),
    ("the-key-repeats-no-rare-word", "rare part of a word"): (
        item("single", stem="A mini-sampler draws at random. What follows?")
        | {"options": options("A sampler counts twice", "Loss is far lower", "Rate", "None")},
        "'sampler' stands in the stem",
        item("single", stem="A mini-sampler draws at random. What follows?")
        | {"options": options("A reader counts", "A sampler vanishes", "Rate", "None")},
    ),
    ("scenarios-are-short", "scenario"): (
        item("case", scenario="word " * 201),
        "the scenario has 201 words",
        item("case", scenario="word " * 200),
    ),
    ("answers-are-verified", "verified too long ago"): (
        item("single", verified_on="2025-11-28"),
        "not within the last 12 months",
        item("single", verified_on="2025-11-30"),
    ),
    ("answers-are-verified", "verified tomorrow"): (
        item("single", verified_on="2026-12-01"),
        "not within the last 12 months",
        item("single", verified_on="2026-11-30"),
    ),
}


@pytest.mark.parametrize("case", RULES, ids=": ".join)
def test_a_breach_is_told_under_its_rule_and_a_near_miss_passes(tmp_path, case):
    assert_told(tmp_path, case[0], *RULES[case])


def test_every_rule_is_tried():
    tested_below = {no_stem_answers_another, keys_are_rarely_longest, key_positions_are_balanced}
    rules = {*BANK_RULES, answers_are_verified} - tested_below
    assert {rule.__name__.replace("_", "-") for rule in rules} == {rule for rule, _ in RULES}


@pytest.mark.parametrize("stem", ["zero_gradients", "2gradients"])
def test_a_rare_word_is_found_after_any_sign(tmp_path, stem):
    clue = item("single", stem=f"A loop calls {stem}. What follows?") | {
        "options": options("The gradient counts twice", "The loss is far lower now", "Rate", "None")
    }
    (sentence,) = sentences(tmp_path, clue)
    assert "'gradients' stands in the stem" in sentence


def test_a_word_that_many_questions_use_is_no_clue(tmp_path):
    clue = item("single", stem="A sampler duplicates an index. What follows?") | {
        "options": options("Duplicated rows count twice", "Loss is lower", "Rate", "None")
    }
    others = [item("single", id=f"n-{n}", stem=f"Which duplicates matter in {n}?") for n in "abcd"]
    assert sentences(tmp_path, clue, *others) == []
    assert "'duplicates' stands" in sentences(tmp_path, clue, *others[:3])[0]


def asking(key):
    wrong = [
        "Nothing at all is changed in such a case",
        "It all goes down by half",
        "It stays at what it was",
    ]
    return item("single", stem="What follows?", options=options(key, *wrong))


def test_a_stem_that_answers_another_question_is_told(tmp_path):
    asks = asking("Scale the learning rate with the batch")
    tells = item("ordering", stem="You scale a learning rate with each batch. Put it in order.")
    (sentence,) = sentences(tmp_path, asks, tells)
    assert "the answer to short-batch" in sentence
    tells = item("ordering", stem="You know the learning rate of each batch. Put it in order.")
    assert sentences(tmp_path, asks, tells) == []
    scenario = item("case", scenario="They scale a learning rate with each batch.")
    assert "the answer to short-batch" in sentences(tmp_path, asks, scenario)[0]


def test_numbers_belong_to_what_a_stem_tells(tmp_path):
    asks = asking("Batch size 128, its learning rate tuned")
    stem = "A tuned learning rate and batch size {}. Put the steps in order."
    assert sentences(tmp_path, asks, item("ordering", stem=stem.format(64))) == []
    assert len(sentences(tmp_path, asks, item("ordering", stem=stem.format(128)))) == 1


def test_a_question_may_name_its_own_answer(tmp_path):
    asks = asking("Scale the learning rate with the batch")
    asks["stem"] = "You scale a learning rate with each batch. What follows?"
    assert not any("the answer to" in sentence for sentence in sentences(tmp_path, asks))


def bank_of_keys(longest):
    """Return 100 items; in so many of them, the key is the longest option."""
    return [
        item("single", id=f"item-{n}")
        | {"options": options("A key of length" if n < longest else "A key", "Wrong key", *"bc")}
        for n in range(100)
    ]


def test_keys_must_not_be_the_longest_options(tmp_path):
    assert "longest" not in str(sentences(tmp_path, *bank_of_keys(35)))
    found = str(sentences(tmp_path, *bank_of_keys(36)))
    assert "longest option in 36 of 100" in found
    assert "item-0, item-1," in found


def test_keys_must_not_be_at_one_place(tmp_path):
    def bank(first):
        numbers = [("1", "2", "3", "4"), ("2", "1", "3", "4"), ("3", "1", "2", "4")]
        return [
            single(*(numbers[0] if n < first else numbers[1 + n % 2]), id=f"item-{n}")
            for n in range(ENOUGH_KEYS)
        ]

    found = sentences(tmp_path, *bank(31))
    assert "the key is shown at place 1 in 31 of 100 questions" in found
    assert not any("place 1 " in sentence for sentence in sentences(tmp_path, *bank(30)))
