from types import SimpleNamespace

from everystep.site.policy import SETTINGS, move_settings


def script(filename, **attributes):
    return SimpleNamespace(filename=filename, attributes=attributes)


def page_of(folder, body, *scripts):
    """Return the context of a page with some scripts once its settings have moved."""
    context = {"body": body, "script_files": list(scripts)}
    added = lambda name, priority: context["script_files"].append(script(name))  # noqa: E731
    move_settings(SimpleNamespace(outdir=folder, add_js_file=added), "p", "p.html", context, None)
    return context


def test_settings_are_one_file_each_line_once_without_the_pages_name(tmp_path):
    kept = script("doctools.js")
    lines = ["let a = 1;", "let b = 2;", "let a = 1;", "DOCUMENTATION_OPTIONS.pagename = 'p';"]
    context = page_of(tmp_path, "", kept, *(script(None, body=line) for line in lines))
    assert [one.filename for one in context["script_files"]] == ["doctools.js", SETTINGS]
    assert (tmp_path / "_static" / SETTINGS).read_text() == "let a = 1;\nlet b = 2;\n"


def test_settings_of_thebe_leave_the_text(tmp_path):
    thebe = "<script type=\"text/x-thebe-config\">\n{}</script>\n<script>kernelName = 'x'</script>"
    assert page_of(tmp_path, f"<p>One</p>{thebe}<p>two</p>")["body"] == "<p>One</p>\n<p>two</p>"
