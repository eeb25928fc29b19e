import dataclasses
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass

import matplotlib as mpl
import pytest

from everystep.clinic.logs import Log, logs_of
from everystep.core.recipe import Recipe
from everystep.engine.models import MLP
from everystep.engine.training import train
from everystep.notebook.cases import show_case
from tests.engine.plain_loop import random_data
from tests.notebook.test_glue import outputs_of

mpl.use("agg")


@dataclass
class Trained:
    number: int
    exam: int
    log: Log


@pytest.fixture
def case():
    data = random_data()
    runs = train(Recipe(batch_size=9, lr=0.1, epochs=3), MLP(64, 10), data, seeds=[0], every=1)
    return Trained(2, 5, logs_of(runs, data)[0])


@pytest.fixture
def figures(monkeypatch):
    """The figures that are shown, each with key, alt text and caption."""
    shown = []
    monkeypatch.setattr(
        "everystep.notebook.cases.show",
        lambda figure, key, *, alt, caption: shown.append((figure, key, alt, caption)),
    )
    yield shown
    mpl.pyplot.close("all")


def tables_of(case):
    """Return the rows of each table that is shown of a case, the header first."""
    with mpl.rc_context():
        outputs = outputs_of(show_case, case)
    tables = [ElementTree.fromstring(data["text/html"]).find("table") for data, _ in outputs]
    return [[["".join(c.itertext()) for c in row] for row in t.iter("tr")] for t in tables]


def test_a_case_is_shown_as_a_figure_facts_and_records(case, figures):
    facts, batches, records = tables_of(case)
    ((figure, key, alt, caption),) = figures
    assert key == "diagnosis.exam-5-2"
    assert alt.startswith("Case 2: ")
    assert caption.startswith("Case 2 of exam 5. ")
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss (nats)", "accuracy", "rate"]
    assert ["samples per update", "8"] in facts
    assert batches[0] == ["update", "batch loss", "rate"]
    assert batches[1] == ["1", f"{case.log.batch_loss[0]:.2f}", "0.1"]
    assert records[0][:3] == ["epochs", "training loss", "validation loss"]
    assert len(records) == 1 + 9


@pytest.mark.parametrize(("highest", "cut"), [(8.0, False), (8.1, True)])
def test_a_caption_says_so_where_losses_are_cut_off(case, figures, highest, cut):
    losses = case.log.batch_loss.copy()
    losses[0] = highest
    case.log = dataclasses.replace(case.log, batch_loss=losses)
    tables_of(case)
    assert ("Losses above 8 are not shown." in figures[0][-1]) == cut
