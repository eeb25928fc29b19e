"""The directive ``{trainer}``: a place on a page where the reader trains, and what it loads.

With the id of a finding, ``{trainer} batch.same-epochs-fewer-updates``, it is a small one: set to
the experiment that ``book/train/claims.yml`` has for this finding, with the lab's result beside
the reader's.

The images and the charts are files of packages that are installed. They are copied into the built
site, the one packed and the other with its comments left out.
"""

import json
from html import escape
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from everystep.authoring.claims import CLAIMS, Claim, ClaimError, read_claims
from everystep.core.digits import read_digits
from everystep.site.assets import LivePart, without_comments

# Where the scripts that are made stand in the built site, below ``_static``.
IMAGES, CHARTS, CHARTS_STYLE = "trainer/images.js", "trainer/uPlot.js", "trainer/uPlot.css"
# The page of the whole trainer, and how many seeds it runs at least of an experiment.
WHOLE, MORE_SEEDS = "book/train/trainer", 10
CREDIT = "// uPlot, copyright Leon Sorokin, MIT license: https://github.com/leeoniya/uPlot\n"


class trainer(LivePart):  # noqa: N801 (docutils names nodes like this)
    """A place on a page to train in."""


class claim(LivePart):  # noqa: N801
    """A small trainer that belongs to a finding; it holds what the lab says, and a link."""


class Trainer(SphinxDirective):
    """``{trainer}``: the whole trainer, set by the address of the page, or one set to a finding."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a place on the page."""
        if not self.arguments:
            return [trainer(kind="trainer")]
        [id] = self.arguments
        self.env.note_dependency(CLAIMS)
        claims: dict[str, Claim] = self.env.app.everystep_claims  # type: ignore[attr-defined]
        if id not in claims:
            raise self.error(f"{CLAIMS} has no experiment for the finding {id!r}")
        return [self.small(id, claims[id])]

    def small(self, id: str, described: Claim) -> claim:
        """Make a trainer for a finding, with the finding's result."""
        chapter = Path(self.env.docname).parent.name
        part = claim(kind="trainer", claim=described, finding_id=id, chapter=chapter)
        book = f"The lab, from seeds of its own: {{finding}}`{described.book} <{id}>`."
        for text in (book, described.note):
            if text:
                children, messages = self.state.inline_text(text, self.lineno)
                part += [nodes.paragraph("", "", *children), *messages]
        whole = self.env.app.builder.get_relative_uri(self.env.docname, WHOLE)
        link = nodes.reference(
            text="Open it in the full trainer",
            refuri=f"{whole}#{described.with_seeds(MORE_SEEDS)}",
            internal=True,
        )
        part += nodes.paragraph("", "", link)
        return part


def part_html(settings: str = "") -> str:
    """Return the place, which scripts fill in; without settings of its own, the address sets it."""
    html = Path(__file__).parent.joinpath("templates", "trainer.html").read_text("utf-8")
    own = f'data-settings="{escape(settings)}" ' if settings else ""
    return html.replace("data-kind=", f"{own}data-kind=", 1)


def write(self: HTML5Translator, node: trainer) -> None:
    """Write the place on a page."""
    self.body.append(part_html())
    raise nodes.SkipNode


def begin_claim(self: HTML5Translator, node: claim) -> None:
    """Write a small trainer, up to what the lab says."""
    described: Claim = node["claim"]
    names = ("measure", "above", "compare", "expect")
    data = described.model_dump(include=set(names)) | {
        "id": node["finding_id"],
        "chapter": node["chapter"],
    }
    question = escape(described.question)
    self.body.append(
        f'<div class="claim" id="claim-{node["finding_id"]}" role="group" aria-label="{question}" '
        f'data-claim="{escape(json.dumps(data))}">'
        f'<p class="question-of-claim">{question}</p>'
        f'{part_html(described.settings)}<div class="results"><p class="yours" role="status"></p>'
    )


def end_claim(self: HTML5Translator, node: claim) -> None:
    """Close what ``begin_claim`` has opened."""
    self.body.append("</div></div>")


def read(app: Sphinx) -> None:
    """Read the experiments before any page, where there are some."""
    root = Path(app.srcdir)
    try:
        claims = read_claims(root) if (root / CLAIMS).exists() else {}
    except ClaimError as error:
        raise ExtensionError(str(error)) from error
    app.everystep_claims = claims  # type: ignore[attr-defined]


def images_script() -> str:
    """Return the script that holds the digits, packed so that gzip makes little of them.

    A letter is a pixel, ``A`` for 0 to ``Q`` for 16. Images are sorted by class, and the pixels of
    one place in all images follow one another, since they are alike.
    """
    rows = read_digits().astype(int)
    rows = rows[rows[:, -1].argsort(kind="stable")]
    counts = [int((rows[:, -1] == label).sum()) for label in range(10)]
    pixels = "".join(chr(65 + value) for value in rows[:, :-1].T.ravel())
    return f"everystep.packed = {json.dumps({'counts': counts, 'pixels': pixels})};\n"


def charts() -> tuple[str, str]:
    """Return script and style of uPlot, as its package has them, without comments.

    Raises:
        sphinx.errors.ExtensionError: if the package is not installed.
    """
    found = find_spec("uplot")
    if found is None or not found.submodule_search_locations:
        raise ExtensionError("the trainer's charts come with uplot-python, which is not installed")
    folder = Path(found.submodule_search_locations[0], "static")
    script = without_comments((folder / "uPlot.iife.js").read_text("utf-8"))
    return CREDIT + script, (folder / "uPlot.min.css").read_text("utf-8")


def write_scripts(app: Sphinx) -> None:
    """Write what is made of the packages' files into the built site."""
    if app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static")
    (folder / "trainer").mkdir(parents=True, exist_ok=True)
    script, style = charts()
    for name, text in ((IMAGES, images_script()), (CHARTS, script), (CHARTS_STYLE, style)):
        (folder / name).write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.setup_extension("everystep.site.assets")
    app.add_node(trainer, html=(write, None))
    app.add_node(claim, html=(begin_claim, end_claim))
    app.add_directive("trainer", Trainer)
    app.connect("builder-inited", read)
    app.connect("builder-inited", write_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
