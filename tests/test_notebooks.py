"""Committed notebooks are tidy, their figures are described, their findings have one home."""

import re

import nbformat
import pytest

from everystep.authoring.tidy import CHECKED, KERNEL
from everystep.site.evidence import find_all
from tests.paths import NOTEBOOKS, ROOT, relative

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
MAX_CELL_LINES = 40


@every_notebook
def test_outputs_only_where_they_are_compared(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        checked = cell.source.startswith(CHECKED)
        assert bool(cell.outputs) == checked, f"run everystep.authoring.tidy: {cell.source[:80]!r}"
        assert CHECKED not in cell.source[1:], f"{CHECKED} must be a cell's first line"


@every_notebook
def test_no_execution_counts_and_the_kernel_is_named_python3(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec == KERNEL
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.execution_count is None
            assert all(out.get("execution_count") is None for out in cell.outputs)


@every_notebook
def test_cell_ids_are_there_and_unique(path):
    ids = [cell["id"] for cell in nbformat.read(path, as_version=4).cells]
    assert all(ids)
    assert len(set(ids)) == len(ids)


@every_notebook
def test_cells_are_short(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            lines = len(cell.source.splitlines())
            assert lines <= MAX_CELL_LINES, f"{lines} lines: {cell.source[:80]!r}"


@every_notebook
def test_figures_are_shown_with_a_description(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert not re.search(r"\bplt\.show\(", cell.source), "use show(figure, key, alt=...)"


def test_findings_have_unique_ids_and_live_in_labs():
    homes = find_all(ROOT)
    assert homes
    assert all(page.startswith("book/") for page in homes.values())


def test_every_chapter_has_all_its_rooms():
    chapters = {p.name for p in (ROOT / "book").glob("[0-9][0-9]-*")}
    assert chapters
    for name in chapters:
        rooms = [
            ROOT / "book" / name / "concept.md",
            ROOT / "book" / name / "lab.ipynb",
            ROOT / "exercises" / f"{name}.ipynb",
            ROOT / "solutions" / f"{name}.ipynb",
            ROOT / "everystep" / "checks" / f"{name[3:].replace('-', '_')}.py",
        ]
        missing = [relative(room) for room in rooms if not room.is_file()]
        assert not missing, f"chapter {name} lacks {missing}"
