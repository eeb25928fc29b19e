"""Fingerprints and kept results; tests/test_build.py shows what a build makes of them."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sphinx.errors import SphinxError

import everystep
from everystep.site import execution
from everystep.site.execution import (
    Fingerprints,
    Results,
    discard_others,
    execute,
    fingerprint,
    keep,
    kept,
    read_notebook,
    results_file,
)

RESULTS = Results("a mark", 1.5, {"name": "python"}, [[{"text": "η"}], []])


@pytest.fixture
def package(tmp_path):
    copy = tmp_path / "everystep"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(everystep.__file__).parent, copy, ignore=ignored)
    return copy


def fingerprint_of(package, code, text="Hello"):
    notebook = new_notebook(cells=[new_markdown_cell(text), new_code_cell(code)])
    return fingerprint(notebook, package.parent, package)


LAB = "from everystep.lab import digits, finding"
DRAWS = "from everystep.lab import use_house_style"
EXERCISE = "from everystep.checks.chapters import steps as check"


@pytest.mark.parametrize(
    ("code", "changed", "counts"),
    [
        (LAB, "engine/data.py", True),
        (LAB, "notebook/findings.py", True),
        (LAB, "lab/__init__.py", False),
        (LAB, "checks/chapters/steps.py", False),
        (LAB, "measure/memory.py", False),
        (LAB, "site/pages.py", False),
        (DRAWS, "notebook/everystep.mplstyle", True),
        (DRAWS, "engine/data.py", False),
        (EXERCISE, "checks/chapters/steps.py", True),
        (EXERCISE, "checks/chapters/epochs.py", False),
    ],
)
def test_a_comment_counts_where_the_notebook_uses_the_file(package, code, changed, counts):
    before = fingerprint_of(package, code)
    assert fingerprint_of(package, code) == before
    with (package / changed).open("a") as file:
        file.write("# changed\n")
    assert (fingerprint_of(package, code) != before) == counts


def test_the_base_seed_python_and_the_dependencies_count(package, monkeypatch):
    marks = [fingerprint_of(package, LAB)]
    monkeypatch.setenv("EVERYSTEP_SEED", " ")
    assert fingerprint_of(package, LAB) == marks[0], "blank is not set"
    monkeypatch.setenv("EVERYSTEP_SEED", "0")
    marks.append(fingerprint_of(package, LAB))  # what does not hold is shown then, and no error
    monkeypatch.setenv("EVERYSTEP_SEED", "1")
    marks.append(fingerprint_of(package, LAB))
    monkeypatch.setattr("everystep.site.execution.installed", lambda: [])
    marks.append(fingerprint_of(package, LAB))
    monkeypatch.setattr("sys.version", "4.0")
    marks.append(fingerprint_of(package, LAB))
    assert len(set(marks)) == len(marks)


def test_code_counts_and_prose_does_not(package):
    assert fingerprint_of(package, LAB) == fingerprint_of(package, LAB, text="Other words")
    assert fingerprint_of(package, LAB) != fingerprint_of(package, f"{LAB}\n1")


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("change", "again"),
    [
        (lambda root, env: None, 0),
        (lambda root, env: write(root / "everystep/engine/__pycache__/data.pyc", "x"), 0),
        (lambda root, env: write(root / "everystep/engine/data.py", "x = 1"), 1),
        (lambda root, env: write(root / "everystep/engine/more/weights.npy", "x"), 1),
        (lambda root, env: write(root / "lab/helper.py", "x = 1"), 1),
        (lambda root, env: env.setenv("EVERYSTEP_SEED", "1"), 1),
    ],
)
def test_what_a_notebook_uses_is_found_out_again_when_it_may_have_changed(
    package, monkeypatch, change, again
):
    asked = []
    of = "everystep.site.execution.fingerprint"
    monkeypatch.setattr(of, lambda *given: asked.append(given) or fingerprint(*given))
    folder = package.parent / "lab"
    write(folder / "beside.py", "x = 1")
    notebook = new_notebook(cells=[new_code_cell(LAB)])
    before = Fingerprints({})
    first = before.of(notebook, folder, package)
    assert first == fingerprint(notebook, folder, package)
    change(package.parent, monkeypatch)
    then = Fingerprints(before.asked)
    assert then.of(notebook, folder, package) == fingerprint(notebook, folder, package)
    assert len(asked) == 1 + again
    other = new_notebook(cells=[new_code_cell(f"{LAB}\n1")])
    assert then.of(other, folder, package) != first


def test_notebooks_with_the_most_code_begin_first(tmp_path, monkeypatch):
    begun = []
    monkeypatch.setattr(execution, "AT_ONCE", 1)
    monkeypatch.setattr(
        execution, "results_of", lambda _, docname, *__: (begun.append(docname), (RESULTS, None))[1]
    )
    waiting = {
        name: (new_notebook(cells=[new_code_cell(code), new_markdown_cell(text)]), "a mark")
        for name, code, text in (("short", "1", "Hello, hello"), ("long", "1 + 1", ""))
    }
    app = SimpleNamespace(outdir=tmp_path / "html")
    execute(app, waiting)
    assert begun == ["long", "short"]
    assert all(kept(results_file(app, name))[1] == RESULTS for name in waiting)


def test_kept_results_are_read_back(tmp_path):
    path = tmp_path / "folder" / "page.json"
    assert kept(path) == ("", None)
    keep(RESULTS, path)
    digest, results = kept(path)
    assert results == RESULTS
    assert digest
    assert list(path.parent.iterdir()) == [path]


def truncate(path):
    path.write_bytes(path.read_bytes()[:-10])


def change_one_digit(path):
    path.write_text(path.read_text().replace("1.5", "2.5"))


def make_folder(path):
    path.unlink()
    path.mkdir()
    (path / "file").touch()


@pytest.mark.parametrize(
    "damage",
    [
        truncate,
        change_one_digit,
        make_folder,
        lambda path: path.write_bytes(b"\xff\x00garbage"),
        lambda path: path.write_text(""),
        lambda path: path.write_text("{}"),
    ],
)
def test_damaged_results_count_as_missing_and_can_be_replaced(tmp_path, damage):
    path = tmp_path / "page.json"
    keep(RESULTS, path)
    damage(path)
    assert kept(path) == ("", None)
    keep(RESULTS, path)
    assert kept(path)[1] == RESULTS


def test_results_that_belong_to_no_page_are_deleted(tmp_path):
    app = SimpleNamespace(outdir=str(tmp_path / "html"))
    wanted = results_file(app, "book/01-steps/lab")
    keep(RESULTS, wanted)
    keep(RESULTS, results_file(app, "book/old/lab"))
    (wanted.parent / "0123456789abcdef" / "executed").mkdir(parents=True)
    discard_others([wanted, results_file(app, "book/new/lab")])
    assert list(wanted.parent.iterdir()) == [wanted]


def test_a_file_in_place_of_the_folder_is_deleted(tmp_path):
    wanted = tmp_path / "executed" / "page.json"
    wanted.parent.write_text("")
    discard_others([wanted])
    keep(RESULTS, wanted)


@pytest.mark.parametrize("text", ["", "no JSON", "[]", "{}", '"text"', '{"nbformat": 4}', "\x00"])
def test_a_page_that_is_no_notebook_is_named(tmp_path, text):
    (tmp_path / "page.ipynb").write_text(text)
    with pytest.raises(SphinxError, match=r"page\.ipynb is not a notebook: .+"):
        read_notebook(tmp_path / "page.ipynb")
