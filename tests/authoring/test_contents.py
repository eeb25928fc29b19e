import nbformat
import pytest
import yaml

from everystep.authoring.contents import notebook_pages, notebooks, pages


@pytest.fixture
def course(tmp_path):
    toc = {
        "format": "jb-book",
        "root": "book/index",
        "parts": [{"chapters": [{"file": "book/b/lab"}, {"file": "exercises/a", "title": "A"}]}],
    }
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    for name in ("book/b/lab", "exercises/a", "solutions/a"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(nbformat.v4.new_notebook(), tmp_path / f"{name}.ipynb")
    (tmp_path / "book" / "index.md").write_text("# Hello")
    return tmp_path


def test_pages_come_in_the_order_of_the_contents(course):
    assert pages(course) == ["book/index", "book/b/lab", "exercises/a"]
    assert notebook_pages(course) == ["book/b/lab", "exercises/a"]


def test_solutions_belong_to_exercises_and_strays_to_nothing(course):
    for stray in ("book/b/lab-Copy1", "Untitled", "solutions/Untitled", "drafts/x"):
        (course / stray).parent.mkdir(exist_ok=True)
        (course / f"{stray}.ipynb").touch()
    assert [path.relative_to(course).as_posix() for path in notebooks(course)] == [
        "book/b/lab.ipynb",
        "exercises/a.ipynb",
        "solutions/a.ipynb",
    ]
