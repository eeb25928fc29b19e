import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

import everystep
from everystep.site.execution import choose_cache, fingerprint

PACKAGE = Path(everystep.__file__).parent


@pytest.fixture
def package(tmp_path):
    copy = tmp_path / "everystep"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def test_the_fingerprint_stays_while_nothing_changes(package):
    assert fingerprint(package) == fingerprint(package)


@pytest.mark.parametrize("changed", ["lab/steps.py", "checks/steps.py", "lab/everystep.mplstyle"])
def test_a_change_of_what_notebooks_use_changes_it(package, changed):
    before = fingerprint(package)
    with (package / changed).open("a") as file:
        file.write("# changed\n")
    assert fingerprint(package) != before


def test_a_change_of_the_site_code_does_not(package):
    before = fingerprint(package)
    (package / "site" / "pages.py").write_text("")
    assert fingerprint(package) == before


def test_the_base_seed_and_dependencies_change_it(package, monkeypatch):
    before = fingerprint(package)
    monkeypatch.setenv("EVERYSTEP_SEED", "1")
    seeded = fingerprint(package)
    monkeypatch.setattr("importlib.metadata.distributions", lambda: [])
    assert len({before, seeded, fingerprint(package)}) == 3


def test_only_the_current_cache_is_kept(tmp_path):
    app = SimpleNamespace(outdir=str(tmp_path / "html"))
    config = SimpleNamespace()
    stale = tmp_path / "executed" / "0123456789abcdef"
    stale.mkdir(parents=True)
    stray = tmp_path / "executed" / ".DS_Store"
    stray.touch()
    choose_cache(app, config)
    current = Path(config.nb_execution_cache_path)
    current.mkdir()
    choose_cache(app, config)
    assert current.is_dir()
    assert not stale.exists()
    assert stray.exists()
