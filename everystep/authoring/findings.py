"""Find the findings that notebooks assert, without running them."""

import json
import re
from pathlib import Path

FINDING_CALL = re.compile(r"\bfinding\(\s*[\"']([^\"']+)[\"']")


def findings_in(notebook: Path) -> list[str]:
    """Return the ids of the findings that a notebook's code cells assert, in their order."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    code = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return [id for source in code for id in FINDING_CALL.findall(source)]


def find_all(root: Path) -> dict[str, str]:
    """Map every finding's id to the page that asserts it, relative to ``root``, without suffix.

    Raises:
        ValueError: if two findings of the book share an id.
    """
    homes: dict[str, str] = {}
    for notebook in sorted((root / "book").rglob("*.ipynb")):
        if ".ipynb_checkpoints" in notebook.parts:
            continue
        page = notebook.relative_to(root).with_suffix("").as_posix()
        for id in findings_in(notebook):
            if id in homes:
                raise ValueError(f"finding {id} is asserted twice: in {homes[id]} and in {page}")
            homes[id] = page
    return homes
