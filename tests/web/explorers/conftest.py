"""A page that has the scripts that train and the puzzles, and nothing else."""

import pytest

from everystep.site.assets import TOOLS
from everystep.site.trainer import images_script
from tests.web.trainer.conftest import SCRIPTS, WEB


@pytest.fixture(scope="module")
def page(browser):
    """Return a page with the scripts."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    for script in [*SCRIPTS, "explorers/knobs.js"]:
        page.add_script_tag(content=(WEB / script).read_text(encoding="utf-8"))
    page.add_script_tag(content=images_script())
    yield page
    context.close()
    assert problems == []


@pytest.fixture(scope="module")
def calculator(browser):
    """Return a page with the scripts of the explorers that compute, but for their own pages."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    names = (f"explorers/{name}.js" for name in ("plan", "jobs", "compose"))
    for script in [*TOOLS, *names]:
        page.add_script_tag(content=(WEB / script).read_text(encoding="utf-8"))
    yield page
    context.close()
    assert problems == []
