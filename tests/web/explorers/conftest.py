"""Pages that have the scripts of explorers, and nothing else."""

import pytest

from everystep.site.assets import TOOLS
from tests.web.trainer.conftest import SCRIPTS, WEB, data_sources, scripts_page


def sources(scripts):
    return [(WEB / script).read_text(encoding="utf-8") for script in scripts]


@pytest.fixture(scope="module")
def page(browser):
    """Return a page with the scripts that train and the puzzles."""
    with scripts_page(
        browser, [*sources([*SCRIPTS, "explorers/knobs.js"]), *data_sources()]
    ) as one:
        yield one


@pytest.fixture(scope="module")
def calculator(browser):
    """Return a page with the scripts of the explorers that compute, but for their own pages."""
    names = (f"explorers/{name}.js" for name in ("plan", "jobs", "compose"))
    with scripts_page(browser, sources([*TOOLS, *names])) as one:
        yield one
