"""`make lab` starts for every user, with the kernel of the project's own environment."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.paths import ROOT

BROKEN = {
    "argv": ["/no/such/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
    "display_name": "Python of another environment",
    "language": "python",
}
SETTINGS = {"ServerApp": {"open_browser": False, "ip": "127.0.0.1", "port": 0}}


@pytest.fixture
def environment(tmp_path):
    """Return a user's environment, in which two broken kernels are named python3."""
    folder = tmp_path / "settings"
    folder.mkdir()
    (folder / "jupyter_server_config.json").write_text(json.dumps(SETTINGS))
    for place in ("data", "path"):
        kernel = tmp_path / place / "kernels" / "python3"
        kernel.mkdir(parents=True)
        (kernel / "kernel.json").write_text(json.dumps(BROKEN))
    return os.environ | {
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(folder),
        "JUPYTER_DATA_DIR": str(tmp_path / "data"),
        "JUPYTER_PATH": str(tmp_path / "path"),
        # As where the environment belongs to another user
        "JUPYTER_PREFER_ENV_PATH": "0",
    }


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_lab_starts_with_the_environments_own_kernel(environment, tmp_path):
    checkout = tmp_path / "Kurs [1] Übung"
    checkout.mkdir()
    shutil.copy(ROOT / "Makefile", checkout)
    (checkout / ".venv").symlink_to(sys.prefix)
    log = tmp_path / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            ["make", "-o", "environment", "lab"],
            cwd=checkout,
            env=environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    try:
        kernel = ask_for_kernels(log, process)["python3"]["spec"]
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert kernel["display_name"] != BROKEN["display_name"]
    assert Path(kernel["argv"][0]).name.startswith("python")


ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/lab\?(token=\w+)\n")


def ask_for_kernels(log, process):
    """Return the kernels that the server names, as soon as it answers at the address it logs."""
    # On a busy machine the address stands in the log before the server listens there.
    for _ in range(600):
        for address, token in ADDRESS.findall(log.read_text())[-1:]:
            with contextlib.suppress(urllib.error.URLError, ConnectionError):
                url = f"{address}/api/kernelspecs?{token}"
                with urllib.request.urlopen(url, timeout=60) as answer:
                    return json.load(answer)["kernelspecs"]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"nobody answers: {log.read_text()}")
