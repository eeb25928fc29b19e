from types import SimpleNamespace

import pytest
import yaml
from docutils import nodes
from docutils.utils import new_document
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.errors import SphinxError

from everystep.authoring.digest import code_digests
from everystep.authoring.record import RECORD, FindingRuns, Outcome, write_record
from everystep.core.statistics import estimate
from everystep.notebook.findings import Finding
from everystep.site.findings import (
    DOES_NOT_HOLD,
    FAILED,
    FINDINGS,
    GLUED_FROM,
    NOT_MEASURED,
    RECORDED,
    STORED,
    TELLING,
    Failures,
    collect_failed,
    collect_findings,
    mark_failed,
    pages_to_renew,
    replace_missing,
    show_record,
)


def test_quoted_notebooks_are_recognized():
    text = "A {glue:text}`lab.ipynb::a.b:.1f` B\n```{glue} a.c\n:doc: ../02/lab.ipynb\n```"
    assert [a or b for a, b in GLUED_FROM.findall(text)] == ["lab.ipynb", "../02/lab.ipynb"]


@pytest.mark.parametrize("text", ["", "no JSON", "{}"])
def test_a_lab_that_is_no_notebook_is_named(tmp_path, text):
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": "lab"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    (tmp_path / "lab.ipynb").write_text(text)
    with pytest.raises(SphinxError, match=r"lab\.ipynb is not a notebook"):
        collect_findings(SimpleNamespace(env=SimpleNamespace(), srcdir=tmp_path))


@pytest.fixture
def course(tmp_path):
    """A course whose lab has one finding."""
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": "lab"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    (tmp_path / "lab.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "source": "finding(\\"a.b\\", 1)"}]}'
    )
    return tmp_path


def record(course, outcomes):
    code = code_digests(course / "lab.ipynb")["a.b"]
    write_record({"lab": {"a.b": FindingRuns(code, outcomes)}}, course)


def test_findings_are_collected_before_pages_are_read(course):
    app = SimpleNamespace(env=SimpleNamespace(), srcdir=course, outdir=course / "_build" / "html")
    collect_findings(app)
    assert vars(app.env) == {FINDINGS: {"a.b": "lab"}, RECORDED: {}}


def test_what_is_recorded_is_shown_beside_the_finding(course):
    record(course, {seed: Outcome(seed != 1, 2.0) for seed in range(3)})
    app = SimpleNamespace(env=SimpleNamespace(), srcdir=course, outdir=course / "_build" / "html")
    collect_findings(app)
    page = new_document("lab")
    for id in ("a.b", "a.c"):
        shown = Finding(id, "It is above 1.", estimate(range(2, 12)), "", "seeds")._repr_html_()
        page += nodes.raw(text=shown, format="html")
    other = page[1].astext()
    show_record(app, page)
    assert "Held with 2 of 3 recorded base seeds.</p></div>" in page[0].astext()
    assert page[1].astext() == other, "of this one nothing is recorded"

    (course / "lab.ipynb").write_text((course / "lab.ipynb").read_text().replace("1)", "1, e)"))
    collect_findings(app)
    assert vars(app.env)[RECORDED] == {}, "the code is another"


def test_pages_that_show_the_record_are_read_again_when_it_changes(course):
    env = SimpleNamespace(found_docs={"lab", "other", "index"}, **{TELLING: {"index"}})
    app = SimpleNamespace(env=env, srcdir=course, outdir=course / "_build" / "html")

    def renewed():
        collect_findings(app)
        return pages_to_renew(app, env, set(), set(), set())

    assert renewed() == set()
    record(course, {0: Outcome(True, 2.0)})
    assert renewed() == {"lab", "index"}
    assert renewed() == set()


def test_the_share_of_failures_is_told_once_there_is_a_record():
    env = SimpleNamespace(docname="index", **{RECORDED: {}})
    state = SimpleNamespace(document=SimpleNamespace(settings=SimpleNamespace(env=env)))
    machine = SimpleNamespace(reporter=None)
    directive = Failures("failures", [], {}, [], 1, 0, "", state, machine)
    assert directive.run() == []
    vars(env)[RECORDED] = {"a.b": {0: Outcome(True, 1.0), 1: Outcome(False, 1.0)}}
    (paragraph,) = directive.run()
    assert paragraph.astext().endswith("each with 2 base seeds: of 2 checks, 1 (50%) failed.")
    assert vars(env)[TELLING] == {"index"}


def test_a_damaged_record_stops_the_build_in_one_line(course):
    (course / RECORD).parent.mkdir()
    (course / RECORD).write_text("{")
    with pytest.raises(SystemExit, match=r"seeds\.json is damaged .*restore it"):
        collect_findings(
            SimpleNamespace(env=SimpleNamespace(), srcdir=course, outdir=course / "_build" / "html")
        )


def test_every_passage_that_cites_a_failed_finding_says_so_once():
    builder = SimpleNamespace(get_relative_uri=lambda page, other: f"{other}.html")
    homes = {"a.b": "lab", "a.c": "lab"}
    env = SimpleNamespace(docname="page", **{FINDINGS: homes, FAILED: {"a.b": DOES_NOT_HOLD}})
    number = PendingGlueReference(refdoc="lab", key="a.b.mean")
    link = nodes.reference("", "", nodes.inline(text="so"), finding="a.b")
    passage = nodes.paragraph("", "", number, nodes.Text(" and "), link, nodes.Text(", then."))
    inside = nodes.reference("", "", PendingGlueReference(refdoc="lab", key="a.b.p"), finding="a.b")
    emphasized = nodes.paragraph("", "", nodes.strong("", "", inside))
    fine = nodes.paragraph("", "", PendingGlueReference(refdoc="lab", key="a.c.mean"))
    page = new_document("page")
    page += [passage, emphasized, fine]
    mark_failed(SimpleNamespace(env=env, builder=builder), page)
    assert passage.astext().endswith(f"so {DOES_NOT_HOLD}, then.")
    assert emphasized.astext() == f" {DOES_NOT_HOLD}"
    assert page.astext().count(DOES_NOT_HOLD) == 2
    assert passage[-2]["refuri"] == "lab.html#finding-a.b"


def test_without_a_base_seed_nothing_can_have_failed(monkeypatch):
    env = SimpleNamespace(**{FINDINGS: {"a.b": "lab"}})
    collect_failed(SimpleNamespace(), env, [])
    assert (vars(env)[FAILED], vars(env)[STORED]) == ({}, {})


def test_what_a_lab_did_not_store_is_said_to_be_missing():
    env = SimpleNamespace(**{STORED: {"lab": {"a.b.mean"}}})
    there = PendingGlueReference(refdoc="lab", key="a.b.mean", inline=True)
    elsewhere = PendingGlueReference(refdoc="other", key="a.d", inline=True)
    gone = PendingGlueReference(refdoc="lab", key="a.c", inline=True)
    figure = PendingGlueReference(refdoc="lab", key="a.figure", inline=False)
    page = new_document("page")
    page += [nodes.paragraph("", "", there, gone, elsewhere), figure]
    replace_missing(SimpleNamespace(env=env), page)
    assert page[0].children[::2] == [there, elsewhere]
    assert page[0][1].astext() == page[1].astext() == NOT_MEASURED
    assert isinstance(page[1], nodes.paragraph)
