"""JSON lines of OpenMMLab's programs are read as by the package, whatever is missing in them."""

import json

import pytest

from tests.clinic.kinds_of_logs import openmmlab
from tests.reference.clinic import diagnose


@pytest.mark.parametrize("without", [(), ("lr",), ("epoch",), ("mode",), ("step",), ("data_time",)])
@pytest.mark.parametrize("by_step", [True, False])
def test_lines_say_what_they_say_to_the_package(examine, tmp_path, by_step, without):
    rows = map(json.loads, openmmlab(by_step=by_step).splitlines())
    rows = [{name: value for name, value in row.items() if name not in without} for row in rows]
    content = "\n".join(map(json.dumps, rows)).encode()
    (tmp_path / "scalars.json").write_bytes(content)
    log = diagnose(tmp_path, ["scalars.json"], {}).log
    found = examine([("scalars.json", content)])["log"]
    assert found["format"] == log.format
    assert found["facts"] == pytest.approx(dict(log.facts))
    assert found["notes"] == list(log.notes)
    assert set(found["curves"]) == set(log.curves)
