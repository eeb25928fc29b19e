"""What the trainer's directive puts on a page, and what is made for it."""

import re

import pytest
from sphinx.errors import ExtensionError

from everystep.core.digits import N_DIGITS
from everystep.site import trainer
from tests.quiz_site import build, write_sources


def test_the_images_are_packed_by_class():
    script = trainer.images_script()
    counts, pixels = re.fullmatch(
        r'everystep\.packed = {"counts": \[(.*)\], "pixels": "([A-Q]*)"};\n', script
    ).groups()
    assert sum(map(int, counts.split(", "))) == N_DIGITS
    assert len(pixels) == 64 * N_DIGITS


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
