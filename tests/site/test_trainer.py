"""What the trainer's directive puts on a page, and what is made for it."""

import hashlib
import json
import re

import pytest
import yaml
from sphinx.errors import ExtensionError, SphinxWarning

from everystep.authoring.claims import CLAIMS
from everystep.core.digits import N_DIGITS
from everystep.site import trainer
from tests.quiz_site import EXPERIMENT, EXPERIMENTS, build, write_sources

CLAIM = "book/01-steps/claims"


def test_the_images_are_packed_by_class():
    script = trainer.images_script()
    counts, pixels = re.fullmatch(
        r'everystep\.packed = {"counts": \[(.*)\], "pixels": "([A-Q]*)"};\n', script
    ).groups()
    assert sum(map(int, counts.split(", "))) == N_DIGITS
    assert len(pixels) == 64 * N_DIGITS


def test_the_signals_are_packed_by_class_before_the_code_that_unpacks_them():
    script = trainer.signals_script(trainer.packed_signals(), "unpack();")
    packed, code = re.fullmatch(r"everystep\.signals = ({.*});\n(.*)", script).groups()
    assert code == "unpack();"
    found = json.loads(packed)
    assert sum(found["counts"]) == trainer.N_SIGNALS
    assert len(found["letters"]) == 40 * trainer.N_SIGNALS
    assert {min(found["letters"]), max(found["letters"])} == {"?", "~"}


def test_the_built_script_of_the_signals_is_the_one_that_pages_name(tmp_path):
    html = page_with(tmp_path, "```{trainer} steps.batch\n```")
    [name, version] = re.search(
        r'data-signals="\.\./\.\./_static/([^?"]*)\?v=(\w{8})"', html
    ).groups()
    script = (tmp_path / "site" / "_static" / name).read_bytes()
    assert hashlib.sha256(script).hexdigest().startswith(version)
    assert b"everystep.datasets.mnist1d=" in script
    assert b"DRAWN[" in script


def test_a_small_trainer_says_its_data_where_they_are_not_the_digits(tmp_path):
    html = page_with(tmp_path / "digits", "```{trainer} steps.batch\n```")
    assert "about-" not in html
    folder = write_sources(tmp_path / "signals")
    claims = {"steps.batch": EXPERIMENT | {"data": "mnist1d"}}
    (folder / CLAIMS).write_text(yaml.safe_dump(claims), encoding="utf-8")
    (folder / f"{CLAIM}.md").write_text("# Claims\n\n```{trainer} steps.batch\n```\n")
    build(folder)
    html = (folder / "site" / f"{CLAIM}.html").read_text(encoding="utf-8")
    assert re.search(r'data-settings="batch=8&amp;[^"]*&amp;data=mnist1d"', html)
    assert re.search(r'href="\.\./train/trainer\.html#batch=8[^"]*&amp;data=mnist1d"', html)
    assert "https://arxiv.org/abs/2011.14439" in html


def test_the_charts_keep_their_credit_and_lose_their_comments():
    script, style = trainer.charts()
    assert script.startswith("// uPlot, copyright Leon Sorokin, MIT license")
    assert "\n\t//" not in script
    assert ".uplot" in style


@pytest.mark.parametrize("found", [None, "no package"])
def test_a_missing_package_of_charts_is_named(monkeypatch, found):
    spec = found and type("Spec", (), {"submodule_search_locations": None})
    monkeypatch.setattr(trainer, "find_spec", lambda name: spec)
    with pytest.raises(ExtensionError, match="come with uplot-python, which is not installed"):
        trainer.charts()


def test_a_page_says_what_needs_javascript(tmp_path):
    build(write_sources(tmp_path))
    html = (tmp_path / "site" / "book" / "train" / "trainer.html").read_text(encoding="utf-8")
    assert "Training in the page needs JavaScript, which is off." in html
    assert html.count('data-kind="Trainer"') == 1


def page_with(folder, text):
    """Build a site in which the page of small trainers says something else; return its HTML."""
    (write_sources(folder) / f"{CLAIM}.md").write_text(f"# Claims\n\n{text}\n", encoding="utf-8")
    build(folder)
    return (folder / "site" / f"{CLAIM}.html").read_text(encoding="utf-8")


def test_a_small_trainer_is_set_and_has_the_findings_numbers(tmp_path):
    html = page_with(tmp_path, "```{trainer} steps.batch\n```")
    assert 'data-settings="batch=8&amp;batch2=64&amp;rate=0.1' in html
    assert "Batch 8 (A) against 64 (B) &amp; one epoch?" in html
    link, text = re.search(r'<a class="finding-link[^>]* href="([^"]*)">(.*?)</a>', html).groups()
    assert link == "lab.html#finding-steps.batch"
    assert re.sub("<[^>]*>", "", text) == "21.5 points (20.2 to 22.8) (finding)"
    assert 'href="../train/trainer.html#batch=8&amp;batch2=64' in html


def test_a_finding_without_an_experiment_stops_the_build(tmp_path):
    with pytest.raises(SphinxWarning, match=r"claims\.yml has no experiment for .*'steps\.other'"):
        page_with(tmp_path, "```{trainer} steps.other\n```")


def test_an_experiment_without_a_finding_stops_the_build(tmp_path):
    folder = write_sources(tmp_path)
    claims = {**EXPERIMENTS, "steps.none": EXPERIMENT}
    (folder / CLAIMS).write_text(yaml.safe_dump(claims), encoding="utf-8")
    (folder / f"{CLAIM}.md").write_text("# Claims\n\n```{trainer} steps.none\n```\n")
    with pytest.raises(SphinxWarning, match=r"no lab asserts a finding 'steps\.none'"):
        build(folder)


def test_a_malformed_file_of_experiments_stops_the_build(tmp_path):
    folder = write_sources(tmp_path)
    (folder / CLAIMS).write_text("a.b: {question: What}", encoding="utf-8")
    with pytest.raises(ExtensionError, match=r"claims\.yml: a\.b\.settings: Field required"):
        build(folder)


def test_a_site_without_experiments_needs_no_file(tmp_path):
    folder = write_sources(tmp_path)
    (folder / CLAIMS).unlink()
    (folder / f"{CLAIM}.md").write_text("# Claims\n")
    build(folder)
