"""The page with every finding: what the labs have stored, in their words."""

import re

import pytest

from everystep.authoring.digest import code_digests
from everystep.authoring.findings import find_all
from everystep.authoring.record import FindingRuns, Outcome, write_record
from everystep.core.statistics import difference, estimate
from everystep.notebook.findings import Finding
from everystep.site.all_findings import STORED_NUMBER, shown_in
from everystep.site.execution import Results, keep
from tests import quiz_site
from tests.landing_site import write_sources
from tests.paths import ROOT
from tests.quiz_site import LAB

PAGE = "book/more/findings"
WON = difference([2, 3, 4, 5, 6, 7, 8, 9, 10, 1], [1] * 9 + [2])
BATCH = Finding("steps.batch", "Batch 8 <wins> by 1 & more.", WON, "points", "seeds")
SAME = Finding("steps.same", "Nothing of \\. is lost.", estimate([0] * 10), "updates off", "jobs")


def outputs(finding):
    """Return what a cell that states a finding leaves in a notebook."""
    left = [{"data": {"text/plain": repr(finding)}, "metadata": finding.mark}]
    if p := getattr(finding.estimate, "p_above", None):
        stored = {"scrapbook": {"name": f"{finding.id}.p"}}
        left.append({"data": {STORED_NUMBER: repr(p)}, "metadata": stored})
    return left


def record(folder, seeds):
    """Record that the first finding held with all base seeds but the first, the other with all."""
    codes = code_digests(folder / f"{LAB}.ipynb")
    batch = FindingRuns(codes[BATCH.id], {seed: Outcome(seed > 0, 1.0) for seed in seeds})
    same = FindingRuns(codes[SAME.id], {seed: Outcome(True, 0.0) for seed in seeds})
    write_record({LAB: {BATCH.id: batch, SAME.id: same}}, folder)


def build(folder):
    """Build the site; return each finding's entry on the page by its id, without its tags."""
    extensions = ("everystep.site.landing", "everystep.site.all_findings")
    app = quiz_site.build(folder, extensions=extensions)
    page = (folder / "site" / f"{PAGE}.html").read_text("utf-8")
    entries = re.findall(r'<li id="finding-(.+?)">(.*?)</li>', page, re.DOTALL)
    texts = {
        id: " ".join(re.sub(r"<[^>]+>", " ", entry.replace("</p>", " |")).split()).strip("| ")
        for id, entry in entries
    }
    return app, page, texts


@pytest.fixture
def course(tmp_path):
    """The sources of a course whose lab was executed, and a page for its findings."""
    folder = write_sources(tmp_path)
    (folder / PAGE).parent.mkdir()
    (folder / f"{PAGE}.md").write_text("# All\n\nThey are:\n\n```{findings}\n```\n", "utf-8")
    executed(folder, BATCH, SAME)
    record(folder, range(3))
    return folder


def executed(folder, *findings):
    """Keep what a lab with these findings has left, as its execution would."""
    keep(
        Results("", 0.0, {}, [outputs(finding) for finding in findings]),
        folder / "executed" / "book%2F01-steps%2Flab.json",
    )


def test_a_finding_is_its_sentence_its_numbers_and_its_place(course):
    app, page, texts = build(course)
    assert texts == {
        "steps.batch": (
            "Batch 8 &lt;wins&gt; by 1 &amp; more. | Mean 4.4 points, 95% interval 2.1 to 6.7, "
            "over 10 seeds; positive in 9 of 10 seeds. P(first &gt; second) = 0.90. "
            "Held with 2 of 3 recorded base seeds. In the lab: steps.batch"
        ),
        "steps.same": (
            "Nothing of \\. is lost. | 0 updates off in each of 10 jobs. "
            "Held with 3 of 3 recorded base seeds. In the lab: steps.same"
        ),
    }
    assert 'href="../01-steps/lab.html#finding-steps.batch"' in page
    assert re.search(r'<section id="steps">\s*<h2>1 · Steps<', page)
    assert {f"{LAB}.ipynb", "book/chapters.yml"} <= app.env.dependencies[PAGE]

    record(course, range(5))
    assert "Held with 4 of 5 recorded base seeds." in build(course)[2]["steps.batch"]


def test_with_a_readers_seed_it_is_said_what_does_not_hold_or_is_missing(course, monkeypatch):
    monkeypatch.setenv("EVERYSTEP_SEED", "7")
    executed(course, Finding(BATCH.id, BATCH.statement, WON, "points", "seeds", holds=False))
    _, _, texts = build(course)
    assert texts["steps.batch"].startswith(
        "Batch 8 &lt;wins&gt; by 1 &amp; more. | Mean 4.4 points"
    )
    assert texts["steps.batch"].endswith("In the lab: steps.batch ✗ does not hold in this build")
    assert texts["steps.same"] == (
        "Held with 3 of 3 recorded base seeds. In the lab: steps.same ✗ not measured in this build"
    )


def test_numbers_that_are_only_quoted_are_no_findings():
    quoted = {"data": {STORED_NUMBER: "0.25"}, "metadata": {"scrapbook": {"name": "a.quoted.p"}}}
    assert list(shown_in([quoted, *outputs(BATCH)])) == ["steps.batch"]


def test_every_finding_of_the_course_stands_on_its_page(site):
    page = (site / "book" / "findings.html").read_text("utf-8")
    with_words = r'<li id="finding-([^"]+)">\s*<p>[^<]{10,}</p>\s*<p class="finding-evidence">.*?\d'
    assert re.findall(with_words, page) == list(find_all(ROOT))
