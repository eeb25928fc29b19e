import pytest

from everystep.bank.markup import block_html, inline_html, plain_text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Use `lr=0.1` *now*", "Use <code>lr=0.1</code> <em>now</em>"),
        ("two\nlines ", "two lines"),
        ("1 < 2 & 3", "1 &lt; 2 &amp; 3"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
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
    ],
)
def test_markup_can_be_taken_away(text, plain):
    assert plain_text(text) == plain
