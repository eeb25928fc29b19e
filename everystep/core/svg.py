"""Write what matplotlib draws in two fifths of the letters, so that pages with figures are light.

What is not seen is left out, markers become lines, lines that look alike become one path, points
that are on the way between others are left out, and places are given to a tenth of a point.
Settings are attributes and no ``style``, so that a page may forbid styles in its markup. An
identifier stays where something refers to it.
"""

import math
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

# Drawn in this color, text, axes and grid become "currentColor": the color of the text around.
INK = "#010203"
_INKED = ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color")
IN_INK: dict[Any, Any] = dict.fromkeys((*_INKED, "grid.color"), INK)  # settings for matplotlib
SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HREF = f"{{{XLINK}}}href"
G, PATH, USE, DEFS, RECT = (f"{{{SVG}}}{name}" for name in ("g", "path", "use", "defs", "rect"))
# Elements, and settings at the value that they have anyway. The page's own font is inherited, and a
# style sheet would apply to the whole page.
LEFT_OUT = {f"{{{SVG}}}metadata", f"{{{SVG}}}style"}
DEFAULTS = {"stroke-dashoffset": "0", "stroke-linecap": "butt"}
FONT = "font-family"
# Of a path: its straight lines, and a circle around its own middle, as markers have it.
COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
DOT = re.compile(r"M(\S+) (\S+)h0")
DOTS = re.compile(f"({DOT.pattern})+")
CIRCLE = re.compile(r"M 0 ([\d.]+)\s+C[^MLz]*z?\s*")
TURN = re.compile(r"(?:translate|rotate)\([^)]*\)")
INVISIBLE = re.compile(r"rotate\(-?0 .*\)")

Point = tuple[float, float]
OFF_THE_WAY = 0.15  # points of 1/72 inch; a line is 0.6 to 1.8 wide


def lightened(svg: str, **attributes: str) -> str:
    """Return a drawing in few letters.

    Args:
        svg: an SVG as matplotlib writes it; what is drawn in ``INK`` gets the text's color.
        **attributes: further attributes of the whole, with ``_`` for ``-``.
    """
    root = ElementTree.fromstring(svg.replace(INK, "currentColor"))
    root.attrib.update({name.replace("_", "-"): value for name, value in attributes.items()})
    for element in root.iter():
        _use_attributes(element)
        element.text = element.text if (element.text or "").strip() else None
        element.tail = None
    _drop_and_unwrap(root)
    _draw_markers(root)
    for parent in list(root.iter()):
        _merge_lines(parent)
    _drop_unused(root)
    for element in root.iter():
        _round_places(element)
    for prefix, uri in (("", SVG), ("xlink", XLINK)):
        ElementTree.register_namespace(prefix, uri)
    return ElementTree.tostring(root, encoding="unicode")


def _use_attributes(element: Element) -> None:
    for setting in filter(str.strip, element.attrib.pop("style", "").split(";")):
        name, value = map(str.strip, setting.split(":", 1))
        if name != FONT and DEFAULTS.get(name) != value:
            element.set(name, value.removesuffix("px"))
    if INVISIBLE.fullmatch(element.get("transform", "")):
        del element.attrib["transform"]


def _drop_and_unwrap(parent: Element) -> None:
    """Drop what draws nothing, and groups that are nothing but layout."""
    kept: list[Element] = []
    for child in parent:
        _drop_and_unwrap(child)
        looks = child.get("id"), child.get("fill"), child.get("stroke")
        unseen = child.tag == PATH and looks == (None, "none", None)
        if child.tag == G and set(child.attrib) <= {"id"}:
            kept += child
        elif child.tag not in LEFT_OUT and not unseen:
            kept.append(child)
    parent[:] = kept


def _draw_markers(root: Element) -> None:
    """Draw what is defined once and used at some places as paths at these places.

    Straight markers, such as ticks, are drawn as they are; a dot is a line of no length with round
    ends, if its edge and its inside have the same color.
    """
    markers = {path.get("id"): path for path in root.iter(PATH) if path.get("id")}
    for use in root.iter(USE):
        marker = markers.get(use.get(HREF, "")[1:])
        if marker is None:
            continue
        # What a marker says of itself stands above what is said where it is used.
        looks = {**use.attrib, **marker.attrib}
        x, y = float(looks.pop("x", "0")), float(looks.pop("y", "0"))
        shape, _, _ = looks.pop("d"), looks.pop("id"), looks.pop(HREF)
        if lines := straight_lines(shape):
            moved = [([(x + a, y + b) for a, b in line], end) for line, end in lines]
            d = " ".join("M" + " L".join(f"{a} {b}" for a, b in line) + end for line, end in moved)
            if all(len(line) == 2 for line, _ in lines):
                looks["fill"] = "none"
        elif (circle := CIRCLE.fullmatch(shape)) and looks.get("fill") == looks.get("stroke"):
            # A marker's edge is 1 wide, half of it outside.
            width = 2 * float(circle[1]) + float(looks.pop("stroke-width", "1"))
            looks |= {"fill": "none", "stroke-width": f"{width:g}", "stroke-linecap": "round"}
            d = f"M{x} {y}h0"
        else:
            continue
        use.tag = PATH
        use.attrib.clear()
        use.attrib.update(d=d, **looks)


def straight_lines(d: str) -> list[tuple[list[Point], str]]:
    """Return the lines of a path by their points, each with ``z`` if it is closed.

    Of a path that has curves, nothing is returned.
    """
    parts = COMMAND.findall(d)
    if not {command for command, _ in parts} <= {"M", "L", "z"}:
        return []
    lines: list[tuple[list[Point], str]] = []
    for command, numbers in parts:
        if command == "z":
            lines[-1] = (lines[-1][0], "z")
            continue
        x, y = map(float, numbers.split())
        if command == "M":
            lines.append(([], ""))
        lines[-1][0].append((x, y))
    return lines


def _without_on_the_way(line: list[Point]) -> list[Point]:
    """Return those points of a line without which it would be seen to change.

    Every other is at most ``OFF_THE_WAY`` off the straight line between the kept ones around it
    (Douglas and Peucker 1973).
    """
    kept, waiting = {0, len(line) - 1}, [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        off = [_off(line[i], line[first], line[last]) for i in range(first + 1, last)]
        if off and max(off) > OFF_THE_WAY:
            furthest = first + 1 + off.index(max(off))
            kept.add(furthest)
            waiting += [(first, furthest), (furthest, last)]
    return [line[i] for i in sorted(kept)]


def _off(point: Point, start: Point, end: Point) -> float:
    """Return how far a point is from the straight line between two others."""
    way = end[0] - start[0], end[1] - start[1]
    along = (point[0] - start[0]) * way[0] + (point[1] - start[1]) * way[1]
    share = min(max(along / (way[0] ** 2 + way[1] ** 2), 0), 1) if any(way) else 0
    return math.dist(point, (start[0] + share * way[0], start[1] + share * way[1]))


def _written(line: Iterable[Point], end: str) -> str:
    """Write where a line begins, and how far it goes each time."""
    first, *ways = _ways(line)
    joined = "".join(way if way[0] == "-" else f" {way}" for way in ways).strip()
    return f"M{first}{'l' if ways else ''}{joined}{end}"


def _ways(places: Iterable[Point]) -> list[str]:
    """Write the first of some places, and how far it is to each of the others."""
    first, *others = [(round(x, 1), round(y, 1)) for x, y in places]
    # Between rounded places, so that what is rounded off does not add up.
    pairs = zip([first, *others], others, strict=False)
    return [_places(*first), *(_places(x - a, y - b) for (a, b), (x, y) in pairs)]


def _places(x: float, y: float) -> str:
    first, second = _tenth(x), _tenth(y)
    return f"{first}{'' if second[0] == '-' else ' '}{second}"


def _tenth(number: float) -> str:
    """Write a number with one decimal, or none."""
    text = f"{round(number, 1) + 0:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.lstrip("-").startswith("0.") else text


def _merge_lines(parent: Element) -> None:
    """Draw paths that look alike as one.

    Those that follow one another, if none shines through another; and all ticks, spines or grid
    lines of a drawing, which cross nothing that lies between them.
    """
    kept: list[Element] = []
    frames: dict[tuple[tuple[str, str], ...], Element] = {}
    for child in parent:
        looks = tuple(sorted((name, value) for name, value in child.items() if name != "d"))
        is_line = child.tag == PATH and "id" not in child.attrib
        is_frame = is_line and _is_frame(child)
        before = frames.get(looks) if is_frame else kept[-1] if kept else None
        if is_line and before is not None and (is_frame or _can_join(before, child, looks)):
            before.set("d", before.get("d", "") + child.get("d", ""))
        else:
            kept.append(child)
            if is_frame:
                frames[looks] = child
    parent[:] = kept


def _is_frame(path: Element) -> bool:
    lines = straight_lines(path.get("d", "")) or [([], "")]
    return path.get("stroke") == "currentColor" and all(len(line) == 2 for line, _ in lines)


def _can_join(before: Element, path: Element, looks: tuple[tuple[str, str], ...]) -> bool:
    same = before.tag == PATH and {**before.attrib, "d": path.get("d", "")} == path.attrib
    return same and not any("opacity" in name for name, _ in looks)


def _drop_unused(root: Element) -> None:
    """Drop definitions and identifiers that nothing refers to."""
    text = ElementTree.tostring(root, encoding="unicode")
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    for parent in root.iter():
        for definitions in parent.findall(DEFS):
            definitions[:] = [one for one in definitions if one.get("id") in used]
        parent[:] = [child for child in parent if child.tag != DEFS or len(child)]
        if parent.get("id") not in used:
            parent.attrib.pop("id", None)


def _round_places(element: Element) -> None:
    if (d := element.get("d")) and (lines := straight_lines(d)):
        element.set("d", "".join(_written(_without_on_the_way(line), end) for line, end in lines))
    elif d and DOTS.fullmatch(d):
        places = [(float(x), float(y)) for x, y in DOT.findall(d)]
        element.set("d", "M" + "h0m".join(_ways(places)) + "h0")
    elif d:
        element.set("d", " ".join(d.split()))
    for name in {"x", "y"} | ({"width", "height"} if element.tag == RECT else set()):
        if name in element.attrib:
            element.set(name, _tenth(float(element.attrib[name])))
    if TURN.fullmatch(moved := element.get("transform", "")):
        element.set("transform", re.sub(r"[\d.]+", lambda number: _tenth(float(number[0])), moved))
