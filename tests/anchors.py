"""Anchors of headings, as the site makes them."""

import json
import re
from functools import cache
from pathlib import Path

from mdit_py_plugins.anchors.index import slugify


@cache
def anchors(path: Path) -> set[str]:
    """Return the anchors of a page's headings of level 1 and 2, as MyST makes them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
    return {slugify(heading) for heading in re.findall(r"^##? +(.+?) *$", text, re.MULTILINE)}
