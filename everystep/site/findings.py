"""Tie pages to the labs that prove them.

The role ``{finding}`` links a sentence to the finding that holds it up, and stops the build where
no lab has a finding of that id. Pages that quote a lab's numbers are written again when it changes.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import ReferenceRole

from everystep.authoring.findings import find_all
from everystep.authoring.notebooks import NotebookError

# Attribute of Sphinx's environment that maps each finding's id to its page.
FINDINGS = "everystep_findings"
GLUED_FROM = re.compile(r"([\w./-]+\.ipynb)::|^:doc:\s*(\S+\.ipynb)", re.MULTILINE)


class FindingRole(ReferenceRole):
    """Link to a finding: ``{finding}`steps.count``` or ``{finding}`words <steps.count>```."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Make the link, or warn when no lab asserts such a finding."""
        page = vars(self.env)[FINDINGS].get(self.target)
        if page is None:
            message = self.inliner.reporter.warning(
                f"no lab asserts a finding {self.target!r}", line=self.lineno
            )
            return [nodes.inline(text=self.title)], [message]
        self.env.note_dependency(f"{page}.ipynb")
        link = nodes.reference(
            text=self.title if self.has_explicit_title else "finding",
            refuri=self.env.app.builder.get_relative_uri(self.env.docname, page)
            + f"#finding-{self.target}",
            internal=True,
            classes=["finding-link"],
        )
        return [link], []


def collect_findings(app: Sphinx) -> None:
    """Read the findings' ids from all labs before any page is read.

    Raises:
        SphinxError: if a lab cannot be read, or two findings share an id.
    """
    try:
        vars(app.env)[FINDINGS] = find_all(Path(app.srcdir))
    except (NotebookError, ValueError) as error:
        raise SphinxError(str(error)) from error


def note_glued_notebooks(app: Sphinx, docname: str, source: list[str]) -> None:
    """Have Sphinx read a page again when a notebook that it quotes has changed."""
    for inline, block in GLUED_FROM.findall(source[0]):
        notebook = (Path(app.env.doc2path(docname)).parent / (inline or block)).resolve()
        app.env.note_dependency(str(notebook.relative_to(Path(app.srcdir).resolve())))


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.add_role("finding", FindingRole())
    app.connect("builder-inited", collect_findings)
    app.connect("source-read", note_glued_notebooks)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
