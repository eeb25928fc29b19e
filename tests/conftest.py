"""What several test files share: the built site and a real browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import sync_playwright

from tests.browser import ADVICE, found_or_installed, launch
from tests.paths import ROOT

# Results of tests must not depend on the base seed of whoever runs them.
os.environ.pop("EVERYSTEP_SEED", None)

# In CI the same code gets the same verdict; elsewhere every run tries new examples.
# No deadline anywhere: a busy machine is no defect.
settings.register_profile("reproducible", derandomize=True, deadline=None)
settings.register_profile("exploring", deadline=None)
settings.load_profile("reproducible" if os.environ.get("CI") else "exploring")


# As the Makefile builds.
BUILD = [sys.executable, str(ROOT / "tools" / "build.py")]


def build_book(folder: Path, **environment: str) -> subprocess.CompletedProcess:
    """Build the book in ``folder`` and return the finished process."""
    return subprocess.run(
        BUILD,
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | environment,
    )


@pytest.fixture(scope="session")
def site(testrun_uid) -> Path:
    """Return the folder of the site, built from the sources as they are now."""
    (ROOT / "_build").mkdir(exist_ok=True)
    # Once in a run: a build rewrites files that the other process may be looking at.
    built = ROOT / "_build" / "tests-built"
    with FileLock(ROOT / "_build" / "tests.lock"):
        if not built.exists() or built.read_text() != testrun_uid:
            result = build_book(ROOT)
            assert result.returncode == 0, result.stdout[-5000:] + result.stderr[-5000:]
            built.write_text(testrun_uid)
    return ROOT / "_build" / "html"


@pytest.fixture(scope="session")
def browser():
    """Return a real headless Chromium; without one, skip, or fail where CI is set."""
    (ROOT / "_build").mkdir(exist_ok=True)
    with FileLock(ROOT / "_build" / "browser.lock"):
        path = found_or_installed()
    if path is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(ADVICE)
    with sync_playwright() as playwright:
        browser = launch(playwright, path)
        yield browser
        browser.close()
