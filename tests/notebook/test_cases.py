from dataclasses import dataclass

import matplotlib as mpl
import pytest

from everystep.clinic.logs import Log, logs_of
from everystep.core.recipe import Recipe
from everystep.engine.models import MLP
from everystep.engine.training import train
from everystep.notebook.cases import show_case
from tests.engine.plain_loop import random_data

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


def test_a_case_is_shown_as_a_figure_facts_and_records(case, monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(
        "everystep.notebook.cases.show",
        lambda figure, key, *, alt, caption: shown.append((figure, key, alt, caption)),
    )
    with mpl.rc_context():
        table = show_case(case)
    ((figure, key, alt, caption),) = shown
    assert key == "diagnosis.exam-5-2"
    assert alt.startswith("Case 2: ")
    assert caption.startswith("Case 2 of exam 5. ")
    assert [ax.get_ylabel() for ax in figure.axes] == ["loss (nats)", "accuracy", "rate"]
    displayed = capsys.readouterr().out
    assert "samples per update" in displayed
    assert "batch loss" in displayed
    assert len(table) == 9
    mpl.pyplot.close(figure)
