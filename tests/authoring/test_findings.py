import pytest
import yaml
from nbformat import write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from everystep.authoring.findings import find_all, findings_in


def book_with(root, **pages):
    chapters = [{"file": f"book/{name}/lab"} for name in pages]
    toc = {"format": "jb-book", "root": "index", "chapters": chapters}
    (root / "_toc.yml").write_text(yaml.safe_dump(toc))
    for name, cells in pages.items():
        path = root / "book" / name / "lab.ipynb"
        path.parent.mkdir(parents=True)
        write(new_notebook(cells=cells), path)


def test_findings_are_read_from_code_cells_alone(tmp_path):
    book_with(
        tmp_path,
        one=[
            new_markdown_cell('finding("a.prose")'),
            new_code_cell('finding(\n    "a.first", "x", e, holds=True)\nfinding(\'a.second\', 1)'),
        ],
    )
    assert findings_in(tmp_path / "book" / "one" / "lab.ipynb") == ["a.first", "a.second"]
    assert find_all(tmp_path) == {"a.first": "book/one/lab", "a.second": "book/one/lab"}


def test_an_id_used_twice_stops_the_build(tmp_path):
    cell = new_code_cell('finding("a.same", "x", e, holds=True)')
    book_with(tmp_path, one=[cell], two=[cell])
    with pytest.raises(ValueError, match=r"a\.same is asserted twice: .*one/lab .*two/lab"):
        find_all(tmp_path)


def test_copies_and_empty_notebooks_beside_a_lab_do_not_matter(tmp_path):
    book_with(tmp_path, one=[new_code_cell('finding("a.same", "x", e, holds=True)')])
    lab = tmp_path / "book" / "one" / "lab.ipynb"
    lab.with_name("lab-Copy1.ipynb").write_bytes(lab.read_bytes())
    lab.with_name("Untitled.ipynb").touch()
    assert find_all(tmp_path) == {"a.same": "book/one/lab"}
