"""How much a page may load and say: budgets a bit above what there is, so that growth is seen."""

import gzip
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest

from everystep.authoring.manifest import read_manifest
from everystep.bank.read import read_bank
from everystep.site.assets import (
    ASSETS,
    ON_DEMAND,
    PACKS,
    TRAINER,
    assets_of,
    packed,
    without_comments,
)
from everystep.site.clinic import DATA, EXAMPLES, TOLD, examples_script, told_script
from everystep.site.clinic import part_html as clinic_html
from everystep.site.explorers import EXPLORERS
from everystep.site.explorers import part_html as explorer_html
from everystep.site.landing import resume_html
from everystep.site.rendering import Renderer
from everystep.site.trainer import (
    CHARTS,
    IMAGES,
    SIGNALS,
    charts,
    images_script,
    packed_signals,
    part_html,
    signals_script,
)
from tests.paths import ROOT
from tests.quiz_site import pages_of

MANIFEST = read_manifest()
WEB = ROOT / "web"
MADE = {
    IMAGES: images_script(),
    SIGNALS: signals_script(
        packed_signals(),
        "\n".join(without_comments((WEB / name).read_text("utf-8")) for name in ON_DEMAND),
    ),
    CHARTS: charts()[0],
    TOLD: told_script((WEB / DATA).read_text("utf-8")),
    EXAMPLES: examples_script(ROOT),
}
# Bytes of each script, gzipped.
SCRIPTS = {
    # In every page itself.
    "shared/storage.js": 750,
    "shared/buttons.js": 550,
    "shared/disk.js": 400,
    "shared/done.js": 550,
    "shared/focus.js": 400,
    "shared/pack-frame.js": 1_400,
    "shared/page.js": 600,
    # It checks whatever a browser may have kept, of all kinds.
    "shared/memory.js": 1_700,
    "shared/statistics.js": 650,
    "quiz/grading.js": 700,
    "quiz/fsrs.js": 900,
    "quiz/repetition.js": 800,
    "quiz/certainty.js": 500,
    "quiz/tallies.js": 400,
    "quiz/question.js": 1_950,
    "quiz/sheets.js": 900,
    "quiz/quiz.js": 700,
    "quiz/exam.js": 2_600,
    "quiz/drill.js": 950,
    "quiz/cards.js": 850,
    "quiz/progress.js": 2_600,
    "trainer/random.js": 850,
    "trainer/recipe.js": 1_950,
    "trainer/schedules.js": 1_050,
    "trainer/kernels.js": 1_600,
    "trainer/layers.js": 1_050,
    "trainer/engine.js": 1_850,
    "trainer/core.js": 300,
    "trainer/experiment.js": 1_200,
    "trainer/inspect.js": 1_000,
    "trainer/pictures.js": 750,
    "trainer/signals.js": 300,
    "trainer/lines.js": 350,
    "trainer/stations.js": 2_250,
    "trainer/roulette.js": 1_400,
    "trainer/worker.js": 750,
    "trainer/digits.js": 350,
    "trainer/settings.js": 1_950,
    "trainer/charts.js": 1_550,
    "trainer/field.js": 300,
    "trainer/form.js": 1_300,
    "trainer/trainer.js": 2_450,
    "trainer/readings.js": 350,
    "explorers/tools.js": 700,
    "explorers/plan.js": 1_050,
    "explorers/jobs.js": 1_950,
    "explorers/planner.js": 1_050,
    "explorers/compose.js": 2_300,
    "explorers/composer.js": 2_800,
    "trainer/predict.js": 2_450,
    "explorers/live.js": 900,
    "explorers/map.js": 1_900,
    "explorers/knob.js": 1_450,
    "explorers/knobs.js": 600,
    "clinic/numbers.js": 1_450,
    "clinic/phases.js": 650,
    "clinic/tables.js": 1_850,
    "clinic/json.js": 1_900,
    "clinic/files.js": 2_850,
    "clinic/names.js": 1_500,
    "clinic/clocks.js": 3_250,
    "clinic/roles.js": 3_500,
    "clinic/build.js": 3_350,
    "clinic/state.js": 2_150,
    "clinic/openmmlab.js": 600,
    "clinic/keras.js": 1_350,
    "clinic/readers.js": 4_050,
    "clinic/courses.js": 1_150,
    "clinic/shapes.js": 1_750,
    "clinic/schedule.js": 3_350,
    "clinic/planned.js": 1_350,
    "clinic/arithmetic.js": 1_700,
    "clinic/remarks.js": 1_250,
    "clinic/validation.js": 2_200,
    "clinic/measures.js": 3_600,
    "clinic/questions.js": 950,
    "clinic/report.js": 2_950,
    "clinic/worker.js": 750,
    "clinic/picture.js": 1_650,
    "clinic/clinic.js": 2_500,
    "clinic/pack-clinic.js": 39_500,
    "clinic/told.js": 9_150,
    "clinic/examples.js": 5_000,
    # With what every part of a page needs.
    "trainer/pack-core.js": 9_700,
    # With what is computed over seeds.
    "trainer/pack-showing.js": 4_200,
    "trainer/pack-form.js": 6_800,
    "search/excerpts.js": 600,
    "landing/visit.js": 200,
    "landing/try.js": 850,
    "landing/resume.js": 550,
    # Made from what packages hold: the images, and the charts.
    "trainer/images.js": 40 * 1024,
    "trainer/uPlot.js": 25 * 1024,
    # Which a page loads when a reader asks for it.
    "trainer/mnist1d.js": 118_500,
}
# Bytes of all scripts of a page with one such part, each, or each pack, gzipped by itself.
PAGES = {
    # Of a page with questions or cards, FSRS and its records are 1,600.
    "quiz": 7_000,
    "exam": 10_600,
    "drill": 8_600,
    "flashcards": 4_600,
    "progress": 5_700,
    "trainer": 87_500,
    "planner": 9_200,
    "composer": 36_000,
    # With the charts, which are 25 KB, and the examples.
    "clinic": 84_000,
    "map": 82_500,
    "knob": 82_500,
    "try": 85_000,
    "resume": 2_750,
    "visit": 2_450,
    "search": 1_350,
}
# Bytes of HTML that the part alone adds to a page.
PARTS = {
    # Each reason against an answer says by what it is given.
    "quiz": 61_500,
    # What there is to ask.
    "exam": 30_000,
    "drill": 21_000,
    "flashcards": 1_500,
    # With where each question of the bank leads; what compression leaves is a quarter.
    "progress": 40_000,
    # With a sentence about each data set.
    "trainer": 3_800,
    "planner": 2_800,
    "composer": 1_000,
    "clinic": 3_500,
    # Its record travels with it.
    "map": 90_000,
    "knob": 5_500,
    "resume": 10_500,
}


# Bytes of a page's own HTML, and of all that a reader waits for who comes to a concept page first.
OWN_HTML = 80_000
FIRST_LOAD = 300_000
COMPRESSED = {".html", ".css", ".js", ".svg", ".json"}


def over(sizes, budgets):
    """Return what is over its budget, or has none, with its size."""
    return {name: size for name, size in sizes.items() if size > budgets.get(name, 0)}


def sizes():
    """Return the gzipped bytes of every script and pack, as the site has it."""
    texts = {
        path.relative_to(WEB).as_posix(): without_comments(path.read_text("utf-8"))
        for path in WEB.rglob("*.js")
    }
    packs = {
        pack: "\n".join(texts[script] for script in scripts) for pack, scripts in PACKS.items()
    }
    everything = texts | MADE | packs
    return {name: len(gzip.compress(text.encode(), 9)) for name, text in everything.items()}


def test_every_script_keeps_its_budget():
    assert over(sizes(), SCRIPTS) == {}


def test_the_scripts_of_a_page_keep_their_budget_together():
    size = sizes()
    pages = {kind: sum(size[name] for name in packed(assets_of([kind]).scripts)) for kind in ASSETS}
    assert over(pages, PAGES) == {}
    assert pages["quiz"] <= 8 * 1024


def test_no_page_loads_the_signals_before_a_reader_asks_for_them():
    scripts = assets_of(list(ASSETS)).scripts
    assert not {SIGNALS, *ON_DEMAND} & {*scripts, *packed(scripts)}


def test_what_trains_weighs_no_more_than_20_kb():
    """But for the images and the charts, and for guesses, which a trainer does without."""
    size = sizes()
    assert sum(size[name] for name in packed(TRAINER) if name not in MADE) <= 20 * 1024


def test_what_reads_logs_weighs_no_more_than_43_kb():
    """Without the charts, the examples, and the tree with its sentences, which are no scripts."""
    size = sizes()
    names = [name for name in packed(assets_of(["clinic"]).scripts) if name.startswith("clinic/")]
    assert sum(size[name] for name in names if name not in (TOLD, EXAMPLES)) <= 43 * 1024


def test_what_a_part_adds_to_a_page_keeps_its_budget():
    bank = read_bank(ROOT / "questions")
    links = SimpleNamespace(
        section=lambda place: (place, place),
        finding=lambda id: f"../03-batch-size/lab.html#finding-{id}",
        trainer=lambda question: ("Train it: schedule", "../05-schedules/concept.html#claim"),
        sheet=lambda file: (file, f"pool.html#q-{file}", f"../../questions/{file}.js?v=01234567"),
    )
    renderer = Renderer(bank, links)
    names = {
        "quiz": [renderer.units(file) for file in bank.of_files()],
        "exam": list(bank.blueprint.exams),
    }
    parts = {
        kind: max(
            len(getattr(renderer, kind)(*arguments).encode())
            for arguments in ([[name] for name in names[kind]] if kind in names else [[]])
        )
        for kind in ASSETS
        if kind not in ("trainer", "try", "clinic", "resume", "visit", "search", *EXPLORERS)
    }
    parts["resume"] = len(resume_html(MANIFEST, bank, lambda page: page).encode())
    for name in EXPLORERS:
        parts[name] = len(explorer_html(name, ROOT, "").encode())
    parts["trainer"] = len(part_html("").encode())
    parts["clinic"] = len(clinic_html().encode())
    assert over(parts, PARTS) == {}


def sent(path):
    """Return the bytes that a server sends of a file: fonts and pictures are compressed already."""
    content = path.read_bytes()
    return len(gzip.compress(content) if path.suffix in COMPRESSED else content)


def loaded(site, browser, page):
    """Return the files that a browser asks for when it opens a page, the page first."""
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        tab = context.new_page()
        urls = []
        tab.on("request", lambda request: urls.append(request.url))
        tab.goto((site / page).as_uri())
        tab.evaluate("document.fonts.ready")
    files = (unquote(urlsplit(url).path) for url in urls if url.startswith("file:"))
    return [Path(file) for file in dict.fromkeys(files)]


def test_no_page_itself_weighs_more_than_80_kb(site):
    weights = {path.relative_to(site).as_posix(): sent(path) for path in pages_of(site)}
    assert len(weights) > 30
    assert {page: size for page, size in weights.items() if size > OWN_HTML} == {}


@pytest.mark.parametrize("chapter", MANIFEST.chapters, ids=lambda chapter: chapter.name)
def test_a_concept_page_that_is_seen_first_weighs_no_more_than_300_kb(site, browser, chapter):
    files = loaded(site, browser, f"book/{chapter.name}/concept.html")
    weights = {file.relative_to(site).as_posix(): sent(file) for file in files}
    assert "_static/common.css" in weights
    assert sum(weights.values()) <= FIRST_LOAD, sorted(weights.items(), key=lambda one: -one[1])


def test_a_script_that_grew_and_one_without_a_budget_are_found():
    assert over({"a.js": 3, "b.js": 2, "c.js": 1}, {"a.js": 2, "b.js": 2}) == {"a.js": 3, "c.js": 1}
