import re
from itertools import permutations

import pytest

from everystep.site.assets import (
    ASKING,
    ASSETS,
    EXPLORER,
    EXPLORER_STYLES,
    FIRST,
    FRAME,
    JUDGING,
    ON_DEMAND,
    PACKS,
    PREDICTING,
    QUESTIONS,
    REPETITION,
    SHARED,
    TOOLS,
    TRAINER,
    TRAINER_STYLES,
    assets_of,
    packed,
    without_comments,
)
from everystep.site.clinic import EXAMPLES, TOLD
from everystep.site.trainer import CHARTS, CHARTS_STYLE, IMAGES, SIGNALS
from tests.paths import ROOT
from tests.quiz_site import build, write_sources

FOLDERS = "shared|quiz|trainer|explorers|landing|search|clinic"
SCRIPT = re.compile(rf'<script ([^>]*)src="[./]*_static/((?:{FOLDERS})/[\w.-]+)\?v=\w+"')
STYLE = re.compile(rf'<link [^>]*href="[./]*_static/((?:{FOLDERS})/[\w.]+)\?v=\w+"')
SEVERAL = "# Several\n\n```{quiz} 01-steps\n```\n\n```{progress}\n```\n\n```{quiz} 01-steps\n```\n"
LOADED = {
    "index": (),
    "search": ("shared/page.js", "search/excerpts.js"),
    "book/01-steps/concept": (*QUESTIONS, "quiz/quiz.js"),
    "book/assess/exam": (*ASKING, *JUDGING, "quiz/exam.js"),
    "book/assess/drill": (*ASKING, "quiz/certainty.js", "quiz/drill.js"),
    "book/assess/terms": (*REPETITION, "quiz/cards.js"),
    "book/assess/progress": (*SHARED, *JUDGING, "quiz/progress.js"),
    "book/train/trainer": (*TRAINER, *PREDICTING),
    "book/01-steps/claims": (*TRAINER, *PREDICTING, *QUESTIONS[2:], "quiz/quiz.js"),
    "book/explore/knob": (*EXPLORER, "explorers/knobs.js", "explorers/knob.js"),
    "book/explore/planner": (
        *TOOLS,
        "explorers/plan.js",
        "explorers/jobs.js",
        "explorers/planner.js",
    ),
    "book/explore/composer": (
        *TOOLS,
        CHARTS,
        "trainer/charts.js",
        "trainer/field.js",
        "explorers/compose.js",
        "explorers/composer.js",
    ),
    "book/clinic/log": ASSETS["clinic"].scripts,
    "book/explore/map": (*EXPLORER, "explorers/map.js"),
    "book/assess/several": (*QUESTIONS, "quiz/quiz.js", *JUDGING, "quiz/progress.js"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("assets"))
    (folder / "book" / "assess" / "several.md").write_text(SEVERAL, encoding="utf-8")
    build(folder)
    return folder / "site"


@pytest.mark.parametrize("page", LOADED)
def test_a_page_loads_what_its_directives_need_once_in_order_and_nothing_else(built, page):
    html = (built / f"{page}.html").read_text(encoding="utf-8")
    (waits, first), *found = SCRIPT.findall(html)
    assert (waits, first) == ("", FIRST)
    assert FIRST in re.search(r"<script\b[^>]*", html)[0], "before all others"
    assert tuple(script for _, script in found) == packed((*FRAME, *LOADED[page]))
    styles = ["quiz/quiz.css"] * (page != "search" and bool(LOADED[page]))
    if "trainer/trainer.js" in LOADED[page]:
        styles = TRAINER_STYLES
    elif page.startswith("book/explore/"):
        styles = EXPLORER_STYLES
    elif page == "book/clinic/log":
        styles = ASSETS["clinic"].styles
    assert STYLE.findall(html) == list(styles)
    assert all('defer="defer"' in attributes for attributes, _ in found)


def test_what_pages_load_is_copied_and_nothing_else_of_web(built):
    copied = {p.relative_to(built / "_static").as_posix() for p in (built / "_static").rglob("*.*")}
    own = {p.relative_to(ROOT / "web").as_posix() for p in (ROOT / "web").rglob("*.*")}
    everything = assets_of(list(ASSETS))
    made = {IMAGES, SIGNALS, CHARTS, CHARTS_STYLE, TOLD, EXAMPLES}
    sources = {"everystep.d.ts", "trainer/kernels.wat", "clinic/told.json"}
    loaded = {FIRST, *FRAME, *everything.scripts, *everything.styles, *ON_DEMAND}
    assert loaded - made == own - sources
    assert made <= copied
    assert own - copied == sources


def test_scripts_lose_their_comments_and_nothing_else(built):
    for script in set(assets_of(list(ASSETS)).scripts) - {IMAGES, CHARTS, TOLD, EXAMPLES}:
        source = (ROOT / "web" / script).read_text(encoding="utf-8")
        written = (built / "_static" / script).read_text(encoding="utf-8")
        assert written == without_comments(source)
        assert "/**" in source
        assert not re.search(r"^\s*(//|/\*|\*)", written, flags=re.MULTILINE)
    assert (built / "_static" / CHARTS).read_text(encoding="utf-8").startswith("// uPlot, copy")


@pytest.mark.parametrize(
    ("script", "written"),
    [
        (
            "const text = `a  // b ${x /* c */} /* d */`;",
            "const text=`a  // b ${x /* c */} /* d */`;",
        ),
        (
            'const two = ["https://e.org", /["]\\/\\*/u];',
            'const two=["https://e.org",/["]\\/\\*/u];',
        ),
        ("const one = a + ++b - --c / d; // e", "const one=a+ ++b- --c/d;"),
    ],
)
def test_what_only_looks_like_a_comment_stays(script, written):
    assert without_comments(script) == written


def test_a_pack_holds_its_scripts(built):
    for pack, scripts in PACKS.items():
        written = (built / "_static" / pack).read_text(encoding="utf-8")
        texts = [(ROOT / "web" / script).read_text(encoding="utf-8") for script in scripts]
        assert written == "\n".join(map(without_comments, texts))


@pytest.mark.parametrize("kinds", [[kind] for kind in ASSETS] + [list(ASSETS)], ids=str)
def test_packs_keep_scripts_in_order(kinds):
    scripts = assets_of(kinds).scripts
    loaded = [part for name in packed(scripts) for part in PACKS.get(name, (name,))]
    assert len(loaded) == len(set(loaded))
    assert [part for part in loaded if part in scripts] == list(scripts)


def names_of(script):
    """Return what a script takes from the namespace at once, and what it puts there."""
    path = ROOT / "web" / script
    text = path.read_text("utf-8") if path.exists() else ""  # of others: IMAGES and CHARTS
    taken = re.findall(r"^  const \{([^;]*)\} = everystep;", text, flags=re.MULTILINE)
    flat = re.sub(r": \{[^{}]*\}", "", ",".join(taken))
    given = re.findall(r"^ *everystep\.(\w+) = ", text, flags=re.MULTILINE)
    return set(re.findall(r"\w+", flat)), set(given)


@pytest.mark.parametrize("kinds", [list(two) for two in permutations(ASSETS, 2)], ids=str)
def test_each_script_comes_after_what_it_uses(kinds):
    defined = {"packed", "told", "examples"}
    for name in packed(assets_of(kinds).scripts):
        for script in PACKS.get(name, (name,)):
            taken, given = names_of(script)
            assert taken <= defined, f"{script} takes {taken - defined} before it is there"
            defined |= given


def test_what_scripts_use_is_found():
    assert {"charts", "page", "statistics"} <= names_of("trainer/trainer.js")[0]
    assert names_of("trainer/field.js") == ({"page"}, {"field"})
    assert names_of("shared/page.js")[1] == {"page"}


def test_several_parts_load_each_script_once_after_what_it_uses():
    both = assets_of(["progress", "exam", "exam"])
    assert both.scripts == (*ASKING, *JUDGING, "quiz/exam.js", "quiz/progress.js")
    assert both.styles == ("quiz/quiz.css",)
    assert assets_of([]) == ((), ())
