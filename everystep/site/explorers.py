"""The directive ``{explorer} NAME``: a part of a page on which a reader tries something out.

An explorer is a template, ``templates/explorer-NAME.html``, which can be read without JavaScript,
and the scripts that ``everystep.site.assets`` lists for it. Some show what was recorded; the file
is named here, and stands in the template as ``record``.
"""

import datetime
import json
from pathlib import Path

from docutils import nodes
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from everystep.site.assets import LivePart
from everystep.site.rendering import day
from everystep.site.trainer import WHOLE

# By name: the file with what was recorded, below the folder of the sources, if there is one.
EXPLORERS = {
    "composer": None,
    "knob": None,
    "map": "benchmarks/rate_map.json",
    "planner": None,
}
# From no accuracy at all to 100%: red, green and blue.
PALE, DEEP = (255, 255, 255), (8, 48, 107)


class explorer(LivePart):  # noqa: N801 (docutils names nodes like this)
    """A place on a page for an explorer; ``kind`` names it."""


class Explorer(SphinxDirective):
    """``{explorer} map``: the explorer of that name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a place on the page; have the page read again when what it shows changes."""
        name = self.arguments[0]
        if name not in EXPLORERS:
            raise self.error(f"there is no explorer {name!r}, only {', '.join(EXPLORERS)}")
        self.env.note_dependency(str(template(name)))
        if recorded := EXPLORERS[name]:
            self.env.note_dependency(str(Path(self.env.srcdir, recorded)))
        return [explorer(kind=name)]


def template(name: str) -> Path:
    """Return the file of an explorer's template."""
    return Path(__file__).parent / "templates" / f"explorer-{name}.html"


def shade(percent: float) -> str:
    """Return the style of a cell that shows a share: its color, and one that is read on it."""
    share = percent / 100
    color = [round(a + (b - a) * share) for a, b in zip(PALE, DEEP, strict=True)]
    # Relative luminance, as in WCAG 2; at 0.179 black and white stand out equally.
    linear = [((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    ink = "#000" if luminance > 0.179 else "#fff"
    return f"background:rgb({','.join(map(str, color))});color:{ink}"


def part_html(name: str, root: Path, trainer: str) -> str:
    """Return an explorer as HTML.

    Args:
        name: one of ``EXPLORERS``.
        root: the folder of the sources.
        trainer: where the page with the whole trainer is.
    """
    recorded = EXPLORERS[name]
    record = json.loads((root / recorded).read_text("utf-8")) if recorded else None
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader(template(name).parent),
        trim_blocks=True,
    )
    environment.filters["shade"] = shade
    environment.filters["day"] = lambda text: day(datetime.date.fromisoformat(text))
    environment.filters["as_json"] = lambda value: Markup(
        json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
    )
    return environment.get_template(template(name).name).render(record=record, trainer=trainer)


def write(self: HTML5Translator, node: explorer) -> None:
    """Write the explorer on a page."""
    app, page = self.builder.app, self.builder.current_docname
    trainer = app.builder.get_relative_uri(page, WHOLE)
    self.body.append(part_html(node["kind"], Path(app.srcdir), trainer))
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.setup_extension("everystep.site.trainer")  # which makes the images and the charts
    app.add_node(explorer, html=(write, None))
    app.add_directive("explorer", Explorer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
