import re
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import matplotlib.pyplot as plt
import pytest

from everystep.core.svg import INK
from everystep.notebook.figures import _markup, show, use_house_style
from tests.notebook.svg_texts import texts, texts_outside

mpl.use("agg")


@pytest.fixture
def figure():
    with mpl.rc_context():
        use_house_style()
        figure, ax = plt.subplots()
        for shift in range(3):
            ax.plot([0, 1], [shift, shift + 1], label=f"batch {shift}")
        ax.set(xlabel="steps", ylabel="loss")
        ax.legend()
        yield figure
        plt.close(figure)


def test_markup_is_described_and_captioned(figure):
    html = _markup(figure, "a.b", 'two "lines"', "p < q")
    assert 'role="img" aria-label="two &quot;lines&quot;"' in html
    assert "<figcaption>p &lt; q</figcaption>" in html
    assert 'id="figure-a.b"' in html


def test_svg_follows_the_page(figure):
    html = _markup(figure, "a.b", "alt", "caption")
    ElementTree.fromstring(html)  # raises where the markup is not well formed
    assert INK not in html
    assert "currentColor" in html
    assert "style" not in html, "a page may forbid styles in its markup"
    assert "font-family" not in html
    assert ">steps<" in html, "text must stay text"


def cut_off(label="", **changes):
    """Return the texts that are cut off in a figure with a long label or other changes."""
    with mpl.rc_context():
        use_house_style()
        figure, axes = plt.subplots(2, 1)
        axes[0].plot([1, 10, 100], label="batch 8")
        axes[0].set(yscale="log", **changes)
        axes[0].legend()
        axes[1].barh([label or "short", "other"], [1, 2])
        markup = _markup(figure, "a.b", "alt", "caption")
        plt.close(figure)
    assert len(texts(markup)) > 10
    return texts_outside(markup)


LONG = "a row's label that takes more than the width of the whole figure to be written down"


@pytest.mark.filterwarnings("ignore:constrained_layout not applied")
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"label": LONG},
        {"ylabel": LONG},
        {"xlabel": LONG},
        {"title": LONG},
        {"xticks": [0, 1, 2], "xticklabels": ["a", "b", LONG]},
    ],
)
def test_no_text_is_cut_off(changes):
    assert cut_off(**changes) == []


def test_text_outside_a_figure_is_found():
    svg = (
        '<svg viewBox="0 0 100 20">'
        '<text font-size="{}" text-anchor="{}" x="{}" y="12" transform="{}">Hello</text></svg>'
    )
    for size, anchor, x, turn in [
        (10, "start", 90, ""),
        (10, "end", 10, ""),
        (10, "middle", 99, "rotate(-0 99 12)"),
        (10, "middle", 50, "rotate(-90 50 12)"),
        (90, "start", 0, ""),
    ]:
        assert texts_outside(svg.format(size, anchor, x, turn)) == ["Hello"]
    inside = svg.format(10, "middle", 50, "rotate(-0 50 12)")
    assert texts_outside(inside) == []


def test_a_figure_without_long_labels_keeps_its_size(figure):
    (_, _, size), *_ = texts(_markup(figure, "a.b", "alt", "caption"))
    assert 374.4 <= size[0] < 1.03 * 374.4
    assert 230.4 <= size[1] < 1.03 * 230.4


def test_identifiers_of_two_figures_do_not_collide(figure):
    first, second = (
        set(re.findall(r'id="([^"]+)"', _markup(figure, key, "alt", "caption")))
        for key in ("a.b", "a.c")
    )
    assert first
    assert not first & second


def test_the_same_figure_is_the_same_text(figure):
    assert _markup(figure, "a.b", "x", "y") == _markup(figure, "a.b", "x", "y")


@pytest.mark.parametrize("missing", ["alt", "caption"])
def test_a_figure_without_words_is_refused(figure, missing):
    words = {"alt": "two lines", "caption": "Two lines."} | {missing: " "}
    with pytest.raises(ValueError, match=f"{missing} must describe the figure a.b"):
        show(figure, "a.b", **words)


def luminance(color):
    channels = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]


def test_every_line_color_is_visible_on_both_themes():
    with mpl.rc_context():
        use_house_style()
        cycle = mpl.rcParams["axes.prop_cycle"].by_key()
    for color in cycle["color"]:
        light = luminance(mpl.colors.to_rgb(color))
        assert 1.05 / (light + 0.05) >= 3, f"{color} on white"
        assert (light + 0.05) / (luminance(mpl.colors.to_rgb("#121212")) + 0.05) >= 3, color
    assert len({str(style) for style in cycle["linestyle"]}) == len(cycle["linestyle"])
