"""A page that has the scripts that train, and nothing else."""

import json
from contextlib import contextmanager

import pytest

from everystep.site.assets import TRAINER
from everystep.site.trainer import CHARTS, IMAGES, images_script, packed_signals, signals_script
from tests.paths import ROOT
from tests.reference.training import TABLE

WEB = ROOT / "web"
# All that needs no page; each after what it uses.
SCRIPTS = [
    script
    for script in TRAINER[: TRAINER.index("trainer/charts.js")]
    if script not in (IMAGES, CHARTS)
]


def data_sources():
    """Return the scripts with the data sets, which go after those that train."""
    signals = (WEB / "trainer" / "signals.js").read_text(encoding="utf-8")
    return [images_script(), signals_script(packed_signals(), signals)]


@contextmanager
def scripts_page(browser, sources):
    """Open a page that runs these scripts; nothing may go wrong on it."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    for source in sources:
        page.add_script_tag(content=source)
    yield page
    context.close()
    assert problems == []


@pytest.fixture(scope="session")
def trainer(browser):
    """Return a function that opens a page with the scripts; faults can be planted in them.

    ``planted`` maps a script's path to what is replaced in it, and by what.
    """

    @contextmanager
    def open_(**planted):
        sources = []
        for script in SCRIPTS:
            source = (WEB / script).read_text(encoding="utf-8")
            right, wrong = planted.pop(script.split("/")[1].removesuffix(".js"), ("", ""))
            assert right in source
            sources.append(source.replace(right, wrong, 1) if right else source)
        assert planted == {}
        with scripts_page(browser, [*sources, *data_sources()]) as page:
            yield page

    return open_


@pytest.fixture(scope="module")
def page(trainer):
    """Return a page with the scripts as they are."""
    with trainer() as opened:
        yield opened


@pytest.fixture(scope="session")
def reference():
    """Return the table that the package wrote."""
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return table | {part: dict(table[part]) for part in ("given", "signals")}
