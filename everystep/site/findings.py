"""Tie pages to the labs that prove them.

The role ``{finding}`` links a sentence, or a number in it, to the finding that holds it up, and
stops the build where no lab has a finding of that id. Pages that quote a lab's numbers are written
again when it changes. Beside each finding stands on how many of the recorded base seeds it held.
Where one does not hold with a base seed of the reader's own, every passage that cites it says so.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from docutils import nodes
from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import SphinxError
from sphinx.util.docutils import ReferenceRole, SphinxDirective

from everystep.authoring.digest import code_digests
from everystep.authoring.findings import find_all
from everystep.authoring.notebooks import NotebookError
from everystep.authoring.record import (
    Outcome,
    RecordError,
    current,
    outcomes,
    read_record,
    summary,
)
from everystep.core.seeds import seed_is_set
from everystep.site.execution import kept, results_file
from everystep.site.leftovers import PACKAGE, page_code
from everystep.site.made import kept_or_made, made_file

# Attributes of Sphinx's environment: the page of each finding by its id; what is wrong in this
# build with those that do not hold, by id; the keys that each lab has stored, where some may be
# missing; what is recorded of each finding, and what was when pages were last read; the pages that
# tell the share of failures.
FINDINGS, FAILED = "everystep_findings", "everystep_failed"
STORED, RECORDED = "everystep_stored", "everystep_recorded"
SHOWN_BEFORE, TELLING = "everystep_shown_before", "everystep_telling"
GLUED_FROM = re.compile(r"([\w./-]+\.ipynb)::|^:doc:\s*(\S+\.ipynb)", re.MULTILINE)
FAILURES = (
    "An interval at 95% speaks for one finding, not for all findings of a lab at once. So labs "
    "were run with other base seeds too, which change every random number of the course. Beside a "
    "finding stands with how many it held; where nothing stands, the lab was not run so:"
)
# What a lab stores of a finding, as words of a link name it: "{mean:.1f} points".
NUMBER = re.compile(r"\{(mean|low|high|n|p|verdict)(?::([^{}]*))?\}")
OF_A_FINDING = re.compile(r"(.+)\.(?:mean|low|high|n|p|verdict)")
SHOWN = re.compile(r'(<div class="finding[^>]* id="finding-([^"]+)">.*?)(</div>)', re.DOTALL)
DOES_NOT_HOLD, NOT_MEASURED = "✗ does not hold in this build", "✗ not measured in this build"


class FindingRole(ReferenceRole):
    """Link words to a finding: ``{finding}`words <steps.count>```.

    Numbers of the finding can stand among the words, as in ``{mean:.1f} points <steps.count>``.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link, or warn when no lab asserts such a finding."""
        page = vars(self.env)[FINDINGS].get(self.target)
        title = self.title
        problem = ""
        if page is None:
            problem = f"no lab asserts a finding {self.target!r}"
        elif not self.has_explicit_title:
            problem = f"say what the link leads to: words <{self.target}>"
        elif re.search(r"[{}]", NUMBER.sub("", title)):
            problem = (
                f"in {title!r}, braces hold one of mean, low, high, n and p, with a format as in "
                "{mean:.1f}, or verdict"
            )
        if problem:
            message = self.inliner.reporter.warning(problem, line=self.lineno)
            return [nodes.inline(text=title)], [message]
        self.env.note_dependency(f"{page}.ipynb")
        link = nodes.reference(
            refuri=self.env.app.builder.get_relative_uri(self.env.docname, page)
            + f"#finding-{self.target}",
            internal=True,
            classes=["finding-link"],
            finding=self.target,
        )
        link += self.parts(title, page)
        return [link], []

    def parts(self, title: str, page: str) -> Iterator[nodes.Node]:
        """Yield the words of a link, and its numbers as MyST-NB fills them in.

        A link that is a number alone would say nothing in a list of links, so a screen reader also
        hears that it leads to a finding.
        """
        texts = NUMBER.split(title)
        for text, name, format in zip(
            texts[::3], [*texts[1::3], None], [*texts[2::3], None], strict=True
        ):
            if text:
                yield nodes.Text(text)
            if name:
                yield PendingGlueReference(
                    refdoc=page,
                    key=f"{self.target}.{name}",
                    inline=True,
                    gtype="text",
                    fmt_spec=format or "s",
                )
        if len(texts) > 1:
            yield nodes.inline(text=" (finding)", classes=["finding-word"])


def codes_of(app: Sphinx, notebook: Path) -> dict[str, str]:
    """Return what ``code_digests`` does, kept from one build to the next.

    A change of the code that computes them has those of all labs computed anew.
    """
    of = [notebook.read_bytes(), page_code(PACKAGE).encode()]
    name = f"{notebook.relative_to(app.srcdir).as_posix()}.codes"
    text = kept_or_made(made_file(app, name), of, lambda: json.dumps(code_digests(notebook)))
    found: dict[str, str] = json.loads(text)
    return found


def collect_findings(app: Sphinx) -> None:
    """Read the findings' ids from all labs, and what is recorded, before any page is read.

    Raises:
        SphinxError: if a lab cannot be read, or two findings share an id.
        SystemExit: if the record is damaged; Jupyter Book would show an exception's traceback.
    """
    root = Path(app.srcdir)
    try:
        vars(app.env)[FINDINGS] = find_all(root)
        vars(app.env)[RECORDED] = outcomes(current(read_record(root), root, partial(codes_of, app)))
    except RecordError as error:
        sys.exit(str(error))
    except (NotebookError, ValueError) as error:
        raise SphinxError(str(error)) from error


def collect_failed(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Note what does not hold in this build, or is missing; without a base seed, it is an error."""
    homes = vars(env)[FINDINGS] if seed_is_set() else {}
    failed = dict.fromkeys(homes, NOT_MEASURED)
    stored: dict[str, set[str]] = {page: set() for page in homes.values()}
    for page in stored:
        for outputs in getattr(kept(results_file(app, page))[1], "outputs", []):
            for metadata in (output.get("metadata", {}) for output in outputs):
                stored[page].add(metadata.get("scrapbook", {}).get("name"))
                if mark := metadata.get("finding"):
                    failed[mark["id"]] = "" if mark["holds"] else DOES_NOT_HOLD
    vars(env)[FAILED] = {id: words for id, words in failed.items() if words}
    vars(env)[STORED] = stored


def note_glued_notebooks(app: Sphinx, docname: str, source: list[str]) -> None:
    """Have Sphinx read a page again when a notebook that it quotes has changed."""
    for inline, block in GLUED_FROM.findall(source[0]):
        notebook = (Path(app.env.doc2path(docname)).parent / (inline or block)).resolve()
        app.env.note_dependency(str(notebook.relative_to(Path(app.srcdir).resolve())))


def pages_to_renew(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> set[str]:
    """Return the pages that show something of the record that has changed."""
    before, recorded = vars(env).get(SHOWN_BEFORE, {}), vars(env)[RECORDED]
    vars(env)[SHOWN_BEFORE] = recorded
    homes = vars(env)[FINDINGS]
    pages = {page for id, page in homes.items() if before.get(id) != recorded.get(id)}
    if before != recorded:
        pages |= vars(env).get(TELLING, set())
    return pages & env.found_docs


class Failures(SphinxDirective):
    """Tell what share of checks failed over the recorded base seeds; nothing without a record."""

    def run(self) -> list[nodes.Node]:
        """Return a paragraph, if anything is recorded."""
        vars(self.env).setdefault(TELLING, set()).add(self.env.docname)
        text = summary(vars(self.env)[RECORDED])
        return [nodes.paragraph(text=f"{FAILURES} {text}")] if text else []


def record_words(of_finding: Mapping[int, Outcome]) -> str:
    """Return on how many of the recorded base seeds a finding held; nothing without a record."""
    held = sum(outcome.held for outcome in of_finding.values())
    return f"Held with {held} of {len(of_finding)} recorded base seeds." if of_finding else ""


def show_record(app: Sphinx, doctree: nodes.document) -> None:
    """Write beside each finding of a lab on how many of the recorded base seeds it held."""
    recorded = vars(app.env)[RECORDED]

    def with_record(match: re.Match[str]) -> str:
        words = record_words(recorded.get(match[2], {}))
        return f'{match[1]}<p class="finding-record">{words}</p>{match[3]}' if words else match[0]

    for node in doctree.findall(nodes.raw):
        if (text := SHOWN.sub(with_record, node.astext())) != node.astext():
            node.children = [nodes.Text(text)]
            node.rawsource = text


def mark_failed(app: Sphinx, doctree: nodes.document) -> None:
    """Say after the last mention in each passage that a finding does not hold in this build."""
    marked = set()
    for node in reversed(list(doctree.findall(nodes.Element))):
        id = cited(node)
        words = vars(app.env)[FAILED].get(id)
        if words is None:
            continue
        last, passage = node, node.parent
        while isinstance(passage, nodes.Inline):
            last, passage = passage, passage.parent
        if (id, passage) not in marked:
            marked.add((id, passage))
            page = vars(app.env)[FINDINGS][id]
            uri = app.builder.get_relative_uri(app.env.docname, page) + f"#finding-{id}"
            link = nodes.reference(
                text=words, refuri=uri, internal=True, classes=["finding-failed-mark"]
            )
            passage.insert(passage.index(last) + 1, [nodes.Text(" "), link])


def replace_missing(app: Sphinx, doctree: nodes.document) -> None:
    """Say where a number, a figure or a table is missing, since a cell with the seed has failed."""
    stored = vars(app.env)[STORED]
    for node in list(doctree.findall(PendingGlueReference)):
        if node.key not in stored.get(node.refdoc, {node.key}):
            kind = nodes.inline if node.inline else nodes.paragraph
            node.replace_self(kind(text=NOT_MEASURED, classes=["finding-failed-mark"]))


def cited(node: nodes.Element) -> str:
    """Return the id of the finding that a node links to or quotes; an empty text if none."""
    if isinstance(node, PendingGlueReference) and (match := OF_A_FINDING.fullmatch(node.key)):
        return match[1]
    return node.get("finding", "")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.add_role("finding", FindingRole())
    app.add_directive("failures", Failures)
    app.connect("builder-inited", collect_findings)
    app.connect("env-get-outdated", pages_to_renew)
    # After the notebooks were executed, before pages are read.
    app.connect("env-before-read-docs", collect_failed)
    app.connect("source-read", note_glued_notebooks)
    app.connect("doctree-read", show_record)
    app.connect("doctree-read", mark_failed)
    app.connect("doctree-read", replace_missing)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
