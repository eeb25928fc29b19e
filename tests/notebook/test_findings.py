import numpy as np
import pytest

from everystep.core.statistics import difference, estimate, proportion
from everystep.notebook.findings import Finding, FindingDoesNotHoldError, finding, quote
from tests.notebook.test_glue import outputs_of

GAP = estimate([3.0, 4.0, 5.0, 4.0, 3.5, 4.5, 4.0, 3.8, 4.2, 4.0])


def test_a_finding_that_holds_is_shown(capsys):
    finding("batch.gap", "The gap is above 3.", GAP, holds=GAP.low > 3, unit="points")
    shown = capsys.readouterr().out
    assert "Finding batch.gap: The gap is above 3." in shown
    assert "mean 4.00 points" in shown
    assert "over 10 seeds" in shown


def test_an_exact_result_claims_no_interval():
    exact = Finding("a.b", "Nothing is off.", estimate([0.0] * 12), "% off", "jobs")
    assert exact.evidence == "0% off in each of 12 jobs"


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (proportion([1] * 15 + [0]).percent(), "15 of 16 seeds: 94%, 95% interval 72 to "),
        (proportion([True] * 10).percent(), "10 of 10 seeds: 100%, 95% interval 72 to 100"),
        (difference(GAP.values, [0.0] * 10), "over 10 seeds; positive in all of them"),
        (difference([0.0] * 10, GAP.values), "over 10 seeds; negative in all of them"),
        (difference([9.0, -1] + [5.0] * 10, [0.0] * 12), "; positive in 11 of 12 seeds"),
        (
            difference([0.0, 0, 1] + [-5] * 9, [0] * 12),
            "; negative in 9 of 12 seeds, zero in 2",
        ),
        (difference([3.0] * 10, [1.0] * 10), "2% in each of 10 seeds"),
    ],
)
def test_shares_and_differences_say_in_how_many_seeds(estimate, words):
    assert words in Finding("a.b", "x", estimate, "%", "seeds").evidence


def test_a_difference_is_stored_with_the_share_in_which_the_first_is_higher():
    paired = difference([5.0] * 9 + [0.0], [1.0] * 10)
    quoted = glued(quote, "batch.gap", paired)
    assert list(quoted) == [f"batch.gap.{end}" for end in ("mean", "low", "high", "n", "p")]
    assert "0.9" in quoted["batch.gap.p"]["application/papermill.record/text/plain"]


def test_a_verdict_is_stored_beside_the_numbers():
    stored = glued(finding, "batch.gap", "x", GAP, holds=True, verdict="partly")
    assert "partly" in stored["batch.gap.verdict"]["application/papermill.record/text/plain"]


def test_a_finding_that_does_not_hold_raises_with_its_numbers():
    with pytest.raises(
        FindingDoesNotHoldError, match=r"batch\.gap.*mean 4.00 points.*over 10 seeds"
    ):
        finding("batch.gap", "The gap is above 5.", GAP, holds=GAP.low > 5, unit="points")


def test_with_a_seed_of_the_readers_own_a_finding_that_fails_is_shown(monkeypatch, capsys):
    monkeypatch.setenv("EVERYSTEP_SEED", "12345")
    finding("batch.gap", "The gap is above 5.", GAP, holds=np.bool_(False), unit="points")
    shown = capsys.readouterr().out
    assert "✗ Does not hold with EVERYSTEP_SEED=12345: batch.gap: The gap is above 5." in shown
    assert "mean 4.00 points" in shown

    monkeypatch.setenv("EVERYSTEP_SEED", " ")
    with pytest.raises(FindingDoesNotHoldError):
        finding("batch.gap", "The gap is above 5.", GAP, holds=False)


def test_a_finding_that_fails_stores_its_numbers_and_says_so_to_programs(monkeypatch):
    monkeypatch.setenv("EVERYSTEP_SEED", "0")
    arguments = (finding, "batch.gap", "The gap is above 5.", GAP)
    assert glued(*arguments, holds=False) == glued(*arguments, holds=True)
    for holds in (True, False):
        (shown, metadata), *_ = outputs_of(*arguments, holds=holds)
        assert metadata == {"finding": {"id": "batch.gap", "holds": holds, "mean": 4.0}}
        assert ("finding-failed" in shown["text/html"]) != holds
        assert ("Does not hold with EVERYSTEP_SEED=0" in shown["text/html"]) != holds
        assert 'id="finding-batch.gap"' in shown["text/html"]


def test_html_can_be_linked_to_and_is_escaped():
    html = Finding("a.b", "p < q", GAP, "", "seeds")._repr_html_()
    assert 'id="finding-a.b"' in html
    assert "p &lt; q" in html


def glued(function, *args, **options):
    """Return what is stored for the pages, by its key."""
    return {
        metadata["scrapbook"]["name"]: data
        for data, metadata in outputs_of(function, *args, **options)
        if "scrapbook" in metadata
    }


def test_a_quote_stores_what_a_finding_stores_and_claims_nothing():
    quoted = glued(quote, "batch.gap", GAP)
    assert list(quoted) == ["batch.gap.mean", "batch.gap.low", "batch.gap.high", "batch.gap.n"]
    assert quoted == glued(finding, "batch.gap", "The gap is above 3.", GAP, holds=True)
    assert all(
        kind.startswith("application/papermill.record/") for d in quoted.values() for kind in d
    ), "a quote must not be seen in the lab"
    assert "4.0" in quoted["batch.gap.mean"]["application/papermill.record/text/plain"]


def claim(id, estimate):
    finding(id, "x", estimate, holds=True)


both = pytest.mark.parametrize("function", [claim, quote])


@both
@pytest.mark.parametrize("id", ["", "gap", "Batch.gap", "batch gap", "batch..gap", "batch.-gap", 3])
def test_malformed_ids_are_refused(function, id):
    with pytest.raises(ValueError, match="id must be dotted lower-case words"):
        function(id, GAP)


def test_an_empty_statement_is_refused():
    with pytest.raises(ValueError, match="statement must be a sentence"):
        finding("a.b", " ", GAP, holds=True)


@both
def test_nine_seeds_are_not_enough(function):
    with pytest.raises(ValueError, match="estimate must rest on at least 10 seeds, got 9"):
        function("a.b", estimate(GAP.values[:9]))


@both
def test_a_bare_number_is_refused(function, capsys):
    with pytest.raises(ValueError, match="estimate must be an Estimate, got float"):
        function("a.b", 4.0)
    assert not capsys.readouterr().out
