"""A container's folder and what is recorded of jobs; jobs themselves run in test_toolkit.py."""

import json
import re

import pytest

from everystep.sagemaker import containers
from everystep.sagemaker.containers import JobEnd, as_record, recorded_end, recorded_request
from tests.sagemaker.container import container


@pytest.fixture
def channel(tmp_path):
    place = tmp_path / "s3" / "train"
    place.mkdir(parents=True)
    (place / "images.npy").touch()
    return {"train": place}


def test_the_folder_is_laid_out_as_the_platform_does_it(tmp_path, channel):
    base = container(tmp_path / "job", channel).base
    assert (base / "input" / "data" / "train" / "images.npy").exists()
    assert (base / "model").is_dir()
    config = base / "input" / "config"
    assert json.loads((config / "inputdataconfig.json").read_text()).keys() == {"train"}
    assert json.loads((config / "resourceconfig.json").read_text())["hosts"] == ["localhost"]


def test_without_the_toolkit_a_job_says_what_is_missing(tmp_path, channel, monkeypatch):
    monkeypatch.setattr(containers, "ENVIRONMENT", tmp_path)
    job = container(tmp_path / "job", channel)
    with pytest.raises(FileNotFoundError, match="make toolkit installs it"):
        job.run()


def test_of_a_log_the_scripts_own_lines_are_recorded():
    end = JobEnd(0, "INFO starts\nepoch=1 step=8\nINFO ends\nepoch=2 step=16\n", None, {}, [])
    assert json.loads(as_record(end))["log"] == "epoch=1 step=8\nepoch=2 step=16"


def test_what_is_recorded_can_be_read():
    assert recorded_end("finished").failure is None
    assert "invalid choice: 'cosin'" in recorded_end("wrong-schedule").failure
    assert recorded_request()["HyperParameters"]["lr_schedule"] == "cosine"


def test_records_name_no_place_of_the_machine_that_made_them():
    for path in containers.RECORDS.iterdir():
        assert "/opt/ml/" in path.read_text()
        assert not re.search(r"/(home|tmp|root|work|Users)/", path.read_text())
