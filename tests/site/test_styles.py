"""Styles and icons that no page uses are left out, and nothing that one uses."""

import gzip
import re
from pathlib import Path

import matplotlib
import pytest
from fontTools.ttLib import TTFont

from everystep.site import styles as module
from everystep.site.styles import (
    icons_in,
    in_folder_above,
    names_on,
    with_imports,
    with_light_icons,
    without_unused,
    words_in,
    write_font,
)
from tests.quiz_site import build, write_sources

USED = {"a", "b", "top"}


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".a{color:red}.c{color:red}", ".a{color:red}"),
        (".a .c,.a .b,#top{margin:0}", ".a .b,#top{margin:0}"),
        ("#gone,.a.c,p>.c{margin:0}", ""),
        ("p:not(.c){margin:0}", "p:not(.c){margin:0}"),
        (".a:is(.c,.d) p,:has(>.c){margin:0}", ".a:is(.c,.d) p,:has(>.c){margin:0}"),
        (".c:not(.a){margin:0}", ""),
        ("@media print{.c{margin:0}.a{margin:0}}", "@media print{.a{margin:0}}"),
        ("@media print{.c{margin:0}}@supports (gap:0){.c{gap:0}}", ""),
        (
            "@media print{@supports (gap:0){.b{gap:0}}}",
            "@media print{@supports (gap:0){.b{gap:0}}}",
        ),
        ("@keyframes turn{from{top:0}to{top:1px}}", "@keyframes turn{from{top:0}to{top:1px}}"),
        ('@import "c.css";', '@import "c.css";'),
        ("/*! License */.c{margin:0}/* note */", "/*! License */"),
        ('[data-x=".c"]{margin:0}', '[data-x=".c"]{margin:0}'),
        (".\\61{margin:0}", ".a{margin:0}"),
        (":root{--c:#c;--d:.c}", ":root{--c:#c;--d:.c}"),
    ],
)
def test_a_rule_stays_if_all_that_it_asks_for_occurs(css, kept):
    assert without_unused(css, USED) == kept


def test_what_occurs_is_read_off_pages_and_scripts():
    page = '<p class="a b" id="top" data-class="c">class="d"</p><i aria-label="e"></i>'
    assert {*names_on(page)} == {"a", "b", "top"}
    assert {"is-open", "add"} <= {*words_in("x.classList.add('is-open')")}


@pytest.mark.parametrize(
    ("css", "folder", "moved"),
    [
        ("a{b:url(../v/f.woff)}", "styles", "a{b:url(v/f.woff)}"),
        ("a{b:url('f.svg')}", "styles", "a{b:url(styles/f.svg)}"),
        ("a{b:url(f.svg)}", "", "a{b:url(f.svg)}"),
        ("a{b:url(data:image/png;base64,x)}", "styles", "a{b:url(data:image/png;base64,x)}"),
        ('a{b:url("data:x")}c{d:url(#e)}', "styles", 'a{b:url("data:x")}c{d:url(#e)}'),
        ("a{b:url(https://c.d/e)}", "styles", "a{b:url(https://c.d/e)}"),
    ],
)
def test_styles_find_their_files_from_the_folder_above(css, folder, moved):
    assert in_folder_above(css, folder) == moved


def test_imports_are_put_in_place(tmp_path):
    (tmp_path / "styles").mkdir()
    (tmp_path / "a.css").write_text("a{b:url(c.svg)}")
    (tmp_path / "styles" / "d.css").write_text('@import "../a.css";e{f:url(g.svg)}')
    expected = "a{b:url(c.svg)}e{f:url(styles/g.svg)}"
    assert with_imports(tmp_path / "styles" / "d.css", tmp_path) == expected


def test_icons_load_from_the_font_that_is_written_and_are_not_read_aloud():
    css = (
        '@font-face{src:url(../f/solid.woff2) format("woff2"),url(../f/solid.ttf) '
        'format("truetype")}.a:before{content:"\uf002"}.b{--icon:"\uf0eb"}.c:before{content:"+"}'
    )
    assert icons_in(css) == {0xF002, 0xF0EB, ord("+")}
    assert with_light_icons(css) == (
        '@font-face{src:url(../f/solid.woff) format("woff")}'
        '.a:before{content:"\\f002";content:"\\f002"/""}.b{--icon:"\\f0eb"}.c:before{content:"+"}'
    )


def test_a_font_keeps_the_letters_that_are_asked_for(tmp_path):
    source = tmp_path / "font.ttf"
    source.write_bytes(Path(matplotlib.get_data_path(), "fonts/ttf/DejaVuSans.ttf").read_bytes())
    write_font(source, {ord("a"), ord("ü"), 0xE123})
    small = source.with_suffix(".woff")
    assert set(TTFont(small).getBestCmap()) == {ord("a"), ord("ü")}
    assert small.stat().st_size < 0.05 * source.stat().st_size
    small.unlink()
    write_font(source, {0xE123})
    assert not small.exists()


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """Build the small site without the extension, and with it."""
    folders = [write_sources(tmp_path_factory.mktemp(name)) for name in ("heavy", "light")]
    build(folders[0])
    build(folders[1], extensions=("everystep.site.styles",))
    return [folder / "site" for folder in folders]


def test_pages_refer_to_nothing_that_is_left_out(sites):
    _, light = sites
    for page in [light / "index.html", *light.glob("book/**/*.html")]:
        for path in re.findall(r'(?:src|href)="([^":#?]+)["#?]', page.read_text("utf-8")):
            assert (page.parent / path).exists(), f"{page.name}: {path}"
    for styles in light.rglob("*.css"):
        for path in re.findall(r"url\(([^)]+)\)", styles.read_text("utf-8")):
            if not path.strip("\"'").startswith(("data:", "#")) and "brands" not in path:
                assert (styles.parent / path).exists(), f"{styles.name}: {path}"


def test_styles_of_the_theme_are_all_in_one_file(sites):
    _, light = sites
    common = (light / "_static" / "common.css").read_text("utf-8")
    assert "@import" not in common
    for rule in ("a.headerlink{visibility:hidden", ".fa-solid", ".bd-article"):
        assert rule in re.sub(r"\s", "", common)


def test_a_page_without_scripts_has_the_colors_of_a_light_one(sites):
    _, light = sites
    assert 'data-theme="auto"' in (light / "index.html").read_text("utf-8")
    common = (light / "_static" / "common.css").read_text("utf-8")
    assert 'html:not([data-theme="light"],[data-theme="dark"]){--pst-color-primary:' in common
    assert "html:not([data-theme])" not in common


def test_the_styles_of_a_page_weigh_a_third_at_most(sites):
    weights = []
    for site in sites:
        page = (site / "book/01-steps/concept.html").read_text("utf-8")
        names = re.findall(r'<link [^>]*href="\.\./\.\./(_static/[^"?]+\.css)', page)
        weights.append(sum(len(gzip.compress((site / name).read_bytes())) for name in names))
    assert weights[1] < weights[0] / 3


def test_icons_of_the_pages_are_in_their_font(sites):
    _, light = sites
    font = TTFont(next(light.rglob("fa-solid-900.woff")))
    css = "".join(path.read_text("utf-8") for path in light.rglob("*.css"))
    page = (light / "book/01-steps/concept.html").read_text("utf-8")
    icons = {
        name
        for match in re.findall(r'class="[^"]*fa-[^"]*"', page)
        for name in re.findall(r"\bfa-[\w-]+", match)
    } - {"fa-solid", "fa-lg"}
    assert "fa-magnifying-glass" in icons
    for icon in icons:
        code = re.search(rf'\.{icon}:before[^{{]*{{content:"\\(\w+)"', css)
        assert int(code[1], 16) in font.getBestCmap(), icon


def test_styles_are_parsed_again_when_they_or_what_they_ask_for_changed(tmp_path, monkeypatch):
    parsed = []
    whole = module.without_unused
    monkeypatch.setattr(
        module, "without_unused", lambda css, used: parsed.append(css) or whole(css, used)
    )
    path = tmp_path / "styles.json"

    def light(css, *used):
        made = module.LightStyles(path, set(used))
        text = made.of(css)
        made.keep()
        return text, len(parsed)

    css = ".a{top:0}.b{top:1}"
    assert light(css, "a") == (".a{top:0}", 1)
    assert light(css, "a", "other") == (".a{top:0}", 1)
    assert light(css, "a", "b") == (css, 2)
    assert light(f"{css}.a i{{top:2}}", "a", "b") == (f"{css}.a i{{top:2}}", 3)
    path.write_text("[1")
    assert light(css, "b") == (".b{top:1}", 4)
