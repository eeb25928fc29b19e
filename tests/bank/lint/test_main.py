import datetime
import subprocess
import sys

import pytest

from everystep.bank.lint.__main__ import main
from tests.bank.questions import CHAPTER, COMMON, item, write_bank


def test_breaches_have_file_line_id_and_rule(tmp_path, capsys):
    write_bank(
        tmp_path, item("single"), item("ordering", stem="No question", evidence=COMMON["evidence"])
    )
    assert main([str(tmp_path)]) == 1
    file = tmp_path / CHAPTER
    line = file.read_text().splitlines().index("- id: one-update") + 1
    [told] = capsys.readouterr().out.splitlines()
    assert told.startswith(f"{file}:{line}: one-update: the stem must end in")
    assert told.endswith(" (ends-in-a-question)")


def test_the_command_fails_exactly_where_something_is_wrong(tmp_path):
    def run():
        command = [sys.executable, "-m", "everystep.bank.lint", str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True)

    write_bank(tmp_path, item("single", verified_on=str(datetime.date.today())))
    assert (run().returncode, run().stdout) == (0, "")
    write_bank(tmp_path, item("single", stem="A blank"))
    assert (run().returncode, run().stdout.count("\n")) == (1, 1)
    (tmp_path / CHAPTER).write_text("items: [")
    assert run().returncode == 1
    assert ": not valid YAML: " in run().stdout


def test_help_is_printed_and_wrong_folders_get_a_line(tmp_path, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--help"])
    assert caught.value.code == 0
    assert "usage: python -m everystep.bank.lint [-h] [folder]" in capsys.readouterr().out
    assert main([str(tmp_path / "nowhere")]) == 1
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{tmp_path / 'nowhere' / 'blueprint.yml'}:1: cannot be read: ")
