import subprocess
import sys

import pytest
import yaml
from nbformat import write
from nbformat.v4 import new_code_cell, new_notebook

from everystep.authoring import seeds
from everystep.authoring.record import BEGIN, END, README, RECORD, Outcome, read_record
from everystep.authoring.seeds import main, outcomes_of
from everystep.authoring.tidy import KERNEL

LAB = """
from everystep.core.seeds import base_seed
from everystep.core.statistics import estimate
from everystep.notebook.findings import finding
e = estimate([base_seed() + i for i in range(12)])
finding("a.always", "It is above 0.", e, holds=e.low > 0)
"""
SOMETIMES = """
finding("a.sometimes", "It is above 9.", e, holds=e.low > 9)
"""
BOTH = ("a.always", "a.sometimes")
BROKEN = """
1 / (base_seed() - 1)
finding("a.reached", "It is above 0.", e, holds=True)
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one lab, whose runs are counted."""
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": "lab"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / README).write_text(f"{BEGIN}\n{END}\n")
    write_lab(tmp_path, LAB, SOMETIMES)
    monkeypatch.setattr(seeds, "ROOT", tmp_path)
    ran = []
    monkeypatch.setattr(
        seeds,
        "outcomes_of",
        lambda lab, seed, ids: (ran.append((seed, *ids)), outcomes_of(lab, seed, ids))[1],
    )
    return tmp_path, ran


def write_lab(folder, *cells):
    cells = [new_code_cell(cell) for cell in cells]
    write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), folder / "lab.ipynb")
    return folder / "lab.ipynb"


def test_a_lab_is_run_with_the_base_seed_and_what_held_is_told(tmp_path):
    lab = write_lab(tmp_path, LAB, SOMETIMES, BROKEN)
    held, failed = Outcome(True, 25.5), Outcome(False, 5.5)
    expected = {"a.always": held, "a.sometimes": held, "a.reached": held}
    assert outcomes_of(lab, 20, expected) == expected
    assert outcomes_of(lab, 0, ["a.sometimes"]) == {"a.sometimes": failed}
    missed = {"a.reached": Outcome(False, None)}
    assert outcomes_of(lab, 1, ["a.reached"]) == missed, "an error came before"


def test_runs_are_recorded_and_not_made_again(course, capsys):
    root, ran = course
    with pytest.raises(SystemExit) as stopped:
        main(["--count", "2"])
    assert stopped.value.code == "checks that failed: 2; runs that stopped: 0"
    assert sorted(ran) == [(0, *BOTH), (1, *BOTH)]
    output = capsys.readouterr().out
    assert "2 runs; 0 recorded before" in output
    assert "| `a.sometimes` | 0 of 2 | 0, 1 | 5.5 to 6.5 |" in output
    assert "2 findings, each with 2 base seeds: of 4 checks, 2 (50%) failed." in output
    assert "| `a.always` | 2 of 2 |" in (root / README).read_text()

    with pytest.raises(SystemExit):
        main([str(root / "lab.ipynb"), "--count", "3"])
    assert ran[2:] == [(2, *BOTH)]
    assert list(read_record(root)["lab"]["a.always"].outcomes) == [0, 1, 2]

    with pytest.raises(SystemExit):
        main(["--count", "1", "--again"])
    assert ran[3:] == [(0, *BOTH)]


def test_only_a_finding_whose_code_is_another_is_run_again(course, capsys):
    root, ran = course
    with pytest.raises(SystemExit):
        main(["--count", "1"])
    write_lab(root, LAB, SOMETIMES.replace("> 9", "> 0"))
    main(["--count", "1"])
    assert ran[1:] == [(0, "a.sometimes")]
    assert list(read_record(root)["lab"]) == list(BOTH)
    write_lab(root, LAB)
    main(["--count", "1"])
    assert "0 runs; 1 recorded before" in capsys.readouterr().out
    assert list(read_record(root)["lab"]) == ["a.always"]


def test_other_base_seeds_are_tried_without_a_record(course, capsys):
    root, ran = course
    main(["--first", "1000", "--count", "1"])
    assert ran == [(1000, *BOTH)]
    assert "each with 1 base seed: of 2 checks, none failed." in capsys.readouterr().out
    assert not (root / RECORD).exists()


def test_a_run_that_stops_is_told_and_not_recorded(course, capsys):
    root, _ = course
    write_lab(root, "import os", "os.kill(os.getpid(), 9)", LAB)
    with pytest.raises(SystemExit) as stopped:
        main(["--count", "1"])
    assert stopped.value.code == "checks that failed: 0; runs that stopped: 1"
    assert "lab with base seed 0: cell 2 of 3" in capsys.readouterr().out
    assert not read_record(root)


def test_a_base_seed_that_is_none_is_told_before_anything_runs(course, monkeypatch):
    monkeypatch.setenv("EVERYSTEP_SEED", "one")
    with pytest.raises(SystemExit, match="EVERYSTEP_SEED must be a whole number from 0 to"):
        main([])
    assert not course[1]


def test_a_damaged_record_is_told_before_anything_runs(course):
    root, ran = course
    (root / RECORD).write_text("{")
    with pytest.raises(SystemExit, match=r"seeds\.json is damaged"):
        main([])
    assert not ran


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no/such/lab.ipynb"], "there is no notebook no/such/lab.ipynb"),
        ([__file__], "is no notebook of the course that asserts findings"),
        (["--count", "0"], "--count: must be a whole number from 1 to 1000, got '0'"),
        (["--count", "many"], "--count: must be a whole number from 1 to 1000, got 'many'"),
        (["--first", "-1"], "--first: must be a whole number"),
        (["--first", "9" * 5000], "--first: must be a whole number from 0 to 999999000, got '999"),
        (["--first", "1.5"], "--first: must be a whole number"),
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
