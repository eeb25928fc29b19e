import json
from types import SimpleNamespace

import pytest
from docutils import nodes
from nbformat import writes
from nbformat.v4 import new_code_cell, new_notebook

from everystep.authoring.tidy import CHECKED
from everystep.site.pages import (
    drop_test_marks,
    drop_thebe,
    fix_markup,
    leave_figures_unnumbered,
    let_links_lead_to_given_ids,
    write_minus_signs,
)


def script(filename, **attributes):
    return SimpleNamespace(filename=filename, attributes=attributes)


def test_scripts_of_thebe_go_and_others_stay():
    kept = script("doctools.js")
    context = {
        "script_files": [
            kept,
            script("sphinx-thebe.js"),
            script(None, body='const THEBE_JS_URL = "https://host.example/thebe"'),
        ]
    }
    drop_thebe(None, "page", "page.html", context, None)
    assert context["script_files"] == [kept]


def test_marks_for_nbval_are_not_shown():
    source = [writes(new_notebook(cells=[new_code_cell(f"{CHECKED}\nx = 1"), new_code_cell("y")]))]
    drop_test_marks(None, "page", source)
    assert CHECKED not in source[0]
    assert "".join(json.loads(source[0])["cells"][0]["source"]) == "x = 1"


def test_an_empty_header_is_a_plain_cell_and_a_reference_a_list_item():
    context = {"body": '<tr><th></th><th>loss</th></tr><div role="doc-biblioentry"></div>'}
    fix_markup(None, "page", "page.html", context, None)
    assert context["body"] == '<tr><td></td><th>loss</th></tr><div role="listitem"></div>'


def test_what_a_wide_table_scrolls_in_has_a_name():
    context = {"body": '<div class="pst-scrollable-table-container"><table></table></div>'}
    fix_markup(None, "page", "page.html", context, None)
    assert 'role="group" aria-label="Table"><table>' in context["body"]


def test_figures_are_not_numbered_whatever_an_extension_sets():
    config = SimpleNamespace(numfig=True)
    leave_figures_unnumbered(None, config)
    assert config.numfig is False


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("-0.5", "−0.5"),
        ("-.25 to -1", "−.25 to −1"),
        ("-1.2e-05", "−1.2e-05"),
        ("-0.0 to 0.9", "0.0 to 0.9"),
        ("-0.05", "−0.05"),
        ("-0", "0"),
        ("batch 8-16", "batch 8-16"),
        ("schedule-free", "schedule-free"),
        ("+0.5", "+0.5"),
    ],
)
def test_quoted_numbers_have_minus_signs(written, shown):
    quoted = nodes.inline(written, written, classes=["pasted-text"])
    typed = nodes.literal(written, written)
    write_minus_signs(None, nodes.paragraph("", "", quoted, typed), "page")
    assert quoted.astext() == shown
    assert typed.astext() == written


def test_links_may_lead_to_text_with_an_id():
    page = nodes.document(None, None)
    page += nodes.inline("", "a row", ids=["row-one"])
    page += nodes.inline("", "no id")
    env = SimpleNamespace(
        docname="page", metadata={"page": {"myst_slugs": {"top": (1, "id1", "")}}}
    )
    let_links_lead_to_given_ids(SimpleNamespace(env=env), page)
    assert env.metadata["page"]["myst_slugs"] == {
        "top": (1, "id1", ""),
        "row-one": (None, "row-one", "a row"),
    }
