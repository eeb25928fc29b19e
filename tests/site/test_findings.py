from types import SimpleNamespace

import pytest
import yaml
from sphinx.errors import SphinxError

from everystep.site.findings import FINDINGS, GLUED_FROM, collect_findings


def test_quoted_notebooks_are_recognized():
    text = "A {glue:text}`lab.ipynb::a.b:.1f` B\n```{glue} a.c\n:doc: ../02/lab.ipynb\n```"
    assert [a or b for a, b in GLUED_FROM.findall(text)] == ["lab.ipynb", "../02/lab.ipynb"]


@pytest.mark.parametrize("text", ["", "no JSON", "{}"])
def test_a_lab_that_is_no_notebook_is_named(tmp_path, text):
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": "lab"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    (tmp_path / "lab.ipynb").write_text(text)
    with pytest.raises(SphinxError, match=r"lab\.ipynb is not a notebook"):
        collect_findings(SimpleNamespace(env=SimpleNamespace(), srcdir=tmp_path))


def test_findings_are_collected_before_pages_are_read(tmp_path):
    toc = {"format": "jb-book", "root": "index", "chapters": [{"file": "lab"}]}
    (tmp_path / "_toc.yml").write_text(yaml.safe_dump(toc))
    (tmp_path / "lab.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "source": "finding(\\"a.b\\", 1)"}]}'
    )
    app = SimpleNamespace(env=SimpleNamespace(), srcdir=tmp_path)
    collect_findings(app)
    assert vars(app.env)[FINDINGS] == {"a.b": "lab"}
