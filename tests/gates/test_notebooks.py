"""Committed notebooks are tidy, their figures are described, their findings have one home."""

import ast

import nbformat
import pytest

from everystep.authoring.findings import find_all, findings_in
from everystep.authoring.manifest import read_manifest
from everystep.authoring.tidy import CHECKED, KERNEL
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


MAKES_FIGURES = ("plt.subplots", "plt.figure", "plt.subplot_mosaic")
SHOWS_IN_OTHER_WAYS = ("plt.show", "display", "plt.savefig")


def undescribed_figures(code):
    """Return what a cell's code shows without a description, as lines of code.

    Every figure is made by pyplot and handed to ``show``, which asks for a description, in the
    same cell; a function may make a figure for its caller to show.
    """
    tree = ast.parse(code)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = [ast.unparse(call.func) for call in calls]
    wrong = [
        ast.unparse(call)
        for call, name in zip(calls, names, strict=True)
        if name in SHOWS_IN_OTHER_WAYS or name.endswith((".savefig", ".show"))
    ]
    outside = ast.Module([node for node in tree.body if not isinstance(node, ast.FunctionDef)], [])
    made = sum(
        ast.unparse(node.func) in MAKES_FIGURES
        for node in ast.walk(outside)
        if isinstance(node, ast.Call)
    )
    shown = names.count("show")
    return wrong + [f"{made} figures are made and {shown} shown"] * (made > shown)


@every_notebook
def test_figures_are_shown_with_a_description(path):
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert not undescribed_figures(cell.source), "use show(figure, key, alt=..., caption=)"


@pytest.mark.parametrize(
    "code",
    [
        "figure, ax = plt.subplots()\nplt.show()",
        "figure, ax = plt.subplots()\nfigure.show()",
        "figure, ax = plt.subplots()\ndisplay(figure)",
        "figure, ax = plt.subplots()\nfigure",
        "figure = plt.figure()\nax = figure.add_subplot()",
    ],
)
def test_a_planted_figure_without_a_description_is_found(code):
    assert undescribed_figures(code)


def test_findings_have_unique_ids_and_live_in_labs():
    homes = find_all(ROOT)
    assert homes
    assert all(page.startswith("book/") for page in homes.values())


@pytest.mark.parametrize("chapter", read_manifest().with_room("lab"), ids=lambda c: c.name)
def test_findings_begin_with_the_chapters_prefix(chapter):
    ids = findings_in(ROOT / chapter.place("lab"))
    assert ids
    assert not [id for id in ids if not id.startswith(f"{chapter.prefix}.")]
