"""What the build executes, and when: a small book with the course's own configuration."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import everystep
from everystep.authoring.exercises import to_exercise
from everystep.authoring.tidy import KERNEL
from tests.conftest import BUILD, build_book
from tests.paths import ROOT


def write_notebook(path, code):
    cells = [new_markdown_cell(f"# {path.stem}"), new_code_cell(code)]
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)


def make_book(folder, **notebooks):
    """Make a book whose pages are notebooks, each with a cell of the code given."""
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "_config.yml", folder)
    for part in ("_static", "_templates"):
        shutil.copytree(ROOT / "book" / part, folder / "book" / part)
    shutil.copytree(ROOT / "web", folder / "web")
    for name in ("references.bib", "chapters.yml"):
        shutil.copy(ROOT / "book" / name, folder / "book")
    (folder / "questions").mkdir()
    blueprint = yaml.safe_load((ROOT / "questions" / "blueprint.yml").read_text("utf-8"))
    del blueprint["apart"]  # names questions, of which this book has none
    (folder / "questions" / "blueprint.yml").write_text(yaml.safe_dump(blueprint))
    for name, code in notebooks.items():
        write_notebook(folder / "book" / f"{name}.ipynb", code)
    write_contents(folder, *notebooks)
    return folder


def write_contents(folder, first, *others):
    chapters = [{"file": f"book/{name}"} for name in others]
    toc = {"format": "jb-book", "root": f"book/{first}", "chapters": chapters}
    (folder / "_toc.yml").write_text(yaml.safe_dump(toc))


@pytest.fixture
def book(tmp_path):
    return make_book(tmp_path / "Kurs [1] Übung", first="1 + 1", second="2 + 2")


def executed(result):
    output = result.stdout + result.stderr
    return sorted(re.findall(r"(\w+)\.ipynb: executed in", output))


def test_only_what_changed_is_executed_again(book):
    assert executed(first := build_book(book)) == ["first", "second"]
    assert first.returncode == 0, first.stderr
    assert re.search(r"\d\.\d  book/first", first.stdout), "the time of each notebook is printed"
    assert (book / "_build" / "html" / "index.html").as_uri() in first.stdout

    assert executed(again := build_book(book)) == []
    assert "no targets are out of date" in again.stdout
    assert again.returncode == 0, again.stderr
    assert (book / "_build" / "html" / ".nojekyll").is_file(), "GitHub Pages drops _static"

    write_notebook(book / "book" / "second.ipynb", "2 + 3")
    assert executed(build_book(book)) == ["second"]

    # The base seed stands for all that belongs to a fingerprint: see tests/site/test_execution.py
    assert executed(build_book(book, EVERYSTEP_SEED="1")) == ["first", "second"]


def html(book, page):
    return (book / "_build" / "html" / "book" / f"{page}.html").read_text(encoding="utf-8")


def test_what_a_change_of_the_package_executes(tmp_path):
    """The package is a copy, as a reader has it who changes a file."""
    package = tmp_path / "path" / "everystep"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(everystep.__file__).parent, package, ignore=ignored)
    book = make_book(
        tmp_path / "course",
        counts="from everystep.core.steps import updates_per_epoch\nupdates_per_epoch(10, 5)",
        trains="from everystep.engine.datasets import digits\n"
        "from everystep.notebook.glue import glue\nglue('train.size', digits().n_train)",
        asks="from everystep.checks.chapters import steps as check",
    )
    (book / "book" / "quotes.md").write_text("# Quotes\n{glue:text}`trains.ipynb::train.size:.0f`")
    write_contents(book, "counts", "trains", "asks", "quotes")

    def build():
        result = build_book(book, PYTHONPATH=str(package.parent))
        assert result.returncode == 0, result.stdout + result.stderr
        return executed(result)

    def add(file, text):
        with (package / file).open("a") as opened:
            opened.write(text)

    assert build() == ["asks", "counts", "trains"]

    add("checks/chapters/steps.py", "# A comment\n")
    add("lab/__init__.py", "from everystep.core.steps import divide_up\n")
    assert build() == ["asks"]

    add("engine/datasets.py", "\n\ndef digits():\n    class Few: n_train = 4\n    return Few\n")
    assert build() == ["trains"]
    assert re.search(r"\b4\b", html(book, "quotes")), (
        "a page that quotes the notebook is written too"
    )


CLAIMS = """
from everystep.core.seeds import base_seed
from everystep.core.statistics import difference
from everystep.notebook.findings import finding
gap = difference([base_seed() + i for i in range(12)], [1] * 12)
finding("a.sometimes", "It is below 9.", gap, holds=gap.high < 9, unit="points")
finding("a.always", "It is above 0.", gap, holds=gap.high > 0)
"""
RAISES = """
values = [1 / max(0, 99 - base_seed())] * 12
finding("a.later", "It is above 0.", difference(values, [0] * 12), holds=True)
glue("a.number", 3.5)
"""
CITES = """# Cites

It is {finding}`{mean:.1f} points (in {p:.0%} of the seeds) <a.sometimes>`.

As {glue:text}`claims.ipynb::a.sometimes.low:.1f` said.

At {finding}`last <a.later>`: {glue:text}`raises.ipynb::a.number:.1f`.

```{glue} a.number
:doc: raises.ipynb
```

So {finding}`it is above 0 <a.always>`, in {glue:text}`claims.ipynb::a.always.n:d`.
"""


def test_a_readers_own_base_seed_never_stops_the_build(tmp_path):
    """What does not hold is shown as such, in the lab and where a page cites it."""
    imports = CLAIMS.partition("gap")[0]
    raises = f"{imports}from everystep.notebook.glue import glue\n{RAISES}"
    book = make_book(tmp_path, claims=CLAIMS, raises=raises)
    (book / "book" / "cites.md").write_text(CITES)
    write_contents(book, "claims", "raises", "cites")
    assert build_book(book, EVERYSTEP_SEED=" ").returncode == 0
    assert "does not hold" not in html(book, "cites")
    assert "finding-failed" not in html(book, "claims")

    assert (result := build_book(book, EVERYSTEP_SEED="12345")).returncode == 0, result.stderr
    lab, page = html(book, "claims"), html(book, "cites")
    assert lab.count("Does not hold with EVERYSTEP_SEED=12345") == 1
    assert "mean 12,349.5 points" in lab
    paragraphs = re.findall(r"<p>(?:It|As|At|So) .*?</p>", page, re.DOTALL)
    marks = [paragraph.count("does not hold in this build") for paragraph in paragraphs]
    assert marks == [1, 1, 0, 0]
    assert paragraphs[2].count("not measured in this build") == 2
    assert page.count("not measured in this build") == 3
    assert "ZeroDivisionError" in html(book, "raises")
    words = re.sub(r"<.*?>", "", paragraphs[0])
    assert "It is 12349.5 points (in 100% of the seeds) (finding)" in words

    write_notebook(book / "book" / "raises.ipynb", raises.replace("99", "100"))
    assert executed(again := build_book(book)) == ["claims", "raises"]
    assert again.returncode == 0
    assert "does not hold" not in html(book, "cites")


def test_a_base_seed_that_is_none_is_told_in_one_line(book):
    result = build_book(book, EVERYSTEP_SEED="one")
    assert result.returncode == 1
    message = "EVERYSTEP_SEED must be a whole number from 0 to 1000000000, or empty, got 'one'"
    assert result.stderr.strip().splitlines()[-1] == message
    assert "Traceback" not in result.stdout + result.stderr
    assert build_book(book).returncode == 0


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


def warnings(result):
    return [line for line in result.stderr.splitlines() if "WARNING" in line]


def test_notebooks_that_fail_fail_the_build_and_are_executed_again(tmp_path):
    """Each is told in one line, with the cell."""
    book = make_book(
        tmp_path,
        raises="1 / 0",
        dies="import os\nos.kill(os.getpid(), 9)",
        sleeps="import time\ntime.sleep(60)",
    )
    config = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    config["execute"]["timeout"] = 8
    (book / "_config.yml").write_text(yaml.safe_dump(config))
    messages = {
        "raises": "cell 2 of 2 ('1 / 0'): ZeroDivisionError: division by zero",
        "dies": "cell 2 of 2 ('import os'): the kernel died",
        "sleeps": "after 8 seconds (set by execute, timeout in _config.yml)",
    }
    for _ in range(2):
        result = build_book(book)
        assert result.returncode != 0
        warnings = [line for line in result.stderr.splitlines() if "WARNING" in line]
        assert len(warnings) == len(messages)
        for name, message in messages.items():
            assert any(f"{name}.ipynb" in line and message in line for line in warnings)

    for name in messages:
        write_notebook(book / "book" / f"{name}.ipynb", "2 + 2")
    result = build_book(book)
    assert result.returncode == 0, result.stderr
    assert executed(result) == sorted(messages)


def test_damaged_leftovers_are_made_again(book):
    assert build_book(book).returncode == 0
    build = book / "_build"
    first = build / "executed" / "book%2Ffirst.json"
    first.write_text("garbage")
    doctree = build / ".doctrees" / "book" / "second.doctree"
    doctree.write_bytes(doctree.read_bytes()[:-100])
    result = build_book(book)
    assert result.returncode == 0, result.stderr
    assert executed(result) == ["first"]
    assert "first.json cannot be used" in result.stdout

    (build / ".doctrees" / "environment.pickle").write_bytes(b"garbage")
    (build / "html" / "searchindex.js").write_text("Search.setIndex({")
    (build / "html" / ".buildinfo").write_text("garbage")
    result = build_book(book)
    assert result.returncode == 0, result.stderr
    assert executed(result) == []


def test_an_interrupted_build_leaves_nothing_half_done(book):
    (book / "wait").touch()
    waits = "import pathlib, time\nwhile pathlib.Path('../wait').exists(): time.sleep(0.1)"
    write_notebook(book / "book" / "second.ipynb", waits)
    results = book / "_build" / "executed"
    building = subprocess.Popen(BUILD, cwd=book, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not list(results.glob("*.json")) and time.monotonic() < deadline:
        time.sleep(0.1)
    building.send_signal(signal.SIGKILL)
    building.wait()
    assert [path.name for path in results.iterdir()] == ["book%2Ffirst.json"]

    (book / "wait").unlink()
    result = build_book(book)
    assert result.returncode == 0, result.stderr
    assert executed(result) == ["second"]
    assert "interrupted" in result.stdout


def test_notebooks_outside_the_contents_do_not_matter(book):
    """Neither to the first build, nor to one after they have appeared."""

    def add(number):
        copy = book / "book" / f"second-Copy{number}.ipynb"
        shutil.copy(book / "book" / "second.ipynb", copy)
        (book / "book" / f"Untitled{number}.ipynb").touch()
        write_notebook(book / f"other{number}.ipynb", "1 / 0")

    add(1)
    result = build_book(book)
    assert result.returncode == 0, result.stderr
    assert executed(result) == ["first", "second"]

    add(2)
    assert "no targets are out of date" in build_book(book).stdout
    assert not list((book / "_build" / "html").rglob("*Copy*"))


def test_plain_sphinx_can_build_the_course(book):
    """Jupyter Book makes a conf.py from _config.yml, and nothing else of it is needed."""
    tools = Path(sys.executable).parent
    subprocess.run([tools / "jupyter-book", "config", "sphinx", "."], cwd=book, check=True)
    assert "everystep.site.execution" in (book / "conf.py").read_text()
    command = [tools / "sphinx-build", "-W", "--keep-going", ".", "_build/html"]
    result = subprocess.run(command, cwd=book, capture_output=True, text=True, env=os.environ)
    assert result.returncode == 0, result.stderr
    assert executed(result) == ["first", "second"]
    assert re.search(r"\b4\b", html(book, "second"))


def test_a_learners_notebook_is_shown_as_it_was_left(book):
    """Cells without ids, an answer that fails, a note, no title: none of them stops the build."""
    for folder in ("exercises", "solutions"):
        (book / folder).mkdir()
    task = new_markdown_cell("## Task 1", id="text")
    answer = new_code_cell("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", id="code")
    why = new_markdown_cell("Because it is so.", metadata={"tags": ["solution"]})
    check = new_code_cell("print(3 * x)", id="check", metadata={"tags": ["check"]})
    solution = new_notebook(cells=[task, answer, why, check], metadata={"kernelspec": KERNEL})
    nbformat.write(solution, book / "solutions" / "01-one.ipynb")
    exercise = to_exercise(solution)
    exercise.cells[1].source = "x = 1 / 0"
    note = {"cell_type": "markdown", "metadata": {}, "source": "A note of my own."}
    own = {"cell_type": "code", "metadata": {}, "source": "x = 14\nprint(x)"}
    exercise.cells[1:1] = [note]
    exercise.cells.insert(3, own)
    (book / "exercises" / "01-one.ipynb").write_text(json.dumps(exercise))
    toc = {"format": "jb-book", "root": "book/first", "chapters": [{"file": "exercises/01-one"}]}
    (book / "_toc.yml").write_text(yaml.safe_dump(toc))

    result = build_book(book)
    assert result.returncode == 0, result.stderr
    page = (book / "_build" / "html" / "exercises" / "01-one.html").read_text(encoding="utf-8")
    parts = ["A note of my own.", "ZeroDivisionError", ">14", ">42", "Because it is so."]
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


def test_the_build_compiles_no_grammars_that_it_does_not_ask(tmp_path):
    command = [BUILD[0], "-X", "importtime", *BUILD[1:]]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert re.search(r"\bjsonschema._format$", result.stderr, re.M)
    assert not re.search(r"\blark\b", result.stderr)
    assert "Running Jupyter-Book" in result.stdout
