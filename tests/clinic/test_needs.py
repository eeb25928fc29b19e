from everystep.clinic.needs import NEEDS


def test_needs_fit_into_the_sentences_of_a_report():
    """They follow "the log does not tell" and "To record next time:", and end with a full stop."""
    for need in NEEDS.values():
        for words in (need.holds, need.record):
            assert words[0].islower()
            assert not words.endswith(".")
