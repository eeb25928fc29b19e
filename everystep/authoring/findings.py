"""Find the findings that notebooks assert, without running them."""

import re
from pathlib import Path

from everystep.authoring.contents import notebook_pages
from everystep.authoring.notebooks import read

FINDING_CALL = re.compile(r"\bfinding\(\s*[\"']([^\"']+)[\"']")


def findings_in(notebook: Path) -> list[str]:
    """Return the ids of the findings that a notebook's code cells assert, in their order.

    Raises:
        everystep.authoring.notebooks.NotebookError: if it cannot be read.
    """
    code = (cell["source"] for cell in read(notebook)["cells"] if cell["cell_type"] == "code")
    return [id for source in code for id in FINDING_CALL.findall(source)]


def find_all(root: Path) -> dict[str, str]:
    """Map every finding's id to the page that asserts it, as ``_toc.yml`` names it.

    Raises:
        ValueError: if two findings of the book share an id.
        everystep.authoring.notebooks.NotebookError: if a lab cannot be read.
    """
    homes: dict[str, str] = {}
    for page in notebook_pages(root):
        for id in findings_in(root / f"{page}.ipynb"):
            if id in homes:
                raise ValueError(f"finding {id} is asserted twice: in {homes[id]} and in {page}")
            homes[id] = page
    return homes
