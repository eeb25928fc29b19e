import re
from html.parser import HTMLParser

import numpy as np
import pytest

from everystep.clinic.diagnosis import examine
from everystep.clinic.page import as_html
from everystep.clinic.run_log import Curve, RunLog
from tests.clinic.made_logs import EPOCHS, FALL, log_of, sound

EVIL = "loss<script>alert(1)</script>\"'&"


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.opened, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)
        self.attributes += [name for name, _ in attrs]


def tags_of(page):
    tags = Tags()
    tags.feed(page)
    return tags


def lines_of(page):
    """Return the colors of the curves that are drawn, without those of the legends."""
    return re.findall(r'<path (?=[^>]*fill="none")[^>]*stroke="(#[0-9a-f]{6})"', page)


def test_the_page_has_the_verdict_the_sections_and_the_curves():
    page = as_html("metrics.csv", examine(sound()))
    assert "<h1>metrics.csv</h1>" in page
    assert "Healthy, as far as this log shows." in page
    assert len(lines_of(page)) == 4
    assert {"Losses", "Accuracies", "Learning rate"} == set(
        re.findall('aria-label="([^"]+)"', page)
    )


def test_nothing_is_loaded_and_nothing_runs_whatever_names_hold():
    curve = Curve(EVIL, FALL, epochs=EPOCHS)
    log = RunLog(EVIL, {"train_loss": (curve,)}, {"epochs_made": 30.0}, (EVIL,), "epoch")
    page = as_html(EVIL, examine(log))
    tags = tags_of(page)
    assert not {"script", "img", "link", "iframe", "a"} & set(tags.opened)
    assert not {"src", "href"} & set(tags.attributes)
    assert not any(name.startswith("on") for name in tags.attributes)
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_a_curve_of_one_record_is_not_drawn_and_a_flat_one_is():
    assert "<figure>" not in as_html("x", examine(log_of(train_loss=[1.0])))
    flat = as_html("x", examine(log_of(train_loss=np.ones(5))))
    assert "nan" not in flat
    assert len(lines_of(flat)) == 1


@pytest.mark.parametrize(
    "values",
    [[1e308, -1e308, 3.0], [1e-320, 2e-320, 1e-321], [5e-324, 0.0, 1e308]],
    ids=["largest", "smallest", "both"],
)
def test_numbers_at_the_ends_of_their_range_are_drawn(values):
    page = as_html("x", examine(log_of(train_loss=np.array(values))))
    assert len(lines_of(page)) == 1
    assert "nan" not in page.lower()


def test_long_curves_are_thinned():
    steps = np.arange(1.0, 100_001.0)
    log = RunLog("table", {"train_loss": (Curve("loss", 1 / steps, steps),)}, {}, (), "step")
    assert len(as_html("x", examine(log))) < 20_000
