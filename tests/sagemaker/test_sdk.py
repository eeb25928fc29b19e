"""What labs show as recorded is what the installed SDK, botocore and toolkit do.

And the request that the SDK builds trains a model: its own entry point runs here, in a tree of its
own in place of /opt/ml, with one process and with two.
"""

import dataclasses
import json
import os
import re
import sys

import pytest

from everystep.measure.processes import run_process
from everystep.sagemaker.channels import write_channels
from everystep.sagemaker.containers import (
    RECORDS,
    as_record,
    recorded_end,
    recorded_request,
    toolkit_installed,
)
from everystep.sagemaker.requests import shapes
from tests.sagemaker.container import SOURCE
from tests.sagemaker.record import ask_the_sdk, built_request, job_ends

pytestmark = pytest.mark.skipif(
    not toolkit_installed(),
    reason="toolkit and SDK are not installed; make test-sagemaker installs them",
)
METRIC = re.compile(r"([a-z_]+)=([0-9.eE+-]+)")


def test_the_excerpt_is_what_botocore_has():
    assert ask_the_sdk("shapes") == shapes()


def test_the_recorded_request_is_the_one_that_the_sdk_builds(tmp_path):
    assert built_request(tmp_path) == recorded_request()


def numbers_in(log):
    return [float(number) for _, number in METRIC.findall(log)]


def test_recorded_jobs_are_what_the_toolkit_makes_of_them(tmp_path):
    ends = job_ends(tmp_path)
    assert {f"{name}.json" for name in ends} | {"request.json"} == set(os.listdir(RECORDS))
    for name, end in ends.items():
        recorded = recorded_end(name)
        again = json.loads(as_record(end))
        # Rounding differs between processors, and so the last digits.
        assert numbers_in(again.pop("log")) == pytest.approx(numbers_in(recorded.log), rel=1e-3)
        expected = dataclasses.asdict(recorded)
        del expected["log"]
        assert again == expected


def run_entry_point(folder, processes=1, **hyperparameters):
    """Run what the request would start, in a tree in place of /opt/ml; return it and its end."""
    base = folder / "opt-ml"
    data = base / "input" / "data"
    data.mkdir(parents=True)
    channels = () if processes == 1 else (processes,)
    request = json.loads(json.dumps(ask_the_sdk("request", SOURCE, data, *channels)))
    write_channels(data, train=slice(0, 256), validation=slice(256, 512))
    for place in ("config", "../model", "../output/data"):
        (base / "input" / place).resolve().mkdir(parents=True, exist_ok=True)
    named = {channel["ChannelName"] for channel in request["InputDataConfig"]}
    config = {
        # Otherwise the script would keep its state in this machine's own /opt/ml.
        "hyperparameters": request["HyperParameters"]
        | {"checkpoint_dir": str(base / "checkpoints")}
        | hyperparameters,
        "inputdataconfig": {name: {"TrainingInputMode": "File"} for name in named},
        "resourceconfig": {
            "current_host": "localhost",
            "hosts": ["localhost"],
            "network_interface_name": "lo",
            "current_instance_type": request["ResourceConfig"]["InstanceType"],
        },
    }
    for name, content in config.items():
        (base / "input" / "config" / f"{name}.json").write_text(json.dumps(content))
    for path in (data / "sm_drivers").rglob("*"):
        if path.is_file() and path.suffix in (".sh", ".py", ".json"):
            path.write_text(path.read_text().replace("/opt/ml", str(base)))
    command = [
        *request["AlgorithmSpecification"]["ContainerEntrypoint"],
        *(
            word.replace("/opt/ml", str(base))
            for word in request["AlgorithmSpecification"]["ContainerArguments"]
        ),
    ]
    programs = os.pathsep.join([os.path.dirname(sys.executable), "/usr/bin", "/bin"])
    clean = ["env", "-i", f"PATH={programs}", f"HOME={folder}", "OMP_NUM_THREADS=1"]
    # The platform gives every container these two.
    clean += ["TRAINING_JOB_NAME=every-step", "TRAINING_JOB_ARN=arn:aws:sagemaker:::training-job/x"]
    return base, run_process([*clean, *command], limit=180)


@pytest.mark.parametrize("processes", [1, 2])
def test_the_requests_own_entry_point_trains_a_model(tmp_path, processes):
    base, ended = run_entry_point(tmp_path, processes)
    log = ended.output + ended.errors
    assert ended.code == 0, log
    assert log.count("epoch=5 ") >= 1, log
    assert (base / "model" / "model.pt").exists(), log
    if processes == 2:
        assert re.search(r"nproc_per_node[= ]2", log), log


@pytest.mark.parametrize("processes", [1, 2])
def test_what_the_script_says_of_a_mistake_is_the_beginning_of_failure(tmp_path, processes):
    base, ended = run_entry_point(tmp_path, processes, lr_schedule="cosin")
    assert ended.code != 0
    failure = (base / "output" / "failure").read_text()
    assert failure.startswith("ValueError: argument --lr_schedule: invalid choice: 'cosin'")
