from everystep.site.findings import GLUED_FROM


def test_quoted_notebooks_are_recognized():
    text = "A {glue:text}`lab.ipynb::a.b:.1f` B\n```{glue} a.c\n:doc: ../02/lab.ipynb\n```"
    assert [a or b for a, b in GLUED_FROM.findall(text)] == ["lab.ipynb", "../02/lab.ipynb"]
