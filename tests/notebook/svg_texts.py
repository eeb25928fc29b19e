"""Where the texts of a figure's SVG lie, measured with the font that matplotlib lays out."""

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

SVG = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
# What a text may stick out by, in points: less than a stroke is wide.
TOLERANCE = 0.5


def texts(markup):
    """Return each text of a figure with its corners, shape ``(4, 2)``, and the figure's size."""
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"|xlink:', "", SVG.search(markup)[0])
    root = ElementTree.fromstring(svg)
    size = np.array(root.get("viewBox").split()[2:], dtype=float)
    return [(text, corners, size) for text, corners in _walk(root, np.eye(3))]


def texts_outside(markup):
    """Return the texts of a figure that are cut off."""
    return [
        text
        for text, corners, size in texts(markup)
        if (corners < -TOLERANCE).any() or (corners > size + TOLERANCE).any()
    ]


def _walk(node, outer):
    inner = outer @ _matrix(node.get("transform", ""))
    if node.tag in ("text", "tspan") and (node.text or "").strip():
        size = float(node.get("font-size"))
        yield node.text, _corners(node, size) @ inner[:2, :2].T + inner[:2, 2]
    for child in node:
        yield from _walk(child, inner)


def _matrix(transform):
    matrix = np.eye(3)
    for name, numbers in re.findall(r"(\w+)\(([^)]*)\)", transform):
        x, y, *rest = [float(n) for n in re.split(r"[\s,]+", numbers.strip())] + [0.0] * 2
        step = np.eye(3)
        if name == "translate":
            step[:2, 2] = x, y
        elif name == "scale":
            step[0, 0], step[1, 1] = x, y or x
        elif name == "rotate":
            turn, center = np.radians(x), np.array([y, rest[0]])
            step[:2, :2] = [[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]
            step[:2, 2] = center - step[:2, :2] @ center
        else:
            raise ValueError(f"unknown transformation {transform}")
        matrix = matrix @ step
    return matrix


def _corners(node, size):
    box = TextPath((0, 0), node.text.strip(), size=size, prop=FontProperties("DejaVu Sans"))
    extents = box.get_extents()
    shift = {"start": 0, "middle": 0.5, "end": 1}[node.get("text-anchor", "start")] * extents.x1
    x, y = float(node.get("x", 0)) - shift, float(node.get("y", 0))
    return np.array([[x + i, y - j] for i in (0, extents.x1) for j in (extents.y0, extents.y1)])
