import pytest

from everystep.bank.markup import (
    block_html,
    check_block,
    check_inline,
    check_plain,
    formula_html,
    formulas,
    inline_html,
    plain_text,
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Use `lr=0.1` *now*", "Use <code>lr=0.1</code> <em>now</em>"),
        ("two\nlines ", "two lines"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("A GPU's \"own\" `it's`", "A GPU’s “own” <code>it's</code>"),
    ],
)
def test_a_line_becomes_html(text, html):
    assert inline_html(text) == html


def test_paragraphs_lists_and_tables_become_html():
    html = block_html("One.\n\n- two\n\n| a |\n|---|\n| 3 |\n\n<b>four</b>")
    for part in ("<p>One.</p>", "<li>two</li>", "<td>3</td>", "<p>&lt;b&gt;four&lt;/b&gt;</p>"):
        assert part in html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("`a < b` & *c*", "a < b & c"),
        ("two\nlines", "two lines"),
        ("`<b>`", "<b>"),
        ("1 < 2", "1 < 2"),
        ("the loader's 'last' batch", "the loader’s ‘last’ batch"),
    ],
)
def test_markup_can_be_taken_away(text, plain):
    assert plain_text(text) == plain


# ----- Formulas


def test_a_formula_becomes_mathml_wherever_it_stands():
    formula = formula_html(r"\eta = 0.1")
    assert formula.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">')
    assert inline_html(r"A rate of $\eta = 0.1$ now") == f"A rate of {formula} now"
    assert block_html(r"$\eta = 0.1$ at 5") == f"<p>{formula} at 5</p>"
    assert inline_html(r"$\eta = 0.1$ at 5") == f"{formula} at 5"
    shown = formula_html("x^2", display=True)
    assert 'display="block"' in shown
    assert block_html("So:\n\n$$\nx^2\n$$") == f'<p>So:</p>\n<div class="formula">{shown}</div>'
    assert formulas("Both $a$ and $$b$$ of `$c$`\n\n$$d$$") == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("$5 an hour or $10 a day", "$5 an hour or $10 a day"),
        (r"from \$5-\$10", "from $5-$10"),
        ("`$x$`", "<code>$x$</code>"),
        ("a 5 $ note", "a 5 $ note"),
    ],
)
def test_money_and_code_are_no_formulas(text, html):
    assert check_inline(text) == check_block(text) == text
    assert inline_html(text) == html


def test_a_menu_shows_a_row_of_signs_and_latex_for_the_rest():
    assert plain_text(r"Cut $\eta < 1$ down") == "Cut η<1 down"
    assert plain_text(r"By $\frac{1}{2}$ or $x_t$") == r"By \frac{1}{2} or x_t"


@pytest.mark.parametrize(
    "latex",
    [r"\foo", r"\frac{a", r"\frac{a}", "a & b", "a_{", r"\left(", "}", "a^b^c", "", r"x^2\sqrt[3]"],
)
def test_a_formula_that_cannot_be_understood_is_refused(latex):
    with pytest.raises(ValueError, match="cannot be understood"):
        formula_html(latex)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("![a curve](curve.png)", "an image cannot be shown"),
        ("**See ![a](https://example.org/a.png)**", "an image cannot be shown"),
        ("[there](book/01-steps/concept.md)", "must begin with https"),
        ("[there](//example.org)", "must begin with https"),
        ("A {glue:text}`x.mean`", "the role {glue:text}"),
        (r"A rate $\etta$ of", "cannot be understood"),
        ("from $5-$10", "write .* for a dollar sign"),
        ("10$x$", "write .* for a dollar sign"),
        ("so $$x$$ is", "write .* for a dollar sign"),
    ],
)
def test_what_pages_or_exports_cannot_show_is_refused(text, reason):
    for check in (check_block, check_inline, check_plain):
        with pytest.raises(ValueError, match=reason):
            check(text)


@pytest.mark.parametrize(
    "text", ["# A heading", "Text\n---", "- # In a list", "```{note}\nText\n```", "$$\nx^\n$$"]
)
def test_what_no_block_can_show_is_refused(text):
    with pytest.raises(ValueError, match=r"cannot be (?:shown|understood)"):
        check_block(text)


@pytest.mark.parametrize("text", ["One\n\ntwo", "- one\n- two", "| a |\n|---|", "$$\nx\n$$"])
def test_what_no_line_can_show_is_refused(text):
    with pytest.raises(ValueError, match="cannot be shown here"):
        check_inline(text)


def test_a_menu_holds_no_fractions():
    assert check_plain(r"Times $\eta$") == r"Times $\eta$"
    with pytest.raises(ValueError, match="a menu holds no fractions and powers"):
        check_plain(r"Times $\frac{1}{2}$")


@pytest.mark.parametrize(
    "text", ["# of updates", "- 5 points", "1. First\n", "`a{b}`", "two\nlines", "[x](https://a.b)"]
)
def test_a_line_may_begin_with_any_sign(text):
    assert check_inline(text) == text
