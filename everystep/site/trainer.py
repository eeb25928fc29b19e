"""The directive ``{trainer}``: a place on a page where the reader trains, and what it loads.

With the id of a finding, ``{trainer} batch.same-epochs-fewer-updates``, it is a small one: set to
the experiment that ``book/train/claims.yml`` has for this finding, with the lab's result beside
the reader's.

The images and the charts are files of packages that are installed. They are copied into the built
site, the one packed and the other with its comments left out. The signals of MNIST-1D, which a
package makes, are packed into a script of their own; a page loads it when a reader asks for them.
"""

import hashlib
import json
from html import escape
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri
from sphinx.writers.html5 import HTML5Translator

from everystep.authoring.claims import CLAIMS, Claim, ClaimError, read_claims
from everystep.core import signals as signals_module
from everystep.core.digits import read_digits
from everystep.core.signals import signals_and_labels
from everystep.site.assets import ON_DEMAND, LivePart, read_script, without_comments
from everystep.site.made import kept_or_made, made_file

# Where the scripts that are made stand in the built site, below ``_static``.
IMAGES, CHARTS, CHARTS_STYLE = "trainer/images.js", "trainer/uPlot.js", "trainer/uPlot.css"
SIGNALS = "trainer/mnist1d.js"
# How many signals a page has, to how many steps their values are rounded, and the lowest step's
# letter: up to "~", the highest one's, all are ASCII.
N_SIGNALS, STEPS, LOWEST = 5120, 64, "?"
ABOUT = """
<p class="about about-digits">The digits are 1,797 images of 8×8 pixels, each a handwritten digit; \
they come with scikit-learn.</p>
<p class="about about-mnist1d">MNIST-1D has signals of 40 numbers, here 5,120 of them: each is a \
line that stands for one of ten digits, stretched, shifted, sheared and made noisy \
(<a class="reference external" href="https://arxiv.org/abs/2011.14439">Greydanus and Kobak, \
arXiv 2011.14439</a>).</p>"""
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


def part_html(signals: str, settings: str = "") -> str:
    """Return the place, which scripts fill in; without settings of its own, the address sets it.

    Args:
        signals: URL of the script with the signals, as seen from the page.
        settings: what the address would say.
    """
    html = Path(__file__).parent.joinpath("templates", "trainer.html").read_text("utf-8")
    own = f'data-settings="{escape(settings)}" ' if settings else ""
    # A small trainer has the data that its page is about, unless they are others than the book's.
    about = ABOUT if not settings or "data=" in settings else ""
    data = f'{own}data-signals="{signals}" data-kind='
    return html.replace("data-kind=", data, 1).replace("</form>", f"</form>{about}", 1)


def signals_url(builder: StandaloneHTMLBuilder) -> str:
    """Return the URL of the script with the signals, as seen from the page that is written."""
    # A browser may have kept one that has changed since.
    version: str = builder.app.everystep_signals  # type: ignore[attr-defined]
    own = builder.get_target_uri(builder.current_docname)
    return f"{relative_uri(own, f'_static/{SIGNALS}')}?v={version}"


def write(self: HTML5Translator, node: trainer) -> None:
    """Write the place on a page."""
    self.body.append(part_html(signals_url(self.builder)))
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
        f"{part_html(signals_url(self.builder), described.address)}"
        '<div class="results"><p class="yours" role="status"></p>'
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


def page_signals() -> tuple[list[list[int]], list[int], float, float]:
    """Return the signals that a page trains on, sorted by class.

    Returns:
        The 40 values of each signal as steps from 0 to 63, and its label; then the lowest value of
        all, and how far a step lies above the one before: 0.16, where the values have a standard
        deviation of 1.
    """
    x, y = (part[:N_SIGNALS] for part in signals_and_labels())
    order = y.argsort(kind="stable")
    low = float(x.min())
    step = (float(x.max()) - low) / (STEPS - 1)
    return ((x[order] - low) / step).round().astype(int).tolist(), y[order].tolist(), low, step


def packed_signals() -> str:
    """Return signals of MNIST-1D as a script has them.

    A letter is a value, ``?`` for the lowest step to ``~`` for the highest. The 40 letters of a
    signal follow one another.
    """
    signals, labels, low, step = page_signals()
    letters = "".join(chr(ord(LOWEST) + place) for signal in signals for place in signal)
    counts = [labels.count(label) for label in range(10)]
    return json.dumps({"counts": counts, "letters": letters, "low": low, "step": step})


def signals_script(packed: str, code: str) -> str:
    """Return the script that holds packed signals, before the code that needs them."""
    return f"everystep.signals = {packed};\n{code}"


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
    # Of what packs them, this module is a part.
    makers = [Path(file).read_bytes() for file in (signals_module.__file__, __file__)]
    versions = [version(name).encode() for name in ("mnist1d", "numpy", "scipy")]
    packed = kept_or_made(made_file(app, "signals.json"), [*makers, *versions], packed_signals)
    signals = signals_script(packed, "\n".join(read_script(app, name) for name in ON_DEMAND))
    digest = hashlib.sha256(signals.encode()).hexdigest()[:8]
    app.everystep_signals = digest  # type: ignore[attr-defined]
    made = {
        IMAGES: images_script(),
        SIGNALS: signals,
        CHARTS: script,
        CHARTS_STYLE: style,
    }
    for name, text in made.items():
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
