import json

import pytest

from everystep.authoring.notebooks import NotebookError, parse, place, read, tags, write_text


def notebook(*cells):
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4})


def code(source="x = 1", **more):
    return {"cell_type": "code", "source": source, **more}


def test_what_editors_leave_out_is_put_right():
    (cell,) = parse(notebook(code(["x = 1\n", "y = 2"])), "a")["cells"]
    assert cell == {
        "cell_type": "code",
        "id": "cell-1",
        "source": "x = 1\ny = 2",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
    }


def test_what_is_there_stays():
    given = code(id="own", metadata={"tags": ["check"]}, outputs=[{}], execution_count=3)
    (cell,) = parse(notebook(given), "a")["cells"]
    assert cell == given
    assert tags(cell) == ["check"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "cell-2", "cell-3"]),
        (["cell-2", "cell-2"], ["cell-2", "cell-3"]),
        (["", None, "no blanks", 4], ["cell-1", "cell-2", "cell-3", "cell-4"]),
        (["a" * 65], ["cell-1"]),
    ],
)
def test_every_cell_has_an_id_of_its_own(given, expected):
    cells = parse(notebook(*(code(id=id) for id in given)), "a")["cells"]
    assert [cell["id"] for cell in cells] == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a is not a notebook"),
        ("<<<<<<< HEAD", "a is not a notebook"),
        ("[]", "a is not a notebook: it has no cells"),
        ('{"worksheets": []}', "it has no cells"),
        ('{"cells": [], "metadata": []}', "a: its metadata are no object"),
        (notebook(code(), 3), "a: cell 2 of 2: cell_type must be one of code, markdown, raw"),
        (notebook({"source": "x"}), "a: cell 1 of 1: cell_type must be one of"),
        (notebook(code(source=3)), "a: cell 1 of 1: source must be a text or a list of lines"),
        (notebook(code(source=[3])), "a: cell 1 of 1: source must be a text or a list of lines"),
        (notebook(code(metadata=[])), "a: cell 1 of 1: metadata must be an object"),
        (notebook(code(outputs=None)), "a: cell 1 of 1: outputs must be a list"),
    ],
)
def test_what_is_no_notebook_is_named(text, message):
    with pytest.raises(NotebookError, match=message):
        parse(text, "a")


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(NotebookError, match=r"none\.ipynb cannot be read"):
        read(tmp_path / "none.ipynb")
    (tmp_path / "latin.ipynb").write_bytes('{"ä"}'.encode("latin-1"))
    with pytest.raises(NotebookError, match=r"latin\.ipynb cannot be read"):
        read(tmp_path / "latin.ipynb")


def test_a_cell_is_placed_by_its_number_and_its_first_line():
    both = parse(notebook(code(), code("\nif x:\n    y")), "a")
    assert place(both, 1) == "cell 2 of 2 ('if x:')"


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path, link = tmp_path / "a.ipynb", tmp_path / "link.ipynb"
    write_text("old", path)
    link.symlink_to(path)
    write_text("new", link)
    assert (path.read_text(), link.is_symlink()) == ("new", True)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text("newer", path)
    assert path.read_text() == "new"
    assert {file.name for file in tmp_path.iterdir()} == {"a.ipynb", "link.ipynb"}
