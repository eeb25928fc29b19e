"""The directive ``{trainer}``: a place on a page where the reader trains, and what it loads.

The images and the charts are files of packages that are installed. They are copied into the built
site, the one packed and the other with its comments left out.
"""

import json
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from everystep.core.digits import read_digits
from everystep.site.assets import LivePart, without_comments

# Where the scripts that are made stand in the built site, below ``_static``.
IMAGES, CHARTS, CHARTS_STYLE = "trainer/images.js", "trainer/uPlot.js", "trainer/uPlot.css"
CREDIT = "// uPlot, copyright Leon Sorokin, MIT license: https://github.com/leeoniya/uPlot\n"


class trainer(LivePart):  # noqa: N801 (docutils names nodes like this)
    """A place on a page to train in."""


class Trainer(SphinxDirective):
    """``{trainer}``: the whole trainer, set by the address of the page."""

    def run(self) -> list[nodes.Node]:
        """Leave a place on the page."""
        return [trainer(kind="trainer")]


def part_html() -> str:
    """Return the place, which scripts fill in."""
    return Path(__file__).parent.joinpath("templates", "trainer.html").read_text("utf-8")


def write(self: HTML5Translator, node: trainer) -> None:
    """Write the place on a page."""
    self.body.append(part_html())
    raise nodes.SkipNode


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
    app.add_directive("trainer", Trainer)
    app.connect("builder-inited", write_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
