"""Let nbval run the course's notebooks, and compare outputs that have no execution counts.

nbval collects every notebook of a folder, copies and untitled ones among them. It takes a cell
without an execution count for one that was never run, and refuses its outputs. Loaded as a pytest
plugin from ``pyproject.toml``.
"""

from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell

from everystep.authoring.contents import notebooks
from everystep.authoring.running import AT_ONCE, cell_timeout
from everystep.authoring.tidy import CHECKED


def pytest_load_initial_conftests(args: list[str]) -> None:
    """Run as many notebooks at once as the build does, and give a cell as long."""
    # In front, so that what is typed on the command line counts.
    args[:0] = ["-n", str(AT_ONCE), "--nbval-cell-timeout", str(cell_timeout())]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every cell whose output is to be compared an execution count."""
    for item in items:
        if isinstance(item, IPyNbCell) and item.cell.source.startswith(CHECKED):
            item.cell.execution_count = 1


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out notebooks in the course's folders that are not part of it."""
    root = config.rootpath
    if collection_path.suffix != ".ipynb" or not collection_path.is_relative_to(root):
        return None
    return True if collection_path not in notebooks(root) else None
