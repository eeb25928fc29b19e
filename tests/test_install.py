"""The installer says in one line what is wrong, and leaves nothing half-made behind."""

import importlib.util
import shutil
import subprocess
import sys
from collections import namedtuple

import pytest

from tests.paths import ROOT


@pytest.fixture
def project(tmp_path):
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "install.py", tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("no-such-package==1.0\n")
    (tmp_path / "pyproject.toml").write_text("")
    return tmp_path


@pytest.fixture
def installer(project):
    spec = importlib.util.spec_from_file_location("installer", project / "tools" / "install.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stops_with_one_line(installer, capsys):
    with pytest.raises(SystemExit) as stopped:
        installer.main()
    assert stopped.value.code == 1
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_an_old_python_is_told_which_one_is_needed(installer, monkeypatch, capsys):
    monkeypatch.setattr(installer.sys, "version_info", (3, 9, 18))
    line = stops_with_one_line(installer, capsys)
    assert "Python 3.11 or newer is needed" in line
    assert "is 3.9" in line


def test_too_little_disk_space_is_noticed_before_anything_is_made(
    installer, monkeypatch, capsys, project
):
    usage = namedtuple("usage", "total used free")(1, 1, 5 * 10**8)
    monkeypatch.setattr(installer.shutil, "disk_usage", lambda path: usage)
    line = stops_with_one_line(installer, capsys)
    assert "3 GB of free disk space are needed" in line
    assert not (project / ".venv").exists()


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        (b"OSError: [Errno 28] No space left on device", "the disk is full"),
        (b"Temporary failure in name resolution", "is there a network?"),
        (b"something else", "pip failed"),
    ],
)
def test_causes_are_told_and_the_environment_is_removed(
    installer, monkeypatch, capsys, project, printed, reason
):
    def fail(command, stdout, **_):
        (project / ".venv").mkdir(exist_ok=True)
        stdout.write(printed)
        return 1

    monkeypatch.setattr(installer.subprocess, "call", fail)
    assert reason in stops_with_one_line(installer, capsys)
    assert not (project / ".venv").exists()


def test_without_a_network_the_next_try_starts_clean(project):
    nowhere = {
        "PATH": "/usr/bin:/bin",
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "1",
    }
    for _ in range(2):
        result = subprocess.run(
            [sys.executable, "tools/install.py"],
            cwd=project,
            env=nowhere,
            capture_output=True,
            text=True,
        )
        assert result.returncode == 1
        (line,) = result.stderr.splitlines()
        assert "is there a network?" in line
        assert not (project / ".venv").exists()


def test_an_installation_that_is_complete_is_not_repeated(installer, monkeypatch, project):
    calls = []
    monkeypatch.setattr(installer, "install", lambda: calls.append(1))
    installer.main()
    (project / ".venv").mkdir()
    (project / ".venv" / "installed-from").write_text(installer.wanted())
    installer.main()
    assert calls == [1]
    (project / "requirements.txt").write_text("another==2.0\n")
    installer.main()
    assert calls == [1, 1]
