"""Which scripts and styles a page loads: those of the directives on it, each once, and no others.

The scripts in ``web/`` are classic ones, because modules do not load from disk. They share one
namespace, so each stands after what it uses, and deferred scripts run in the order of the page.
They are written into the built site without their comments, which are a third of what they weigh,
and those that are always needed together as one. One comes before all others
and does not wait: those of the theme would not survive a browser that refuses its storage.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from rjsmin import jsmin
from sphinx.application import Sphinx


class Assets(NamedTuple):
    """What the pages with one kind of part load, in this order, by paths below ``web/``."""

    scripts: tuple[str, ...]
    styles: tuple[str, ...]


# Of every page, before anything else: it runs before the page is drawn.
FIRST = "shared/storage.js"
# Of every page.
FRAME = tuple(f"shared/{name}.js" for name in ("buttons", "disk", "done", "focus"))
SHARED = ("shared/page.js", "shared/memory.js")
REPETITION = (*SHARED, "quiz/fsrs.js", "quiz/repetition.js")
QUESTIONS = (*REPETITION, "quiz/grading.js", "quiz/question.js")
# What asks questions of other pages.
ASKING = (*QUESTIONS, "quiz/sheets.js")
# What exams and the progress page say of many answers.
JUDGING = ("quiz/certainty.js", "quiz/tallies.js")
STYLES = ("quiz/quiz.css",)
# Those that train; but for the first two, a worker runs them, too.
CORE = (
    "shared/page.js",
    "trainer/core.js",
    "trainer/random.js",
    "trainer/recipe.js",
    "trainer/schedules.js",
    "trainer/kernels.js",
    "trainer/layers.js",
    "trainer/engine.js",
    "trainer/experiment.js",
    "trainer/inspect.js",
    "trainer/worker.js",
)
# Those that show a training, and those that let a reader set one.
SHOWING = (
    "shared/statistics.js",
    "trainer/digits.js",
    "trainer/readings.js",
    "trainer/settings.js",
    "trainer/charts.js",
)
FORM = (
    "trainer/field.js",
    "trainer/form.js",
    "trainer/pictures.js",
    "trainer/stations.js",
    "trainer/roulette.js",
    "trainer/trainer.js",
)
# Those that come with the signals of MNIST-1D, when a reader asks for these.
ON_DEMAND = ("trainer/signals.js", "trainer/lines.js")
# Those that read a log, and say what is to be said of it.
CLINIC = (
    "numbers",
    "names",
    "phases",
    "tables",
    "json",
    "files",
    "clocks",
    "roles",
    "build",
    "state",
    "openmmlab",
    "keras",
    "readers",
    "courses",
    "shapes",
    "schedule",
    "planned",
    "arithmetic",
    "remarks",
    "validation",
    "measures",
    "questions",
    "report",
    "worker",
)
# By the name of one script: those that are written into it. A page that needs all of them loads the
# pack, in which what is alike is compressed once; one that needs a few loads those.
PACKS = {
    "shared/pack-frame.js": FRAME,
    "trainer/pack-core.js": CORE,
    "trainer/pack-showing.js": SHOWING,
    "trainer/pack-form.js": FORM,
    "clinic/pack-clinic.js": tuple(f"clinic/{name}.js" for name in CLINIC),
}
PACK_OF = {script: pack for pack, scripts in PACKS.items() for script in scripts}
TRAINING = (*CORE, "trainer/images.js", "trainer/uPlot.js", *SHOWING)
TRAINER = (*TRAINING, *FORM)
TRAINER_STYLES = (*STYLES, "trainer/uPlot.css", "trainer/trainer.css")
# Guesses, which the browser keeps: a trainer does without.
PREDICTING = ("shared/memory.js", "trainer/predict.js")
# Explorers that train.
EXPLORER = (*TRAINING, "explorers/live.js")
# Explorers that compute.
TOOLS = (
    "shared/page.js",
    *(f"trainer/{name}.js" for name in ("core", "recipe", "schedules", "readings")),
    "explorers/tools.js",
)
EXPLORER_STYLES = (*TRAINER_STYLES, "explorers/explorers.css")
# By the name of the directive; of an explorer, by its own. On a page with several, their scripts
# stand in this order, wherever the parts are: a pack that only the trainer fills is then before all
# that shares a script of it.
ASSETS = {
    "trainer": Assets((*TRAINER, *PREDICTING), TRAINER_STYLES),
    "try": Assets((*TRAINER, "landing/try.js"), (*TRAINER_STYLES, "landing/landing.css")),
    "quiz": Assets((*QUESTIONS, "quiz/quiz.js"), STYLES),
    "exam": Assets((*ASKING, *JUDGING, "quiz/exam.js"), STYLES),
    "drill": Assets((*ASKING, "quiz/certainty.js", "quiz/drill.js"), STYLES),
    "flashcards": Assets((*REPETITION, "quiz/cards.js"), STYLES),
    "progress": Assets((*SHARED, *JUDGING, "quiz/progress.js"), STYLES),
    "planner": Assets(
        (*TOOLS, *(f"explorers/{name}.js" for name in ("plan", "jobs", "planner"))),
        EXPLORER_STYLES,
    ),
    "composer": Assets(
        (
            *TOOLS,
            "trainer/uPlot.js",
            "trainer/charts.js",
            "trainer/field.js",
            "explorers/compose.js",
            "explorers/composer.js",
        ),
        EXPLORER_STYLES,
    ),
    "clinic": Assets(
        (
            "shared/page.js",
            "trainer/core.js",
            "clinic/told.js",
            *(f"clinic/{name}.js" for name in CLINIC),
            "clinic/examples.js",
            "trainer/uPlot.js",
            "trainer/charts.js",
            "clinic/picture.js",
            "clinic/clinic.js",
        ),
        (*EXPLORER_STYLES, "clinic/clinic.css"),
    ),
    "map": Assets((*EXPLORER, "explorers/map.js"), EXPLORER_STYLES),
    "knob": Assets((*EXPLORER, "explorers/knobs.js", "explorers/knob.js"), EXPLORER_STYLES),
    "resume": Assets((*SHARED, "landing/resume.js"), ("landing/landing.css",)),
    "visit": Assets((*SHARED, "landing/visit.js"), ()),
    # A page, which no directive makes.
    "search": Assets(("shared/page.js", "search/excerpts.js"), ()),
}


class LivePart(nodes.General, nodes.Element):
    """A part of a page that scripts bring to life; ``kind`` names the directive it comes from."""


def assets_of(kinds: list[str]) -> Assets:
    """Return what a page with parts of these kinds loads: each once, after what it uses."""
    wanted = [assets for kind, assets in ASSETS.items() if kind in kinds]
    scripts = dict.fromkeys(script for one in wanted for script in one.scripts)
    styles = dict.fromkeys(style for one in wanted for style in one.styles)
    return Assets(tuple(scripts), tuple(styles))


def packed(scripts: Iterable[str]) -> tuple[str, ...]:
    """Return what a page loads for these scripts: a pack in the place of those that fill it."""
    wanted = list(scripts)
    full = {pack for pack, parts in PACKS.items() if set(parts) <= set(wanted)}
    packs = (PACK_OF.get(script, "") for script in wanted)
    pairs = zip(wanted, packs, strict=True)
    return tuple(dict.fromkeys(pack if pack in full else script for script, pack in pairs))


def add_assets(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, object],
    doctree: nodes.document | None,
) -> None:
    """Have a page that is written load what every page needs, and the assets of its parts."""
    app.add_js_file(FIRST, priority=0)
    # A page that no source describes, such as the search, has no parts: it is one.
    parts = [{"kind": pagename}] if doctree is None else doctree.findall(LivePart)
    scripts, styles = assets_of([part["kind"] for part in parts])
    for style in styles:
        app.add_css_file(style)
    for script in packed((*FRAME, *scripts)):
        app.add_js_file(script, loading_method="defer")


def without_comments(script: str) -> str:
    """Return a script without comments and indentation, its names as they are."""
    return str(jsmin(script))


def read_script(app: Sphinx, name: str) -> str:
    """Return a script, or a pack of them, as the site has it; empty if none lies in ``web/``."""
    folders = [Path(app.confdir, folder) for folder in app.config.html_static_path]
    parts = [folder / part for part in PACKS.get(name, (name,)) for folder in folders]
    return "\n".join(without_comments(part.read_text("utf-8")) for part in parts if part.exists())


def write_script(app: Sphinx, name: str) -> None:
    """Write a script, or a pack of them, into the built site, if its parts lie in ``web/``."""
    if text := read_script(app, name):
        path = Path(app.outdir, "_static", name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def write_packs(app: Sphinx) -> None:
    """Write the packs before the pages, whose links carry a checksum of what they lead to."""
    if app.builder.format == "html":
        for pack in PACKS:
            write_script(app, pack)


def write_scripts(app: Sphinx, exception: Exception | None) -> None:
    """Write the other scripts of all directives over what Sphinx has copied."""
    if app.builder.format == "html" and exception is None:
        for script in (FIRST, *FRAME, *assets_of(list(ASSETS)).scripts):
            write_script(app, script)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.setup_extension("everystep.site.policy")
    app.connect("builder-inited", write_packs)
    app.connect("html-page-context", add_assets)
    app.connect("build-finished", write_scripts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
