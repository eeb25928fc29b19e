"""The directive ``{findings}``: every finding of the course, with its numbers, by chapter.

Sentences and numbers are those that the labs stored when they were executed for these pages. Each
finding has an anchor, ``finding-ID`` as in its lab, and leads to its place there.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from everystep.authoring.manifest import MANIFEST, Manifest
from everystep.site.execution import kept, results_file
from everystep.site.findings import FINDINGS, RECORDED, TELLING, record_words
from everystep.site.landing import manifest_of

# How a lab stores a number for the pages; see everystep/notebook/glue.py.
STORED_NUMBER = "application/papermill.record/text/plain"


class Shown(NamedTuple):
    """What a lab shows of a finding.

    Attributes:
        statement: the sentence that is claimed.
        evidence: mean, interval and number of values, in words.
        p_above: of a difference P(first > second), from 0 to 1; None of anything else.
    """

    statement: str
    evidence: str
    p_above: float | None


def shown_in(outputs: Iterable[dict[str, Any]]) -> dict[str, Shown]:
    """Return what the outputs of a lab's cells show of its findings, by id.

    Args:
        outputs: as a notebook has them.
    """
    texts, shares = {}, {}
    for output in outputs:
        metadata, data = output.get("metadata", {}), output.get("data", {})
        name = metadata.get("scrapbook", {}).get("name", "")
        if "finding" in metadata:
            texts[metadata["finding"]["id"]] = data["text/plain"]
        elif name.endswith(".p"):
            shares[name.removesuffix(".p")] = float(data[STORED_NUMBER])
    found = {}
    for id, text in texts.items():
        # Two lines, as everystep.notebook.findings writes them: "Finding ID: ...", "  holds: ...".
        statement, _, measured = text.partition(f"{id}: ")[2].partition("\n")
        found[id] = Shown(statement, measured.partition(": ")[2], shares.get(id))
    return found


class AllFindings(SphinxDirective):
    """``{findings}``: a section for every chapter, with what its lab has found."""

    def run(self) -> list[nodes.Node]:
        """Return the sections; have the page read again when a lab or the record changes."""
        env = self.env
        env.note_dependency(MANIFEST)
        vars(env).setdefault(TELLING, set()).add(env.docname)
        titles = titles_of(manifest_of(env.app))
        homes: dict[str, str] = vars(env)[FINDINGS]
        sections = []
        for page, ids in groupby(homes, key=lambda id: homes[id]):
            env.note_dependency(f"{page}.ipynb")
            title = titles.get(page, page)
            section = nodes.section("", nodes.title(text=title), ids=[nodes.make_id(title)])
            found = shown_in(self.outputs_of(page))
            entries = [self.entry(id, page, found.get(id)) for id in ids]
            section += nodes.bullet_list("", *entries, classes=["findings"])
            sections.append(section)
        return sections

    def outputs_of(self, page: str) -> Iterable[dict[str, Any]]:
        """Return the outputs of a page's notebook, as its last execution left them."""
        cells = getattr(kept(results_file(self.env.app, page))[1], "outputs", [])
        return (output for cell in cells for output in cell)

    def entry(self, id: str, page: str, shown: Shown | None) -> nodes.list_item:
        """Return what the list has of a finding.

        Args:
            id: of the finding.
            page: its lab.
            shown: what the lab shows of it; nothing, where a cell has failed with a reader's seed.
        """
        item = nodes.list_item("", ids=[f"finding-{id}"])
        words = [record_words(vars(self.env)[RECORDED].get(id, {}))]
        if shown:
            # Smart quotes would take a backslash for an escape.
            item += nodes.paragraph(text=shown.statement.replace("\\", r"\\"))
            share = "" if shown.p_above is None else f"P(first > second) = {shown.p_above:.2f}."
            words = [f"{shown.evidence[0].upper()}{shown.evidence[1:]}.", share, *words]
        link = nodes.reference(
            "",
            "",
            nodes.literal(text=id),
            refuri=self.env.app.builder.get_relative_uri(self.env.docname, page) + f"#finding-{id}",
            internal=True,
            classes=["finding-link"],
            finding=id,
        )
        text = nodes.Text(" ".join([*filter(None, words), "In the lab: "]))
        item += nodes.paragraph("", "", text, link, classes=["finding-evidence"])
        return item


def titles_of(manifest: Manifest) -> dict[str, str]:
    """Return under which title a page's findings stand: that of its chapter, or its own."""
    titles = {page: title for part in manifest.parts for page, title in part.pages.items()}
    for chapter in manifest.with_room("lab"):
        titles[chapter.place("lab").removesuffix(".ipynb")] = f"{chapter.number} · {chapter.title}"
    return titles


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    for extension in ("findings", "landing"):
        app.setup_extension(f"everystep.site.{extension}")
    app.add_directive("findings", AllFindings)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
