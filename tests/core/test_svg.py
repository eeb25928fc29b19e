import io
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from everystep.core.svg import OFF_THE_WAY, lightened
from everystep.notebook.figures import use_house_style

mpl.use("agg")
NUMBER = r"-?(?:\d+(?:\.\d)?|\.\d)"
OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def short(inside):
    """Return what becomes of the elements within a drawing."""
    text = lightened(f"{OPEN}{inside}</svg>")
    return re.fullmatch(r"<svg[^>]*?(?: />|>(.*)</svg>)", text)[1] or ""


def written(*draw):
    """Return the SVG of a figure as matplotlib writes it."""
    with mpl.rc_context():
        use_house_style()
        figure, ax = plt.subplots()
        for one in draw:
            one(ax)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg")
        plt.close(figure)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("path", "shorter"),
    [
        ("M 0.04 1.26 \nL 10.04 1.26 \nL 10.04 -3.96 \nz\n", "M0 1.3l10 0 0-5.3z"),
        ("M 1 2 \nL 3.449 2 \nM 5 6 \nL 5 7.04 \n", "M1 2l2.4 0M5 6l0 1"),
        ("M 0.5 -0.5 \nL 1 0 \nL 1234567.89 0 \n", "M.5-.5l.5 .5 1234566.9 0"),
        ("M 0 1.55 \nC 0.4 1.55 0.8 1.39 1.1 1.1 \nz\n", "M 0 1.55 C 0.4 1.55 0.8 1.39 1.1 1.1 z"),
    ],
)
def test_paths_are_written_shortly(path, shorter):
    assert short(f'<path d="{path}" style="stroke: #123456"/>') == (
        f'<path d="{shorter}" stroke="#123456" />'
    )


@settings(max_examples=50)
@given(points=st.lists(st.tuples(*[st.floats(-900, 900)] * 2), min_size=2, max_size=40))
def test_a_short_path_leads_through_the_same_points_or_past_them_unseen(points):
    path = " ".join(f"{'L' if i else 'M'} {x:f} {y:f}" for i, (x, y) in enumerate(points))
    (d,) = re.findall(r' d="(.*?)"', short(f'<path d="{path}"/>'))
    numbers = np.array(re.findall(NUMBER, d), dtype=float).reshape(-1, 2)
    corners = numbers.cumsum(0)
    ends = [corners[0], corners[-1]]
    np.testing.assert_allclose(ends, [points[0], points[-1]], atol=0.051)
    following = iter(points)
    for corner in corners:
        assert any(np.allclose(corner, point, rtol=0, atol=0.051) for point in following)
    ways = list(zip(corners, [*corners[1:], corners[-1]], strict=True))
    for point in points:
        assert min(from_line(point, *way) for way in ways) < OFF_THE_WAY + 0.08


def from_line(point, start, end):
    """Return how far a point is from a straight line, by trying places on it."""
    places = start + np.linspace(0, 1, 5001)[:, None] * (end - start)
    nearest = places[np.linalg.norm(places - point, axis=1).argmin()]
    fine = nearest + np.linspace(-2e-4, 2e-4, 401)[:, None] * (end - start)
    return np.linalg.norm(fine - point, axis=1).min()


@pytest.mark.parametrize(
    ("points", "kept"),
    [
        ([(0, 0), (5, 0.1), (10, 0)], [(0, 0), (10, 0)]),
        ([(0, 0), (5, 0.2), (10, 0)], [(0, 0), (5, 0.2), (10, 0)]),
        ([(0, 0), (10, 0), (0, 0.1)], [(0, 0), (10, 0), (0, 0.1)]),  # there and back
        ([(0, 0), (15, 0), (10, 0)], [(0, 0), (15, 0), (10, 0)]),  # beyond the end
        ([(1, 1), (1, 1), (1, 1)], [(1, 1), (1, 1)]),
    ],
)
def test_points_on_the_way_are_left_out(points, kept):
    def d(line):
        return " ".join(f"{'L' if i else 'M'} {x} {y}" for i, (x, y) in enumerate(line))

    shorter = short(f'<path d="{d(points)}"/>')
    assert shorter == short(f'<path d="{d(kept)}"/>')
    assert len(re.findall(NUMBER, shorter)) == 2 * len(kept)


def test_settings_become_attributes_but_for_the_font_and_what_is_so_anyway():
    style = "font-size: 9.5px; font-family: 'DejaVu Sans'; stroke-linecap: butt; fill: #123456"
    text = f'<text style="{style}" x="1.04" y="2" transform="rotate(-0 1.04 2)">a b</text>'
    assert short(text) == '<text x="1" y="2" font-size="9.5" fill="#123456">a b</text>'
    turned = '<text transform="rotate(-90 22.7156 86.91)">a</text>'
    assert short(turned) == '<text transform="rotate(-90 22.7 86.9)">a</text>'


def test_what_draws_nothing_is_left_out():
    unseen = '<g id="a"><path d="M 0 0 L 1 1" style="fill: none"/></g>'
    extra = "<metadata>x</metadata><defs><style>* {fill: red}</style></defs>"
    assert short(f"{extra}<g>{unseen}</g>") == ""
    clip = '<clipPath id="c"><rect width="1" height="1" /></clipPath>'
    line = '<path d="M0 0l1 1" clip-path="url(#c)" stroke="#123456" />'
    kept = short(f'<g id="a">{line.replace("0l", "0 L ")}</g><defs>{clip}</defs>')
    assert kept == f"{line}<defs>{clip}</defs>", "but not what others refer to"


def test_grid_lines_ticks_and_spines_are_one_path_each():
    text = lightened(
        written(lambda ax: ax.set(xticks=[0, 0.5, 1], yticks=[0, 1])).replace(
            "#010203", "currentColor"
        )
    )
    lines = [path.count("M") for path in re.findall(r'<path d="([^"]*)"[^>]*currentColor', text)]
    assert sorted(lines) == [2, 5, 5]
    assert "<use" not in text


def test_round_markers_of_one_color_become_one_path_with_their_places_and_size():
    text = lightened(
        written(
            lambda ax: ax.plot(
                np.linspace(0, 1, 7), np.zeros(7), "o", color="#123456", markersize=5
            ),
            lambda ax: ax.plot(np.linspace(0, 1, 5), np.ones(5), "s", color="#654321"),
        )
    )
    (path,) = re.findall(r'<path d="(M[mh\d. -]+h0)"([^>]*)/>', text)
    looks = 'fill="none" stroke="#123456" stroke-width="6" stroke-linecap="round"'
    assert path[1].strip() == looks
    numbers = re.findall(NUMBER, path[0].replace("h0", ""))
    places = np.array(numbers, dtype=float).reshape(7, 2).cumsum(0)
    np.testing.assert_allclose(np.diff(places[:, 0]), np.ptp(places[:, 0]) / 6, atol=0.11)
    assert len(set(places[:, 1])) == 1
    (squares,) = re.findall(r'<path d="([^"]*)" fill="#654321"', text)
    assert squares.count("M") == squares.count("z") == 5


def test_dots_may_lie_outside_of_the_figure():
    path = '<path d="{}" stroke="#123456" />'
    dots = path.format("M0.04 -1h0M344 -1.51h0M344.5 2h0")
    assert short(dots) == path.format("M0-1h0m344-.5h0m.5 3.5h0")


def test_what_shines_through_is_not_joined():
    text = lightened(written(lambda ax: ax.plot([0, 1], [0, 1], "s", color="#654321", alpha=0.5)))
    assert len(re.findall(r'<path d="[^"]*" fill="#654321"', text)) == 2


def test_a_marker_of_two_colors_stays_as_it_is():
    text = lightened(written(lambda ax: ax.plot([0, 1], [0, 1], "o", mfc="#123456", mec="#654321")))
    assert text.count("<use") >= 2


def test_a_figure_is_written_in_two_fifths_of_the_letters():
    """A curve of 200 points with a band."""
    x = np.linspace(0, 1, 200)
    svg = written(
        lambda ax: ax.plot(x, np.sin(9 * x)),
        lambda ax: ax.fill_between(x, np.sin(9 * x) - 0.1, np.sin(9 * x) + 0.1),
    )
    assert len(lightened(svg)) < 0.4 * len(svg)
