"""No script stands in a page itself, so that whoever publishes the site can forbid such scripts.

Extensions write lines of settings into every page. These lines are one file, which comes after the
options that some of them change. The rest of what the theme writes into its pages is replaced in
``book/_templates/layout.html``. Pages then obey ``POLICY``.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

# What a server may send as Content-Security-Policy. The trainer compiles WebAssembly, and runs in a
# worker that is made of texts; drawings and tables have styles in their markup.
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)
SETTINGS = "settings.js"
# After Sphinx's own scripts, which have 200, and before those of extensions.
PRIORITY = 250
# Differs from page to page; the theme reads it to switch between versions of a site.
PAGE_NAME = "DOCUMENTATION_OPTIONS.pagename"
# Thebe, which is off, leaves its settings in the text.
THEBE = re.compile(
    r'<script type="text/x-thebe-config">.*?</script>|<script>kernelName = .*?</script>', re.DOTALL
)


def move_settings(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Have a page load lines of settings from a file, and leave out those of Thebe."""
    context["body"] = THEBE.sub("", context.get("body", ""))
    bodies = [script.attributes.get("body") for script in context["script_files"]]
    # Those of Thebe are dropped by everystep.site.pages.
    lines = [body for body in bodies if body and not re.search(f"{PAGE_NAME}|thebe", body, re.I)]
    text = "\n".join(dict.fromkeys(lines)) + "\n"
    path = Path(app.outdir, "_static", SETTINGS)
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    app.add_js_file(SETTINGS, priority=PRIORITY)
    context["script_files"] = [one for one in context["script_files"] if one.filename]


def main() -> None:
    """Print the policy for whoever sets up a server."""
    print(POLICY)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    # After the theme has added its lines.
    app.connect("html-page-context", move_settings, priority=600)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


if __name__ == "__main__":
    main()
