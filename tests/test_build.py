"""What the build executes, and when: a small book with the course's own configuration."""

import re
import shutil

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from everystep.authoring.tidy import KERNEL
from tests.conftest import build_book
from tests.paths import ROOT


def write_notebook(path, code):
    cells = [new_markdown_cell(f"# {path.stem}"), new_code_cell(code)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)


@pytest.fixture
def book(tmp_path):
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config))
    toc = {"format": "jb-book", "root": "book/first", "chapters": [{"file": "book/second"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    for part in ("_static", "_templates"):
        shutil.copytree(ROOT / "book" / part, tmp_path / "book" / part)
    shutil.copytree(ROOT / "web", tmp_path / "web")
    shutil.copy(ROOT / "book" / "references.bib", tmp_path / "book")
    (tmp_path / "questions").mkdir()
    shutil.copy(ROOT / "questions" / "blueprint.yml", tmp_path / "questions")
    write_notebook(tmp_path / "book" / "first.ipynb", "1 + 1")
    write_notebook(tmp_path / "book" / "second.ipynb", "2 + 2")
    return tmp_path


def executed(result):
    output = result.stdout + result.stderr
    return sorted(re.findall(r"(\w+)\.ipynb: executed in", output))


def test_only_what_changed_is_executed_again(book):
    assert executed(first := build_book(book)) == ["first", "second"]
    assert first.returncode == 0, first.stderr
    assert re.search(r"\d\.\d  book/first", first.stdout), "the time of each notebook is printed"
    assert (book / "_build" / "html" / "index.html").as_uri() in first.stdout

    assert executed(build_book(book)) == []

    write_notebook(book / "book" / "second.ipynb", "2 + 3")
    assert executed(build_book(book)) == ["second"]

    # The base seed stands for all that belongs to the fingerprint: see tests/site/test_execution.py
    assert executed(build_book(book, EVERYSTEP_SEED="1")) == ["first", "second"]


def test_notebooks_are_executed_two_at_a_time_and_once_each(book):
    """Each waits until the other has started, and leaves one mark."""
    meet = """
import pathlib, time
me, other = pathlib.Path({me!r}), pathlib.Path({other!r})
with me.open("a") as file:
    file.write("started ")
deadline = time.monotonic() + 30
while not other.exists() and time.monotonic() < deadline:
    time.sleep(0.05)
assert other.exists()
"""
    for me, other in (("first", "second"), ("second", "first")):
        write_notebook(book / "book" / f"{me}.ipynb", meet.format(me=me, other=other))
    result = build_book(book)
    assert result.returncode == 0, result.stderr
    for name in ("first", "second"):
        assert (book / "book" / name).read_text() == "started "


def test_a_failing_notebook_fails_the_build(book):
    write_notebook(book / "book" / "second.ipynb", "1 / 0")
    result = build_book(book)
    assert result.returncode != 0
    assert "second" in result.stdout + result.stderr
