"""What the landing page's directives put on it."""

import re

import pytest
import yaml
from sphinx.errors import ExtensionError, SphinxWarning

from everystep.authoring.manifest import MANIFEST
from everystep.site.assets import SHARED, assets_of, packed
from tests.landing_site import CHAPTER, RECIPES, build, write_sources

LINK = re.compile(r'href="([^"]+)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = write_sources(tmp_path_factory.mktemp("landing"))
    build(folder)
    return folder / "site"


@pytest.fixture(scope="module")
def landing(site):
    return (site / "index.html").read_text(encoding="utf-8")


def test_a_chapter_is_its_question_what_it_found_and_its_minutes(landing):
    [listed] = re.findall(r'<ul class="chapters[^"]*">(.*?)</ul>', landing, re.DOTALL)
    first, second = listed.split("<li>")[1:]
    assert LINK.findall(first) == [
        "book/01-steps/concept.html",
        "book/01-steps/lab.html#finding-steps.batch",
        "book/01-steps/lab.html",
        "exercises/01-steps.html",
    ]
    text = re.sub(r"<[^>]*>", "", first)
    assert "1\u2002What about *steps*?" in text
    assert "It is 21.5 points (finding) better." in text
    assert "20\u00a0min to read · Lab 1 25\u00a0min · Exercises 1 45\u00a0min" in text
    assert "<em>helps</em>" in second
    assert LINK.findall(second) == ["book/02-more/concept.html"]
    assert "5\u00a0min to read" in second
    assert "Lab" not in second


def test_a_trainer_in_a_question_has_its_settings_and_leads_to_the_whole_one(landing):
    settings = [RECIPES, f"{RECIPES}&epochs2=8"]
    written = [one.replace("&", "&amp;") for one in settings]
    assert re.findall(r'data-settings="([^"]+)"', landing) == written
    whole = re.findall(r'href="book/train/trainer.html#([^"]+)"', landing)
    assert whole == written
    assert re.findall(r'data-clock="(.*?)" data-button="(.*?)"', landing) == [
        ("epochs", "Train it now"),
        ("updates", "Train again"),
    ]


def test_all_that_may_be_begun_is_there_hidden(site, landing):
    [nav] = re.findall(r"<nav class=\"assess resume\"[^>]* hidden>(.*?)</nav>", landing, re.DOTALL)
    titles = {
        "book/01-steps/concept": "Chapter 1: What about *steps*?",
        "book/01-steps/lab": "Lab 1: What about *steps*?",
        "exercises/01-steps": "Exercises 1: What about *steps*?",
        "book/02-more/concept": "Chapter 2: What is more?",
    }
    assert re.findall(r'data-page="(.*?)"><a href="(.*?)">(.*?)</a>', nav) == [
        (page, f"{page}.html", title) for page, title in titles.items()
    ]
    [(refs, link)] = re.findall(r'data-items="(.*?)"><a href="(.*?)">Quiz of chapter 1<', nav)
    assert link == "book/01-steps/concept.html"
    concept = (site / link).read_text(encoding="utf-8")
    assert refs.split() == re.findall(r'data-ref="(.*?)"', concept)


def test_pages_of_chapters_and_no_others_note_that_they_were_seen(site):
    noted = {
        page.relative_to(site).as_posix(): found[0]
        for page in site.rglob("*.html")
        if (found := re.findall(r'data-kind="Visit" data-page="(.*?)"', page.read_text("utf-8")))
    }
    assert noted == {
        f"{page}.html": page
        for page in (
            "book/01-steps/concept",
            "book/01-steps/lab",
            "exercises/01-steps",
            "book/02-more/concept",
        )
    }
    loaded = re.findall(
        r'<script defer="defer" src="../../_static/([\w/.]+)\?',
        (site / "book/02-more/concept.html").read_text("utf-8"),
    )
    assert loaded == [*SHARED, "landing/visit.js"]


def test_the_landing_page_waits_for_no_script_of_its_own(landing):
    scripts = assets_of(["resume", "try"]).scripts
    trainer = {*assets_of(["trainer"]).scripts} - {"trainer/predict.js"}
    assert set(scripts) == {*SHARED, *trainer, "landing/resume.js", "landing/try.js"}
    for script in packed(scripts):
        assert re.search(rf'<script defer="defer" src="_static/{script}\?', landing), script


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (":clock: epochs", ":clock: hours", "hours"),
        (":clock: epochs\n", "", "needs the option :clock:"),
        (":button: Train it now\n", "", "needs the option :button:"),
    ],
)
def test_a_trainer_that_is_set_wrongly_is_named(tmp_path, old, new, message):
    index = write_sources(tmp_path) / "index.md"
    text = index.read_text(encoding="utf-8")
    assert old in text
    index.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SphinxWarning, match=message):
        build(tmp_path)


def test_a_manifest_that_is_malformed_stops_the_build(tmp_path):
    manifest = write_sources(tmp_path) / MANIFEST
    text = manifest.read_text(encoding="utf-8").replace("kind: page", "kind: stage")
    manifest.write_text(text, encoding="utf-8")
    with pytest.raises(ExtensionError, match="02-more: kind must be one of"):
        build(tmp_path)


def test_the_list_is_written_again_when_the_manifest_changes(tmp_path):
    build(write_sources(tmp_path))
    content = yaml.safe_load((tmp_path / MANIFEST).read_text(encoding="utf-8"))
    content["chapters"][0] = CHAPTER | {"shows": "It helps otherwise."}
    (tmp_path / MANIFEST).write_text(yaml.safe_dump(content), encoding="utf-8")
    build(tmp_path)
    assert "It helps otherwise." in (tmp_path / "site" / "index.html").read_text("utf-8")
