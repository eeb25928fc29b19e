"""Leave out of the theme's styles and icons what no page uses.

The styles that the theme and its extensions bring are made for every site; nine tenths of their
rules are for what does not occur here. A rule stays if every class and identifier that it asks for
stands on a page or in a script. What is left of them is one file, which all pages load. Icons are
letters of a font, of which the site gets those that the remaining rules name.
"""

import hashlib
import json
import logging
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tinycss2
from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from tinycss2.ast import Node

FONTS = "vendor/fontawesome/webfonts"
COMMON = "common.css"
# What the theme loads before all others, and does not list.
FIRST = ("styles/theme.css", "styles/pydata-sphinx-theme.css")
# Made in the build, for some pages alone; its script puts the names of its classes together.
WHOLE = {"trainer/uPlot.css"}
# Icons as drawings, which the theme would put in place of letters.
DRAWINGS = "scripts/fontawesome*"
NESTING = {"media", "supports", "layer", "container"}
# A letter that is an icon: one for private use, in a variable or as a content, or a sign such as +.
ICON = re.compile('[\ue000-\uf8ff]|(?<=content:")[^"](?=")')
IMPORT = re.compile(r"""@import\s*["']([^"':]+)["']\s*;""")
# Without JavaScript a page keeps the mode that it is sent with, for which the theme has no colors.
UNSET, NEITHER = "html:not([data-theme])", 'html:not([data-theme="light"],[data-theme="dark"])'
SOURCES = re.compile(
    r'url\((\S+)\.woff2\) format\("woff2"\),\s*url\(\1\.ttf\) format\("truetype"\)'
)


def names_on(page: str) -> Iterator[str]:
    """Yield the classes and identifiers of a page's HTML."""
    for match in re.finditer(r'\s(?:class|id)="([^"]*)"', page):
        yield from match[1].split()


def words_in(script: str) -> Iterator[str]:
    """Yield all words of a script, of which some are classes that it sets."""
    for match in re.finditer(r"[\w-]+", script):
        yield match[0]


def without_unused(css: str, used: set[str]) -> str:
    """Return styles without the rules for classes and identifiers that are not used.

    Args:
        css: a stylesheet.
        used: classes and identifiers that occur.
    """
    rules = tinycss2.parse_stylesheet(css, skip_whitespace=True)
    return "".join(_kept(rule, used) for rule in rules)


class LightStyles:
    """Styles without what is not used, kept from one build to the next: to parse them takes long.

    Args:
        path: where they are kept; a file that cannot be read counts as none.
        used: classes and identifiers that occur.
    """

    def __init__(self, path: Path, used: set[str]) -> None:
        self.path, self.used = path, used
        # Names with letters that are no word's, such as a dot, are several words.
        self.split = {name: words for name in used if (words := {*words_in(name)}) != {name}}
        self.made: dict[str, str] = {}
        try:
            self.before: dict[str, str] = dict(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            self.before = {}

    def of(self, css: str) -> str:
        """Return what is left of a stylesheet."""
        words = set(words_in(css))
        several = {name for name, parts in self.split.items() if words >= parts}
        asked = sorted(words & (self.used - self.split.keys()) | several)
        code = Path(__file__).read_text("utf-8")
        key = hashlib.sha256(json.dumps([css, asked, code]).encode()).hexdigest()
        self.made[key] = self.before.get(key) or without_unused(css, self.used)
        return self.made[key]

    def keep(self) -> None:
        """Keep what was asked for, and nothing else."""
        self.path.write_text(json.dumps(self.made), encoding="utf-8")


def _kept(rule: Node, used: set[str]) -> str:
    if rule.type == "comment":
        return str(rule.serialize()) if rule.value.startswith("!") else ""  # a license
    if rule.type == "qualified-rule":
        selectors = [s for s in _selectors(rule.prelude) if used.issuperset(_asked_for(s))]
        text = ",".join(map(tinycss2.serialize, selectors))
        return f"{text}{{{tinycss2.serialize(rule.content)}}}" if selectors else ""
    if rule.type == "at-rule" and rule.lower_at_keyword in NESTING and rule.content is not None:
        inner = tinycss2.parse_rule_list(rule.content, skip_whitespace=True)
        text = "".join(_kept(one, used) for one in inner)
        condition = tinycss2.serialize(rule.prelude)
        return f"@{rule.at_keyword}{condition}{{{text}}}" if text else ""
    return str(rule.serialize())


def _selectors(prelude: Iterable[Node]) -> list[list[Node]]:
    selectors: list[list[Node]] = [[]]
    for token in prelude:
        if token.type == "literal" and token.value == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def _asked_for(selector: Iterable[Node]) -> Iterator[str]:
    """Yield the classes and identifiers without which nothing is selected.

    What stands in the brackets of ``:not()``, ``:is()`` and the like is not among them.
    """
    before = ""
    for token in selector:
        if (token.type == "ident" and before == ".") or token.type == "hash":
            yield token.value
        before = token.value if token.type == "literal" else ""


def icons_in(css: str) -> set[int]:
    """Return the code points of the icons that styles name."""
    return {ord(letter) for letter in ICON.findall(css)}


def with_light_icons(css: str) -> str:
    """Return styles that load the icons as ``write_font`` writes them, and do not speak of them.

    Read aloud, the letters that they are would mean nothing: an empty text after a slash says that
    there is nothing to read. Browsers that do not know this take what stands before.
    """
    css = SOURCES.sub(r'url(\1.woff) format("woff")', css)
    css = re.sub('content:"[\ue000-\uf8ff]"', lambda match: f'{match[0]};{match[0]}/""', css)
    return re.sub("[\ue000-\uf8ff]", lambda match: f"\\{ord(match[0]):x}", css)


def write_font(source: Path, letters: set[int]) -> None:
    """Write beside a font one that has only some letters, as WOFF; none if it has none of them.

    Args:
        source: a TrueType font.
        letters: code points.
    """
    # Some package has loggers of all others tell each step.
    logging.getLogger("fontTools").setLevel(logging.WARNING)
    font = TTFont(source)
    has = letters & set(font.getBestCmap())
    if has:
        chosen = subset.Subsetter(subset.Options(notdef_outline=True))
        chosen.populate(unicodes=has)
        chosen.subset(font)
        font.flavor = "woff"
        font.save(source.with_suffix(".woff"))
    font.close()


def load_common(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Have a page load one file for all styles but the course's own."""
    folders = [Path(app.confdir, folder) for folder in app.config.html_static_path]
    names = {
        styles: str(styles.filename).removeprefix("_static/") for styles in context["css_files"]
    }
    own = [
        styles
        for styles, name in names.items()
        if name in WHOLE or any((folder / name).exists() for folder in folders)
    ]
    context["css_files"] = own
    context["common_styles"] = [COMMON]
    others = [name for styles, name in names.items() if styles not in own]
    # The last pages, such as that of the search, are written in every build, and in this process.
    app.builder.common_styles = [*FIRST, *others]  # type: ignore[attr-defined]


def in_folder_above(css: str, folder: str) -> str:
    """Return styles that lie in a folder as they must be in the one above, whose files they name.

    Args:
        css: a stylesheet.
        folder: the folder's path, seen from the one above; empty if it is the same.
    """

    def moved(match: re.Match[str]) -> str:
        return f"url({posixpath.normpath(posixpath.join(folder, match[1]))})"

    return re.sub(r"""url\(["']?(?!["']?(?:data:|#|\w+:))([^"')]+)["']?\)""", moved, css)


def with_imports(styles: Path, static: Path) -> str:
    """Return a file's styles as they must be in ``static``, with those that it imports in place."""

    def imported(match: re.Match[str]) -> str:
        return with_imports((styles.parent / match[1]).resolve(), static)

    css = in_folder_above(styles.read_text("utf-8"), styles.parent.relative_to(static).as_posix())
    return IMPORT.sub(imported, css)


def lighten(app: Sphinx, exception: Exception | None) -> None:
    """Write the styles and icons that are used over those that Sphinx has copied."""
    names = vars(app.builder).get("common_styles")
    if names is None or exception is not None:
        return  # no page was written, and so nothing copied
    site = Path(app.outdir)
    static = (site / "_static").resolve()
    for drawing in static.glob(DRAWINGS):
        drawing.unlink()
    used: set[str] = set()
    for page in site.rglob("*.html"):
        used.update(names_on(page.read_text("utf-8")))
    for script in static.rglob("*.js"):
        used.update(words_in(script.read_text("utf-8")))
    letters: set[int] = set()
    light = LightStyles(Path(app.doctreedir, "styles.json"), used)
    for styles in {*static.rglob("*.css")} - {static / name for name in WHOLE}:
        css = light.of(styles.read_text("utf-8"))
        letters |= icons_in(css)
        styles.write_text(with_light_icons(css), encoding="utf-8")
    light.keep()
    common = [static / name for name in names]
    texts = "\n".join(with_imports(styles, static) for styles in common)
    (static / COMMON).write_text(texts.replace(UNSET, NEITHER), encoding="utf-8")
    for styles in common:
        styles.unlink()
    for font in sorted((static / FONTS).glob("*.ttf")):
        write_font(font, letters)
    for font in [*static.rglob("*.ttf"), *static.rglob("*.woff2")]:
        font.unlink()


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    # After the other extensions have added their styles and written their scripts.
    app.connect("html-page-context", load_common, priority=900)
    app.connect("build-finished", lighten, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
