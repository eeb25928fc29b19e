"""A small site, from disk and from a server, and somebody who looks at it in each engine."""

import os
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests import landing_site
from tests.quiz_site import build
from tests.web.engines.drivers import ENGINES, EngineMissingError, opened, screen
from tests.web.engines.visitor import WIDE, Visitor

EXTENSIONS = ("landing", "pages", "search", "styles")
CELLS = "| training accuracy " * 20
CODE = f"```python\nprint('{'so ' * 80}')\n```\n"
WIDE_PAGE = f"# Wide\n\n{CELLS}|\n{'|---' * 20}|\n{CELLS}|\n\n{CODE}"


@pytest.fixture(scope="session")
def small_site(tmp_path_factory):
    folder = landing_site.write_sources(tmp_path_factory.mktemp("engines"))
    (folder / f"{WIDE}.md").write_text(WIDE_PAGE, encoding="utf-8")
    toc = folder / "_toc.yml"
    pages = toc.read_text(encoding="utf-8").replace("chapters:\n", f"chapters:\n- file: {WIDE}\n")
    toc.write_text(pages, encoding="utf-8")
    build(folder, extensions=tuple(f"everystep.site.{name}" for name in EXTENSIONS))
    return folder / "site"


class Quiet(SimpleHTTPRequestHandler):
    """A handler that tells nobody what was asked for."""

    def log_message(self, *arguments):
        """Log nothing."""


@pytest.fixture(scope="session")
def served(small_site):
    """Return the address at which the site is served."""
    handler = partial(Quiet, directory=str(small_site))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def give_up(reason):
    """Skip, but fail in CI where .ci/run could install what is missing."""
    installs = shutil.which("apt-get") and os.geteuid() == 0
    (pytest.fail if os.environ.get("CI") and installs else pytest.skip)(reason)


@pytest.fixture(scope="session")
def display():
    try:
        with screen():
            yield
    except EngineMissingError as missing:
        give_up(str(missing))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request):
    """Return the name of an engine; its tests are run one after another."""
    if request.param == "webkit":
        request.getfixturevalue("display")
    return request.param


@pytest.fixture(scope="session")
def driver(engine):
    try:
        with opened(engine) as one:
            yield one
    except EngineMissingError as missing:
        give_up(str(missing))


@pytest.fixture(params=["disk", "http"])
def way(request):
    """Return how the site is opened."""
    return request.param


@pytest.fixture
def visitor(driver, way, small_site, request):
    """Return somebody whom the browser does not know yet."""
    site = small_site.as_uri() if way == "disk" else request.getfixturevalue("served")
    one = Visitor(driver, site)
    one.forget()
    return one


@pytest.fixture
def guest(driver, served):
    """Return the same, of the site as it is served."""
    one = Visitor(driver, served)
    one.forget()
    return one
