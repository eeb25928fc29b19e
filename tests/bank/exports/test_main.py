import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from typing import Literal

import pytest

from everystep.bank.exports import __main__
from everystep.bank.exports.__main__ import exports, main, write
from everystep.bank.exports.anki import apkg
from everystep.bank.exports.gift import gift
from everystep.bank.exports.moodle import moodle_xml
from everystep.bank.exports.qti12 import qti12
from everystep.bank.exports.qti21 import qti21
from everystep.bank.kinds import Question
from everystep.bank.read import read_bank
from tests.bank.questions import CHAPTER, COMMON, ITEMS, item, write_bank
from tests.paths import ROOT

COMMAND = [sys.executable, "-m", "everystep.bank.exports"]


def run(folder, cwd=ROOT, **environment):
    return subprocess.run(
        [*COMMAND, str(folder)],
        cwd=cwd,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )


def test_the_same_bank_gives_the_same_bytes(tmp_path):
    digests = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        target = tmp_path / seed
        assert run(target, PYTHONHASHSEED=seed, TZ=zone).returncode == 0
        files = sorted(target.iterdir())
        digests.append({f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files})
    assert digests[0] == digests[1]
    homes = {located.chapter or located.pool for located in read_bank(ROOT / "questions").items}
    assert len(digests[0]) == 5 + len(homes)


def test_at_a_fixed_time_bytes_are_the_same_in_every_copy_of_the_bank(tmp_path, monkeypatch):
    for copy in ("first", "second"):
        write_bank(tmp_path / copy, item("single"))
    os.utime(tmp_path / "second" / CHAPTER, (4e9, 4e9))

    def written(copy):
        return exports(read_bank(tmp_path / copy))

    assert written("first") != written("second")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert written("first") == written("second")


def test_a_changed_question_changes_every_format(tmp_path):
    first = exports(read_bank(write_bank(tmp_path, item("single"))))
    second = exports(read_bank(write_bank(tmp_path, item("single", stem="What else follows?"))))
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)


class Essay(Question):
    """A kind of question that no export has heard of."""

    type: Literal["essay"]

    @property
    def keys(self):
        return []

    def solution(self, variant=None):
        return "an essay"

    def reasons(self, variant=None):
        return []


@pytest.mark.parametrize("export", [apkg, gift, moodle_xml, qti12, qti21])
def test_a_new_kind_is_told_by_name(tmp_path, export):
    bank = read_bank(write_bank(tmp_path, item("single")))
    common = {name: ITEMS["single"][name] for name in COMMON} | {"id": "x", "stem": "Why?"}
    essay = Essay.model_validate({"type": "essay", **common})
    (located,) = bank.items
    bank = replace(bank, items=(replace(located, item=essay),))
    with pytest.raises((NotImplementedError, KeyError), match="'essay'"):
        export(bank)


def test_the_command_says_what_it_wrote(tmp_path):
    write_bank(tmp_path / "questions", item("single"))
    result = run("out/deep", cwd=tmp_path)
    assert result.returncode == 0
    names = {path.name for path in (tmp_path / "out" / "deep").iterdir()}
    assert names == {
        *(
            "everystep.apkg",
            "everystep-moodle.xml",
            "everystep-gift.txt",
            "everystep-qti12.zip",
            "everystep-qti21.zip",
            "paper-01-steps.html",
        )
    }
    assert all(name in result.stdout for name in names)


def test_help_is_printed_and_nothing_is_written(tmp_path):
    result = run("--help", cwd=tmp_path)
    assert result.returncode == 0
    assert "usage: python -m everystep.bank.exports [-h] [folder]" in result.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def in_bank(tmp_path, monkeypatch):
    """Return a folder with a small bank in it, which tests run in."""
    write_bank(tmp_path / "questions", item("single"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("folder", ["taken", "taken/below", "\0"])
def test_a_folder_that_cannot_be_made_is_told_in_a_line(in_bank, folder, capsys):
    (in_bank / "taken").write_text("a file")
    assert main([folder]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"{folder!r} must be a folder that can be made and written to: ")
    assert (in_bank / "taken").read_text() == "a file"


def test_a_wrong_time_is_told_in_a_line(in_bank, monkeypatch, capsys):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert main(["out"]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert "SOURCE_DATE_EPOCH" in line
    assert not (in_bank / "out").exists()


def test_a_full_disk_leaves_the_older_files_as_they_were(in_bank, monkeypatch, capsys):
    (in_bank / "out").mkdir()
    (in_bank / "out" / "everystep.apkg").write_text("older")
    full = OSError(28, "No space left on device")

    class Files(dict):
        def items(self):
            yield from super().items()
            raise full

    monkeypatch.setattr(__main__, "exports", lambda bank: Files({"everystep.apkg": b"newer"}))
    assert main(["out"]) == 1
    assert capsys.readouterr().out.endswith(f"{full}\n")
    assert {path.name for path in (in_bank / "out").iterdir()} == {"everystep.apkg"}
    assert (in_bank / "out" / "everystep.apkg").read_text() == "older"


def test_older_files_are_replaced(tmp_path):
    write({"a": b"older", "b": b"stays"}, tmp_path)
    write({"a": b"newer"}, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "a": b"newer",
        "b": b"stays",
    }


@pytest.mark.parametrize("text", ["items: [", "items: []\n"])
def test_a_malformed_bank_is_told_and_nothing_is_written(tmp_path, text):
    write_bank(tmp_path / "questions")
    (tmp_path / "questions" / CHAPTER).write_text(text)
    result = run("out", cwd=tmp_path)
    assert result.returncode == 1
    assert "01-steps.yml:" in result.stdout
    assert not (tmp_path / "out").exists()
