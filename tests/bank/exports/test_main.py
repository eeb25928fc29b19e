import hashlib
import os
import subprocess
import sys

import pytest

from everystep.bank.exports.__main__ import exports
from everystep.bank.read import read_bank
from tests.bank.questions import CHAPTER, item, write_bank
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
    assert len(digests[0]) == 3 + len(homes)


def test_a_changed_question_changes_every_format(tmp_path):
    first = exports(read_bank(write_bank(tmp_path, item("single"))))
    second = exports(read_bank(write_bank(tmp_path, item("single", stem="What else follows?"))))
    assert first.keys() == second.keys()
    assert all(first[name] != second[name] for name in first)


def test_the_command_says_what_it_wrote(tmp_path):
    write_bank(tmp_path / "questions", item("single"))
    result = run("out/deep", cwd=tmp_path)
    assert result.returncode == 0
    names = {path.name for path in (tmp_path / "out" / "deep").iterdir()}
    assert names == {
        *("everystep.apkg", "everystep-moodle.xml", "everystep-gift.txt", "paper-01-steps.html")
    }
    assert all(name in result.stdout for name in names)


@pytest.mark.parametrize("text", ["items: [", "items: []\n"])
def test_a_malformed_bank_is_told_and_nothing_is_written(tmp_path, text):
    write_bank(tmp_path / "questions")
    (tmp_path / "questions" / CHAPTER).write_text(text)
    result = run("out", cwd=tmp_path)
    assert result.returncode == 1
    assert "01-steps.yml:" in result.stdout
    assert not (tmp_path / "out").exists()
