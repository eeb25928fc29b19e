"""Plausible wrong answers to the exercises of chapter 11, each with the mistake it shows."""

import statistics

import pytest

from everystep.checks.chapters import elsewhere as check
from everystep.core.seeds import SEED_VARIABLE


def by_mean(mean, low, high, least):
    if mean >= least:
        return "holds"
    return "partly" if mean > 0 else "does not hold"


def mean_above_least(mean, low, high, least):
    if mean >= least:
        return "holds"
    return "partly" if low > 0 else "does not hold"


def mean_above_zero(mean, low, high, least):
    if low >= least:
        return "holds"
    if high >= least:
        return "unclear"
    return "partly" if mean > 0 else "does not hold"


def best_case(mean, low, high, least):
    if high >= least:
        return "holds"
    return "partly" if low > 0 else "does not hold"


def refuted_by_doubt(mean, low, high, least):
    if low >= least:
        return "holds"
    return "partly" if low > 0 and high < least else "does not hold"


def three_verdicts(mean, low, high, least):
    if low >= least:
        return "holds"
    return "partly" if low > 0 else "does not hold"


def doubt_is_partly(mean, low, high, least):
    if low >= least:
        return "holds"
    return "does not hold" if low <= 0 and high < least else "partly"


def strictly(mean, low, high, least):
    if low > least:
        return "holds"
    if high >= least:
        return "unclear"
    return "partly" if low > 0 else "does not hold"


def up_to_least(mean, low, high, least):
    if low >= least:
        return "holds"
    if high > least:
        return "unclear"
    return "partly" if low > 0 else "does not hold"


def from_zero(mean, low, high, least):
    if low >= least:
        return "holds"
    if high >= least:
        return "unclear"
    return "does not hold" if low < 0 else "partly"


def without_partly(mean, low, high, least):
    if low >= least:
        return "holds"
    return "unclear" if high >= least else "does not hold"


def fall(small, large):
    return statistics.mean(small) - statistics.mean(large)


def seed_by_seed(small, large, scaled):
    return [100 * (x - b) / (a - b) for a, b, x in zip(small, large, scaled, strict=True)]


def from_the_mean(small, large, scaled):
    return [100 * (x - statistics.mean(large)) / fall(small, large) for x in scaled]


def mean_of_all(small, large, scaled):
    gains = [x - b for b, x in zip(large, scaled, strict=True)]
    return 100 * statistics.mean(gains) / fall(small, large)


def missing(small, large, scaled):
    return [100 * (a - x) / fall(small, large) for a, x in zip(small, scaled, strict=True)]


def ratio(small, large, scaled):
    return [100 * x / a for a, x in zip(small, scaled, strict=True)]


def fraction(small, large, scaled):
    return [(x - b) / fall(small, large) for b, x in zip(large, scaled, strict=True)]


RIGHT = {
    "equal_epochs": ("holds", 73),
    "equal_updates": ("does not hold", 10),
    "scaled_rate": ("does not hold", 20),
}


@pytest.mark.parametrize("base", range(4))
def test_predictions_come_out_alike_from_other_seeds_and_far_from_their_limits(monkeypatch, base):
    said = {name: getattr(check, name)(answer).text for name, answer in RIGHT.items()}
    monkeypatch.setenv(SEED_VARIABLE, str(base))
    found = {name: check.measured(getattr(check, name)) for name in RIGHT}
    assert {name: getattr(check, name)(answer).text for name, answer in RIGHT.items()} == said
    assert found["equal_epochs"].low > 2 * 10
    assert found["equal_updates"].low > 2 * 3
    assert found["scaled_rate"].high < 75 - 20


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("size", [2.01, 1.99, 0.51, 0.49])
def test_a_size_counts_within_a_factor_of_two(name, size):
    task = getattr(check, name)
    effect = check.measured(task).mean
    said = task.rounded_to * round(effect / task.rounded_to)
    near = 0.5 * min(effect, said) <= size * effect <= 2 * max(effect, said)
    assert task((RIGHT[name][0], size * effect)).correct == near


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize(("factor", "near"), [(2, True), (0.5, True), (3, False), (0.3, False)])
def test_a_size_near_the_one_that_is_said_counts(name, factor, near):
    task = getattr(check, name)
    said = task.rounded_to * round(check.measured(task).mean / task.rounded_to)
    assert task((RIGHT[name][0], factor * said)).correct == near


@pytest.mark.parametrize("name", RIGHT)
@pytest.mark.parametrize("predicted", ["holds", "does not hold"])
@pytest.mark.parametrize("size", [-5, 0, 1, 30, 500])
def test_what_was_measured_is_said_whatever_was_predicted(name, predicted, size):
    told = getattr(check, name)((predicted, size)).message
    measured = getattr(check, name)(RIGHT[name]).message.split(". The claim ")[0]
    assert told.startswith(f"{measured}. The claim {RIGHT[name][0]}. ")


@pytest.mark.parametrize(
    "answer",
    [("holds",), ("perhaps", 3), ("holds", "many"), ("holds", float("nan")), (3, "holds"), [[], 1]],
)
def test_what_is_no_prediction_is_refused_before_training(monkeypatch, answer):
    monkeypatch.setattr(check, "sweep", lambda *_, **__: pytest.fail("training began"))
    check._trained.cache_clear()
    verdict = check.equal_epochs(answer)
    assert verdict.status == "not yet"
    assert "A pair is expected" in verdict.message


def test_a_prediction_without_its_number_is_not_attempted():
    assert check.equal_epochs(("holds", ...)).status == "not attempted yet"
    assert check.equal_epochs((..., 3)).status == "not attempted yet"


def test_an_interruption_is_a_verdict(monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(check, "sweep", interrupted)
    check._trained.cache_clear()
    assert "interrupted" in check.equal_epochs(RIGHT["equal_epochs"]).message


WRONG_ANSWERS = [
    ("verdict_of", "by-the-mean", by_mean),
    ("verdict_of", "by-the-mean", mean_above_least),
    ("verdict_of", "by-the-mean", mean_above_zero),
    ("verdict_of", "by-the-high-end", best_case),
    ("verdict_of", "no-doubt", refuted_by_doubt),
    ("verdict_of", "no-doubt", three_verdicts),
    ("verdict_of", "no-doubt", doubt_is_partly),
    ("verdict_of", "more-than-least", strictly),
    ("verdict_of", "least-is-too-small", up_to_least),
    ("verdict_of", "zero-is-an-effect", from_zero),
    ("verdict_of", "never-partly", without_partly),
    ("share_recovered", "own-fall", seed_by_seed),
    ("share_recovered", "unpaired", from_the_mean),
    ("share_recovered", "one-number", mean_of_all),
    ("share_recovered", "still-missing", missing),
    ("share_recovered", "of-the-accuracy", ratio),
    ("share_recovered", "not-in-percent", fraction),
    ("equal_epochs", "other-verdict", ("does not hold", 70)),
    ("equal_epochs", "other-direction", ("holds", -70)),
    ("equal_epochs", "too-small", ("Holds ", 25)),
    ("equal_epochs", "too-large", ("holds", 160)),
    ("equal_updates", "other-verdict", ("holds", 0)),
    ("equal_updates", "other-direction", ["does not hold", -12]),
    ("equal_updates", "too-small", ("does not hold", 3.5)),
    ("equal_updates", "too-large", ("does not hold", 50)),
    ("scaled_rate", "other-verdict", ("holds", 95)),
    ("scaled_rate", "other-direction", ("does not hold", -10)),
    ("scaled_rate", "too-small", ("does not hold", 3)),
    ("scaled_rate", "too-large", ("does not hold", 60)),
]
