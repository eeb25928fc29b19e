"""What was said of certainty is scored as Brier (1950) does, answer by answer."""

import statistics

import pytest

from tests.web.reader import PROGRESS

# Of several histories: how sure (the share taken), how often said, how often right.
HISTORIES = [
    [(0.5, 10, 5)],
    [(0.95, 12, 4)],
    [(0.25, 8, 7), (0.5, 8, 7)],
    [(0.25, 1, 0), (0.5, 3, 3), (0.75, 20, 11), (0.95, 40, 39)],
]


def answers(history):
    """Return each answer as how sure the reader was, and whether it was right, 1 or 0."""
    return [(share, int(k < right)) for share, seen, right in history for k in range(seen)]


@pytest.mark.parametrize("history", HISTORIES)
def test_the_score_is_the_mean_over_all_answers(tab, history):
    score = tab.open(PROGRESS).evaluate(
        """history => everystep.certainty.score(
          history.map(([share, seen, right]) => ({ share, seen, right })))""",
        history,
    )
    said = answers(history)
    assert score["total"] == len(said)
    assert score["brier"] == pytest.approx(statistics.mean((p - hit) ** 2 for p, hit in said))
    assert score["expected"] == pytest.approx(statistics.mean(p for p, _ in said))
    assert score["right"] == pytest.approx(statistics.mean(hit for _, hit in said))


def test_a_distance_within_two_standard_deviations_is_called_chance(tab):
    page = tab.open(PROGRESS)
    # Said 50% of 100 answers, right in 59 or 61: the standard deviation is 5 of 100.
    near, far = (
        page.evaluate(
            "right => everystep.certainty.score([{ share: 0.5, seen: 100, right }]).isByChance", n
        )
        for n in (59, 61)
    )
    assert near
    assert not far
