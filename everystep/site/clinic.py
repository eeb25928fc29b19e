"""The directive ``{clinic}``: a place on a page that reads a log of the reader's own.

What its scripts know of the package, and the logs that it offers as examples, are files, which are
made into scripts while the site is built: a page opened from disk may load nothing else.
"""

import json
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from everystep.site.assets import LivePart

# Where the scripts that are made stand in the built site, below ``_static``.
TOLD, EXAMPLES = "clinic/told.js", "clinic/examples.js"
# The file that everystep.clinic.told writes, in the folder of the scripts.
DATA = "clinic/told.json"
# The examples by their labels, below the folder of the sources; those that are there are offered.
LOGS = {
    "a Trainer's log": "book/07-diagnosis/logs/stopped-trainer_state.json",
    "a Lightning log": "book/07-diagnosis/logs/large-batch-metrics.csv",
    "a Keras log": "book/07-diagnosis/logs/by-heart-training.log",
}


class clinic(LivePart):  # noqa: N801 (docutils names nodes like this)
    """A place on a page for a log."""


class Clinic(SphinxDirective):
    """``{clinic}``: a place on a page for a log."""

    def run(self) -> list[nodes.Node]:
        """Leave the place; have the page read again when its template changes."""
        self.env.note_dependency(str(_template()))
        return [clinic(kind="clinic")]


def _template() -> Path:
    return Path(__file__).parent / "templates" / "clinic.html"


def part_html() -> str:
    """Return the place, which scripts fill in."""
    return _template().read_text("utf-8")


def told_script(data: str) -> str:
    """Return the script that hands data to the page, and to the worker that it starts.

    Args:
        data: what ``everystep.clinic.told`` wrote.
    """
    packed = json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":"))
    return f"everystep.core.add(() => {{ everystep.told = {packed}; }});\n"


def examples_script(root: Path) -> str:
    """Return the script that holds the examples.

    Args:
        root: the folder of the sources.
    """
    there = {label: root / path for label, path in LOGS.items() if (root / path).exists()}
    examples = {
        label: {"name": path.name, "text": path.read_text("utf-8")} for label, path in there.items()
    }
    return f"everystep.examples = {json.dumps(examples, ensure_ascii=False)};\n"


def write(self: HTML5Translator, node: clinic) -> None:
    """Write the place on a page."""
    self.body.append(part_html())
    raise nodes.SkipNode


def write_scripts(app: Sphinx) -> None:
    """Write the scripts that are made into the built site, where it has the clinic's."""
    folders = [Path(app.confdir, folder) for folder in app.config.html_static_path]
    data = next((folder / DATA for folder in folders if (folder / DATA).exists()), None)
    if app.builder.format != "html" or data is None:
        return
    folder = Path(app.outdir, "_static")
    (folder / "clinic").mkdir(parents=True, exist_ok=True)
    (folder / TOLD).write_text(told_script(data.read_text("utf-8")), encoding="utf-8")
    (folder / EXAMPLES).write_text(examples_script(Path(app.srcdir)), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.setup_extension("everystep.site.trainer")  # which brings the charts
    app.add_node(clinic, html=(write, None))
    app.add_directive("clinic", Clinic)
    app.connect("builder-inited", write_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
