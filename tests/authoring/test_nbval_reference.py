"""The plugin marks the cells that nbval compares, and no others."""

from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell

from everystep.authoring.nbval_reference import pytest_collection_modifyitems
from everystep.authoring.tidy import CHECKED


def item_with(source):
    item = IPyNbCell.__new__(IPyNbCell)
    item.cell = new_code_cell(source)
    return item


def test_only_checked_cells_get_a_count():
    checked, plain = item_with(f"{CHECKED}\n1 + 1"), item_with("1 + 1")
    pytest_collection_modifyitems([checked, plain, object()])
    assert checked.cell.execution_count == 1
    assert plain.cell.execution_count is None
