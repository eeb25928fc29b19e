import re
from html.parser import HTMLParser

import numpy as np

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


def test_the_page_has_the_verdict_the_sections_and_the_curves():
    page = as_html("metrics.csv", examine(sound()))
    assert "<h1>metrics.csv</h1>" in page
    assert "Healthy, as far as this log shows." in page
    assert page.count("<polyline") == 4
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
    assert "<polyline" in flat


def test_long_curves_are_thinned():
    steps = np.arange(1.0, 100_001.0)
    log = RunLog("table", {"train_loss": (Curve("loss", 1 / steps, steps),)}, {}, (), "step")
    assert len(as_html("x", examine(log))) < 20_000
