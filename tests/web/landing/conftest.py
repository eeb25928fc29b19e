"""A small site with a landing page, and readers who come to it."""

from contextlib import contextmanager

import pytest

from tests.landing_site import build, write_sources
from tests.web.reader import Reader


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("landing"))
    build(folder)
    return folder / "site"


@pytest.fixture
def arrive(site, browser):
    """Return a function that makes a reader; nothing may go wrong on the pages that they see."""

    @contextmanager
    def one(*, width=1280, theme="light", prepare=None):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True
        )
        if prepare:
            context.add_init_script(prepare)
        reader = Reader(context, site)
        yield reader
        context.close()
        assert reader.problems == []

    return one
