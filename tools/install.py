"""Make .venv and install requirements.txt into it; do nothing if that is done already.

Runs under whatever Python the machine has, so it must stay readable to old ones: they are told
which version is needed. Problems are told in one line, and nothing half-made is left behind.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "installed-from")
LOG = os.path.join(ROOT, "install.log")
NEEDED_PYTHON = (3, 11)
NEEDED_GB = 3

CAUSES = (
    ("No space left on device", "the disk is full"),
    ("Disk quota exceeded", "the disk quota is used up"),
    ("name resolution", "the package index cannot be reached; is there a network?"),
    ("NewConnectionError", "the package index cannot be reached; is there a network?"),
    ("Connection refused", "the package index cannot be reached; is there a network?"),
    ("ConnectTimeout", "the package index cannot be reached; is there a network?"),
    ("No module named ensurepip", "Python's venv module is incomplete; install python3-venv"),
    ("ensurepip is not available", "Python's venv module is incomplete; install python3-venv"),
    ("No matching distribution", "a pinned package has no build for this Python or machine"),
)


def fail(reason):
    """Print one line and stop with exit status 1."""
    sys.stderr.write("install: %s\n" % reason)
    sys.exit(1)


def wanted():
    """Return a text that changes whenever the environment must be installed anew."""
    digest = hashlib.sha256(sys.version.encode())
    for name in ("requirements.txt", "pyproject.toml"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    # The package is installed in place, so that a checkout that was moved must install again.
    digest.update(ROOT.encode())
    return digest.hexdigest()


def installed():
    """Return the text left by the last complete installation, or an empty one."""
    try:
        with open(STAMP) as file:
            return file.read()
    except OSError:
        return ""


def run(command):
    """Run a command with its output in the log, and fail with the cause in one line."""
    with open(LOG, "ab") as log:
        status = subprocess.call(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    if status == 0:
        return
    with open(LOG, "rb") as log:
        text = log.read().decode("utf-8", "replace")
    for sign, cause in CAUSES:
        if sign in text:
            raise RuntimeError("%s (details in install.log)" % cause)
    raise RuntimeError("pip failed (details in install.log)")


def install():
    """Make the environment and install everything into it."""
    if os.path.exists(LOG):
        os.remove(LOG)
    python = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python")
    run([sys.executable, "-m", "venv", "--clear", VENV])
    run([python, "-m", "pip", "install", "--disable-pip-version-check", "-r", "requirements.txt"])
    with open(STAMP, "w") as file:
        file.write(wanted())
    os.remove(LOG)


def main():
    """Install, or say in one line why that cannot be done."""
    if sys.version_info < NEEDED_PYTHON:
        fail(
            "Python 3.11 or newer is needed, but %s is %d.%d; name another one with "
            "'make PYTHON=/path/to/python3.11'"
            % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
    if installed() == wanted():
        return
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB:
        fail("%d GB of free disk space are needed, but %s has %.1f" % (NEEDED_GB, ROOT, free))
    sys.stdout.write("Installing into .venv (1.5 GB, a few minutes) ... ")
    sys.stdout.flush()
    start = time.time()
    try:
        install()
    except (RuntimeError, OSError) as error:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.stdout.write("\n")
        sys.stdout.flush()
        fail(error)
    except KeyboardInterrupt:
        shutil.rmtree(VENV, ignore_errors=True)
        raise
    sys.stdout.write("done in %.0f s\n" % (time.time() - start))


if __name__ == "__main__":
    main()
