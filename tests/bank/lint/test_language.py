import pytest

from everystep.bank.lint.language import content, length, numbers, prose, sentences, words
from everystep.bank.parts import Option


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


def test_forms_of_a_word_agree():
    assert content("A sampler duplicates") == content("duplicated samplers")
    assert content("training") == content("trained") != content("trailing")


def test_code_and_what_is_filled_in_is_no_prose():
    assert prose("Set `lr=0.1` for {n} of **all**").split() == ["Set", "for", "of", "all"]
    assert prose(r"At $\frac{\eta}{2}$ of $5 or $10").split() == ["At", "of", "$5", "or", "$10"]
    assert content("Call `zero_grad` or zero_grad") == {"call", "zero", "grad"}


def test_the_length_is_that_of_what_is_seen():
    text = r"By **one** `step` of $\eta$ [here](https://example.org)"
    assert length(Option(text=text, rationale="So.", correct=True)) == len("By one step of η here")


def test_words_numbers_and_sentences():
    assert words("Of 1,437 (shuffled) images -- how many?") == [
        *("of", "1,437", "shuffled", "images", "how", "many")
    ]
    assert numbers("Batch 32, p3.2xlarge and five") == {"32", "p3.2xlarge"}
    assert sentences("It runs. Why? (Select TWO.)") == ["It runs.", "Why?"]
