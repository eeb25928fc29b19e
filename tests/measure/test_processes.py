"""Processes with a time limit: what comes back, and that nothing of them goes on."""

import sys
import time

import psutil
import pytest

from everystep.measure.processes import Ended, run_process

TALK = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
# Starts a child that sleeps, in a group of its own or not, and writes the child's number.
PARENT = (
    "import subprocess, sys, time; "
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'], "
    "start_new_session={own_group}); print(child.pid, flush=True); time.sleep({stays})"
)


def python(code):
    return [sys.executable, "-c", code]


def is_running(pid):
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


def assert_ends(pid):
    """The system needs a moment to clear away what was killed."""
    until = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    assert not is_running(pid)


def test_code_output_and_errors_come_back():
    assert run_process(python(TALK), limit=60) == Ended(3, "out\n", "err\n")


def test_the_environment_is_added_to(monkeypatch, tmp_path):
    monkeypatch.setenv("OLD", "1")
    code = "import os; print(os.environ['OLD'], os.environ['NEW'], os.getcwd())"
    ended = run_process(python(code), limit=60, environment={"NEW": "2"}, folder=tmp_path)
    assert ended.output == f"1 2 {tmp_path}\n"


@pytest.mark.parametrize("own_group", [True, False])
def test_what_runs_over_is_stopped_with_its_children(own_group):
    command = python(PARENT.format(own_group=own_group, stays=600))
    expected = r"stopped after 3 seconds: .*\n.*wrote: \d+$"
    with pytest.raises(TimeoutError, match=expected) as stopped:
        run_process(command, limit=3)
    assert_ends(int(str(stopped.value).rsplit(maxsplit=1)[1]))


def test_a_child_that_is_left_behind_is_ended():
    ended = run_process(python(PARENT.format(own_group=False, stays=0)), limit=60)
    assert ended.code == 0
    assert_ends(int(ended.output))


def test_a_command_that_hears_no_signal_is_stopped():
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    with pytest.raises(TimeoutError, match="wrote: nothing"):
        run_process(python(deaf), limit=1)


def test_an_interruption_ends_it(monkeypatch):
    started = []

    def interrupt(process, limit=None):
        if limit is not None:
            started.append(process.pid)
            raise KeyboardInterrupt

    monkeypatch.setattr(psutil.Popen, "wait", interrupt)
    with pytest.raises(KeyboardInterrupt):
        run_process(python("import time; time.sleep(600)"), limit=60)
    assert_ends(started[0])


@pytest.mark.parametrize("command", ["true", []])
def test_a_command_is_a_list(command):
    with pytest.raises(ValueError, match="command must be a list of a program and its arguments"):
        run_process(command, limit=1)


@pytest.mark.parametrize("limit", [0, -1, float("inf"), "60"])
def test_a_limit_is_needed(limit):
    with pytest.raises(ValueError, match="limit must be a positive number"):
        run_process(python(TALK), limit=limit)


def test_an_unknown_program_is_named():
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        run_process(["no-such-program"], limit=1)
