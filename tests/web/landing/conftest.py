"""A small site with a landing page, to which readers come."""

import pytest

from tests.landing_site import build, write_sources


@pytest.fixture(scope="session")
def small_site(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("landing"))
    build(folder)
    return folder / "site"
