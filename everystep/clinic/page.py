"""A report as a page that stands alone: no script, nothing loaded, whatever a log's names hold."""

import html
import io
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from everystep.clinic.diagnosis import Diagnosis
from everystep.clinic.report import PARTS, headline, sections
from everystep.core.svg import IN_INK, lightened

SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
    **IN_INK,
}
# Beyond this, an axis has no room for its numbers.
LARGEST = 1e100
CHARTS = {
    "Losses": ("train_loss", "val_loss", "val_error"),
    "Accuracies": ("train_accuracy", "val_accuracy"),
    "Learning rate": ("rate",),
}
# Lines differ by their dashes too, for eyes and printers that do not tell the colors apart.
LINES = (
    ("#0072b2", ()),
    ("#d55e00", (7, 4)),
    ("#008f6b", (2, 3)),
    ("#b0578d", (9, 3, 2, 3)),
)
STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 1.6rem; }
svg { width: 100%; height: auto; } svg text { fill: currentColor; }
figure { margin: 1rem 0; }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(name: str, diagnosis: Diagnosis) -> str:
    """Return a report as an HTML page.

    Args:
        name: what the log is called.
        diagnosis: what is said of it.
    """
    title = html.escape(name)
    parts = []
    for section in sections(diagnosis):
        items = "".join(f"<li>{html.escape(line)}</li>" for line in section.lines)
        parts.append(f"<h2>{html.escape(section.title)}</h2>\n<ul>{items}</ul>")
    parts[1:1] = [chart for chart in (_chart(diagnosis, title) for title in CHARTS) if chart]
    body = "\n".join(parts)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}: what its log says</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{title}</h1>\n<p><strong>{html.escape(headline(diagnosis))}</strong></p>\n"
        f"{body}\n</body>\n</html>\n"
    )


def _chart(diagnosis: Diagnosis, title: str) -> str:
    """Return a drawing of a log's curves of a kind, or "" if there are no two records."""
    drawn = [
        (f"{PARTS.get(role, 'Rate')} ({curve.name})", curve.finite)
        for role in CHARTS[title]
        for curve in diagnosis.log.curves.get(role, ())[: len(LINES)]
        if len(curve.finite) > 1
    ][: len(LINES)]
    if not drawn:
        return ""
    figure = Figure(figsize=(6.4, 2.5), facecolor="none", layout="constrained")
    with mpl.rc_context(SETTINGS):
        axes = figure.add_subplot(facecolor="none")
        for (_, curve), (color, dashes) in zip(drawn, LINES, strict=False):
            values = np.clip(curve.values, -LARGEST, LARGEST)
            axes.plot(curve.x, values, color=color, dashes=dashes, clip_on=False)
        axes.grid(clip_on=False)
        axes.set_xlabel("updates" if diagnosis.log.clock == "step" else "epochs")
        legend = "; ".join(
            f"{_key(color, dashes)} {html.escape(label)}"
            for (label, _), (color, dashes) in zip(drawn, LINES, strict=False)
        )
        drawing = _svg(figure, title)
    return f"<figure>{drawing}\n<figcaption>{title}: {legend}</figcaption></figure>"


def _key(color: str, dashes: tuple[int, ...]) -> str:
    """Return a piece of a line, as a legend shows it."""
    stroke = f'stroke="{color}" stroke-width="2" stroke-dasharray="{" ".join(map(str, dashes))}"'
    return f'<svg viewBox="0 0 30 8" style="width: 2rem"><path d="M0 4H30" {stroke}/></svg>'


def _svg(figure: Figure, title: str) -> str:
    buffer = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": title}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    return lightened(buffer.getvalue(), role="img", aria_label=title, stroke_linejoin="round")
