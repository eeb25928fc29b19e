"""Let nbval compare outputs in notebooks that are committed without execution counts.

nbval takes a cell without an execution count for one that was never run, and refuses its outputs.
Loaded as a pytest plugin from ``pyproject.toml``.
"""

import pytest
from nbval.plugin import IPyNbCell

from everystep.authoring.tidy import CHECKED


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every cell whose output is to be compared an execution count."""
    for item in items:
        if isinstance(item, IPyNbCell) and item.cell.source.startswith(CHECKED):
            item.cell.execution_count = 1
