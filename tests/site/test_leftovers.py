"""What an earlier build left; tests/test_build.py damages the leftovers of a real one."""

import pickle
from types import SimpleNamespace

import pytest
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.util.docutils import docutils_namespace

from everystep.site import leftovers
from everystep.site.leftovers import begin_anew, damaged_pages, finish

INDEX = 'Search.setIndex({"docnames": []})'


@pytest.fixture
def app(tmp_path):
    for folder in ("html", ".doctrees", "jupyter_execute"):
        (tmp_path / folder).mkdir()
    (tmp_path / ".doctrees" / ENV_PICKLE_FILENAME).touch()
    (tmp_path / "html" / "searchindex.js").write_text(INDEX)
    env = SimpleNamespace(found_docs={"index"})
    return SimpleNamespace(outdir=tmp_path / "html", doctreedir=tmp_path / ".doctrees", env=env)


def remembered(app):
    begin_anew(app, None)
    there = [(app.doctreedir / ENV_PICKLE_FILENAME).exists(),
             (app.outdir.parent / "jupyter_execute").exists()]  # fmt: skip
    assert len(set(there)) == 1
    return there[0]


def test_a_finished_build_is_built_on(app):
    assert remembered(app)
    finish(app, None)
    assert remembered(app)


def test_an_interrupted_build_is_not(app):
    assert remembered(app)
    assert not remembered(app)


def test_neither_is_one_that_an_error_stopped(app):
    assert remembered(app)
    finish(app, KeyError())
    assert not remembered(app)


@pytest.mark.parametrize("text", ["", INDEX[:-1], INDEX.replace("[]", "["), "garbage"])
def test_neither_is_one_with_a_damaged_search_index(app, text):
    (app.outdir / "searchindex.js").write_text(text)
    assert not remembered(app)
    assert not (app.outdir / "searchindex.js").exists()


BUILD_INFO = "# One line\n# and another\nconfig: 0f\ntags: 0a\n"


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        (BUILD_INFO, True),
        (BUILD_INFO[:-4], False),
        (BUILD_INFO[:-10], False),
        ("garbage", False),
        ("", False),
    ],
)
def test_neither_is_one_with_damaged_settings(app, text, sound):
    (app.outdir / ".buildinfo").write_text(text)
    assert remembered(app) == sound


def test_the_first_build_has_no_leftovers(tmp_path):
    env = SimpleNamespace(found_docs={"index"})
    app = SimpleNamespace(outdir=tmp_path / "html", doctreedir=tmp_path / ".doctrees", env=env)
    begin_anew(app, None)
    finish(app, None)


def test_pages_kept_damaged_are_read_again(app):
    whole = pickle.dumps(["a page"] * 100)
    for name, content in {"whole": whole, "cut": whole[:-5], "empty": b"", "new": b""}.items():
        (app.doctreedir / f"{name}.doctree").write_bytes(content)
    env = SimpleNamespace(found_docs={"whole", "cut", "empty", "gone", "new"})
    assert damaged_pages(app, env, {"new"}, set(), set()) == ["cut", "empty", "gone"]


def test_pages_are_looked_at_only_if_they_changed_since_the_last_build(app):
    """What is no page at all would be found damaged if it was loaded."""
    path = app.doctreedir / "index.doctree"
    path.write_bytes(b"no page")
    finish(app, None)
    assert damaged_pages(app, app.env, set(), set(), set()) == []
    path.write_bytes(b"no pages")
    assert damaged_pages(app, app.env, set(), set(), set()) == ["index"]


@pytest.mark.parametrize("text", ["", "[1]", "{", '{"index": "x"}'])
def test_damaged_checksums_have_all_pages_looked_at(app, text):
    (app.doctreedir / "index.doctree").write_bytes(b"no page")
    finish(app, None)
    (app.doctreedir / "checksums.json").write_text(text)
    assert damaged_pages(app, app.env, set(), set(), set()) == ["index"]


def pages_read(folder):
    """Build a site of one page, and return the pages that were read for it."""
    read = []
    with docutils_namespace():
        app = Sphinx(
            folder,
            None,
            folder / "site",
            folder / "doctrees",
            "html",
            confoverrides={"extensions": ["everystep.site.leftovers"]},
            status=None,
            warningiserror=True,
        )
        app.connect("env-before-read-docs", lambda app, env, names: read.extend(names))
        app.build()
    return read


def test_pages_are_read_again_when_a_template_changes(tmp_path, monkeypatch):
    template = tmp_path / "package" / "site" / "templates" / "quiz.html"
    template.parent.mkdir(parents=True)
    template.write_text("<p>old</p>")
    monkeypatch.setattr(leftovers, "PACKAGE", tmp_path / "package")
    source = tmp_path / "book"
    source.mkdir()
    (source / "index.rst").write_text("Title\n=====\n")
    assert pages_read(source) == ["index"]
    assert pages_read(source) == []
    template.write_text("<p>new</p>")
    assert pages_read(source) == ["index"]
