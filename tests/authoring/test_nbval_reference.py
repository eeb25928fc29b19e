"""The plugin marks the cells that nbval compares, and no others."""

import subprocess
import sys

import pytest
from nbformat.v4 import new_code_cell
from nbval.plugin import IPyNbCell

from everystep.authoring.nbval_reference import pytest_collection_modifyitems
from everystep.authoring.running import AT_ONCE, cell_timeout
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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ((), (AT_ONCE, cell_timeout())),
        (("-n", "0", "--nbval-cell-timeout", "7"), (0, 7)),
    ],
    ids=["as the build", "as typed"],
)
def test_processes_and_timeout_are_the_builds_unless_others_are_typed(tmp_path, typed, expected):
    (tmp_path / "pytest.ini").touch()
    (tmp_path / "conftest.py").write_text(
        "def pytest_report_header(config):\n"
        "    print('found', config.option.numprocesses, config.option.nbval_cell_timeout)\n"
    )
    plugin = ["-p", "everystep.authoring.nbval_reference", "--collect-only"]
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *plugin, *typed],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "found {} {:.1f}\n".format(*expected) in result.stdout, result.stdout + result.stderr
