"""Find a Chromium to test the site with, or install one."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, Playwright, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = (
    "no Chromium found and none could be installed; install one with 'apt-get install chromium' "
    "or 'python -m playwright install chromium'"
)
# This list takes the place of Playwright's own, so it repeats what would call home.
FEATURES_OFF = [
    "AimEnabled",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PreconnectToSearch",
    # A new frame host for every document: under load, one that reads its storage before the
    # browser has heard of it gets a storage of its own, and forgets what it writes.
    "RenderDocument",
]
# "/Pages" is the list of them.
PDF_PAGE = re.compile(rb"/Type\s*/Page\b")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    f"--disable-features={','.join(FEATURES_OFF)}",
]


def find_chromium() -> str | None:
    """Return the path of a Chromium, of the system or Playwright's own, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def install_chromium() -> None:
    """Install Debian's package where that is allowed, Playwright's own browser elsewhere."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        commands = (["apt-get", "update"], ["apt-get", "install", "-y", "chromium"])
    else:
        commands = ([sys.executable, "-m", "playwright", "install", "chromium"],)
    for command in commands:
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def found_or_installed() -> str | None:
    """Return the path of a Chromium, which is installed if there is none; None if that fails."""
    if path := find_chromium():
        return path
    install_chromium()
    return find_chromium()


def launch(playwright: Playwright, path: str):
    """Start the browser headless, with nothing that calls home."""
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has that Chromium wrote."""
    return len(PDF_PAGE.findall(pdf))


def settle(page: Page) -> None:
    """Wait until nothing moves or changes color; the theme fades its colors in after loading."""
    page.evaluate("""async () => {
      await Promise.allSettled(document.getAnimations().map(animation => animation.finished));
    }""")
