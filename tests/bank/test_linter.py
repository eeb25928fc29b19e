import datetime
import subprocess
import sys

import pytest

from everystep.bank.linter import ENOUGH_KEYS, content, lint, main
from everystep.bank.read import read_bank
from tests.bank.questions import CHAPTER, COMMON, ITEMS, WHY, item, option, write_bank

TODAY = datetime.date(2026, 11, 30)
DOCUMENT = {"title": "Docs", "url": "https://docs.aws.amazon.com/x", "read_on": "2026-11-23"}


def sentences(folder, *items):
    """Return what the linter says of a bank with these items."""
    return [breach.sentence for breach in lint(read_bank(write_bank(folder, *items)), TODAY)]


def options(*texts, keys=1):
    """Return options of which the first ``keys`` are right."""
    return [option(text, None if place < keys else "x") for place, text in enumerate(texts)]


def single(*texts, **changes):
    return item("single", options=options(*texts), **changes)


def multiple(*texts, keys=2, **changes):
    return item("multiple", options=options(*texts, keys=keys), **changes)


def steps(*texts):
    return item("ordering", steps=[{"text": text, "rationale": WHY} for text in texts])


@pytest.mark.parametrize("kind", ITEMS)
def test_well_formed_items_pass(tmp_path, kind):
    assert sentences(tmp_path, ITEMS[kind]) == []


# What breaks a rule, a part of what the linter says, and a near miss that is fine.
RULES = {
    "1 two questions": (
        item("single", stem="What is a batch? How many updates follow?"),
        "more than one question",
        item("single", stem="A line reads `rate = x?y:z`. How many updates follow?"),
    ),
    "2 no question": (
        item("single", stem="The number of updates is"),
        "must end in a question or an imperative",
        item("single", stem="A job has 20 epochs. Compute its updates."),
    ),
    "2 question not last": (
        item("single", stem="What follows? The loader keeps the short batch."),
        "must end in a question or an imperative",
        item("single", stem="The loader keeps the short batch. What follows?\n"),
    ),
    "2 blank": (
        item("single", stem="Is an update ____ per batch?"),
        "has a blank",
        item("single", stem="What does `__init__` store, and `range(...)` count?"),
    ),
    "3 all of the above": (
        single("One more", "One fewer", "No change at all", "All of the above"),
        "refers to other options",
        single("One more", "One fewer", "No change at all", "All of them are lost"),
    ),
    "3 letters": (
        single("One more", "One fewer", "No change", "A and C"),
        "refers to other options",
        single("One more", "One fewer", "No change", "A GPU and CPU"),
    ),
    "3 both": (
        single("One more", "One fewer", "No change", "Both"),
        "refers to other options",
        single("One more", "One fewer", "No change", "Both of its halves"),
    ),
    "4 NOT": (
        item("single", stem="Which of these does NOT change the number of updates?"),
        "asks for what is not so",
        item("single", stem="A loader does not drop the short batch. What follows?"),
    ),
    "4 except": (
        item("single", stem="All of these change the number of updates, except for?"),
        "asks for what is not so",
        item("single", stem="All samples except ten are used. How many updates follow?"),
    ),
    "4 which is not": (
        item("single", stem="Which setting does not change the number of updates?"),
        "asks for what is not so",
        item("single", stem="Which setting helps when the loss does not fall?"),
    ),
    "5 three options": (
        single("One more", "One fewer", "No change"),
        "needs 4 options, has 3",
        single("One more", "One fewer", "No change", "Two more"),
    ),
    "5 five options": (
        single("One more", "One fewer", "No change", "Two fewer", "Three more"),
        "needs 4 options, has 5",
        single("One more", "One fewer", "No change", "Two fewer"),
    ),
    "5 single with select": (
        item("single", stem="What follows? (Select TWO.)"),
        'must not say "(Select ...)"',
        item("single", stem="What follows if you write (Select TWO.) into a stem?"),
    ),
    "5 four options": (
        multiple("More epochs", "Small batch", "Higher rate", "Dropout"),
        "needs at least 5 options",
        multiple("More epochs", "Small batch", "Higher rate", "Dropout", "Fast disk"),
    ),
    "5 one wrong option": (
        multiple("More epochs", "Small batch", "Higher rate", "Dropout", "Disk", keys=4),
        "has 5 with 1 wrong ones",
        multiple(
            *("More epochs", "Small batch", "Higher rate", "Dropout", "Disk"),
            keys=3,
            stem="Which help? (Select THREE.)",
        ),
    ),
    "5 count not told": (
        item("multiple", stem="Which changes give more updates?"),
        'must end with "(Select TWO.)"',
        item("multiple", stem="Which changes give more updates? (Select TWO.)\n"),
    ),
    "5 wrong count": (
        item("multiple", stem="Which changes give more updates? (Select THREE.)"),
        'must end with "(Select TWO.)"',
        item("multiple"),
    ),
    "5 few variants": (
        item("numeric", variables={"epochs": [7, 20, 30], "n": [1437], "b": [32]}),
        "has 3 variants",
        item("numeric", variables={"epochs": [7, 20, 30, 40], "n": [1437], "b": [32]}),
    ),
    "5 one mistake": (
        item("numeric", mistakes=ITEMS["numeric"]["mistakes"][:1]),
        "at least 2 mistakes",
        item("numeric"),
    ),
    "5 endless answer": (
        item("numeric", answer="n / b * epochs / 7", stem="{n} {b} {epochs}?"),
        "needs a tolerance",
        item("numeric", answer="n / b * epochs / 7", stem="{n} {b} {epochs}?", tolerance=0.1),
    ),
    "6 long option": (
        single("One update more", "One or nine updates less than 4", "No change", "Two"),
        "the longest option has 31 characters, the shortest 15",
        single("One update more", "One or nine updates less now 4", "No change", "Two"),
    ),
    "7 same": (
        single("One more", "One fewer", "One  more.", "Two more"),
        "'one more' is the same as 'one more'",
        single("One more", "One fewer", "None more", "Two more"),
    ),
    "7 contained": (
        single("One more", "One fewer", "No change", "One more each epoch"),
        "'one more' is contained in 'one more each epoch'",
        single("437 updates", "1,437 updates", "43 updates", "14.37 updates"),
    ),
    "7 steps": (
        steps("Compute the loss", "Clear", "Compute the loss again"),
        "'compute the loss' is contained",
        steps("Compute the loss", "Clear", "Compute a loss again"),
    ),
    "8 absolute": (
        single("One update more", "Always one fewer", "No change at all", "Two updates more"),
        "'always' stands in a wrong option",
        single("One update more", "One `always` fewer", "No change at all", "Two updates more"),
    ),
    "8 absolute in key": (
        single("One update more", "It never ends", "No change at all", "Two updates more"),
        "'never' stands in a wrong option",
        single("Only one update", "It never ends", "No change at all", "Two updates more"),
    ),
    "9 units": (
        single("2 hours", "30 minutes", "1 day", "3 weeks"),
        "must have one unit",
        single("2 hours", "30 hours", "1 hour", "About a day"),
    ),
    "10 short": (
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
    "10 letter": (
        item(
            "numeric", rationale="The answer is found as described in option B of the list above."
        ),
        "says 'option B'",
        item(
            "numeric", rationale="The answer {answer} is found as the first of the numbers above."
        ),
    ),
    "10 place": (
        item("numeric", rationale="The answer {answer} is close to the first option in this list."),
        "says 'first option'",
        item(
            "numeric", rationale="The answer {answer} is what the first question in this list has."
        ),
    ),
    "11 rare word": (
        item("single", stem="A sampler duplicates an index. What follows?")
        | {"options": options("Duplicated rows count twice", "Loss is lower", "Rate", "None")},
        "'duplicates' stands in the stem",
        item("single", stem="A sampler duplicates an index. What follows?")
        | {"options": options("Duplicated rows", "Duplicates vanish", "Rate", "None")},
    ),
    "11 rare part of a word": (
        item("single", stem="A mini-sampler draws at random. What follows?")
        | {"options": options("A sampler counts twice", "Loss is far lower", "Rate", "None")},
        "'sampler' stands in the stem",
        item("single", stem="A mini-sampler draws at random. What follows?")
        | {"options": options("A reader counts", "A sampler vanishes", "Rate", "None")},
    ),
    "11 step tells place": (
        steps("First clear gradients", "Compute the loss", "Step the optimizer"),
        "begins by saying where it stands",
        steps("Clear the first gradient", "Compute the loss", "Step the optimizer"),
    ),
    "12 stem": (
        item("single", stem="word " * 90 + "what?"),
        "the stem has 91 words",
        item("single", stem="word " * 89 + "what?"),
    ),
    "12 code": (
        item("single", code="x = 1\n" * 16),
        "the code has 16 lines",
        item("single", code="x = 1\n" * 15),
    ),
    "12 source": (
        item("single", stem="What does SageMaker do?"),
        "needs a source",
        item("single", stem="What does SageMaker do?", evidence=[{"source": DOCUMENT}]),
    ),
    "12 scenario": (
        item("case", scenario="word " * 201),
        "the scenario has 201 words",
        item("case", scenario="word " * 200),
    ),
    "12 verified too long ago": (
        item("single", verified_on="2025-11-28"),
        "not within the last 12 months",
        item("single", verified_on="2025-11-30"),
    ),
    "12 verified tomorrow": (
        item("single", verified_on="2026-12-01"),
        "not within the last 12 months",
        item("single", verified_on="2026-11-30"),
    ),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_breach_is_told_and_a_near_miss_passes(tmp_path, rule):
    breach, said, near_miss = RULES[rule]
    found = sentences(tmp_path, breach)
    assert any(said in sentence for sentence in found), found
    found = sentences(tmp_path, near_miss)
    assert not any(said in sentence for sentence in found), found
    assert found == [], "the near miss breaks no other rule"


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        *(("loss", "losses"), ("class", "classes"), ("pass", "passes"), ("process", "processes")),
        *(("bias", "biases"), ("status", "statuses"), ("phase", "phases"), ("dash", "dashes")),
        *(("batch", "batches"), ("cache", "caches"), ("rate", "rates"), ("case", "cases")),
        *(("scale", "scales"), ("beta", "betas"), ("epoch", "epochs"), ("update", "updates")),
    ],
)
def test_singular_and_plural_agree(singular, plural):
    assert content(singular) == content(plural) != set()


def test_different_short_words_do_not_agree():
    words = "loss lose bias rate case scale status class cache beta"
    assert len(content(words)) == len(words.split())


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


def test_two_equal_options_are_one_breach(tmp_path):
    (sentence,) = sentences(tmp_path, single("One more", "One fewer", "One more", "Two more"))
    assert sentence == "the option 'one more' is the same as 'one more'"


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


def test_breaches_have_file_line_and_id(tmp_path, capsys):
    write_bank(
        tmp_path, item("single"), item("ordering", stem="No question", evidence=COMMON["evidence"])
    )
    assert main(str(tmp_path)) == 1
    file = tmp_path / CHAPTER
    line = file.read_text().splitlines().index("- id: one-update") + 1
    assert capsys.readouterr().out.startswith(f"{file}:{line}: one-update: the stem must end in")


def test_the_command_fails_exactly_where_something_is_wrong(tmp_path):
    def run():
        command = [sys.executable, "-m", "everystep.bank.linter", str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True)

    write_bank(tmp_path, item("single", verified_on=str(datetime.date.today())))
    assert (run().returncode, run().stdout) == (0, "")
    write_bank(tmp_path, item("single", stem="A blank"))
    assert (run().returncode, run().stdout.count("\n")) == (1, 1)
    (tmp_path / CHAPTER).write_text("items: [")
    assert run().returncode == 1
    assert ": not valid YAML: " in run().stdout
