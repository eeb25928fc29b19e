"""A report as a page that stands alone: no script, nothing loaded, whatever a log's names hold."""

import html

import numpy as np

from everystep.clinic.diagnosis import Diagnosis
from everystep.clinic.report import PARTS, sections
from everystep.clinic.run_log import Curve

WIDTH, HEIGHT, EDGE = 640, 220, 34
MOST_POINTS = 400
CHARTS = {
    "Losses": ("train_loss", "val_loss", "val_error"),
    "Accuracies": ("train_accuracy", "val_accuracy"),
    "Learning rate": ("rate",),
}
# Lines differ by their dashes too, for eyes and printers that do not tell the colors apart.
LINES = (("#0072b2", ""), ("#d55e00", "7 4"), ("#008f6b", "2 3"), ("#b0578d", "9 3 2 3"))
STYLE = """
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 1.6rem; }
svg { width: 100%; height: auto; } svg text { fill: currentColor; font-size: 12px; }
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
        f"<h1>{title}</h1>\n<p><strong>{html.escape(diagnosis.told.verdict)}</strong></p>\n"
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
    xs, ys = (
        np.concatenate([getattr(curve, axis) for _, curve in drawn]) for axis in ("x", "values")
    )
    left, right, low, high = (float(v) for v in (xs.min(), xs.max(), ys.min(), ys.max()))
    lines, legend = [], []
    for (label, curve), (color, dashes) in zip(drawn, LINES, strict=False):
        points = _points(curve, (left, right), (low, high))
        stroke = f'stroke="{color}" stroke-width="2" stroke-dasharray="{dashes}" fill="none"'
        lines.append(f'<polyline points="{points}" {stroke}/>')
        key = f'<svg viewBox="0 0 30 8" style="width: 2rem"><path d="M0 4H30" {stroke}/></svg>'
        legend.append(f"{key} {html.escape(label)}")
    unit = "updates" if diagnosis.log.clock == "step" else "epochs"
    texts = (
        f'<text x="0" y="12">{high:.4g}</text><text x="0" y="{HEIGHT - EDGE}">{low:.4g}</text>'
        f'<text x="{EDGE * 2}" y="{HEIGHT - 8}">{left:,.4g}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT - 8}" text-anchor="end">{right:,.6g} {unit}</text>'
    )
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f"{''.join(lines)}{texts}</svg>\n"
        f"<figcaption>{title}: {'; '.join(legend)}</figcaption></figure>"
    )


def _points(curve: Curve, across: tuple[float, float], up: tuple[float, float]) -> str:
    """Return the points of a line, thinned to what a drawing can show."""
    some = np.unique(np.linspace(0, len(curve) - 1, MOST_POINTS).astype(int))
    x = (curve.x[some] - across[0]) / max(across[1] - across[0], 1e-300)
    y = (curve.values[some] - up[0]) / max(up[1] - up[0], 1e-300)
    across_px = 2 * EDGE + x * (WIDTH - 2 * EDGE)
    up_px = HEIGHT - EDGE - y * (HEIGHT - EDGE - 8)
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(across_px, up_px, strict=True))
