"""The installer tells the first cause of a failure in one line, and leaves nothing half-made."""

import contextlib
import importlib.util
import os
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.paths import ROOT

PYPROJECT = """
[build-system]
requires = ["setuptools"]

[project]
name = "tiny"
dependencies = ["torch"]

[project.optional-dependencies]
site = ["sphinx"]

[tool.ruff]
line-length = 100

[tool.pytest.ini_options]
addopts = "-ra"
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "install.py", tmp_path / "tools")
    (tmp_path / "requirements.txt").write_text("-c requirements.lock\nno-such-package==1.0\n")
    (tmp_path / "requirements.lock").write_text("no-such-package==1.0\n")
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
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


TLS = "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify"
NO_MATCH = "ERROR: No matching distribution found for torch==2.13.0"
LOGS = [
    # What pip and venv print, shortened; the last lines are what the causes bring about.
    (
        f"WARNING: Retrying (Retry(total=0)) after connection broken by '{TLS}\n{NO_MATCH}",
        "PIP_CERT",
    ),
    (
        "Retrying (Retry(total=0)) after connection broken by 'ProxyError('Unable to connect', "
        f"OSError('Tunnel connection failed: 407 Proxy Authentication Required'))'\n{NO_MATCH}",
        "the proxy wants a login",
    ),
    (
        "ProxyError('Unable to connect to proxy', NewConnectionError('<HTTPSConnection object>: "
        f"Failed to establish a new connection: [Errno 111] Connection refused'))\n{NO_MATCH}",
        "the proxy cannot be reached",
    ),
    (
        "Could not fetch URL x: connection error: Max retries exceeded (Caused by "
        f"ResponseError('too many 503 error responses')) - skipping\n{NO_MATCH}",
        "out of order",
    ),
    ("ERROR: HTTP error 502 while getting x\nERROR: 502 Server Error: Bad Gateway", "out of order"),
    ("ERROR: 403 Client Error: Forbidden for url: x", "refuses access"),
    (
        f"ReadTimeoutError('HTTPSConnectionPool(): Read timed out. (read timeout=15)')\n{NO_MATCH}",
        "in time",
    ),
    (f"[Errno -3] Temporary failure in name resolution\n{NO_MATCH}", "name is not known"),
    (f"[Errno 11001] getaddrinfo failed\n{NO_MATCH}", "name is not known"),
    ("[Errno 101] Network is unreachable", "is there a network?"),
    (
        "OSError: [Errno 28] No space left on device\nERROR: Failed building wheel",
        "the disk is full",
    ),
    ("ERROR: Could not install packages: [Errno 122] Disk quota exceeded: 'x'", "quota"),
    ("PermissionError: [Errno 13] Permission denied: '/srv/course/.venv'", "cannot be written"),
    ("OSError: [Errno 30] Read-only file system: '/mnt/course/.venv'", "cannot be written"),
    (
        "not created successfully because ensurepip is not available",
        "install the package python3-venv",
    ),
    ("/usr/bin/python3: No module named venv", "install the package python3-venv"),
    ("certificate verify failed: certificate is not yet valid", "clock"),
    ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "damaged"),
    ("ERROR: ResolutionImpossible: for help visit x", "make lock"),
    (
        f"ERROR: Could not find a version that satisfies the requirement\n{NO_MATCH}",
        "no build for this machine",
    ),
    ("error: command 'gcc' failed\nerror: metadata-generation-failed", "no build for this machine"),
    # A connection that was fixed is not the cause.
    (
        "WARNING: Retrying (Retry(total=4)) after connection broken by 'ReadTimeoutError(Read timed"
        " out.)'\nERROR: Could not install packages: [Errno 28] No space left on device",
        "the disk is full",
    ),
    ("something else", "pip failed"),
]


@pytest.mark.parametrize(("printed", "reason"), LOGS)
def test_the_first_cause_is_told_and_the_environment_is_removed(
    installer, monkeypatch, capsys, project, printed, reason
):
    def fail(command, stdout, **_):
        (project / ".venv").mkdir(exist_ok=True)
        stdout.write(printed.encode())
        return 1

    monkeypatch.setattr(installer.subprocess, "call", fail)
    assert reason in stops_with_one_line(installer, capsys)
    assert not (project / ".venv").exists()


def test_a_killed_pip_is_no_riddle(installer, monkeypatch, capsys):
    monkeypatch.setattr(installer.subprocess, "call", lambda *_, **__: -signal.SIGKILL)
    assert "stopped by signal 9; is there enough memory?" in stops_with_one_line(installer, capsys)


def test_a_folder_that_cannot_be_written(installer, monkeypatch, capsys, project):
    monkeypatch.setattr(installer, "LOG", str(project / "no" / "such" / "folder"))
    assert "No such file or directory" in stops_with_one_line(installer, capsys)

    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(project / "install.log"))

    monkeypatch.setattr(installer, "install", refuse)
    assert "a folder cannot be written" in stops_with_one_line(installer, capsys)


# --- What pip says, and not what we think it says


@contextlib.contextmanager
def server(answer, certificate=None):
    """Yield the port of a server on this machine that answers every request with ``answer``.

    Args:
        answer: called with the handler of the request.
        certificate: files of a certificate and its key, to speak TLS with.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            answer(self)

        def do_CONNECT(self):
            answer(self)

        def log_message(self, *_):
            pass

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):  # a client that does not trust it hangs up
            pass

    listening = Quiet(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        listening.socket = context.wrap_socket(
            listening.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield listening.server_port
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()


@pytest.fixture
def told_by_pip(installer, monkeypatch):
    """Return a function that has pip install under some settings, and returns the told cause."""

    def told(**settings):
        for name in os.environ:
            if name.upper().startswith("PIP_") or name.upper().endswith("_PROXY"):
                monkeypatch.delenv(name)
        for name, value in {"config_file": os.devnull, "retries": "0", **settings}.items():
            monkeypatch.setenv(f"PIP_{name.upper()}", value)
        with pytest.raises(RuntimeError) as stopped:
            installer.run_pip(sys.executable)
        return str(stopped.value)

    return told


@pytest.mark.parametrize(
    ("status", "reason"),
    [(503, "out of order"), (401, "does it want a login?"), (404, "no build for this machine")],
)
def test_an_index_that_answers_with_an_error(told_by_pip, status, reason):
    with server(lambda request: request.send_error(status)) as port:
        assert reason in told_by_pip(index_url=f"http://127.0.0.1:{port}/simple")


def test_an_index_that_does_not_answer(told_by_pip):
    with server(lambda request: time.sleep(3)) as port:
        line = told_by_pip(index_url=f"http://127.0.0.1:{port}/simple", timeout="1")
    assert "does not answer in time" in line


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_proxy_that_wants_a_login(told_by_pip, scheme):
    with server(lambda request: request.send_error(407)) as port:
        line = told_by_pip(
            index_url=f"{scheme}://index.invalid/simple",
            trusted_host="index.invalid",
            proxy=f"http://127.0.0.1:{port}",
        )
    assert "the proxy wants a login" in line


def test_a_proxy_that_cannot_be_reached(told_by_pip):
    line = told_by_pip(index_url="https://index.invalid/simple", proxy="http://127.0.0.1:9")
    assert "the proxy cannot be reached" in line


def test_an_index_that_is_not_secure(told_by_pip):
    assert "name it by https:" in told_by_pip(index_url="http://index.invalid/simple")


def test_a_certificate_that_is_not_trusted(told_by_pip, tmp_path):
    if not shutil.which("openssl"):
        pytest.skip("openssl, which makes the certificate, is not installed")
    certificate, key = tmp_path / "own.crt", tmp_path / "own.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
         "-keyout", key, "-out", certificate],
        check=True,
        capture_output=True,
    )  # fmt: skip
    with server(lambda request: request.send_error(404), (certificate, key)) as port:
        line = told_by_pip(index_url=f"https://localhost:{port}/simple")
    assert "certificate is not trusted" in line


# --- The whole program


def alone_with(index):
    """Return an environment in which pip knows nothing but an index, and gives up early."""
    return {
        "PATH": os.environ["PATH"],
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "0",
        "PIP_INDEX_URL": index,
    }


def test_without_a_network_the_next_try_starts_clean(project):
    for _ in range(2):
        result = subprocess.run(
            [sys.executable, "tools/install.py"],
            cwd=project,
            env=alone_with("http://127.0.0.1:9/simple"),
            capture_output=True,
            text=True,
        )
        assert result.returncode == 1
        (line,) = result.stderr.splitlines()
        assert "cannot be reached; is there a network?" in line
        assert not (project / ".venv").exists()


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_an_interrupted_installation_leaves_nothing(project, name):
    asked = threading.Event()

    def hang(request):
        asked.set()
        time.sleep(5)

    with server(hang) as port:
        process = subprocess.Popen(
            [sys.executable, "tools/install.py"],
            cwd=project,
            env=alone_with(f"http://127.0.0.1:{port}/simple"),
            stderr=subprocess.PIPE,
            text=True,
            # Tests started in the background of a script inherit that SIGINT is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        assert asked.wait(60)
        assert (project / ".venv").exists()
        process.send_signal(getattr(signal, name))
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1
    assert errors == "install: interrupted\n"
    assert not (project / ".venv").exists()


# --- When to install


def test_an_installation_that_is_complete_is_not_repeated(installer, monkeypatch, project):
    calls = []

    def install():
        calls.append(1)
        (project / ".venv").mkdir(exist_ok=True)
        (project / ".venv" / "installed-from").write_text(installer.wanted())

    monkeypatch.setattr(installer, "install", install)
    installer.main()
    installer.main()
    assert calls == [1]
    (project / "requirements.txt").write_text("another==2.0\n")
    installer.main()
    assert calls == [1, 1]


def test_a_second_installation_waits_for_the_first(installer, monkeypatch, project):
    """Found it finished when its turn came, and did nothing."""

    @contextlib.contextmanager
    def other_finishes():
        (project / ".venv").mkdir()
        (project / ".venv" / "installed-from").write_text(installer.wanted())
        yield

    monkeypatch.setattr(installer, "alone", other_finishes)
    monkeypatch.setattr(installer, "install", lambda: pytest.fail("installed twice"))
    installer.main()


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("requirements.txt", "no-such-package==1.0", "no-such-package==1.1"),
        ("requirements.lock", "no-such-package==1.0", "no-such-package==1.1"),
        ("pyproject.toml", '"torch"', '"torch", "numpy"'),
        ("pyproject.toml", '"sphinx"', '"sphinx<9"'),
        ("pyproject.toml", '"setuptools"', '"hatchling"'),
    ],
)
def test_a_change_of_what_is_needed_installs_anew(installer, project, file, before, after):
    wanted = installer.wanted()
    text = (project / file).read_text()
    assert before in text
    (project / file).write_text(text.replace(before, after))
    assert installer.wanted() != wanted


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("pyproject.toml", "line-length = 100", "line-length = 99"),
        ("pyproject.toml", '"-ra"', '"-ra -x"'),
        ("requirements.txt", "no-such-package", "# A comment\n\nno-such-package"),
        ("requirements.lock", "==1.0", "==1.0  # via pip"),
    ],
)
def test_a_change_of_a_setting_installs_nothing(installer, project, file, before, after):
    wanted = installer.wanted()
    text = (project / file).read_text()
    assert before in text
    (project / file).write_text(text.replace(before, after))
    assert installer.wanted() == wanted
