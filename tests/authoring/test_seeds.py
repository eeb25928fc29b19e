import subprocess
import sys

import pytest
from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook

from everystep.authoring.findings import findings_in
from everystep.authoring.seeds import main, means_found, table
from everystep.authoring.tidy import KERNEL

LAB = """
from everystep.lab import base_seed, estimate, finding
e = estimate([base_seed() + i for i in range(12)])
finding("a.always", "It is above 0.", e, holds=e.low > 0)
"""
SOMETIMES = """
finding("a.sometimes", "It is above 9.", e, holds=e.low > 9)
"""


def write_lab(folder):
    path = folder / "lab.ipynb"
    cells = [new_code_cell(LAB), new_code_cell(SOMETIMES)]
    write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    return path


def test_a_lab_is_run_with_the_base_seed_and_what_held_is_found(tmp_path):
    lab = write_lab(tmp_path)
    assert findings_in(lab) == ["a.always", "a.sometimes"]
    assert means_found(lab, 0) == {"a.always": 5.5}
    assert means_found(lab, 20) == {"a.always": 25.5, "a.sometimes": 25.5}


def test_the_table_marks_what_did_not_hold(tmp_path):
    lab = write_lab(tmp_path)
    results = {(lab, 0): {"a.always": 5.5}, (lab, 1): {"a.always": 6.5, "a.sometimes": 6.5}}
    lines, failures = table([lab], range(2), results)
    assert failures == 1
    assert lines[2:] == [
        "| `a.always` | ✓ | ✓ | 5.5 to 6.5 |",
        "| `a.sometimes` | ✗ | ✓ | 6.5 to 6.5 |",
    ]


def test_the_command_runs_the_labs_named_and_tells_what_failed(tmp_path, capsys):
    lab = write_lab(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main([str(lab), "--count", "1"])
    assert stopped.value.code == "findings that did not hold: 1"
    assert "| `a.sometimes` | ✗ | never held |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no/such/lab.ipynb"], "there is no notebook no/such/lab.ipynb"),
        (["--count", "0"], "--count: must be 1 or more, got 0"),
        (["--count", "many"], "--count: invalid"),
    ],
)
def test_wrong_arguments_are_told_before_anything_runs(arguments, message, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_help_says_how_to_call_it():
    command = [sys.executable, "-m", "everystep.authoring.seeds", "--help"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "usage: python -m everystep.authoring.seeds [-h] [--count COUNT]" in result.stdout
