"""Show a matplotlib figure as an SVG that follows the page's light or dark theme."""

import html
import io
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython.display import HTML
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from everystep.core.svg import IN_INK, lightened
from everystep.notebook.glue import glue

STYLE = Path(__file__).with_name("everystep.mplstyle")
# Inches around what is drawn: the page's font may be a little wider than the one measured.
MARGIN = 0.08


def use_house_style() -> None:
    """Make the house style matplotlib's default, and leave displaying to ``show``."""
    plt.style.use(STYLE)
    mpl.rcParams.update(IN_INK)
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
    return lightened(
        buffer.getvalue(),
        role="img",
        aria_label=alt,
        # Matplotlib says so in a style sheet, which would apply to the whole page.
        stroke_linejoin="round",
    )
