"""Of a history, the page finds the lists that the package finds, whatever lies beside them."""

import json

import pytest

from tests.reference.clinic import diagnose

LISTS = {"loss": [2.0, 1.5, 1.2], "val_loss": [2.1, 1.7, 1.6]}


@pytest.mark.parametrize(
    "content",
    [
        LISTS,
        {"history": LISTS, "params": {"epochs": 3}},
        LISTS | {"best": 1.6, "seed": None, "classes": ["cat", "dog"]},
        LISTS | {"confusion": [[1, 2], [3, 4]], "config": {"lr": [1, 2]}},
        {"loss": ["2.0", "nan", "1.2"], "note": "no number"},
        {"loss": {"0": 2.0, "1": 1.0}},
        {"train": {"loss": [2, 1]}, "test": {"loss": [3, 2]}},
        {"loss": [None, 1.0], "words": ["a", "b"]},
        {"loss": [], "val_loss": []},
        {"loss": "2.0"},
        {"history": 3},
        {},
    ],
)
def test_a_history_is_read_as_by_the_package(examine, tmp_path, content):
    text = json.dumps(content)
    (tmp_path / "history.json").write_text(text)
    expected = diagnose(tmp_path, ["history.json"], {})
    found = examine([("history.json", text.encode())])
    if isinstance(expected, str):
        assert found == expected
        return
    assert found["log"]["notes"] == list(expected.log.notes)
    assert found["log"]["format"] == expected.log.format
    assert found["cause"] == expected.cause
