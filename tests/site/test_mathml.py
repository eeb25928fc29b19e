import pytest
from docutils import nodes

from everystep.site.mathml import visit_block, visit_inline


class Translator:
    def __init__(self):
        self.body = []


@pytest.mark.parametrize(
    ("visit", "node"), [(visit_inline, nodes.math), (visit_block, nodes.math_block)]
)
def test_formulas_become_mathml(visit, node):
    translator = Translator()
    with pytest.raises(nodes.SkipNode):
        visit(translator, node("", r"\frac{a}{b}"))
    (html,) = translator.body
    assert "<mfrac>" in html
    assert ("<div" in html) == (visit is visit_block)
