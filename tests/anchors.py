"""Anchors that links may lead to, as the site makes them."""

import json
import re
from functools import cache
from pathlib import Path

from mdit_py_plugins.anchors.index import slugify


@cache
def anchors(path: Path) -> set[str]:
    """Return a page's anchors: of its headings of level 1 and 2, and ``{#given}`` ones."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
    headings = {slugify(heading) for heading in re.findall(r"^##? +(.+?) *$", text, re.MULTILINE)}
    return headings | set(re.findall(r"\{#([\w-]+)\}", text))
