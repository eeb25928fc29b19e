"""The small site with every type of question and a trainer, and readers of it."""

from contextlib import contextmanager

import pytest

from tests.quiz_site import build, write_sources
from tests.web.reader import Reader


@pytest.fixture(scope="session")
def quiz_site(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("quiz-site"))
    build(folder)
    return folder / "site"


@pytest.fixture(scope="session")
def small_site(quiz_site):
    """Return the site that readers come to; a folder of tests may have another."""
    return quiz_site


@pytest.fixture
def reader(small_site, browser):
    """Return a function that makes a reader with an empty browser."""
    opened = []

    @contextmanager
    def arrive(*, width=1280, theme="light", **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, offline=True, **options
        )
        opened.append(Reader(context, small_site))
        yield opened[-1]
        context.close()

    yield arrive
    assert [problem for one in opened for problem in one.problems] == []


@pytest.fixture
def tab(reader):
    """Return a reader on a laptop."""
    with reader() as one:
        yield one
