"""Show a matplotlib figure as an SVG that follows the page's light or dark theme."""

import html
import io
import re
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython.display import HTML
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from everystep.notebook.glue import glue

STYLE = Path(__file__).with_name("everystep.mplstyle")
# Drawn in this color, text, axes and grid become "currentColor": the color of the text around.
INK = "#010203"
# Inches around what is drawn: the page's font may be a little wider than the one measured.
MARGIN = 0.08


def use_house_style() -> None:
    """Make the house style matplotlib's default, and leave displaying to ``show``."""
    plt.style.use(STYLE)
    for key in ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"):
        mpl.rcParams[key] = INK
    mpl.rcParams["grid.color"] = INK
    plt.ioff()


def show(figure: Figure, key: str, *, alt: str, caption: str) -> None:
    """Display a figure with its caption, store it for the concept pages, and close it.

    Args:
        figure: the figure to show.
        key: unique name within the book, such as ``steps.clocks``; pages glue the figure by it.
        alt: what the figure shows, in words, for readers who cannot see it.
        caption: the text below the figure.

    Raises:
        ValueError: if ``alt`` or ``caption`` is empty.
    """
    for name, text in (("alt", alt), ("caption", caption)):
        if not text.strip():
            raise ValueError(f"{name} must describe the figure {key}, got an empty text")
    glue(key, HTML(_markup(figure, key, alt, caption)), shown=True)
    plt.close(figure)


def _markup(figure: Figure, key: str, alt: str, caption: str) -> str:
    return (
        f'<figure class="lab-figure" id="figure-{key}">'
        f"{_svg(figure, key, alt)}<figcaption>{html.escape(caption)}</figcaption></figure>"
    )


def _extent(figure: Figure) -> Bbox:
    """Return the figure's area in inches, made larger where a label would stick out of it."""
    figure.set_dpi(72)  # as an SVG is measured: at other sizes, letters are spaced otherwise
    figure.draw_without_rendering()  # which lays it out; done once more, labels could move
    figure.set_layout_engine("none")
    return Bbox.union([figure.bbox_inches, figure.get_tightbbox().padded(MARGIN)])


def _svg(figure: Figure, key: str, alt: str) -> str:
    buffer = io.StringIO()
    # A salt of its own keeps the identifiers of two figures on one page apart, and makes the
    # same figure the same text in every run.
    with mpl.rc_context({"svg.hashsalt": key}):
        figure.savefig(
            buffer,
            format="svg",
            bbox_inches=_extent(figure),
            metadata={"Date": None, "Creator": None},
        )
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    # An inline <style> would apply to the whole page; the page's own font is inherited instead.
    text = re.sub(r"<(metadata|style).*?</\1>", "", text, flags=re.DOTALL)
    text = re.sub(r" font-family: [^;\"]*;", "", text)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda m: m[0] if m[1] in used else "", text)
    label = f'<svg role="img" aria-label="{html.escape(alt)}" stroke-linejoin="round"'
    return _lighter(text).replace("<svg", label, 1)


def _lighter(svg: str) -> str:
    """Write a drawing in half the letters: no layout, and places to a tenth of a point."""
    svg = re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = _dots_as_paths(re.sub(r">\s+<", "><", svg))
    svg = re.sub(r' d="([^"]*)"', lambda m: f' d="{_lighter_path(m[1])}"', svg)
    return re.sub(r' ([xy])="([^"]*)"', lambda m: f' {m[1]}="{_tenth(float(m[2]))}"', svg)


def _dots_as_paths(svg: str) -> str:
    """Draw each row of round markers of one color as one path: lines of no length, round caps."""
    circle = r'<path id="(\w+)" d="M 0 ([\d.]+)\s+C[^"]*" style="stroke: (#\w+)"/>'
    for name, radius, color in re.findall(circle, svg):
        style = f"fill: {color}; stroke: {color}"
        marker = rf'<use xlink:href="#{name}" x="(\S+)" y="(\S+)" style="{style}"/>'
        # A marker's edge is 1 wide, half of it outside.
        width = f"stroke: {color}; stroke-width: {2 * float(radius) + 1:g}; stroke-linecap: round"

        def path(row: re.Match[str], marker: str = marker, width: str = width) -> str:
            places = re.findall(marker, row[0])
            d = "".join(f"M{_tenth(float(x))} {_tenth(float(y))}h0" for x, y in places)
            return f'<path d="{d}" style="fill: none; {width}"/>'

        svg = re.sub(rf"(?:{marker})+", path, svg)
    return svg


def _lighter_path(path: str) -> str:
    """Write how far each straight line goes in place of where it ends; leave curves as they are."""
    parts = re.findall(r"([A-Za-z])([^A-Za-z]*)", path)
    if not {command for command, _ in parts} <= {"M", "L", "z"}:
        return " ".join(path.split())
    written, at, before = "", (0.0, 0.0), ""
    for command, numbers in parts:
        if command == "z":
            written += "z"
        else:
            # Between rounded places, so that what is rounded off does not add up.
            x, y = (round(float(number), 1) for number in numbers.split())
            way = (x - at[0], y - at[1]) if command == "L" else (x, y)
            written += " " if command == before == "L" else {"M": "M", "L": "l"}[command]
            written += " ".join(map(_tenth, way))
            at = x, y
        before = command
    return written


def _tenth(number: float) -> str:
    """Write a number with one decimal, or none."""
    return f"{round(number, 1) + 0:g}"
