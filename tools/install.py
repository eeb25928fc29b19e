"""Make .venv and install requirements.txt into it; do nothing if that is done already.

Runs under whatever Python the machine has, so it must stay readable to old ones: they are told
which version is needed. Problems are told in one line, and nothing half-made is left behind.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "installed-from")
LOG = os.path.join(ROOT, "install.log")
NEEDED_PYTHON = (3, 11)
NEEDED_GB = 3

# What a line of the log says, and what to tell: the first that fits a line, most exact first.
CAUSES = (
    (r"No space left on device|\[Errno 28\]|not enough space on the disk", "the disk is full"),
    (r"Disk quota exceeded|\[Errno 122\]", "the disk quota is used up"),
    (
        r"Read-only file system|Permission denied|\[Errno (13|30)\]",
        "a folder cannot be written: the project's own, or the one for temporary files",
    ),
    (
        r"ensurepip is not available|No module named '?(ensurepip|venv|pip)\b",
        "Python's venv module is incomplete; install the package python3-venv",
    ),
    (
        r"\b407\b.*[Pp]roxy|[Pp]roxy.*\b407\b",
        "the proxy wants a login; name it in HTTPS_PROXY as http://USER:PASSWORD@HOST:PORT",
    ),
    (
        r"certificate has expired|certificate is not yet valid",
        "the package index's certificate is not valid at this machine's time; is its clock right?",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|certificate verify failed",
        "the package index's certificate is not trusted, as behind a proxy that reads TLS traffic; "
        "name a file with that proxy's certificate in PIP_CERT",
    ),
    (r"SSLError|\[SSL:|ssl module", "no TLS connection to the package index comes about"),
    (r"ProxyError|[Cc]onnect to proxy", "the proxy cannot be reached; see HTTPS_PROXY"),
    (
        r"[Nn]ame resolution|NameResolutionError|Name or service not known|getaddrinfo failed|"
        r"nodename nor servname",
        "the package index's name is not known here; is there a network?",
    ),
    (
        r"Connection refused|Network is unreachable|No route to host|NewConnectionError",
        "the package index cannot be reached; is there a network?",
    ),
    (
        r"[Rr]ead timed out|[Cc]onnection timed out|ConnectTimeout|ReadTimeout",
        "the package index does not answer in time; is the network slow, or a mirror down?",
    ),
    (
        r"\b5\d\d (Server Error|error responses)|HTTP error 5\d\d",
        "the package index, or its mirror, is out of order; try again later",
    ),
    (
        r"\b40[13] Client Error|HTTP error 40[13]",
        "the package index, or its mirror, refuses access; does it want a login?",
    ),
    (r"Connection (aborted|broken)|Connection reset|IncompleteRead", "the connection broke off"),
    (
        r"is not a trusted or secure host",
        "the package index is named by http:, which pip refuses; name it by https:",
    ),
    (r"DO NOT MATCH THE HASHES", "a download was damaged, or replaced on its way; try again"),
)
# pip goes on after such a line, so it counts only where no other line tells a cause.
PASSING = re.compile(r"Retrying \(|Could not fetch URL|Skipping|is ignored")
# What pip ends with. Most often it follows from a cause that another line tells.
CONSEQUENCES = (
    (
        r"No matching distribution|no matching distributions|check 0 links|Failed (to )?build|"
        r"subprocess-exited-with-error|metadata-generation-failed",
        "a pinned package has no build for this machine and Python %d.%d" % sys.version_info[:2],
    ),
    (
        r"ResolutionImpossible",
        "versions contradict one another: requirements.txt, requirements.lock (see 'make lock'), "
        "or a constraint in pip's own settings",
    ),
)


def fail(reason):
    """Print one line and stop with exit status 1."""
    sys.stderr.write("install: %s\n" % reason)
    sys.exit(1)


def cause_told(text):
    """Return what the first line that tells a cause says, or an empty text."""
    lines = text.splitlines()
    decisive = [line for line in lines if not PASSING.search(line)]
    for line in decisive + lines:
        for sign, cause in CAUSES:
            if re.search(sign, line):
                return cause
    return ""


def cause_guessed(text):
    """Return what pip's last words say, or an empty text."""
    for sign, cause in CONSEQUENCES:
        if re.search(sign, text):
            return cause
    return ""


def meant(name):
    """Return a requirements file's lines without comments and empty ones."""
    with open(os.path.join(ROOT, name), "rb") as file:
        lines = file.read().decode("utf-8").splitlines()
    stripped = (re.sub(r"(^|\s)#.*", "", line).strip() for line in lines)
    return [line for line in stripped if line]


def wanted():
    """Return a text that changes whenever the environment must be installed anew."""
    import tomllib  # unknown to old versions of Python

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        settings = tomllib.load(file)
    project = settings["project"]
    parts = [
        sys.version,
        # The package is installed in place, so that a checkout that was moved must install again.
        ROOT,
        meant("requirements.txt"),
        meant("requirements.lock"),
        settings["build-system"],
        [project.get(key) for key in ("dependencies", "optional-dependencies", "scripts")],
        settings.get("tool", {}).get("setuptools"),
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def installed():
    """Return the text left by the last complete installation, or an empty one."""
    try:
        with open(STAMP) as file:
            return file.read()
    except OSError:
        return ""


def run(command, closer_look=()):
    """Run a command with its output in the log, and fail with the cause in one line.

    Where the output tells no cause, options for a closer look are added, and it is run again.
    """
    with open(LOG, "ab") as log:
        status = subprocess.call(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    if status == 0:
        return
    with open(LOG, "rb") as log:
        text = log.read().decode("utf-8", "replace")
    cause = cause_told(text)
    if closer_look and not cause:
        run(command + closer_look)
        return
    if status < 0 and not cause:
        cause = "it was stopped by signal %d; is there enough memory?" % -status
    raise RuntimeError(
        "%s (details in install.log)" % (cause or cause_guessed(text) or "pip failed")
    )


@contextlib.contextmanager
def alone():
    """Wait until no other installation runs in this folder, and hold others back meanwhile."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def run_pip(python):
    """Install everything into the environment of a Python."""
    command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    command.extend(["-r", "requirements.txt"])
    # pip tells why an index cannot be read at this level alone, whose log has 50 MB.
    run(command, closer_look=["-vv"])


def install():
    """Make the environment and install everything into it."""
    if os.path.exists(LOG):
        os.remove(LOG)
    run([sys.executable, "-m", "venv", "--clear", VENV])
    run_pip(os.path.join(VENV, "Scripts" if os.name == "nt" else "bin", "python"))
    with open(STAMP, "w") as file:
        file.write(wanted())
    os.remove(LOG)


def install_or_fail():
    """Install; on failure, remove what was made and tell why in one line."""
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < NEEDED_GB:
        fail("%d GB of free disk space are needed, but %s has %.1f" % (NEEDED_GB, ROOT, free))
    sys.stdout.write("Installing into .venv (2 GB, a few minutes) ... ")
    sys.stdout.flush()
    start = time.time()
    # Ended by another program or by closing the terminal, it stops as it does at Ctrl-C.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.default_int_handler)
    try:
        install()
    except RuntimeError as error:
        reason = str(error)
    except OSError as error:
        reason = cause_told(str(error)) or str(error)
    except KeyboardInterrupt:
        reason = "interrupted"
    else:
        sys.stdout.write("done in %.0f s\n" % (time.time() - start))
        return
    shutil.rmtree(VENV, ignore_errors=True)
    sys.stdout.write("\n")
    sys.stdout.flush()
    fail(reason)


def main():
    """Install, or say in one line why that cannot be done."""
    if sys.version_info < NEEDED_PYTHON:
        fail(
            "Python 3.11 or newer is needed, but %s is %d.%d; name another one with "
            "'make PYTHON=/path/to/python3.11'"
            % (sys.executable, sys.version_info[0], sys.version_info[1])
        )
    if installed() != wanted():
        with alone():
            if installed() != wanted():
                install_or_fail()


if __name__ == "__main__":
    main()
